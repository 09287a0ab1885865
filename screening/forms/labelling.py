"""A label on a record, as the screening page posts it."""

from __future__ import annotations

from typing import Any

from django import forms

from reviews.models import Review
from screening.models import Label
from screening.services.labels import LONGEST_NAME


class PutLabelForm(forms.Form):
    """A label to put on, or one to take off, or the name of a new one, which is put on."""

    on = forms.ModelChoiceField(Label.objects.none(), required=False)
    off = forms.ModelChoiceField(Label.objects.none(), required=False)
    name = forms.CharField(required=False, max_length=LONGEST_NAME)

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in ("on", "off"):
            self.fields[field].queryset = Label.objects.filter(review=review)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """One of the three."""
        data = super().clean() or {}
        if not self.errors and sum(bool(data.get(name)) for name in ("on", "off", "name")) != 1:
            raise forms.ValidationError("Choose a label, or name a new one.")
        return data
