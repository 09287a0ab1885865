"""What the sentinels said about extracted numbers, and what people said to that."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q


class RaisedFinding(models.Model):
    """A fact: these numbers, when they were saved, did not follow from each other.

    Whether it still stands is computed from the numbers of today; the row stays either way. `reader` is whose reading it
    was, none for the team's settled numbers. `said` is the finding in words, as extraction.sentinels gives it.
    """

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="raised_findings")
    study = models.ForeignKey("extraction.Study", on_delete=models.PROTECT, related_name="raised_findings")
    fingerprint = models.CharField(max_length=64)
    kind = models.CharField(max_length=60)
    severity = models.CharField(max_length=10)
    said: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField()
    reader = models.ForeignKey("reviews.User", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "review", "fingerprint", "reader", name="finding_is_raised_once_per_reader"
            ),
            models.UniqueConstraint(
                "review",
                "fingerprint",
                condition=Q(reader=None),
                name="finding_is_raised_once_on_settled_numbers",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.said.get('found', '')}"


class FindingVerdict(models.Model):
    """A fact: somebody looked at a finding and dismisses it for a reason, or takes that back. The newest counts."""

    finding = models.ForeignKey(RaisedFinding, on_delete=models.PROTECT, related_name="verdicts")
    dismissed = models.BooleanField()
    reason = models.TextField(blank=True)
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(dismissed=False) | ~Q(reason=""), name="finding_is_dismissed_for_a_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{'dismissed' if self.dismissed else 'raised again'}: {self.finding}"
