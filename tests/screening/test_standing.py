"""Whatever happens in whatever order: what is stored equals what the facts say, and the counts add up."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from reviews.errors import Refused
from reviews.models import ExclusionReason, Membership, Record, Review, Search, User
from screening.models import Candidate, Report, Resolution, Stage, Standing, Verdict, Vote
from screening.services import conflicts, policies, reports, standing, votes
from tests.factories import a_member, a_reason, a_record, a_review, a_search

VERDICTS = st.sampled_from([Verdict.INCLUDE, Verdict.EXCLUDE, Verdict.MAYBE])
STAGES = st.sampled_from(list(Stage))
PEOPLE = st.integers(0, 3)
WHICH = st.integers(0, 200)


def snapshot(review: Review) -> dict[str, Any]:
    """All that this floor derives, without the ids of index rows."""
    candidates = Candidate.objects.filter(review=review)
    reports_ = Report.objects.filter(review=review).order_by("pk")
    return {
        "candidates": sorted(
            candidates.values_list(
                "stage", "record_id", "report_id", "status", "votes", "reason_id", "resolved"
            ),
            key=str,
        ),
        "standing": sorted(
            Standing.objects.filter(candidate__review=review).values_list(
                "candidate__record_id", "candidate__report_id", "reviewer_id", "vote_id", "verdict"
            ),
            key=str,
        ),
        "reports": list(
            reports_.values_list("pk", "retrieval", "is_sought", "from_databases", "from_other_methods")
        ),
    }


class Team(RuleBasedStateMachine):
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
        conflicts.resolve(
            candidate=candidate,
            kind=Resolution.Kind.ARBITRATION,
            verdict=Verdict.INCLUDE if include else Verdict.EXCLUDE,
            reason=None if include else self.reasons[which % 3],
            explanation="We talked about it.",
            by=self.people[0],
        )

    @rule(which=WHICH)
    def reopen(self, which: int) -> None:
        candidate = self._pick(Candidate.objects.filter(review=self.review, resolved=True), which)
        if candidate is None:
            return
        with suppress(Refused):
            conflicts.reopen(candidate=candidate, explanation="Not so sure.", by=self.people[0])

    @rule(stage=STAGES, needed=st.integers(1, 3))
    def change_policy(self, stage: Stage, needed: int) -> None:
        preview = policies.preview(review=self.review, stage=stage, votes_needed=needed)
        before = Candidate.objects.of(self.review, stage).count()
        was = dict(Candidate.objects.of(self.review, stage).values_list("pk", "status"))
        try:
            policies.change(
                review=self.review,
                stage=stage,
                votes_needed=needed,
                blinded=True,
                arbiter=None,
                by=self.people[0],
            )
        except Refused:
            return
        now = dict(Candidate.objects.of(self.review, stage).values_list("pk", "status"))
        assert preview.changed == sum(now[pk] != was[pk] for pk in was)
        assert preview.unchanged + preview.changed == before

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

    @invariant()
    def stored_equals_rebuilt(self) -> None:
        if not hasattr(self, "review"):
            return
        stored = snapshot(self.review)
        votes_cast = Vote.objects.filter(review=self.review).count()
        standing.rebuild(review=self.review)
        assert snapshot(self.review) == stored
        assert Vote.objects.filter(review=self.review).count() == votes_cast

    @invariant()
    def counts_add_up(self) -> None:
        if not hasattr(self, "review"):
            return
        screened = Candidate.objects.of(self.review, Stage.TITLE_ABSTRACT)
        by_status = [screened.filter(status=status).count() for status in Candidate.Status.values]
        clusters_with_database_record = {
            record.duplicate_of_id or record.pk
            for record in Record.objects.of(self.review).select_related("search")
            if record.search.kind == "database"
        }
        removed = set(Record.objects.of(self.review).exclude(removed_as="").values_list("pk", flat=True))
        assert sum(by_status) == len(clusters_with_database_record - removed)
        sought = Report.objects.of(self.review).sought()
        assert sought.filter(from_databases=True).count() <= screened.filter(status="included").count()
        read = sought.filter(retrieval="retrieved")
        assert set(
            Candidate.objects.of(self.review, Stage.FULL_TEXT).values_list("report_id", flat=True)
        ) == set(read.values_list("pk", flat=True))


@pytest.mark.django_db
@pytest.mark.slow
def test_any_history_leaves_what_a_rebuild_would_compute() -> None:
    run_state_machine_as_test(
        Team,
        settings=settings(
            max_examples=30, stateful_step_count=30, phases=(Phase.generate,), deadline=None, derandomize=True
        ),
    )
