"""What a vote, a resolution and a policy ask for."""

from __future__ import annotations

from typing import Any

from django import forms

from reviews.models import ExclusionReason, Membership, Review, User
from screening.models import Policy, Resolution, Stage, Verdict
from screening.services.votes import LONGEST_NOTE


def reasons_of(review: Review) -> Any:
    """The exclusion reasons that are offered, highest-ranked first."""
    return ExclusionReason.objects.filter(review=review, retired_at=None).order_by("rank", "pk")


class VoteForm(forms.Form):
    """One press of a button: a verdict, or the reason of an exclusion."""

    verdict = forms.ChoiceField(
        required=False, choices=[(v.value, v.label) for v in Verdict if v != Verdict.WITHDRAWN]
    )
    reason = forms.ModelChoiceField(ExclusionReason.objects.none(), required=False)
    note = forms.CharField(required=False, max_length=LONGEST_NOTE, widget=forms.Textarea)
    seconds = forms.FloatField(required=False, min_value=0)

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].queryset = reasons_of(review)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A reason alone says “exclude”."""
        data = super().clean() or {}
        if not data.get("verdict"):
            if not data.get("reason"):
                raise forms.ValidationError("Choose include, exclude or maybe.")
            data["verdict"] = Verdict.EXCLUDE
        data["verdict"] = Verdict(data["verdict"])
        return data


class ResolutionForm(forms.Form):
    """How a conflict ends."""

    kind = forms.ChoiceField(label="How was it settled?", widget=forms.RadioSelect)
    verdict = forms.ChoiceField(
        label="Decision",
        widget=forms.RadioSelect,
        choices=[(Verdict.INCLUDE.value, "Include"), (Verdict.EXCLUDE.value, "Exclude")],
    )
    reason = forms.ModelChoiceField(
        ExclusionReason.objects.none(), label="Reason for exclusion", required=False, empty_label="No reason"
    )
    explanation = forms.CharField(
        label="Explanation",
        help_text="What settled it, in a sentence that a reader of the review can follow.",
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, *args: Any, review: Review, stage: Stage, kinds: list[Resolution.Kind], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        kind, reason = self.fields["kind"], self.fields["reason"]
        kind.choices = [(k.value, k.label) for k in kinds]  # type: ignore[attr-defined]
        kind.initial = kinds[-1].value if kinds else None
        reason.queryset = reasons_of(review)  # type: ignore[attr-defined]
        if stage == Stage.FULL_TEXT:
            reason.help_text = "Needed when the report is excluded."

    def clean(self) -> dict[str, Any]:
        """An included record has no reason; the one left in the list is dropped."""
        data = super().clean() or {}
        if data.get("verdict") == Verdict.INCLUDE:
            data["reason"] = None
        return data


class ReopenForm(forms.Form):
    """Why a resolution is taken back."""

    explanation = forms.CharField(
        label="Why is it opened again?", max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 2})
    )


class ArbiterField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """People by name."""

    def label_from_instance(self, person: Any) -> str:
        return str(person)


class PolicyForm(forms.Form):
    """How a stage is decided."""

    votes_needed = forms.TypedChoiceField(
        label="Votes needed for a decision",
        coerce=int,
        widget=forms.RadioSelect,
        choices=[
            (1, "1: one reviewer decides alone"),
            (2, "2: two reviewers, independently (usual)"),
            (3, "3: three reviewers, independently"),
        ],
    )
    blinded = forms.BooleanField(
        label="Blinded",
        required=False,
        help_text="Nobody sees a colleague's vote on a record before it has all its votes.",
    )
    arbiter = ArbiterField(
        User.objects.none(),
        label="Who resolves conflicts",
        required=False,
        empty_label="Any lead of the review",
    )

    def __init__(self, *args: Any, policy: Policy, arbiters: list[Membership], **kwargs: Any) -> None:
        initial = {
            "votes_needed": policy.votes_needed,
            "blinded": policy.blinded,
            "arbiter": policy.arbiter_id,
        }
        super().__init__(*args, **{**kwargs, "initial": initial, "prefix": policy.stage})
        people = User.objects.filter(pk__in=[membership.user_id for membership in arbiters]).order_by("name")
        self.fields["arbiter"].queryset = people  # type: ignore[attr-defined]
