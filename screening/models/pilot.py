"""Pilot rounds: a random sample that everybody reads first, so that criteria are understood alike."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from screening.models.policy import Stage
from screening.models.subject import ABOUT_ONE_THING


class PilotQuerySet(models.QuerySet["Pilot"]):
    """Questions about pilot rounds."""

    def running(self) -> Self:
        """Rounds that have not ended."""
        return self.filter(end=None)

    def counting(self) -> Self:
        """Rounds whose records are decided by the votes of the pilot: all but those given up."""
        return self.exclude(end__outcome="abandoned")


class Pilot(models.Model):
    """One round: its records were drawn at random, by a seed, from those that waited then."""

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="pilots")
    stage = models.CharField(max_length=20, choices=Stage.choices)
    number = models.PositiveIntegerField(help_text="1 for the first round of its stage.")
    policy = models.ForeignKey("screening.Policy", on_delete=models.PROTECT, related_name="pilots")
    seed = models.PositiveBigIntegerField()
    size = models.PositiveIntegerField(help_text="How many were drawn.")
    drawn_from = models.PositiveIntegerField(help_text="How many there were to draw from.")
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[PilotQuerySet] = PilotQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint("review", "stage", "number", name="pilot_rounds_are_numbered"),
        ]

    def __str__(self) -> str:
        return f"Pilot round {self.number}"


class PilotRecord(models.Model):
    """A record or report that was drawn for a round."""

    pilot = models.ForeignKey(Pilot, on_delete=models.PROTECT, related_name="drawn")
    stage = models.CharField(max_length=20, choices=Stage.choices)
    record = models.ForeignKey("reviews.Record", on_delete=models.PROTECT, null=True, related_name="+")
    report = models.ForeignKey("screening.Report", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=ABOUT_ONE_THING, name="pilot_record_is_about_one_thing"),
        ]

    def __str__(self) -> str:
        return f"{self.pilot_id}: {self.record_id or self.report_id}"


class PilotEnd(models.Model):
    """How a round ended, with the agreement it came to."""

    class Outcome(models.TextChoices):
        """What followed."""

        REACHED = "reached", "Agreement reached: the stage is open"
        UNLOCKED = "unlocked", "Opened by a lead"
        REPEATED = "repeated", "Another round follows"
        ABANDONED = "abandoned", "Given up: its records are decided like all others"

    pilot = models.OneToOneField(Pilot, on_delete=models.PROTECT, related_name="end")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    agreement = models.FloatField(null=True, help_text="By the policy's measure; none if it is not defined.")
    explanation = models.TextField(blank=True)
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["reached", "unlocked", "repeated", "abandoned"]),
                name="pilot_outcome_is_known",
            ),
            models.CheckConstraint(
                condition=Q(outcome="reached") | ~Q(explanation=""), name="pilot_end_by_a_person_says_why"
            ),
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()
