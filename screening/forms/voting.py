"""What a vote asks for."""

from __future__ import annotations

from typing import Any

from django import forms

from reviews.models import ExclusionReason, Review
from screening.models import Verdict
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
