"""Forms on a file's page."""

from __future__ import annotations

from django import forms

from reviews.forms.rows import RowForm
from reviews.models import Search
from reviews.services.rescues import LONGEST_TITLE


class HitsForm(RowForm):
    """How many hits the source reported, and why the number changes."""

    reason = forms.CharField(
        label="Why it changes",
        max_length=500,
        widget=forms.TextInput(
            attrs={"placeholder": "For example: read from the screen print of the search"}
        ),
    )

    class Meta:
        model = Search
        fields = ("hits",)
        labels = {"hits": "Hits reported by the source"}
        help_texts = {"hits": "Leave it empty if nobody knows."}

    @property
    def row_fields(self) -> list[str]:
        """Only the number is a column; the reason goes into the history."""
        return ["hits"]


class RescueForm(forms.Form):
    """The title of a record that could not be read."""

    title = forms.CharField(
        label="Title",
        max_length=LONGEST_TITLE,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Everything else stays as it is in the file, and is shown on the record's page.",
    )


class WithdrawForm(forms.Form):
    """Why a file leaves the review."""

    reason = forms.CharField(
        label="Reason", max_length=500, help_text="It goes into the history and into the report."
    )
