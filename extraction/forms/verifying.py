"""What a second person sends: a confirmation, a correction, a question or an answer about a cell."""

from __future__ import annotations

from typing import Any

from django import forms

from extraction.models import ExtractionPolicy
from extraction.queries.cells import Cell, Sheet
from extraction.services.policy import LONGEST_REASON
from extraction.services.questions import LONGEST_TEXT
from reviews.forms.rows import PlainTextForm

#: Database ids are no larger.
LARGEST_ID = 2**63 - 1


class _CellForm(PlainTextForm):
    """A form about cells of one sheet."""

    def __init__(self, *args: Any, sheet: Sheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {cell.key: cell for cell in sheet.lines()}

    def cell_named(self, key: str) -> Cell:
        """The cell of that address."""
        cell = self.known.get(key)
        if cell is None:
            raise forms.ValidationError("This cell is not asked for (any more).")
        return cell


class ConfirmForm(_CellForm):
    """One cell with the reading that was on the page, or (`reading` 0) the empty cells of a line."""

    cells = forms.CharField(max_length=10_000)
    reading = forms.IntegerField(min_value=0, max_value=LARGEST_ID)
    seen = forms.IntegerField(min_value=0, max_value=LARGEST_ID)

    def clean_cells(self) -> list[Cell]:
        """The cells of those addresses."""
        return [self.cell_named(key) for key in self.cleaned_data["cells"].split()]


class CorrectForm(_CellForm):
    """Another value for a cell, and why; no text: the report does not say."""

    cell = forms.CharField()
    text = forms.CharField(required=False, max_length=60, label="Value")
    note = forms.CharField(max_length=2_000, label="Why")
    reading = forms.IntegerField(min_value=0, max_value=LARGEST_ID)
    seen = forms.IntegerField(min_value=0, max_value=LARGEST_ID)

    def clean_cell(self) -> Cell:
        """The cell of that address."""
        return self.cell_named(self.cleaned_data["cell"])


class AskForm(_CellForm):
    """A question about a cell, to one extractor or (nobody named) to all."""

    cell = forms.CharField()
    to = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_ID, label="To whom")
    text = forms.CharField(max_length=LONGEST_TEXT, label="Question")

    def clean_cell(self) -> Cell:
        """The cell of that address."""
        return self.cell_named(self.cleaned_data["cell"])


class PolicyForm(PlainTextForm):
    """How results are extracted from now on."""

    mode = forms.ChoiceField(
        choices=ExtractionPolicy.Mode.choices, widget=forms.RadioSelect, label="How results are extracted"
    )
    reason = forms.CharField(
        required=False,
        max_length=LONGEST_REASON,
        label="Why",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For the methods section; everybody in the team can read it.",
    )
