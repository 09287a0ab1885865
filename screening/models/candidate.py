"""An index of what is to be decided and how far it is: derived from facts, written by services/standing.py only."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q

from screening.models.policy import Stage
from screening.models.subject import ABOUT_ONE_THING
from screening.models.vote import Verdict

if TYPE_CHECKING:
    from reviews.models import Record, Review, User
    from screening.models.report import Report


class CandidateQuerySet(models.QuerySet["Candidate"]):
    """Questions about candidates."""

    def of(self, review: Review, stage: Stage) -> CandidateQuerySet:
        """The candidates of one stage."""
        return self.filter(review=review, stage=stage)

    def awaiting(self, reviewer: User) -> CandidateQuerySet:
        """Candidates that still need a vote and have no standing one of `reviewer`'s."""
        return self.filter(status=Candidate.Status.OPEN).exclude(standings__reviewer=reviewer)

    def touched(self) -> CandidateQuerySet:
        """Candidates about which somebody said something that counts today."""
        return self.filter(self._touched())

    def untouched(self) -> CandidateQuerySet:
        """All others."""
        return self.exclude(self._touched())

    @staticmethod
    def _touched() -> Q:
        return Q(votes__gt=0) | Q(resolved=True) | Q(status__in=Candidate.SET_ASIDE)

    def in_conflict(self) -> CandidateQuerySet:
        """Complete, but the votes do not agree."""
        return self.filter(status=Candidate.Status.CONFLICT)


class Candidate(models.Model):
    """The canonical record of a cluster, or a retrieved report, in one stage."""

    class Status(models.TextChoices):
        """Where its decision stands. The last two are of full texts only: read, but neither included nor excluded."""

        OPEN = "open", "To be screened"
        CONFLICT = "conflict", "In conflict"
        INCLUDED = "included", "Included"
        EXCLUDED = "excluded", "Excluded"
        AWAITING = "awaiting", "Awaiting classification"
        ONGOING = "ongoing", "Ongoing study"

    #: Waits for something else than votes: what was said before is as blinded as that about an open one.
    SET_ASIDE = (Status.AWAITING, Status.ONGOING)
    #: Everybody whose vote was needed has voted, or a resolution decided: what was said may be seen.
    COMPLETE = (Status.CONFLICT, Status.INCLUDED, Status.EXCLUDED)

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="candidates")
    stage = models.CharField(max_length=20, choices=Stage.choices)
    record = models.ForeignKey(
        "reviews.Record", on_delete=models.PROTECT, null=True, related_name="candidates"
    )
    report = models.ForeignKey(
        "screening.Report", on_delete=models.PROTECT, null=True, related_name="candidates"
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    votes = models.PositiveSmallIntegerField(default=0, help_text="How many standing votes it has.")
    lacking = models.PositiveSmallIntegerField(
        default=0,
        help_text="How many people may vote at the same moment with no vote superfluous; 0 if not open.",
    )
    in_pilot = models.BooleanField(default=False, help_text="Drawn for a pilot round.")
    position = models.BigIntegerField(default=0, help_text="Its place in the policy's order; then by record.")
    reason = models.ForeignKey(
        "reviews.ExclusionReason", on_delete=models.PROTECT, null=True, related_name="+"
    )
    resolved = models.BooleanField(
        default=False, help_text="Decided by a resolution, not by the votes alone."
    )

    objects: ClassVar[CandidateQuerySet] = CandidateQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=ABOUT_ONE_THING, name="candidate_is_a_record_or_a_report"),
            models.CheckConstraint(
                condition=Q(status__in=["open", "conflict", "included", "excluded"])
                | Q(stage=Stage.FULL_TEXT, status__in=["awaiting", "ongoing"]),
                name="candidate_status_is_known",
            ),
            models.UniqueConstraint(
                "record", condition=Q(record__isnull=False), name="one_candidate_per_record"
            ),
            models.UniqueConstraint(
                "report", condition=Q(report__isnull=False), name="one_candidate_per_report"
            ),
        ]
        indexes = [
            # With the record, so that the next ones of a queue are read off without sorting.
            models.Index(
                fields=["review", "stage", "status", "position", "record"],
                name="candidate_by_stage_and_place",
            ),
            models.Index(fields=["review", "stage", "in_pilot", "status"], name="candidate_by_pilot"),
        ]

    def __str__(self) -> str:
        return f"{self.get_stage_display()}: {self.subject}"

    @property
    def is_complete(self) -> bool:
        """Whether what colleagues said may be seen."""
        return self.status in self.COMPLETE

    @property
    def is_set_aside(self) -> bool:
        """Whether it awaits classification or its study is ongoing."""
        return self.status in self.SET_ASIDE

    @property
    def subject(self) -> Record | Report:
        """The record or the report that is decided about."""
        subject = self.record or self.report
        assert subject is not None  # noqa: S101 - the table's constraint says so
        return subject

    @property
    def subject_id(self) -> int:
        """Its id, without asking the database."""
        subject_id = self.record_id or self.report_id
        assert subject_id is not None  # noqa: S101 - the table's constraint says so
        return subject_id


class Standing(models.Model):
    """A reviewer's vote that counts today for a candidate: the newest one, unless taken back."""

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="standings")
    # Of the candidate, again: a reviewer's own numbers are then read off one index.
    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="+", db_index=False)
    stage = models.CharField(max_length=20, choices=Stage.choices)
    status = models.CharField(max_length=10, choices=Candidate.Status.choices)
    reviewer = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    vote = models.ForeignKey("screening.Vote", on_delete=models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("candidate", "reviewer", name="one_standing_vote_per_reviewer"),
        ]
        indexes = [
            models.Index(fields=["review", "stage", "reviewer", "status"], name="standing_by_reviewer"),
            models.Index(fields=["review", "stage", "reviewer", "vote"], name="standing_by_newest_vote"),
        ]

    def __str__(self) -> str:
        return f"{self.reviewer_id}: {self.verdict}"
