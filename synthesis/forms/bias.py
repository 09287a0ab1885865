"""What is drawn of risk of bias: tool, result, colours, weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

from django import forms

from synthesis.figures.traffic import Palette
from synthesis.models import Analysis


class PlotForm(forms.Form):
    """Read from the address; what makes no sense there counts as not said."""

    tool = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput)
    outcome = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    palette = forms.ChoiceField(
        required=False,
        label="Colours",
        choices=[("cochrane", "Traffic lights"), ("colour-blind", "For colour-blind readers")],
    )
    analysis = forms.ChoiceField(required=False, label="Weights of studies")

    def __init__(self, *args: Any, analyses: Sequence[Analysis], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._analyses = {str(analysis.pk): analysis for analysis in analyses}
        every = [(key, f"as in {analysis}") for key, analysis in self._analyses.items()]
        self.fields["analysis"].choices = [("", "all the same"), *every]  # type: ignore[attr-defined]
        self.full_clean()

    def _said(self, name: str) -> Any:
        return getattr(self, "cleaned_data", {}).get(name)

    @property
    def tool_key(self) -> str:
        """The tool asked for; "" for the one of most studies."""
        return self._said("tool") or ""

    @property
    def outcome_id(self) -> int | None:
        """The outcome asked for."""
        found: int | None = self._said("outcome")
        return found

    @property
    def colours(self) -> Palette:
        """The palette; traffic lights unless another one is asked for."""
        return next((one for one in get_args(Palette) if one == self._said("palette")), "cochrane")

    @property
    def weights(self) -> Analysis | None:
        """The analysis whose weights count; none for equal ones."""
        return self._analyses.get(self._said("analysis") or "")
