"""Studies: their details, and which report goes where."""

from __future__ import annotations

from typing import Any

from django import forms

from extraction.conversions import NotANumber, parse_number
from extraction.models import Study
from extraction.queries.studies import LONGEST_LABEL, waiting_reports
from reviews.forms.rows import PlainTextForm, RowForm
from reviews.models import Review
from screening.models import Report


class NamedValuesField(forms.CharField):
    """Numbers and groups by name, one a line: “weeks: 26”, “exercise type: aerobic”."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 3}), **options)

    def prepare_value(self, value: Any) -> Any:
        """One line for each."""
        if isinstance(value, dict):
            return "\n".join(f"{name}: {what}" for name, what in value.items())
        return value

    def clean(self, value: Any) -> Any:
        """The same as a mapping; what reads as a number is one."""
        named: dict[str, float | int | str] = {}
        for line in str(value or "").splitlines():
            name, colon, what = (part.strip() for part in line.partition(":"))
            if not line.strip():
                continue
            if not (name and colon and what):
                raise forms.ValidationError(
                    f"“{line}” needs a name, a colon and a value, for example weeks: 26."
                )
            if name in named:
                raise forms.ValidationError(f"“{name}” stands there twice.")
            named[name] = _number_or_text(what)
        return named


def _number_or_text(text: str) -> float | int | str:
    try:
        number = parse_number(text)
    except NotANumber:
        return text
    return int(number) if number.is_integer() else number


class StudyForm(RowForm):
    """What is known about a study."""

    moderators = NamedValuesField(
        label="Characteristics for subgroups and regression",
        help_text="One a line, a name, a colon and a number or group, for example weeks: 26.",
    )

    class Meta:
        model = Study
        fields = ("label", "year", "design", "country", "registration", "notes", "moderators")
        help_texts = {
            "design": "For example parallel randomised trial.",
            "registration": "For example NCT03326622.",
        }
        widgets = {"notes": forms.Textarea(attrs={"rows": 3})}

    def clean_year(self) -> int | None:
        """A year of this calendar."""
        year: int | None = self.cleaned_data["year"]
        if year is not None and not 1500 <= year <= 2200:
            raise forms.ValidationError("Write the year with four digits, for example 2018.")
        return year


class PlacingForm(PlainTextForm):
    """A waiting report, and the label of the study that is made of it or that it joins."""

    report = forms.ModelChoiceField(
        Report.objects.none(),
        error_messages={"invalid_choice": "This report does not await a study (any more)."},
    )
    label = forms.CharField(
        label="Study", max_length=LONGEST_LABEL, error_messages={"required": "Write the study's label."}
    )

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["report"].queryset = waiting_reports(review)  # type: ignore[attr-defined]
