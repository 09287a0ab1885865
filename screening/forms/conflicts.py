"""What ends a conflict: a decision with its grounds, a meeting with its minutes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from reviews.models import ExclusionReason, Review, User
from screening.forms.voting import reasons_of
from screening.models import Candidate, Stage, Verdict
from screening.services.meetings import LONGEST_MINUTES, Settled
from screening.services.votes import LONGEST_NOTE

ENDS = [(Verdict.INCLUDE.value, "Include"), (Verdict.EXCLUDE.value, "Exclude")]


class DecisionForm(forms.Form):
    """How a conflict ends: proposed to the others, or decided by the arbiter."""

    verdict = forms.ChoiceField(label="Decision", widget=forms.RadioSelect, choices=ENDS)
    reason = forms.ModelChoiceField(
        ExclusionReason.objects.none(), label="Reason for exclusion", required=False, empty_label="No reason"
    )
    explanation = forms.CharField(
        label="Explanation",
        help_text="What settles it, in a sentence that a reader of the review can follow.",
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, review: Review, stage: Stage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reason = self.fields["reason"]
        reason.queryset = reasons_of(review)  # type: ignore[attr-defined]
        if stage == Stage.FULL_TEXT:
            reason.help_text = "Needed when the report is excluded."
        self.fields["explanation"].widget.attrs["data-key"] = "w"

    def clean(self) -> dict[str, Any]:
        """An included record has no reason; the one left in the list is dropped."""
        data = super().clean() or {}
        if data.get("verdict") == Verdict.INCLUDE:
            data["reason"] = None
        if "verdict" in data:
            data["verdict"] = Verdict(data["verdict"])
        return data


class ReopenForm(forms.Form):
    """Why a resolution is taken back."""

    explanation = forms.CharField(
        label="Why is it opened again?", max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 2})
    )


class CommentForm(forms.Form):
    """A line of the discussion."""

    text = forms.CharField(
        label="Add to the discussion", max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 2})
    )


class PeopleField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """People by name, to be ticked."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, person: Any) -> str:
        return str(person)


class MeetingForm(forms.Form):
    """When the group met, who was there, and what was said."""

    held_on = forms.DateField(label="Date", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    present = PeopleField(User.objects.none(), label="Present")
    minutes = forms.CharField(
        label="Minutes", max_length=LONGEST_MINUTES, widget=forms.Textarea(attrs={"rows": 6})
    )

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(memberships__review=review, memberships__left_at=None)
        self.fields["present"].queryset = people.order_by("name")  # type: ignore[attr-defined]
        self.fields["held_on"].initial = timezone.localdate


class SettledForm(forms.Form):
    """One conflict of a meeting; left open, it stays in conflict."""

    verdict = forms.ChoiceField(
        label="Decision",
        required=False,
        widget=forms.RadioSelect,
        choices=[("", "Left open"), *ENDS],
        initial="",
    )
    reason = forms.ModelChoiceField(
        ExclusionReason.objects.none(), label="Reason", required=False, empty_label="No reason"
    )
    explanation = forms.CharField(label="Why, if not in the minutes", required=False, max_length=LONGEST_NOTE)

    def __init__(self, *args: Any, candidate: Candidate, reasons: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "prefix": str(candidate.pk)})
        self.candidate = candidate
        self.fields["reason"].queryset = reasons  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A report is excluded for a reason."""
        data = super().clean() or {}
        needs = self.candidate.stage == Stage.FULL_TEXT and data.get("verdict") == Verdict.EXCLUDE
        if needs and not data.get("reason"):
            self.add_error("reason", "Say for which reason the report is excluded.")
        return data

    @property
    def settled(self) -> Settled | None:
        """What was decided; nothing for one that was left open."""
        data = self.cleaned_data
        if not data.get("verdict"):
            return None
        verdict = Verdict(data["verdict"])
        reason = data["reason"] if verdict == Verdict.EXCLUDE else None
        return Settled(self.candidate, verdict, reason, data["explanation"])
