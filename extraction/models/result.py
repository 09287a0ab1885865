"""Extracted numbers: every keystroke that was saved is a row, and the newest of an author counts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Field(models.TextChoices):
    """What a number is. Arm-level ones stand under an arm; contrast-level ones under a comparison."""

    N = "n", "Number analysed"
    EVENTS = "events", "Events"
    MEAN = "mean", "Mean"
    SD = "sd", "Standard deviation"
    SE = "se", "Standard error"
    MEASURE = "measure", "Effect measure"
    ESTIMATE = "estimate", "Estimate"
    CI_LOW = "ci-low", "Lower limit (95 %)"
    CI_HIGH = "ci-high", "Upper limit (95 %)"
    ESTIMATE_SE = "estimate-se", "Standard error of the estimate"


ARM_FIELDS = (Field.N, Field.EVENTS, Field.MEAN, Field.SD, Field.SE)
CONTRAST_FIELDS = (Field.MEASURE, Field.ESTIMATE, Field.CI_LOW, Field.CI_HIGH, Field.ESTIMATE_SE)


class Value(models.Model):
    """A fact: what somebody read for one cell. The cell is study × outcome × (arm | comparison) × field.

    `text` is what was typed, `number` what it means (none: the cell was emptied, or the report does not say).
    `settled` rows are the team's agreed value; the others belong to the extractor who wrote them.
    """

    study = models.ForeignKey("extraction.Study", on_delete=models.PROTECT, related_name="values")
    outcome = models.ForeignKey("extraction.Outcome", on_delete=models.PROTECT, related_name="values")
    arm = models.ForeignKey("extraction.Arm", on_delete=models.PROTECT, null=True, related_name="values")
    comparison = models.ForeignKey(
        "extraction.Comparison", on_delete=models.PROTECT, null=True, related_name="values"
    )
    field = models.CharField(max_length=12, choices=Field.choices)
    text = models.CharField(max_length=60, blank=True)
    number = models.FloatField(null=True)
    report = models.ForeignKey("screening.Report", on_delete=models.PROTECT, null=True, related_name="+")
    page = models.CharField(max_length=20, blank=True)
    quote = models.TextField(blank=True)
    settled = models.BooleanField(default=False)
    chosen_from = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True, help_text="For a settled value: why, when the extractors differed.")
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(field__in=Field.values), name="value_field_is_known"),
            models.CheckConstraint(
                condition=Q(arm__isnull=False, comparison=None, field__in=[f.value for f in ARM_FIELDS])
                | Q(arm=None, comparison__isnull=False, field__in=[f.value for f in CONTRAST_FIELDS]),
                name="value_stands_under_an_arm_or_a_comparison",
            ),
        ]
        indexes = [models.Index(fields=["study", "outcome"], name="value_by_study_and_outcome")]

    def __str__(self) -> str:
        return f"{self.get_field_display()}: {self.text}"
