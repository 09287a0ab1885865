"""Reports that are read but cannot be decided on yet: facts that are only ever added."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class SettingAside(models.Model):
    """A fact about a report: it awaits classification, its study is ongoing, or it is taken up again. The newest counts.

    Such a report is neither included nor excluded, and asks nobody for a vote. Its votes are kept and count again when it
    is taken up.
    """

    class Kind(models.TextChoices):
        """Why it waits; TAKEN_UP when it no longer does."""

        AWAITING = "awaiting", "Awaiting classification"
        ONGOING = "ongoing", "Ongoing study"
        TAKEN_UP = "", "Taken up again"

    report = models.ForeignKey("screening.Report", on_delete=models.PROTECT, related_name="set_aside")
    kind = models.CharField(max_length=10, choices=Kind.choices, blank=True)
    reason = models.TextField(
        blank=True, help_text="What is waited for; may be empty when it is taken up again."
    )
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["", "awaiting", "ongoing"]), name="set_aside_as_is_known"
            ),
            models.CheckConstraint(condition=Q(kind="") | ~Q(reason=""), name="what_is_set_aside_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id}: {self.get_kind_display()}"
