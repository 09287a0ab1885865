"""What a team says about its flow diagram that no count can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from reviews.models import Review


class FlowStatementQuerySet(models.QuerySet["FlowStatement"]):
    """Questions about statements."""

    def in_force(self, review: Review) -> FlowStatement:
        """The newest one; a review of which nothing was said is a new one (an unsaved row)."""
        return self.filter(review=review).order_by("-pk").first() or FlowStatement(review=review)


class FlowStatement(models.Model):
    """A fact: whether the review updates an earlier one, with the numbers of that, and notes on warnings. The newest counts.

    The earlier review's numbers are the only ones of the diagram that are typed: they were counted elsewhere, and it
    is said where.
    """

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="flow_statements")
    earlier_studies = models.PositiveIntegerField(
        null=True, blank=True, help_text="Studies that the earlier version included; empty for a new review."
    )
    earlier_reports = models.PositiveIntegerField(null=True, blank=True)
    earlier_source = models.TextField(blank=True, help_text="Where these numbers stand.")
    note_w4 = models.TextField(blank=True)
    note_w6 = models.TextField(blank=True)
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[FlowStatementQuerySet] = FlowStatementQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(earlier_studies=None, earlier_reports=None)
                | Q(earlier_studies__isnull=False, earlier_reports__gte=models.F("earlier_studies"))
                & ~Q(earlier_source=""),
                name="flow_earlier_numbers_are_whole_and_have_a_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.review_id}: {'update' if self.is_update else 'new review'}"

    @property
    def is_update(self) -> bool:
        """Whether there is an earlier version whose studies stay included."""
        return self.earlier_studies is not None


class EarlierStudy(models.Model):
    """A fact: the earlier version of the review had this study already, or it had not after all. The newest counts."""

    study = models.ForeignKey("extraction.Study", on_delete=models.PROTECT, related_name="earlier_marks")
    is_earlier = models.BooleanField()
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "earlier studies"

    def __str__(self) -> str:
        return f"{self.study_id}: {'earlier' if self.is_earlier else 'new'}"
