"""A vote on many records of the list at once."""

from __future__ import annotations

from typing import Any

from django import forms

from reviews.models import ExclusionReason, Review
from screening.forms.voting import VoteForm


class BulkForm(VoteForm):
    """One verdict or reason, for ticked records or for all that the list shows, with or without having seen what it would do."""

    all = forms.BooleanField(required=False)
    sure = forms.BooleanField(required=False)
    ids = forms.CharField(required=False, max_length=20_000)

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, review=review, **kwargs)
        self.ticked = self.data.getlist("c") if hasattr(self.data, "getlist") else []

    @property
    def chosen(self) -> list[int]:
        """The candidates that were ticked, or were shown before."""
        texts = [*self.ticked, *self.cleaned_data["ids"].split(",")]
        return sorted({int(text) for text in texts if text.isdecimal() and len(text) < 19})

    @property
    def because(self) -> ExclusionReason | None:
        """Why they would be excluded."""
        found: ExclusionReason | None = self.cleaned_data.get("reason")
        return found
