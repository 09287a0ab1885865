"""What judging certainty asks."""

from __future__ import annotations

import math
from typing import Any

from django import forms

from synthesis.grading import RISKS, STANDARDISED
from synthesis.models import Analysis, CertaintyBasis, SofSettings
from synthesis.queries.grading import Judged
from synthesis.services.grading import MOST_OUTCOMES, MOST_RISKS

_DOWN = {
    0: "No serious concern",
    -1: "Serious: down one level",
    -2: "Very serious: down two levels",
    -3: "Extremely serious: down three levels",
}
_UP = {0: "No reason to rate up", 1: "Up one level", 2: "Up two levels"}
_START = {0: "High: randomised trials, or assessed with ROBINS-I", -2: "Low: other non-randomised studies"}
WORDS = {"start": _START, "down": _DOWN, "up": _UP}
LARGEST = 1e9


class NumberField(forms.CharField):
    """A number as people type it: a comma for the decimals, a percent sign after it, spaces around it."""

    def __init__(self, *, above: float = 0, below: float = LARGEST, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)
        self.above, self.below = above, below
        self.widget.attrs |= {"inputmode": "decimal"}

    def clean(self, value: Any) -> Any:
        """The number; None for nothing. Raises ValidationError outside of the limits, which do not belong to them."""
        text = super().clean(value)
        if not text:
            return None
        number = _number(text.removesuffix("%"))
        if number is None:
            raise forms.ValidationError("Write a number, for example 12.5.")
        if not self.above < number < self.below:
            below = f" and below {self.below:g}" if self.below < LARGEST else ""
            raise forms.ValidationError(f"Write a number above {self.above:g}{below}.")
        return number


def _number(text: str) -> float | None:
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


class SizesField(forms.CharField):
    """Up to three different sizes above zero, separated by semicolons or spaces."""

    def clean(self, value: Any) -> Any:
        """A list of numbers, smallest first."""
        parts = super().clean(value).replace(";", " ").replace("−", "-").split()
        numbers = [_number(part.strip(",")) for part in parts]
        if any(number is None or not 0 < number < LARGEST for number in numbers):
            raise forms.ValidationError("Write sizes above zero with a space between, for example 20 50.")
        sizes = sorted({number for number in numbers if number is not None})
        if len(sizes) > MOST_RISKS:
            raise forms.ValidationError("At most three thresholds.")
        return sizes


class DecisionForm(forms.Form):
    """By how many levels a domain moves certainty, and why. Nothing is chosen beforehand: a suggestion is no decision."""

    change = forms.TypedChoiceField(
        label="Your judgement",
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose a judgement.", "invalid_choice": "Choose one of the judgements."},
    )
    reason = forms.CharField(
        label="Reason", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, judged: Judged) -> None:
        decision, domain = judged.decision, judged.domain
        initial = {
            "change": decision.change if decision else None,
            "reason": decision.reason if decision else "",
            "seen": decision.pk if decision else 0,
        }
        super().__init__(data, prefix=domain.key, initial=initial)
        words = WORDS[domain.kind]
        self.fields["change"].choices = [(change, words[change]) for change in domain.changes]  # type: ignore[attr-defined]
        if domain.kind != "start":
            self.fields["reason"].help_text = "Needed for a change: it becomes a footnote."


