"""Forms of the protocol."""

from __future__ import annotations

from typing import Any

from django import forms

from reviews.forms.rows import PlainTextForm, RowForm
from reviews.models import Criterion, ExclusionReason, Review
from reviews.services.protocol import QUESTION_FIELDS, TERM_FIELDS

#: Offered to a new review; any of them can be changed or left out.
USUAL_REASONS = (
    "Wrong population",
    "Wrong intervention",
    "Wrong comparator",
    "Wrong outcome",
    "Wrong study design",
)


class QuestionForm(RowForm):
    """The title and the PICOS question."""

    class Meta:
        model = Review
        fields = QUESTION_FIELDS
        labels = {"outcomes": "Outcomes", "study_designs": "Study designs", "registration": "Registration"}
        help_texts = {
            "title": "As it would stand on the article: what is reviewed, in whom.",
            "population": "Who was studied?",
            "intervention": "What was done, or what were they exposed to?",
            "comparator": "Compared with what?",
            "outcomes": "What was measured?",
            "study_designs": "Which kinds of study answer the question?",
        }
        widgets = {
            "title": forms.TextInput,
            **{
                name: forms.Textarea(attrs={"rows": 2})
                for name in ("population", "intervention", "comparator", "outcomes", "study_designs")
            },
        }


class TermsForm(RowForm):
    """Words highlighted while screening."""

    class Meta:
        model = Review
        fields = TERM_FIELDS
        labels = {
            "terms_for": "Words that speak for a record",
            "terms_against": "Words that speak against it",
        }
        help_texts = {
            "terms_for": "One word or phrase on each line, for example: randomised.",
            "terms_against": "One word or phrase on each line, for example: mice.",
        }
        widgets = {name: forms.Textarea(attrs={"rows": 8}) for name in TERM_FIELDS}


class CriterionForm(RowForm):
    """The words of a criterion."""

    class Meta:
        model = Criterion
        fields = ("text",)
        labels = {"text": "Criterion"}
        widgets = {"text": forms.Textarea(attrs={"rows": 2})}


class NewCriterionForm(PlainTextForm):
    """A criterion of either kind."""

    kind = forms.ChoiceField(choices=Criterion.Kind.choices, label="Kind")
    text = forms.CharField(label="Criterion", max_length=2_000)


class ReasonForm(RowForm):
    """The label of an exclusion reason."""

    class Meta:
        model = ExclusionReason
        fields = ("label",)
        labels = {"label": "Reason"}


class NewReasonForm(PlainTextForm):
    """A new exclusion reason."""

    label = forms.CharField(label="Reason", max_length=120)


class SetUpForm(forms.Form):
    """All criteria and reasons of a new review at once, one on each line."""

    inclusion = forms.CharField(
        label="Include if",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="One criterion on each line, for example: Adults with a diagnosis of ALS.",
    )
    exclusion = forms.CharField(
        label="Exclude if",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One criterion on each line, for example: Animal studies.",
    )
    reasons = forms.CharField(
        label="Reasons for exclusion, the most important first",
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="One on each line. Two reviewers who exclude for different reasons agree: the higher one counts.",
    )

    def clean_reasons(self) -> list[str]:
        """Labels that fit."""
        labels = _lines(self.cleaned_data["reasons"])
        long = next((label for label in labels if len(label) > 120), None)
        if long:
            raise forms.ValidationError(f"“{long[:60]}…” is longer than 120 characters.")
        return labels

    def clean(self) -> dict[str, Any]:
        """Lists of lines."""
        super().clean()
        for name in ("inclusion", "exclusion"):
            self.cleaned_data[name] = _lines(self.cleaned_data.get(name, ""))
        return self.cleaned_data


def _lines(text: str) -> list[str]:
    """The lines that say something, each once."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
