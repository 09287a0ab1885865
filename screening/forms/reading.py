"""Pilot rounds, batches and labels, as forms."""

from __future__ import annotations

from typing import Any

from django import forms

from reviews.models import Membership
from screening.models import Label, PilotEnd
from screening.services.assignments import LONGEST_NAME
from screening.services.labels import LONGEST_NAME as LONGEST_LABEL
from screening.services.pilots import LONGEST_EXPLANATION


class PilotEndForm(forms.Form):
    """How a round ends by hand."""

    outcome = forms.ChoiceField(
        label="What follows",
        widget=forms.RadioSelect,
        choices=[
            (PilotEnd.Outcome.REPEATED.value, "Another round: we talked, and try again"),
            (PilotEnd.Outcome.UNLOCKED.value, "Open the stage all the same"),
            (PilotEnd.Outcome.ABANDONED.value, "Give the round up: its records are decided like all others"),
        ],
    )
    explanation = forms.CharField(
        label="Why", max_length=LONGEST_EXPLANATION, widget=forms.Textarea(attrs={"rows": 2})
    )


class BatchForm(forms.Form):
    """Who reads how much of what is not given out yet."""

    name = forms.CharField(label="Name of the batch", max_length=LONGEST_NAME)
    size = forms.IntegerField(
        label="How many records",
        required=False,
        min_value=1,
        max_value=10_000_000,
        help_text="By lot. Empty: all that nobody was given yet.",
    )
    readers = forms.IntegerField(label="People who read each record", min_value=1, max_value=4)
    seed = forms.IntegerField(
        label="Seed",
        required=False,
        min_value=1,
        max_value=2**53,
        help_text="The same seed draws the same again. Empty: one is drawn.",
    )

    def __init__(self, *args: Any, screeners: list[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {f"share-{m.user_id}": m for m in screeners}
        for field, member in self.people.items():
            self.fields[field] = forms.IntegerField(
                label=str(member.user), required=False, min_value=0, max_value=10_000, initial=0
            )

    @property
    def share_fields(self) -> list[forms.BoundField]:
        """One number for each person."""
        return [self[name] for name in self.people]

    @property
    def values(self) -> dict[str, Any]:
        """What the verb takes."""
        data = self.cleaned_data
        weights = {member.user_id: data[name] or 0 for name, member in self.people.items()}
        return {name: data[name] for name in ("name", "size", "readers", "seed")} | {"weights": weights}


class LabelForm(forms.Form):
    """A new label."""

    name = forms.CharField(label="Name", max_length=LONGEST_LABEL)
    tone = forms.ChoiceField(label="Colour", choices=Label.Tone.choices)
