"""Whatever happens in whatever order: what is stored equals what the facts say, and the counts add up."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from reviews.errors import Refused
from reviews.models import ExclusionReason, Membership, Record, Search, User
from screening.models import (
    Candidate,
    Lease,
    Pilot,
    PilotEnd,
    Policy,
    Proposal,
    Report,
    Resolution,
    SettingAside,
    Stage,
    Standing,
    Verdict,
)
from screening.services import (
    assignments,
    conflicts,
    consensus,
    leases,
    meetings,
    pilots,
    policies,
    reports,
    setting_aside,
    standing,
    threads,
    votes,
)
from screening.services.meetings import Settled
from tests.factories import a_member, a_reason, a_record, a_review, a_search
from tests.screening.invariants import TrueAlways

VERDICTS = st.sampled_from([Verdict.INCLUDE, Verdict.EXCLUDE, Verdict.MAYBE])
STAGES = st.sampled_from(list(Stage))
PEOPLE = st.integers(0, 3)
WHICH = st.integers(0, 200)
TERMS = st.fixed_dictionaries(
    {},
    optional={
        "mode": st.sampled_from(Policy.How.values),
        "votes_needed": st.integers(1, 3),
        "check_share": st.sampled_from([1, 50, 100]),
        "blinded": st.sampled_from([True, True, False]),
        "pilot_size": st.sampled_from([0, 0, 2]),
        "pilot_votes": st.sampled_from([2, 3]),
        "pilot_threshold": st.sampled_from([0.0, 0.8]),
        "order": st.sampled_from(Policy.Order.values),
        "seed": st.integers(1, 3),
    },
)


class Team(TrueAlways):
    """A small team that does everything a team can do, in any order."""

    @initialize()
    def begin(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.review = a_review()
        self.people: list[User] = [
            self.review.created_by,
            *(a_member(self.review, n) for n in ("Ben", "Chi", "Fay")),
        ]
        self.reasons: list[ExclusionReason] = [
            a_reason(self.review, f"Reason {rank}", rank) for rank in (1, 2, 3)
        ]
        database = a_search(self.review)
        website = a_search(self.review, kind=Search.Kind.WEBSITE, source="WHO")
        self.records: list[Record] = [a_record(self.review, search=database) for _ in range(4)]
        self.records += [a_record(self.review, search=website) for _ in range(2)]
        self._changed(*self.records)

    def teardown(self) -> None:
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    def _changed(self, *records: Record) -> None:
        standing.records_changed(review=self.review, record_ids=[record.pk for record in records])

    def _pick(self, rows: Any, which: int) -> Any:
        rows = list(rows)
        return rows[which % len(rows)] if rows else None

    def _candidate(self, stage: Stage, which: int) -> Candidate | None:
        found: Candidate | None = self._pick(
            Candidate.objects.of(self.review, stage).order_by("record_id", "report_id"), which
        )
        return found

    @rule(stage=STAGES, which=WHICH, who=PEOPLE, verdict=VERDICTS, reason=st.integers(-1, 2))
    def vote(self, stage: Stage, which: int, who: int, verdict: Verdict, reason: int) -> None:
        candidate = self._candidate(stage, which)
        if candidate is None:
            return
        given = (
            self.reasons[reason]
            if verdict == Verdict.EXCLUDE and (reason >= 0 or stage == Stage.FULL_TEXT)
            else None
        )
        with suppress(Refused):
            votes.cast(candidate=candidate, verdict=verdict, reason=given, by=self.people[who])

    @rule(stage=STAGES, which=WHICH, who=PEOPLE)
    def undo(self, stage: Stage, which: int, who: int) -> None:
        candidate = self._candidate(stage, which)
        if candidate is None:
            return
        with suppress(Refused):
            votes.take_back(candidate=candidate, by=self.people[who])

    @rule(which=WHICH, include=st.booleans())
    def resolve(self, which: int, include: bool) -> None:
        candidate = self._pick(Candidate.objects.filter(review=self.review).in_conflict(), which)
        if candidate is None:
            return
        # Whoever has left or voted, somebody can.
        by = conflicts.arbiters_of(candidate)[0].user
        conflicts.resolve(
            candidate=candidate,
            kind=Resolution.Kind.ARBITRATION,
            verdict=Verdict.INCLUDE if include else Verdict.EXCLUDE,
            reason=None if include else self.reasons[which % 3],
            explanation="We talked about it.",
            by=by,
        )

    @rule(which=WHICH, who=PEOPLE, include=st.booleans())
    def propose(self, which: int, who: int, include: bool) -> None:
        candidate = self._pick(Candidate.objects.filter(review=self.review).in_conflict(), which)
        if candidate is None:
            return
        with suppress(Refused):
            consensus.propose(
                candidate=candidate,
                verdict=Verdict.INCLUDE if include else Verdict.EXCLUDE,
                reason=None if include else self.reasons[which % 3],
                explanation="Let us say so.",
                by=self.people[who],
            )

    @rule(which=WHICH, who=PEOPLE, agrees=st.booleans())
    def answer(self, which: int, who: int, agrees: bool) -> None:
        proposal = self._pick(Proposal.objects.filter(review=self.review).exclude(verdict="withdrawn"), which)
        if proposal is None:
            return
        with suppress(Refused):
            consensus.answer(proposal=proposal, agrees=agrees, by=self.people[who])

    @rule(which=WHICH)
    def meet(self, which: int) -> None:
        rows = Candidate.objects.filter(review=self.review, stage=Stage.TITLE_ABSTRACT).in_conflict()
        settled = [Settled(row, Verdict.INCLUDE) for row in rows[: which % 3 + 1]]
        with suppress(Refused):
            meetings.hold(
                review=self.review,
                held_on=timezone.localdate(),
                present=self.people[:2],
                minutes="We met.",
                settled=settled,
                by=self.people[0],
            )

    @rule(which=WHICH)
    def reopen(self, which: int) -> None:
        candidate = self._pick(Candidate.objects.filter(review=self.review, resolved=True), which)
        if candidate is None:
            return
        with suppress(Refused):
            conflicts.reopen(candidate=candidate, explanation="Not so sure.", by=self.people[0])

    @rule(stage=STAGES, terms=TERMS)
    def change_policy(self, stage: Stage, terms: dict[str, Any]) -> None:
        try:
            preview = policies.preview(review=self.review, stage=stage, **terms)
        except Refused:
            with pytest.raises(Refused):
                policies.change(review=self.review, stage=stage, by=self.people[0], **terms)
            return
        was = dict(Candidate.objects.of(self.review, stage).values_list("pk", "status"))
        try:
            policies.change(review=self.review, stage=stage, by=self.people[0], **terms)
        except Refused:
            return
        now = dict(Candidate.objects.of(self.review, stage).values_list("pk", "status"))
        assert preview.changed == sum(now[pk] != was[pk] for pk in was)
        assert preview.unchanged + preview.changed == len(was)

    @rule(stage=STAGES)
    def draw_pilot(self, stage: Stage) -> None:
        with suppress(Refused):
            pilots.begin(review=self.review, stage=stage, by=self.people[0])

    @rule(which=WHICH, outcome=st.sampled_from(["unlocked", "repeated", "abandoned"]))
    def end_pilot(self, which: int, outcome: str) -> None:
        pilot = self._pick(Pilot.objects.filter(review=self.review), which)
        if pilot is None:
            return
        with suppress(Refused):
            end = PilotEnd.Outcome(outcome)
            pilots.end(pilot=pilot, outcome=end, explanation="We talked.", by=self.people[0])

    @rule(who=PEOPLE, n=st.integers(1, 4), later=st.booleans())
    def take_in_hand(self, who: int, n: int, later: bool) -> None:
        by = self.people[who]
        if later:
            Lease.objects.update(until=timezone.now() - timedelta(seconds=1))
        hand = leases.deal(review=self.review, n=n, by=by)
        voted_on = set(Standing.objects.filter(reviewer=by).values_list("candidate", flat=True))
        for row in hand.new:
            row.refresh_from_db()
            assert row.status == "open"
            assert row.pk not in voted_on
            # Never more people in hand than votes that are certainly needed.
            assert Lease.objects.filter(candidate=row, until__gt=timezone.now()).count() <= row.lacking

    @rule(who=st.integers(1, 3), readers=st.integers(1, 2), size=st.integers(1, 4))
    def give_out(self, who: int, readers: int, size: int) -> None:
        shares = {self.people[who].pk: 2, self.people[0].pk: 1}
        stage = Stage.TITLE_ABSTRACT
        with suppress(Refused):
            assignments.give_out(
                review=self.review,
                stage=stage,
                name="Some",
                weights=shares,
                readers=readers,
                size=size,
                by=self.people[0],
            )

    @rule(which=WHICH, who=PEOPLE)
    def comment(self, which: int, who: int) -> None:
        candidate = self._pick(Candidate.objects.filter(review=self.review).order_by("pk"), which)
        if candidate is None:
            return
        with suppress(Refused):
            threads.add(candidate=candidate, text="Hm.", by=self.people[who])

    @rule(one=st.integers(0, 5), two=st.integers(0, 5))
    def link(self, one: int, two: int) -> None:
        first, second = sorted({one, two})[0], sorted({one, two})[-1]
        left = Record.objects.get(pk=self.records[first].pk)
        right = Record.objects.get(pk=self.records[second].pk)
        roots = sorted({left.duplicate_of_id or left.pk, right.duplicate_of_id or right.pk})
        if len(roots) == 1:
            return
        Record.objects.filter(duplicate_of=roots[1]).update(duplicate_of=roots[0])
        Record.objects.filter(pk=roots[1]).update(duplicate_of=roots[0])
        self._changed(left, right)

    @rule(which=st.integers(0, 5))
    def part(self, which: int) -> None:
        record = Record.objects.get(pk=self.records[which].pk)
        if record.duplicate_of_id is None:
            return
        Record.objects.filter(pk=record.pk).update(duplicate_of=None)
        self._changed(record)

    @rule(which=st.integers(0, 5), kind=st.sampled_from(["", "other"]))
    def remove_or_put_back(self, which: int, kind: str) -> None:
        record = self.records[which]
        Record.objects.filter(pk=record.pk).update(removed_as=kind)
        self._changed(record)

    @rule(which=WHICH, sought=st.booleans())
    def pick_other(self, which: int, sought: bool) -> None:
        record = Record.objects.get(pk=self._pick(self.records[4:], which).pk)
        with suppress(Refused):
            if sought:
                reports.seek(record=record, by=self.people[1])
            else:
                reports.leave_aside(record=record, by=self.people[1])

    @rule(which=WHICH, how=st.sampled_from(["retrieved", "not", "again"]))
    def retrieve(self, which: int, how: str) -> None:
        report = self._pick(Report.objects.of(self.review), which)
        if report is None:
            return
        with suppress(Refused):
            if how == "retrieved":
                reports.retrieved(report=report, where="On paper", by=self.people[1])
            elif how == "not":
                reports.not_retrieved(report=report, note="Asked the authors", by=self.people[1])
            else:
                reports.seek_again(report=report, by=self.people[1])

    @rule(one=WHICH, two=WHICH)
    def join(self, one: int, two: int) -> None:
        report, into = (self._pick(Report.objects.of(self.review), which) for which in (one, two))
        if report is None or into is None:
            return
        with suppress(Refused):
            reports.join(report=report, into=into, by=self.people[1])

    @rule(which=WHICH)
    def part_report(self, which: int) -> None:
        record = Record.objects.get(pk=self._pick(self.records, which).pk)
        with suppress(Refused):
            reports.part(record=record, by=self.people[1])

    @rule(which=WHICH, kind=st.sampled_from(["awaiting", "ongoing", "", ""]))
    def set_aside_or_take_up(self, which: int, kind: str) -> None:
        report = self._pick(Report.objects.of(self.review).filter(retrieval="retrieved"), which)
        if report is None:
            return
        with suppress(Refused):
            if kind:
                as_what = SettingAside.Kind(kind)
                setting_aside.set_aside(report=report, kind=as_what, reason="In Thai", by=self.people[1])
            else:
                setting_aside.take_up(report=report, by=self.people[1])

    @rule()
    def rank_reasons_anew(self) -> None:
        self.reasons.reverse()
        for rank, reason in enumerate(self.reasons, start=1):
            reason.rank = rank
            reason.save(update_fields=["rank"])
        standing.reasons_changed(review=self.review)

    @precondition(lambda self: hasattr(self, "people"))
    @rule(who=st.integers(1, 3))
    def leave_or_come_back(self, who: int) -> None:
        membership = Membership.objects.get(review=self.review, user=self.people[who])
        membership.left_at = None if membership.left_at else timezone.now()
        membership.save(update_fields=["left_at"])


@pytest.mark.django_db
@pytest.mark.slow
def test_any_history_leaves_what_a_rebuild_would_compute() -> None:
    run_state_machine_as_test(
        Team,
        settings=settings(
            max_examples=20, stateful_step_count=30, phases=(Phase.generate,), deadline=None, derandomize=True
        ),
    )
