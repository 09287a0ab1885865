"""The claims of a published review: pasted, looked at, saved."""

from __future__ import annotations

from typing import Any

from django import forms

from extraction.published import Report, check_text
from extraction.services.published import LONGEST_TEXT
from reviews.forms.rows import PlainTextForm


class ClaimsForm(PlainTextForm):
    """A pasted text. Lines that cannot be read are told by their numbers; they may be saved unread, on demand."""

    text = forms.CharField(
        label="Claims",
        max_length=LONGEST_TEXT,
        strip=False,
        help_text="One claim a line: a number of your own, the kind, what it is about, then name = value. Cells divided by | or by tabs.",
        widget=forms.Textarea(
            attrs={"rows": 18, "spellcheck": "false", "wrap": "off", "class": "claims__text"}
        ),
        error_messages={"required": "Paste the claims, one a line."},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=10**9)

    @property
    def report(self) -> Report:
        """What becomes of the text as it is."""
        return check_text(
            str(self.data.get("text", ""))[:LONGEST_TEXT] if self.is_bound else self.initial.get("text", "")
        )

    @property
    def unread_stop_it(self) -> bool:
        """Do lines that cannot be read keep the text from being saved? Not when that was asked for."""
        return bool(self.report.problems) and "anyway" not in self.data


class PublishedForm(ClaimsForm):
    """A published review with its claims."""

    title = forms.CharField(
        label="Short name",
        max_length=200,
        help_text="For example the first author and year.",
        error_messages={"required": "Write by what name the published review is known."},
    )
    citation = forms.CharField(
        label="Citation", max_length=500, required=False, help_text="Where it is published, with its DOI."
    )
    field_order = ["title", "citation", "text", "seen"]

    @property
    def values(self) -> dict[str, Any]:
        """What was typed."""
        return {name: self.cleaned_data[name] for name in ("title", "citation", "text")}
