"""What the flow diagram asks: what to show of it, what it cannot count, and somebody else's numbers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from synthesis.reporting import prisma_csv
from synthesis.reporting.flow import FlowCounts
from synthesis.reporting.flow_boxes import Parts


class PartsForm(forms.Form):
    """What of the diagram is shown; PRISMA's four templates are its first two questions. Asked by GET."""

    other = forms.ChoiceField(
        label="Other methods",
        choices=[("", "If they found anything"), ("yes", "Shown"), ("no", "Left out")],
        required=False,
    )
    earlier = forms.ChoiceField(
        label="Earlier review",
        choices=[("", "Shown in an update"), ("no", "Left out")],
        required=False,
    )
    details = forms.ChoiceField(
        label="Sources and kinds of duplicates",
        choices=[("", "Each by itself"), ("no", "In total only")],
        required=False,
    )
    analysed = forms.ChoiceField(
        label="Studies in meta-analyses", choices=[("", "Shown"), ("no", "Left out")], required=False
    )

    def __init__(self, data: QueryDict | dict[str, str]) -> None:
        super().__init__(data)

    @property
    def parts(self) -> Parts:
        """The choice; a value that is none of the choices counts as the first."""
        said = self.cleaned_data if self.is_valid() else {}
        return Parts(
            other={"yes": True, "no": False}.get(said.get("other", "")),
            earlier=said.get("earlier") != "no",
            details=said.get("details") != "no",
            analysed=said.get("analysed") != "no",
        )

    @property
    def query(self) -> str:
        """The choice as the end of an address, with its question mark; nothing if nothing was chosen."""
        query = QueryDict(mutable=True)
        query.update({name: value for name, value in self.data.items() if name in self.fields and value})
        return f"?{query.urlencode()}" if query else ""


class StatementForm(forms.Form):
    """What no count can tell."""

    earlier_studies = forms.IntegerField(
        label="Studies in the earlier version", required=False, min_value=0, max_value=100_000
    )
    earlier_reports = forms.IntegerField(
        label="Reports of these studies", required=False, min_value=0, max_value=100_000
    )
    earlier_source = forms.CharField(
        label="Where these numbers stand",
        required=False,
        max_length=1000,
        help_text="For example the DOI of the earlier version. They are the only numbers of the diagram that are typed.",
    )
    note_w4 = forms.CharField(
        label="Why the reports sought are not as many as the records kept (W4)",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    note_w6 = forms.CharField(
        label="Why other methods led to more reports than records (W6)",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class DayForm(forms.Form):
    """A day in the life of the review."""

    day = forms.DateField(
        label="As it was at the end of",
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "Write the day as 2026-11-20."},
    )


class TableForm(forms.Form):
    """A table of the PRISMA2020 package, as a file or pasted."""

    file = forms.FileField(label="CSV file", required=False)
    text = forms.CharField(
        label="Or its text",
        required=False,
        strip=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
    )

    LARGEST = 1 << 20

    def clean_file(self) -> str:
        """The text of the file."""
        file = self.cleaned_data["file"]
        if file is None:
            return ""
        if file.size > self.LARGEST:
            raise forms.ValidationError("This is too large for a table of thirty rows. Choose the CSV file.")
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise forms.ValidationError("This is not a text file in UTF-8. Save the table as CSV.") from None

    def clean(self) -> dict[str, Any]:
        """The numbers in `counts`."""
        data = super().clean() or {}
        text = data.get("file") or data.get("text")
        if not self.errors:
            if not text:
                raise forms.ValidationError("Choose a file or paste the table.")
            try:
                data["counts"] = prisma_csv.read(text)
            except prisma_csv.NotAPrismaTable as error:
                raise forms.ValidationError(str(error)) from None
        return data

    @property
    def counts(self) -> FlowCounts:
        """The numbers of a valid table."""
        counts = self.cleaned_data["counts"]
        assert isinstance(counts, FlowCounts)  # noqa: S101 - clean() put it there
        return counts
