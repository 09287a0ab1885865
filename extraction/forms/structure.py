"""Outcomes, comparisons and arms."""

from __future__ import annotations

from typing import Any

from django import forms

from extraction.models import Arm, Comparison, Outcome
from reviews.forms.rows import RowForm


class OutcomeForm(RowForm):
    """What is measured, how and when."""

    class Meta:
        model = Outcome
        fields = ("domain", "measure", "metric", "time_point", "unit", "direction")
        labels = {"domain": "Outcome", "metric": "What is reported", "direction": "Which way is good"}


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
        help_texts = {"randomised": "Number of people."}
        widgets = {"intervention": forms.Textarea(attrs={"rows": 2})}

    def clean_randomised(self) -> Any:
        """Fits the column on every database."""
        number: int | None = self.cleaned_data["randomised"]
        if number is not None and number > 2_000_000_000:
            raise forms.ValidationError("So many people do not exist in one arm.")
        return number
