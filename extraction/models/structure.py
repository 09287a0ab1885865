"""What is measured in whom: arms of a study; outcomes and comparisons of the review."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Arm(models.Model):
    """A group of participants of one study."""

    study = models.ForeignKey("extraction.Study", on_delete=models.PROTECT, related_name="arms")
    label = models.CharField(max_length=120)
    intervention = models.TextField(blank=True)
    dose = models.CharField(
        "Dose and frequency", max_length=200, blank=True, help_text="How much and how often, as reported."
    )
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


class TimePoint(models.Model):
    """A moment at which one study measured; zero weeks or fewer is before the treatment began."""

    study = models.ForeignKey("extraction.Study", on_delete=models.PROTECT, related_name="times")
    label = models.CharField(max_length=60, help_text="As the report says it, for example 6 months.")
    weeks = models.FloatField(help_text="Weeks since the treatment began; 0 for baseline.")
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["weeks", "pk"]
        constraints = [
            models.UniqueConstraint("study", "label", name="time_point_label_is_used_once_per_study")
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_baseline(self) -> bool:
        """Before the treatment began."""
        return self.weeks <= 0

    @property
    def says_weeks(self) -> bool:
        """The label is the number of weeks in words, as in “12 weeks”."""
        return self.label.casefold() in {f"{self.weeks:g} week", f"{self.weeks:g} weeks"}


def is_asked_at(weeks: float, window_from: float | None, window_to: float | None, baseline: bool) -> bool:
    """Is an outcome with this window asked for `weeks` after the treatment began? Before it: only if `baseline`."""
    if weeks <= 0:
        return baseline
    return (window_from is None or weeks >= window_from) and (window_to is None or weeks <= window_to)


class Metric(models.TextChoices):
    """What a number of an outcome is."""

    FINAL = "final", "Value at the time point"
    CHANGE = "change", "Change from baseline"
    SLOPE = "slope", "Slope over time"
    EVENTS = "events", "Events"
    RATE = "rate", "Events in person-time"
    TIME_TO_EVENT = "time-to-event", "Time to event"


class Outcome(models.Model):
    """Something the review wants to know, measured in one way at one time."""

    class Direction(models.TextChoices):
        """Which way is good for the patient."""

        HIGHER = "higher", "Higher is better"
        LOWER = "lower", "Lower is better"

    class WhenSeveral(models.TextChoices):
        """Which time point an analysis takes when a study measured at several in the window."""

        LATEST = "latest", "The latest in the window"
        EARLIEST = "earliest", "The earliest in the window"

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="outcomes_measured")
    domain = models.CharField(max_length=120, help_text="What is meant, for example physical function.")
    measure = models.CharField(max_length=120, blank=True, help_text="How, for example ALSFRS-R (0–48).")
    metric = models.CharField(max_length=15, choices=Metric.choices)
    time_point = models.CharField(
        max_length=120, blank=True, help_text="When, for example end of intervention."
    )
    window_from = models.FloatField("Window from (weeks)", null=True, blank=True)
    window_to = models.FloatField("Window to (weeks)", null=True, blank=True)
    when_several = models.CharField(max_length=8, choices=WhenSeveral.choices, default=WhenSeveral.LATEST)
    asks_baseline = models.BooleanField(
        default=False, help_text="Ask for the values before the treatment as well."
    )
    unit = models.CharField(max_length=60, blank=True)
    scale_low = models.FloatField("Lowest possible value", null=True, blank=True)
    scale_high = models.FloatField("Highest possible value", null=True, blank=True)
    is_whole = models.BooleanField(
        "Each person's value is a whole number", default=False, help_text="As with questionnaires and counts."
    )
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
            models.CheckConstraint(
                condition=Q(when_several__in=["latest", "earliest"]), name="outcome_when_several_is_known"
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

    @property
    def is_counted(self) -> bool:
        """Events are counted, among people or in the time they were watched."""
        return self.metric in {Metric.EVENTS, Metric.RATE, Metric.TIME_TO_EVENT}

    def asks(self, time: TimePoint) -> bool:
        """Is this outcome asked for at that time: in its window, or at baseline where that is wanted?"""
        return is_asked_at(time.weeks, self.window_from, self.window_to, self.asks_baseline)


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


class SeveralArms(models.TextChoices):
    """What becomes of several arms on one side of a comparison (Handbook 23.3.4)."""

    COMBINE = "combine", "Combine them into one group"
    SPLIT = "split", "Compare each by itself, and split the shared group between them"


class ArmsChoice(models.Model):
    """A fact: how a study's several arms enter a comparison; the newest counts. Without one they are combined."""

    study = models.ForeignKey("extraction.Study", on_delete=models.PROTECT, related_name="arms_choices")
    comparison = models.ForeignKey(Comparison, on_delete=models.PROTECT, related_name="arms_choices")
    how = models.CharField(max_length=7, choices=SeveralArms.choices)
    reason = models.TextField(blank=True)
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(how__in=["combine", "split"]), name="several_arms_choice_is_known"
            )
        ]

    def __str__(self) -> str:
        return str(self.get_how_display())


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
