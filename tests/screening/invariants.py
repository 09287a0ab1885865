"""What has to be true after every step of any history: what is stored is what the facts say, and nobody sees too much."""

from __future__ import annotations

from typing import Any

from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
)

from reviews.models import Membership, Record, Review, User
from screening.models import (
    Assignment,
    Candidate,
    Comment,
    Consent,
    Lease,
    Meeting,
    Pilot,
    PilotEnd,
    Policy,
    Proposal,
    Report,
    ReportRecord,
    Resolution,
    SettingAside,
    Stage,
    Standing,
    Vote,
)
from screening.queries import asked, queue
from screening.queries.pilots import is_locked
from screening.services import (
    standing,
)
from synthesis.queries.flow import flow_of
from synthesis.reporting.flow_rules import check

FACTS = (
    Vote,
    Resolution,
    Policy,
    Proposal,
    Consent,
    Comment,
    Meeting,
    Pilot,
    PilotEnd,
    Assignment,
    SettingAside,
    ReportRecord,
)


def snapshot(review: Review) -> dict[str, Any]:
    """All that this floor derives, without the ids of index rows."""
    candidates = Candidate.objects.filter(review=review)
    reports_ = Report.objects.filter(review=review).order_by("pk")
    return {
        "candidates": sorted(
            candidates.values_list(
                "stage",
                "record_id",
                "report_id",
                "status",
                "votes",
                "reason_id",
                "resolved",
                "lacking",
                "in_pilot",
                "position",
            ),
            key=str,
        ),
        "standing": sorted(
            Standing.objects.filter(candidate__review=review).values_list(
                "candidate__record_id",
                "candidate__report_id",
                "reviewer_id",
                "vote_id",
                "verdict",
                "review_id",
                "stage",
                "status",
            ),
            key=str,
        ),
        "reports": list(
            reports_.values_list("pk", "retrieval", "is_sought", "from_databases", "from_other_methods")
        ),
    }


class TrueAlways(RuleBasedStateMachine):
    """The invariants; a machine that does something inherits them and sets `review` and `people`."""

    review: Review
    people: list[User]
    facts: tuple[int, ...] = (0,) * len(FACTS)

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
    def nothing_is_lost(self) -> None:
        """Facts only become more."""
        if not hasattr(self, "review"):
            return
        counts = tuple(model.objects.count() for model in FACTS)
        assert all(now >= before for now, before in zip(counts, self.facts, strict=True))
        self.facts = counts

    @invariant()
    def blinding_holds(self) -> None:
        """Nobody sees what another said about something open, unless the stage is not blinded."""
        if not hasattr(self, "review"):
            return
        stages = {stage: Policy.objects.in_force(self.review, stage) for stage in Stage}
        for person in self.people:
            membership = Membership.objects.get(review=self.review, user=person)
            for vote in Vote.objects.visible_to(membership).exclude(reviewer=person):
                self._is_open_to_all(vote, stages)
            for comment in Comment.objects.visible_to(membership).exclude(by=person):
                self._is_open_to_all(comment, stages)

    def _is_open_to_all(self, said: Vote | Comment, stages: dict[Stage, Policy]) -> None:
        root = said.record and (said.record.duplicate_of_id or said.record_id)
        of = {"record": root} if root else {"report": said.report_id}
        candidate = Candidate.objects.filter(**of).first()
        if stages[Stage(said.stage)].blinded:
            assert candidate is not None
            assert candidate.is_complete
        elif candidate is not None and candidate.in_pilot and stages[Stage(said.stage)].has_pilot:
            assert candidate.is_complete

    @invariant()
    def what_waits_is_offered_to_somebody(self) -> None:
        """No assignment, team or lease holds a record back from everybody who could vote on it."""
        if not hasattr(self, "review"):
            return
        policy = Policy.objects.in_force(self.review, Stage.TITLE_ABSTRACT)
        locked = is_locked(policy)
        Lease.objects.all().delete()
        able = asked.present_screeners(self.review)
        offered = {
            row.pk
            for person in self.people
            if person.pk in able
            for row in queue.awaiting(self.review, person, n=99)
        }
        for row in Candidate.objects.of(self.review, Stage.TITLE_ABSTRACT).filter(status="open"):
            voted = set(Standing.objects.filter(candidate=row).values_list("reviewer", flat=True))
            if able - voted and (row.in_pilot or not locked) and not policy.readers:
                assert row.pk in offered

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

    @invariant()
    def the_flow_diagram_is_sound(self) -> None:
        """Rules E1 to E10 of the PRISMA flow hold."""
        if hasattr(self, "review"):
            rules = check(flow_of(self.review).counts)
            assert [rule for rule in rules if rule.code.startswith("E") and not rule.ok] == []
