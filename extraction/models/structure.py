"""What is measured in whom: arms of a study; outcomes and comparisons of the review."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Arm(models.Model):
    """A group of participants of one study."""

    study = models.ForeignKey("extraction.Study", on_delete=models.PROTECT, related_name="arms")
    label = models.CharField(max_length=120)
    intervention = models.TextField(blank=True)
    randomised = models.PositiveIntegerField(
        null=True, blank=True, help_text="Number randomised to this arm."
    )
    position = models.PositiveIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint("study", "label", name="arm_label_is_used_once_per_study")]

    def __str__(self) -> str:
        return self.label


class Metric(models.TextChoices):
    """What a number of an outcome is."""

    FINAL = "final", "Value at the time point"
    CHANGE = "change", "Change from baseline"
    SLOPE = "slope", "Slope over time"
    EVENTS = "events", "Events"
    TIME_TO_EVENT = "time-to-event", "Time to event"


class Outcome(models.Model):
    """Something the review wants to know, measured in one way at one time."""

    class Direction(models.TextChoices):
        """Which way is good for the patient."""

        HIGHER = "higher", "Higher is better"
        LOWER = "lower", "Lower is better"

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="outcomes_measured")
    domain = models.CharField(max_length=120, help_text="What is meant, for example physical function.")
    measure = models.CharField(max_length=120, blank=True, help_text="How, for example ALSFRS-R (0–48).")
    metric = models.CharField(max_length=15, choices=Metric.choices)
    time_point = models.CharField(
        max_length=120, blank=True, help_text="When, for example end of intervention."
    )
    unit = models.CharField(max_length=60, blank=True)
    direction = models.CharField(max_length=6, choices=Direction.choices)
    position = models.PositiveIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(metric__in=Metric.values), name="outcome_metric_is_known"),
            models.CheckConstraint(
                condition=Q(direction__in=["higher", "lower"]), name="outcome_direction_is_known"
            ),
            models.UniqueConstraint(
                "review",
                "domain",
                "measure",
                "metric",
                "time_point",
                name="outcome_is_defined_once_per_review",
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.domain, self.measure, self.time_point) if part)

    @property
    def is_dichotomous(self) -> bool:
        """Counted as events among people."""
        return self.metric == Metric.EVENTS


class Comparison(models.Model):
    """What is compared with what, for example exercise with usual care."""

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="comparisons")
    experimental = models.CharField(max_length=120)
    control = models.CharField(max_length=120)
    position = models.PositiveIntegerField(default=0)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                "review", "experimental", "control", name="comparison_is_defined_once_per_review"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.experimental} v {self.control}"


class ComparisonArm(models.Model):
    """On which side of a comparison an arm stands; several arms on one side are combined (Handbook 6.5.2.10)."""

    class Side(models.TextChoices):
        """The two sides."""

        EXPERIMENTAL = "experimental", "Experimental"
        CONTROL = "control", "Control"

    comparison = models.ForeignKey(Comparison, on_delete=models.PROTECT, related_name="sides")
    arm = models.ForeignKey(Arm, on_delete=models.PROTECT, related_name="sides")
    side = models.CharField(max_length=12, choices=Side.choices)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("comparison", "arm", name="arm_stands_on_one_side_of_a_comparison"),
            models.CheckConstraint(condition=Q(side__in=["experimental", "control"]), name="side_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.arm} ({self.get_side_display()})"
