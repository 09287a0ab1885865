"""What setting up an analysis asks."""

from __future__ import annotations

from typing import Any

from django import forms

from extraction.models import Comparison, Outcome
from reviews.models import Review
from synthesis.engine import MEASURES, MODELS, TAU2, TESTS, ZERO_CELLS
from synthesis.engine.moderators import BIAS
from synthesis.models import Analysis
from synthesis.models.analysis import COLUMNS
from synthesis.queries.choices import Choices, choices_of

#: Fields of the form that are settings without a column of their own.
OPTIONS = ("add", "to", "drop00", "subgroup", "moderators", "without_bias", "without_computed", "without")
RULE = ("i2", "p", "common_word", "random_word", "source")
_WORDS = (("and", "and"), ("or", "or"))
#: What most analyses leave as it is, under headings.
_SECTIONS = (
    ("Subgroups and meta-regression", ("subgroup", "moderators")),
    ("Sensitivity: what is left out", ("without_bias", "without_computed", "without")),
    ("Zero cells", ("add", "to", "drop00")),
    ("Reproduce a published rule", ("rule", "i2", "p", "common_word", "random_word", "source")),
)
_FIRST = ("title", "outcome", "comparison", "measure", "model", "tau2", "test", "level", "prespecified")


class AnalysisForm(forms.Form):
    """A specification. The choices of outcome, comparison and characteristics are the review's own."""

    title = forms.CharField(max_length=200, help_text="As it will stand above the forest plot.")
    outcome = forms.ModelChoiceField(Outcome.objects.none(), empty_label=None)
    comparison = forms.ModelChoiceField(Comparison.objects.none(), empty_label=None)
    measure = forms.ChoiceField(
        label="Effect measure", choices=[(measure.code, measure.name) for measure in MEASURES.values()]
    )
    model = forms.ChoiceField(
        choices=list(MODELS.items()),
        initial="random",
        help_text="Random effects unless all studies estimate the very same effect.",
    )
    tau2 = forms.ChoiceField(
        label="Estimator of τ²",
        choices=[(code, f"{name} ({code})") for code, name in TAU2.items()],
        help_text="How the spread of true effects between studies is estimated. Not used by a common-effect model.",
    )
    test = forms.ChoiceField(
        label="Confidence interval",
        choices=list(TESTS.items()),
        help_text="Hartung–Knapp allows for the uncertainty of τ² and suits few studies.",
    )
    level = forms.FloatField(label="Confidence level, percent", min_value=51, max_value=99.9, initial=95)
    subgroup = forms.ChoiceField(label="Subgroups by", required=False)
    moderators = forms.MultipleChoiceField(
        label="Meta-regression on", required=False, widget=forms.CheckboxSelectMultiple
    )
    without_bias = forms.MultipleChoiceField(
        label="Leave out at risk of bias", required=False, widget=forms.CheckboxSelectMultiple
    )
    without_computed = forms.BooleanField(
        label="Leave out numbers that were computed",
        required=False,
        help_text="Only what reports print enters.",
    )
    without = forms.TypedMultipleChoiceField(
        label="Leave out studies", required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    add = forms.FloatField(
        label="Added to zero cells",
        required=False,
        min_value=0,
        max_value=1,
        initial=0.5,
        help_text="For ratios of counted events.",
    )
    to = forms.ChoiceField(
        label="Added where", required=False, choices=list(ZERO_CELLS.items()), initial="only0"
    )
    drop00 = forms.BooleanField(
        label="Leave out studies without any event", required=False, initial=True,
        help_text="They say nothing about a ratio.",
    )  # fmt: skip
    rule = forms.BooleanField(
        label="Reproduce a published rule for choosing the model",
        required=False,
        help_text="To let a test of heterogeneity choose is an error; this only redoes what a review declares.",
    )
    i2 = forms.FloatField(
        label="I² threshold, percent", required=False, min_value=0.1, max_value=99.9, initial=50
    )
    p = forms.FloatField(label="p threshold", required=False, min_value=0.0001, max_value=0.9999, initial=0.1)
    common_word = forms.ChoiceField(label="Common effect if I² is below", choices=_WORDS, required=False)
    random_word = forms.ChoiceField(label="Random effects if I² is not below", choices=_WORDS, required=False)
    source = forms.CharField(label="Where the rule is published", max_length=300, required=False)
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
        self._offer(choices_of(review))
        if amending:
            del self.fields["prespecified"]

    def _offer(self, found: Choices) -> None:
        """What the review's studies can be told apart by."""
        named = [(name, name) for name in found.characteristics]
        for name, choices in (
            ("subgroup", [("", "no subgroups"), *named, (BIAS, BIAS)]),
            ("moderators", named),
            ("without_bias", found.levels),
            ("without", found.studies),
        ):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        for name in ("moderators", "without"):
            if not self.fields[name].choices:  # type: ignore[attr-defined]
                del self.fields[name]

    @property
    def first(self) -> list[forms.BoundField]:
        """What every analysis is asked."""
        return [self[name] for name in _FIRST if name in self.fields]

    @property
    def sections(self) -> list[tuple[str, list[forms.BoundField], bool]]:
        """The fields under headings; each with whether it opens by itself: something in it is set or wrong."""
        found = []
        for title, names in _SECTIONS:
            fields = [self[name] for name in names if name in self.fields]
            set_here = any(
                field.errors or field.value() not in (None, "", [], False, field.field.initial)
                for field in fields
            )
            found.append((title, fields, set_here))
        return found

    @property
    def settings(self) -> dict[str, Any]:
        """What `analyses.define` and `analyses.amend` take."""
        data = self.cleaned_data
        # What was left empty stays as the engine has it.
        options = {name: data[name] for name in OPTIONS if data.get(name) not in (None, "")}
        options["rule"] = {name: data[name] for name in RULE} if data["rule"] else None
        own = {name: data[name] for name in ("title", "outcome", "comparison", *COLUMNS)}
        planned = {"prespecified": data["prespecified"]} if "prespecified" in data else {}
        return own | planned | {"options": options}

    def clean(self) -> dict[str, Any]:
        """A rule needs both its thresholds."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("rule"):
            for name in ("i2", "p"):
                if data.get(name) is None and name not in self.errors:
                    self.add_error(name, "The rule needs this threshold.")
        return data

    @staticmethod
    def initial_of(analysis: Analysis) -> dict[str, Any]:
        """The form as it stands for an analysis."""
        options = dict(analysis.options)
        rule = options.pop("rule", None)
        own = {name: getattr(analysis, name) for name in ("title", "outcome", "comparison", *COLUMNS)}
        return own | options | (rule or {}) | {"rule": bool(rule)}
