"""What the protocol says about eligibility."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Criterion(models.Model):
    """One eligibility criterion, shown beside every record that is screened."""

    class Kind(models.TextChoices):
        """Whether meeting it speaks for or against a record."""

        INCLUSION = "inclusion", "Include if"
        EXCLUSION = "exclusion", "Exclude if"

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="criteria")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.TextField()
    position = models.PositiveIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-kind", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["inclusion", "exclusion"]), name="criterion_kind_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class ExclusionReason(models.Model):
    """Why a report may be excluded; of two different reasons the higher-ranked one (smaller rank) counts."""

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="exclusion_reasons")
    label = models.CharField(max_length=120)
    rank = models.PositiveIntegerField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["rank", "pk"]
        constraints = [
            models.UniqueConstraint("review", "label", name="reason_is_named_once_per_review"),
        ]

    def __str__(self) -> str:
        return self.label
