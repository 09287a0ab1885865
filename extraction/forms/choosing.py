"""How a difference is settled: one of the readings, or something else with a reason."""

from __future__ import annotations

from typing import Any

from django import forms

from extraction.models import Study, Value
from extraction.queries.cells import Cell, Sheet
from reviews.forms.rows import PlainTextForm

OTHER, NOTHING = "other", "nothing"


class ChoiceForm(PlainTextForm):
    """The choice for one cell: a reading's id, NOTHING (the reports do not say), or OTHER with its text."""

    cell = forms.CharField()
    choice = forms.CharField(required=False)
    other = forms.CharField(required=False, max_length=60, label="Another value")
    note = forms.CharField(required=False, max_length=2_000, label="Why")
    seen = forms.IntegerField(min_value=0)

    def __init__(self, *args: Any, study: Study, sheet: Sheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.study = study
        self.cells = {cell.key: cell for cell in sheet.lines()}

    def clean_cell(self) -> Cell:
        """The cell of that address."""
        cell = self.cells.get(self.cleaned_data["cell"])
        if cell is None:
            raise forms.ValidationError("This cell is not asked for (any more).")
        return cell

    def clean(self) -> dict[str, Any]:
        """Adds `text` and `chosen_from`."""
        data = super().clean()
        choice, other = data.get("choice") or "", data.get("other") or ""
        data["text"], data["chosen_from"] = "", None
        if choice == OTHER or (other and not choice):
            data["text"] = other
            if not other:
                self.add_error("other", "Write the value, or choose one of the readings.")
        elif choice.isascii() and choice.isdigit() and len(choice) < 19:
            source = Value.objects.filter(study=self.study, settled=False, pk=int(choice)).first()
            if source is None:
                self.add_error("choice", "This reading does not belong to the study.")
            else:
                data["text"], data["chosen_from"] = source.text, source
        elif choice != NOTHING:
            self.add_error("choice", "Choose one of the readings, or write another value.")
        return data
