"""Labels: the review's own words for what should be found again."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from screening.models.subject import ABOUT_ONE_THING, Saying, SayingQuerySet


class Label(models.Model):
    """A word with a colour; a retired one stays on what has it and is not offered any more."""

    class Tone(models.TextChoices):
        """The colours of the design system by their tokens."""

        PLAIN = "plain", "Grey"
        ACCENT = "accent", "Accent"
        INCLUDE = "include", "Green"
        MAYBE = "maybe", "Amber"
        EXCLUDE = "exclude", "Red"
        CONFLICT = "conflict", "Violet"

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="labels")
    name = models.CharField(max_length=60)
    tone = models.CharField(max_length=10, choices=Tone.choices, default=Tone.PLAIN)
    created_by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="label_has_a_name"),
            models.CheckConstraint(
                condition=Q(tone__in=["plain", "accent", "include", "maybe", "exclude", "conflict"]),
                name="label_tone_is_known",
            ),
            models.UniqueConstraint("review", "name", name="labels_of_a_review_differ"),
        ]

    def __str__(self) -> str:
        return self.name


class LabellingQuerySet(SayingQuerySet):
    """Questions about labels on records and reports."""

    def standing(self) -> Self:
        """Labels that are on today: of each person's word on one label and record or report, the newest counts."""
        later = Labelling.objects.filter(label=OuterRef("label"), by=OuterRef("by"), pk__gt=OuterRef("pk"))
        on_record = later.filter(record=OuterRef("record"))
        on_report = later.filter(report=OuterRef("report"))
        return self.filter(~Exists(on_record), ~Exists(on_report), on=True)


class Labelling(Saying):
    """A fact: somebody put a label on a record or report, or took their own off again (`on` false)."""

    label = models.ForeignKey(Label, on_delete=models.PROTECT, related_name="labellings")
    on = models.BooleanField()

    objects: ClassVar[LabellingQuerySet] = LabellingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(Saying.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=ABOUT_ONE_THING, name="labelling_is_about_one_thing")
        ]
        indexes: ClassVar = [
            models.Index(fields=["record", "label", "by"], name="labelling_by_record"),
            models.Index(fields=["report", "label", "by"], name="labelling_by_report"),
        ]

    def __str__(self) -> str:
        return f"{self.label} {'on' if self.on else 'off'}"
