"""How a review extracts: twice and blinded, or once with a second person who confirms."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class ExtractionPolicy(models.Model):
    """A fact: how results are extracted from now on; the newest counts. Without one, two people extract independently."""

    class Mode(models.TextChoices):
        """The two ways (Handbook 5.5.2 and 5.5.5)."""

        INDEPENDENT = "independent", "Two people extract independently"
        VERIFIED = "verified", "One person extracts, a second confirms each value"

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="extraction_policies")
    mode = models.CharField(max_length=11, choices=Mode.choices)
    reason = models.TextField(blank=True)
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "extraction policies"
        constraints = [
            models.CheckConstraint(
                condition=Q(mode__in=["independent", "verified"]), name="extraction_mode_is_known"
            )
        ]

    def __str__(self) -> str:
        return str(self.get_mode_display())
