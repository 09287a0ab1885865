"""Votes and resolutions: facts that are only ever added.

A vote is cast on a *record* (title and abstract) or on a *report* (full text), never on a candidate, which is only an
index: when duplicates are linked or parted, the votes stay where they were cast and are counted anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q

from screening.models.policy import Policy, Stage

if TYPE_CHECKING:
    from reviews.models import Membership
    from screening.models.candidate import Candidate


class Verdict(models.TextChoices):
    """What a reviewer says; WITHDRAWN takes the last word back."""

    INCLUDE = "include", "Include"
    EXCLUDE = "exclude", "Exclude"
    MAYBE = "maybe", "Maybe"
    WITHDRAWN = "withdrawn", "Taken back"


ABOUT_ONE_THING = Q(stage=Stage.TITLE_ABSTRACT, record__isnull=False, report__isnull=True) | Q(
    stage=Stage.FULL_TEXT, record__isnull=True, report__isnull=False
)


class VoteQuerySet(models.QuerySet["Vote"]):
    """Questions about votes."""

    def about(self, candidate: Candidate) -> VoteQuerySet:
        """All that were ever cast for a candidate, oldest first: for a record, those on its duplicates too."""
        if candidate.report_id is not None:
            return self.filter(report=candidate.report_id).order_by("pk")
        cluster = Q(record=candidate.record_id) | Q(record__duplicate_of=candidate.record_id)
        return self.filter(cluster).order_by("pk")

    def visible_to(self, membership: Membership) -> VoteQuerySet:
        """The votes of a review that this member may see today.

        Always one's own. Another's only where the stage is not blinded, or once the votes are complete: the candidate
        (for a duplicate, its cluster's) is decided or in conflict. Leads are no exception.
        """
        review = membership.review
        shown = Q(reviewer_id=membership.user_id)
        for stage in Stage:
            if not Policy.objects.in_force(review, stage).blinded:
                shown |= Q(stage=stage)
        complete = ["conflict", "included", "excluded"]
        shown |= Q(record__duplicate_of=None, record__candidates__status__in=complete)
        shown |= Q(record__duplicate_of__candidates__status__in=complete)
        shown |= Q(report__candidates__status__in=complete)
        return self.filter(shown, review=review)


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
        if candidate.report_id is not None:
            return self.filter(report=candidate.report_id).order_by("pk")
        cluster = Q(record=candidate.record_id) | Q(record__duplicate_of=candidate.record_id)
        return self.filter(cluster).order_by("pk")


class Resolution(models.Model):
    """How a conflict ended; the newest counts, and WITHDRAWN opens it again."""

    class Kind(models.TextChoices):
        """Who agreed to it."""

        CONSENSUS = "consensus", "Consensus of the reviewers"
        ARBITRATION = "arbitration", "Arbitration"

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
