"""Forms about records."""

from __future__ import annotations

from django import forms

from reviews.models import Record


class RemovalForm(forms.Form):
    """Why records are taken out before screening."""

    kind = forms.ChoiceField(label="Counted as", choices=Record.Removed.choices)
    reason = forms.CharField(
        label="Reason", max_length=500, help_text="It goes into the history and, summed up, into the report."
    )


class BulkRemovalForm(RemovalForm):
    """The same for the records ticked in a list, or for all that the filter shows."""

    records = forms.TypedMultipleChoiceField(label="Records", coerce=int, required=False)
    scope = forms.ChoiceField(
        label="Which records",
        choices=[("ticked", "the records ticked above"), ("all", "all records that the filter shows")],
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        ticked = self.data.getlist("records") if hasattr(self.data, "getlist") else []
        self.fields["records"].choices = [(value, value) for value in ticked if value.isdecimal()]  # type: ignore[attr-defined]