class BasisForm(forms.Form):
    """The numbers by which a result is judged and made absolute; only those that its measure can use."""

    thresholds = SizesField(
        label="Thresholds",
        required=False,
        max_length=120,
        help_text="Sizes of difference that matter to people, for example of a small, a moderate and a large effect: 20 50 100.",
    )
    thresholds_source = forms.CharField(
        label="Where the thresholds come from", required=False, max_length=500
    )
    comparator_mean = forms.CharField(
        label="Mean or range of means with the comparator",
        required=False,
        max_length=120,
        help_text="As it is to stand in the table.",
    )
    sd = NumberField(
        label="Standard deviation on a familiar scale",
        required=False,
        help_text="The standardised difference is shown as points of that scale.",
    )
    scale = forms.CharField(
        label="The familiar scale", required=False, max_length=120, help_text="For example ALSFRS-R (0–48)."
    )
    reduction = NumberField(
        label="Relative risk reduction to be found, %",
        below=100.0001,
        initial="25",
        help_text="For the optimal information size; 20 to 30 is usual.",
    )
    delta = NumberField(
        label="Difference to be found, in standard deviations",
        below=10,
        initial="0.2",
        help_text="For the optimal information size: 0.2 asks for 785 people, 0.5 for 126.",
    )
    alpha = NumberField(label="Two-sided significance level", below=1, initial="0.05")
    power = NumberField(label="Power", below=1, initial="0.8")
    comment = forms.CharField(
        label="What the result means",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="In plain words; the last column of the summary of findings.",
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, analysis: Analysis, basis: CertaintyBasis) -> None:
        super().__init__(data, initial=_initial(basis))
        for number in range(1, MOST_RISKS + 1):
            self._ask_for_risk(number)
        self.order_fields([name for name in self.fields if name.startswith(("risk_", "source_", "label_"))])
        self._leave_out(analysis.measure)
        unit = (
            "per 1000 people" if analysis.measure in RISKS else analysis.outcome.unit or "units of the effect"
        )
        self.fields["thresholds"].label = f"Thresholds, {unit}"
        if analysis.measure in STANDARDISED:
            self.fields["thresholds"].label = "Thresholds, points of the familiar scale (or SD, without one)"

    def _ask_for_risk(self, number: int) -> None:
        which = ("", "", "Second ", "Third ")[number]
        word = "Risk" if number == 1 else "risk"
        self.fields[f"risk_{number}"] = NumberField(
            label=f"{which}{word} with the comparator, %", required=False, below=100,
            help_text="For example 12.5. Certainty is judged at this risk." if number == 1 else "",
        )  # fmt: skip
        self.fields[f"source_{number}"] = forms.CharField(
            label="Where it comes from", required=False, max_length=500,
            help_text="For example the median of the studies, or a registry." if number == 1 else "",
        )  # fmt: skip
        self.fields[f"label_{number}"] = forms.CharField(
            label="For whom", required=False, max_length=80,
            help_text="Where there are several, for example “low risk”." if number == 1 else "",
        )  # fmt: skip

    def _leave_out(self, measure: str) -> None:
        """What the measure cannot use."""
        unused = set[str]()
        if measure not in RISKS | STANDARDISED:
            unused |= {
                f"{name}_{number}"
                for name in ("risk", "source", "label")
                for number in range(1, MOST_RISKS + 1)
            }
        if measure in RISKS:
            unused |= {"delta", "sd", "scale", "comparator_mean"}
        else:
            unused |= {"reduction"}
        if measure == "MD":
            unused |= {"scale"}
            self.fields["sd"].label = "Standard deviation in one group"
            self.fields["sd"].help_text = "To say whether the effect is large (0.8 standard deviations)."
        elif measure not in RISKS | STANDARDISED:
            unused |= {
                "delta",
                "alpha",
                "power",
                "sd",
                "scale",
                "comparator_mean",
                "thresholds",
                "thresholds_source",
            }
        for name in unused & set(self.fields):
            del self.fields[name]

    @property
    def risks(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields of each comparator risk, under its heading."""
        names = ("The risk that is judged by", "A second group of people", "A third group of people")
        return [
            (names[number - 1], [self[f"{name}_{number}"] for name in ("risk", "source", "label")])
            for number in range(1, MOST_RISKS + 1)
            if f"risk_{number}" in self.fields
        ]

    def _named(self, *names: str) -> list[forms.BoundField]:
        return [self[name] for name in names if name in self.fields]

    @property
    def sizes(self) -> list[forms.BoundField]:
        """What matters."""
        return self._named("thresholds", "thresholds_source", "comparator_mean", "sd", "scale")

    @property
    def information(self) -> list[forms.BoundField]:
        """The optimal information size."""
        return self._named("reduction", "delta", "alpha", "power")

    def clean(self) -> dict[str, Any]:
        """A risk needs its source, and a source its risk."""
        data: dict[str, Any] = super().clean() or {}
        for number in range(1, MOST_RISKS + 1):
            risk, source = data.get(f"risk_{number}"), data.get(f"source_{number}")
            if f"risk_{number}" in self.errors:
                continue
            if risk is not None and not source:
                self.add_error(f"source_{number}", "Say where this risk comes from.")
            if risk is None and (source or data.get(f"label_{number}")):
                self.add_error(f"risk_{number}", "Give the risk itself.")
        return data

    @property
    def numbers(self) -> dict[str, Any]:
        """What `grading.give_basis` takes; what the measure cannot use stays at its default."""
        data = self.cleaned_data
        risks = [
            {
                "label": data[f"label_{number}"],
                "risk": data[f"risk_{number}"] / 100,
                "source": data[f"source_{number}"],
            }
            for number in range(1, MOST_RISKS + 1)
            if data.get(f"risk_{number}") is not None
        ]
        names = (
            "thresholds",
            "thresholds_source",
            "comparator_mean",
            "sd",
            "scale",
            "delta",
            "alpha",
            "power",
            "comment",
        )
        found: dict[str, Any] = {name: data[name] for name in names if name in data}
        if data.get("reduction") is not None:
            found["reduction"] = data["reduction"] / 100
        return found | {"risks": risks, "seen": data["seen"]}


def _initial(basis: CertaintyBasis) -> dict[str, Any]:
    """The form as it stands."""
    names = ("thresholds_source", "comparator_mean", "scale", "comment")
    found: dict[str, Any] = {name: getattr(basis, name) for name in names} | {"seen": basis.pk or 0}
    found |= {name: f"{getattr(basis, name):g}" for name in ("delta", "alpha", "power")}
    found |= {
        "reduction": f"{100 * basis.reduction:g}",
        "sd": f"{basis.sd:g}" if basis.sd is not None else "",
    }
    found["thresholds"] = " ".join(f"{size:g}" for size in basis.thresholds)
    for number, risk in enumerate(basis.risks, start=1):
        found |= {
            f"risk_{number}": f"{100 * risk['risk']:.6g}",
            f"source_{number}": risk["source"],
            f"label_{number}": risk["label"],
        }
    return found


class SofForm(forms.Form):
    """Which analyses the table shows, in which order, and what stands above it."""

    population = forms.CharField(
        label="Population",
        required=False,
        max_length=500,
        help_text="Empty: as the review’s question has it.",
    )
    setting = forms.CharField(
        label="Setting",
        required=False,
        max_length=500,
        help_text="For example outpatient clinics in high-income countries.",
    )
    comment = forms.CharField(
        label="Remark", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Any = None, *, analyses: list[Analysis], chosen: list[int], settings: SofSettings
    ) -> None:
        names = ("population", "setting", "comment")
        initial: dict[str, Any] = {name: getattr(settings, name) for name in names} | {
            "seen": settings.pk or 0
        }
        initial |= {f"outcome_{number}": pk for number, pk in enumerate(chosen, start=1)}
        super().__init__(data, initial=initial)
        self.by_id = {analysis.pk: analysis for analysis in analyses}
        choices = [("", "–"), *((pk, f"{one.title} ({one.outcome})") for pk, one in self.by_id.items())]
        for number in range(1, MOST_OUTCOMES + 1):
            self.fields[f"outcome_{number}"] = forms.TypedChoiceField(
                label=f"Outcome {number}", choices=choices, coerce=int, empty_value=None, required=False
            )

    @property
    def outcomes(self) -> list[forms.BoundField]:
        """The places of the table."""
        return [self[f"outcome_{number}"] for number in range(1, MOST_OUTCOMES + 1)]

    @property
    def above(self) -> list[forms.BoundField]:
        """What stands above it."""
        return [self[name] for name in ("population", "setting", "comment")]

    @property
    def arrangement(self) -> dict[str, Any]:
        """What `grading.arrange` takes; places left empty close up."""
        data = self.cleaned_data
        places = (data[f"outcome_{number}"] for number in range(1, MOST_OUTCOMES + 1))
        chosen = [self.by_id[pk] for pk in places if pk is not None]
        return {name: data[name] for name in ("population", "setting", "comment", "seen")} | {
            "chosen": chosen
        }
