"""Outcomes, comparisons, arms and times."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django import forms

from extraction.models import Arm, Comparison, Outcome, SeveralArms, TimePoint
from extraction.services.structure import LONGEST_WEEKS
from reviews.forms.rows import PlainTextForm, RowForm

_WEEKS = {"day": 1 / 7, "week": 1.0, "month": 52 / 12, "year": 52.0}
_SPAN = re.compile(r"([0-9]{1,4}(?:\.[0-9]+)?)\s*(day|week|month|year)s?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Part:
    """Fields of a long form that belong together; `opened` ones are in sight from the start."""

    title: str
    note: str
    fields: list[forms.BoundField]
    opened: bool


def _weeks(label: str, help_text: str) -> forms.FloatField:
    return forms.FloatField(
        label=label, required=False, min_value=0, max_value=LONGEST_WEEKS, help_text=help_text
    )


class OutcomeForm(RowForm):
    """What is measured, how and when."""

    window_from = _weeks("Window from (weeks)", "The earliest time that still counts.")
    window_to = _weeks("Window to (weeks)", "The latest.")
    when_several = forms.TypedChoiceField(
        label="When a study measured several times in the window",
        choices=Outcome.WhenSeveral.choices,
        required=False,
        empty_value=Outcome.WhenSeveral.LATEST.value,
        initial=Outcome.WhenSeveral.LATEST.value,
        help_text="All of them are extracted; this one enters an analysis.",
    )

    class Meta:
        model = Outcome
        fields = (
            *("domain", "measure", "metric", "time_point", "unit", "direction"),
            *("window_from", "window_to", "when_several", "asks_baseline"),
            *("scale_low", "scale_high", "is_whole"),
        )
        labels = {
            "domain": "Outcome",
            "metric": "What is reported",
            "direction": "Which way is good",
            "asks_baseline": "Ask for baseline as well",
        }
        help_texts = {
            "asks_baseline": "The values before the treatment, at the times of a study with 0 weeks or fewer.",
            "scale_low": "For example 0. Smaller numbers are pointed out.",
            "scale_high": "For example 48. Larger numbers, and spreads that cannot be, are pointed out.",
            "is_whole": "As with questionnaires and counts. Means that cannot come from whole numbers are pointed out.",
        }

    @property
    def parts(self) -> list[Part]:
        """The form in three parts; what nobody filled in yet is folded away."""
        return [
            self._part("", "", ("domain", "measure", "time_point", "metric", "unit", "direction")),
            self._part(
                "Window of time and baseline",
                "Weeks since the treatment began. Studies that list the times of their measurements are asked at those "
                "in the window; empty means any time.",
                ("window_from", "window_to", "when_several", "asks_baseline"),
            ),
            self._part(
                "Which values are possible",
                "They are used to check what was extracted, and nothing else.",
                ("scale_low", "scale_high", "is_whole"),
            ),
        ]

    def _part(self, title: str, note: str, names: tuple[str, ...]) -> Part:
        fields = [self[name] for name in names]
        standing = (None, "", False, Outcome.WhenSeveral.LATEST)
        opened = any(field.errors or field.value() not in standing for field in fields)
        return Part(title, note, fields, opened)


class ComparisonForm(RowForm):
    """What is compared with what."""

    class Meta:
        model = Comparison
        fields = ("experimental", "control")
        help_texts = {"experimental": "For example exercise.", "control": "For example usual care."}


class ArmForm(RowForm):
    """A group of participants."""

    class Meta:
        model = Arm
        fields = ("label", "intervention", "dose", "randomised")
        labels = {"label": "Arm", "randomised": "Randomised"}
        help_texts = {"dose": "As reported.", "randomised": "Number of people."}
        widgets = {"intervention": forms.Textarea(attrs={"rows": 2})}

    def clean_randomised(self) -> Any:
        """Fits the column on every database."""
        number: int | None = self.cleaned_data["randomised"]
        if number is not None and number > 2_000_000_000:
            raise forms.ValidationError("So many people do not exist in one arm.")
        return number


class TimeForm(RowForm):
    """A moment at which the study measured. The weeks may be left out where the label says them."""

    weeks = forms.FloatField(
        label="Weeks",
        required=False,
        min_value=-LONGEST_WEEKS,
        max_value=LONGEST_WEEKS,
        help_text="Since the treatment began; 0 for baseline. Empty: worked out from “6 months”, “10 days” or “baseline”.",
    )

    class Meta:
        model = TimePoint
        fields = ("label", "weeks")

    def clean(self) -> dict[str, Any]:
        """Works out the weeks where they were left empty."""
        data = super().clean()
        if "weeks" in data and data["weeks"] is None:
            data["weeks"] = weeks_in(data.get("label") or "")
            if data["weeks"] is None:
                del data["weeks"]
                self.add_error("weeks", "Write how many weeks after the beginning of the treatment that was.")
        return data


def weeks_in(label: str) -> float | None:
    """How many weeks “6 months” are (26: a year of 52 weeks); 0 for baseline, None for what cannot be read."""
    plain = label.strip()
    if plain.casefold() == "baseline":
        return 0.0
    found = _SPAN.fullmatch(plain)
    weeks = round(float(found[1]) * _WEEKS[found[2].lower()], 2) if found else None
    return weeks if weeks is not None and weeks <= LONGEST_WEEKS else None


class ArmsChoiceForm(PlainTextForm):
    """How several arms of a study enter a comparison."""

    comparison = forms.ModelChoiceField(Comparison.objects.none())
    how = forms.ChoiceField(choices=SeveralArms.choices)
    reason = forms.CharField(required=False, max_length=2_000)

    def __init__(self, *args: Any, review: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["comparison"].queryset = Comparison.objects.filter(review=review)  # type: ignore[attr-defined]
