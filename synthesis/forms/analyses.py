"""What setting up an analysis asks."""

from __future__ import annotations

from typing import Any

from django import forms

from extraction.models import Comparison, Outcome
from reviews.models import Review
from synthesis.models import Analysis


class AnalysisForm(forms.Form):
    """A specification. The choices of outcome and comparison are the review's own."""

    title = forms.CharField(max_length=200, help_text="As it will stand above the forest plot.")
    outcome = forms.ModelChoiceField(Outcome.objects.none(), empty_label=None)
    comparison = forms.ModelChoiceField(Comparison.objects.none(), empty_label=None)
    measure = forms.ChoiceField(label="Effect measure", choices=Analysis.Measure.choices)
    model = forms.ChoiceField(
        choices=Analysis.Model.choices,
        initial=Analysis.Model.RANDOM,
        help_text="Random effects unless all studies estimate the very same effect.",
    )
    tau2 = forms.ChoiceField(
        label="Estimator of τ²",
        choices=Analysis.Tau2.choices,
        help_text="How the spread of true effects between studies is estimated. Not used by a common-effect model.",
    )
    test = forms.ChoiceField(
        label="Confidence interval",
        choices=Analysis.Test.choices,
        help_text="Knapp–Hartung allows for the uncertainty of τ² and suits few studies.",
    )
    level = forms.FloatField(label="Confidence level, percent", min_value=51, max_value=99.9, initial=95)
    prespecified = forms.BooleanField(
        required=False,
        label="Planned before the data were seen",
        help_text="Leave it empty for a post hoc analysis. It cannot be changed later.",
    )

    def __init__(self, *args: Any, review: Review, amending: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outcomes, comparisons = self.fields["outcome"], self.fields["comparison"]
        outcomes.queryset = Outcome.objects.filter(review=review, retired_at=None)  # type: ignore[attr-defined]
        comparisons.queryset = Comparison.objects.filter(review=review, retired_at=None)  # type: ignore[attr-defined]
        if amending:
            del self.fields["prespecified"]
