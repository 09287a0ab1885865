"""Votes and resolutions: facts that are only ever added.

A vote is cast on a *record* (title and abstract) or on a *report* (full text), never on a candidate, which is only an
index: when duplicates are linked or parted, the votes stay where they were cast and are counted anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q

from screening.models.policy import Stage
from screening.models.subject import ABOUT_ONE_THING, about, shown_to_all

if TYPE_CHECKING:
    from reviews.models import Membership
    from screening.models.candidate import Candidate


class Verdict(models.TextChoices):
    """What a reviewer says; WITHDRAWN takes the last word back."""

    INCLUDE = "include", "Include"
    EXCLUDE = "exclude", "Exclude"
    MAYBE = "maybe", "Maybe"
    WITHDRAWN = "withdrawn", "Taken back"


class VoteQuerySet(models.QuerySet["Vote"]):
    """Questions about votes."""

    def about(self, candidate: Candidate) -> VoteQuerySet:
        """All that were ever cast for a candidate, oldest first: for a record, those on its duplicates too."""
        return self.filter(about(candidate)).order_by("pk")

    def visible_to(self, membership: Membership) -> VoteQuerySet:
        """The votes of a review that this member may see today: one's own, and what is shown to all."""
        mine = Q(reviewer_id=membership.user_id)
        return self.filter(mine | shown_to_all(membership), review=membership.review)


class Vote(models.Model):
    """One reviewer's word on one record or report; the newest of a reviewer counts."""

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="votes")
    stage = models.CharField(max_length=20, choices=Stage.choices)
    record = models.ForeignKey("reviews.Record", on_delete=models.PROTECT, null=True, related_name="votes")
    report = models.ForeignKey("screening.Report", on_delete=models.PROTECT, null=True, related_name="votes")
    reviewer = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="votes")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    reason = models.ForeignKey(
        "reviews.ExclusionReason", on_delete=models.PROTECT, null=True, related_name="+"
    )
    note = models.TextField(blank=True)
    seconds = models.FloatField(null=True, help_text="How long the text was on the reviewer's screen.")
    policy = models.ForeignKey("screening.Policy", on_delete=models.PROTECT, related_name="votes")
    at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[VoteQuerySet] = VoteQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(verdict__in=Verdict.values), name="vote_verdict_is_known"),
            models.CheckConstraint(condition=ABOUT_ONE_THING, name="vote_is_on_a_record_or_on_a_report"),
            models.CheckConstraint(
                condition=~Q(stage=Stage.FULL_TEXT, verdict="exclude", reason=None),
                name="full_text_exclusion_has_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["record", "reviewer"], name="vote_by_record_and_reviewer"),
            models.Index(fields=["report", "reviewer"], name="vote_by_report_and_reviewer"),
            models.Index(fields=["review", "stage", "reviewer"], name="vote_by_stage_and_reviewer"),
        ]

    def __str__(self) -> str:
        return f"{self.reviewer_id}: {self.verdict}"


class ResolutionQuerySet(models.QuerySet["Resolution"]):
    """Questions about resolutions."""

    def about(self, candidate: Candidate) -> ResolutionQuerySet:
        """All that concern a candidate, oldest first: for a record, those on its duplicates too."""
        return self.filter(about(candidate)).order_by("pk")


class Resolution(models.Model):
    """How a conflict ended; the newest counts, and WITHDRAWN opens it again."""

    class Kind(models.TextChoices):
        """Who agreed to it."""

        CONSENSUS = "consensus", "Consensus of the reviewers"
        ARBITRATION = "arbitration", "Arbitration"
        MEETING = "meeting", "Group meeting"

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="resolutions")
    stage = models.CharField(max_length=20, choices=Stage.choices)
    record = models.ForeignKey(
        "reviews.Record", on_delete=models.PROTECT, null=True, related_name="resolutions"
    )
    report = models.ForeignKey(
        "screening.Report", on_delete=models.PROTECT, null=True, related_name="resolutions"
    )
    kind = models.CharField(max_length=12, choices=Kind.choices)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    reason = models.ForeignKey(
        "reviews.ExclusionReason", on_delete=models.PROTECT, null=True, related_name="+"
    )
    explanation = models.TextField()
    meeting = models.ForeignKey(
        "screening.Meeting", on_delete=models.PROTECT, null=True, related_name="resolutions"
    )
    proposal = models.ForeignKey(
        "screening.Proposal", on_delete=models.PROTECT, null=True, related_name="resolutions"
    )
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[ResolutionQuerySet] = ResolutionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict__in=["include", "exclude", "withdrawn"]),
                name="resolution_verdict_is_known",
            ),
            models.CheckConstraint(
                condition=ABOUT_ONE_THING, name="resolution_is_on_a_record_or_on_a_report"
            ),
            models.CheckConstraint(condition=~Q(explanation=""), name="resolution_has_an_explanation"),
            models.CheckConstraint(
                condition=~Q(stage=Stage.FULL_TEXT, verdict="exclude", reason=None),
                name="full_text_resolution_to_exclude_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.verdict}"
