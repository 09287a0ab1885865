"""Extracted numbers: every keystroke that was saved is a row, and the newest of an author counts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Field(models.TextChoices):
    """What a number is. Arm-level ones stand under an arm; contrast-level ones under a comparison."""

    N = "n", "Number analysed"
    EVENTS = "events", "Events"
    PERCENT = "percent", "Percentage with events"
    PERSON_TIME = "person-time", "Person-time"
    MEAN = "mean", "Mean"
    SD = "sd", "Standard deviation"
    SE = "se", "Standard error"
    MEAN_CI_LOW = "mean-ci-low", "Lower limit of the mean (95 %)"
    MEAN_CI_HIGH = "mean-ci-high", "Upper limit of the mean (95 %)"
    MEDIAN = "median", "Median"
    Q1 = "q1", "First quartile"
    Q3 = "q3", "Third quartile"
    MINIMUM = "minimum", "Minimum"
    MAXIMUM = "maximum", "Maximum"
    MEASURE = "measure", "Effect measure"
    ESTIMATE = "estimate", "Estimate"
    CI_LOW = "ci-low", "Lower limit"
    CI_HIGH = "ci-high", "Upper limit"
    CI_LEVEL = "ci-level", "Confidence level (%)"
    ESTIMATE_SE = "estimate-se", "Standard error of the estimate"
    P = "p", "p"
    Z = "z", "z"
    T = "t", "t"
    F = "f", "F"
    DF = "df", "Degrees of freedom"


ARM_FIELDS = (
    Field.N,
    Field.EVENTS,
    Field.PERCENT,
    Field.PERSON_TIME,
    Field.MEAN,
    Field.SD,
    Field.SE,
    Field.MEAN_CI_LOW,
    Field.MEAN_CI_HIGH,
    Field.MEDIAN,
    Field.Q1,
    Field.Q3,
    Field.MINIMUM,
    Field.MAXIMUM,
)
#: Most reports give the first of these; a page may keep the others folded away.
CONTRAST_FIELDS = (
    Field.MEASURE,
    Field.ESTIMATE,
    Field.CI_LOW,
    Field.CI_HIGH,
    Field.ESTIMATE_SE,
    Field.P,
    Field.CI_LEVEL,
    Field.Z,
    Field.T,
    Field.F,
    Field.DF,
)
FURTHER_FIELDS = frozenset(
    {
        Field.PERCENT,
        Field.MEAN_CI_LOW,
        Field.MEAN_CI_HIGH,
        Field.MEDIAN,
        Field.Q1,
        Field.Q3,
        Field.MINIMUM,
        Field.MAXIMUM,
        Field.CI_LEVEL,
        Field.Z,
        Field.T,
        Field.F,
        Field.DF,
    }
)


class Value(models.Model):
    """A fact: what somebody read for one cell. The cell is study × outcome × time × (arm | comparison) × field.

    `text` is what was typed, `number` what it means (none: the cell was emptied, or the report does not say).
    No `time` means the time point of the outcome itself. A number that was not read but computed names its `method`,
    and `inputs` is what the calculator was given. `settled` rows are the team's agreed value; the others belong to the
    extractor who wrote them.
    """

    study = models.ForeignKey("extraction.Study", on_delete=models.PROTECT, related_name="values")
    outcome = models.ForeignKey("extraction.Outcome", on_delete=models.PROTECT, related_name="values")
    arm = models.ForeignKey("extraction.Arm", on_delete=models.PROTECT, null=True, related_name="values")
    comparison = models.ForeignKey(
        "extraction.Comparison", on_delete=models.PROTECT, null=True, related_name="values"
    )
    time = models.ForeignKey(
        "extraction.TimePoint", on_delete=models.PROTECT, null=True, related_name="values"
    )
    field = models.CharField(max_length=12, choices=Field.choices)
    text = models.CharField(max_length=60, blank=True)
    number = models.FloatField(null=True)
    report = models.ForeignKey("screening.Report", on_delete=models.PROTECT, null=True, related_name="+")
    page = models.CharField(max_length=20, blank=True)
    quote = models.TextField(blank=True)
    method = models.CharField(
        max_length=200, blank=True, help_text="How it was computed; empty: read as it stands."
    )
    inputs = models.JSONField(default=dict, blank=True, help_text="What the calculator was given, by name.")
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
