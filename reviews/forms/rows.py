"""Forms that change a row: they carry along which state of it their author saw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.db import models

from reviews.services.editing import fingerprint

if TYPE_CHECKING:
    _ModelForm = forms.ModelForm[models.Model]
else:
    _ModelForm = forms.ModelForm


class PlainTextForm(forms.Form):
    """Stores line ends the same way whatever the browser sends, so that an unchanged text is unchanged."""

    def clean(self) -> dict[str, Any]:
        """Line feeds only."""
        super().clean()
        for name, value in self.cleaned_data.items():
            if isinstance(value, str):
                self.cleaned_data[name] = value.replace("\r\n", "\n")
        return self.cleaned_data


class RowForm(PlainTextForm, _ModelForm):
    """A form on an existing row, or on a new one."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The form writes what was typed into its own instance while validating; the row as read is needed here.
        if self.instance.pk:
            self.initial["seen"] = fingerprint(self.instance, self.row_fields)

    @property
    def row_fields(self) -> list[str]:
        """The columns it is about."""
        return [name for name in self.fields if name != "seen"]

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, without the mark."""
        return {name: self.cleaned_data[name] for name in self.row_fields}

    def show_what_is_there_now(self, row: models.Model) -> None:
        """After a refusal: say what somebody else wrote, and let the next submission be about that."""
        typed: Any = self.data
        data = typed.copy()
        data[self.add_prefix("seen")] = fingerprint(row, self.row_fields)
        self.data = data
        self.add_error(
            None,
            "Somebody else changed this while you were writing. Your text is below; what is stored now is shown "
            "beside it. Saving again replaces it.",
        )
        for name in self.row_fields:
            now = getattr(row, name)
            if now != self.cleaned_data.get(name):
                self.add_error(name, f"Stored now: {now if now not in (None, '') else 'nothing'}")
