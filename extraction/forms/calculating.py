"""The calculators as forms, and what becomes of a result in a cell of the sheet."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms

from extraction.conversions import NotANumber, parse_number
from extraction.conversions.calculators import Calculator, Computed, Input
from extraction.conversions.contrasts import RATIOS
from extraction.models import Arm, Field, Value
from extraction.queries.cells import Cell, Line
from extraction.queries.following import plain
from extraction.services.values import LONGEST_METHOD
from reviews.forms.rows import PlainTextForm

#: Which measure a calculator of comparisons gives, where it does not ask.
_MEASURES = {
    "odds-ratio": "OR",
    "risk-ratio": "RR",
    "risk-difference": "RD",
    "rate-ratio": "IRR",
    "rate-difference": "IRD",
    "risk-ratio-from-odds-ratio": "RR",
    "smd-from-odds-ratio": "SMD",
    "odds-ratio-from-smd": "OR",
}
_HAZARD_RATIO = "hazard-ratio-"
#: Which cells of a line an input is filled from.
_OF_ARM = {
    "n": Field.N,
    "events": Field.EVENTS,
    "percent": Field.PERCENT,
    "mean": Field.MEAN,
    "sd": Field.SD,
    "se": Field.SE,
    "ci_low": Field.MEAN_CI_LOW,
    "ci_high": Field.MEAN_CI_HIGH,
    "median": Field.MEDIAN,
    "q1": Field.Q1,
    "q3": Field.Q3,
    "minimum": Field.MINIMUM,
    "maximum": Field.MAXIMUM,
}
_OF_CONTRAST = {
    "measure": Field.MEASURE,
    "estimate": Field.ESTIMATE,
    "ratio": Field.ESTIMATE,
    "ci_low": Field.CI_LOW,
    "ci_high": Field.CI_HIGH,
    "level": Field.CI_LEVEL,
    "p": Field.P,
    "z": Field.Z,
    "t": Field.T,
    "f": Field.F,
    "df": Field.DF,
}
_LOGARITHM = " Back from the natural logarithm."


class _NumberField(forms.CharField):
    """A number as a paper prints it."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return parse_number(text)
        except NotANumber as error:
            raise forms.ValidationError(str(error)) from error


def _field(asked: Input) -> forms.Field:
    if asked.kind == "choice":
        choices = [("", "")] + [(value, label) for value, label in asked.choices]
        return forms.ChoiceField(label=asked.label, choices=choices, required=asked.required)
    return _NumberField(label=asked.label, required=asked.required, max_length=60)


class CalculatorForm(PlainTextForm):
    """The inputs of one calculator; a valid one has its result."""

    def __init__(self, calculator: Calculator, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "given_%s")
        super().__init__(*args, **kwargs)
        self.calculator = calculator
        self.computed: Computed | None = None
        for asked in calculator.inputs:
            self.fields[asked.key] = _field(asked)

    def clean(self) -> dict[str, Any]:
        """Computes."""
        data = super().clean()
        if not self.errors:
            try:
                self.computed = self.calculator.compute(data)
            except ValueError as error:
                self.add_error(None, str(error))
        return data

    @property
    def measure(self) -> str:
        """What the estimate is, by metafor's code; empty for calculators about one arm."""
        if self.calculator.key.startswith(_HAZARD_RATIO):
            return "HR"
        return _MEASURES.get(self.calculator.key, str(self.cleaned_data.get("measure") or ""))

    @property
    def given(self) -> dict[str, str]:
        """What was typed, by the name of the input, and the calculator: recorded with the value."""
        typed = {name: str(self.data.get(name, "")).strip() for name in self.fields}
        return {"calculator": self.calculator.key} | {name: text for name, text in typed.items() if text}


@dataclass(frozen=True, slots=True)
class Result:
    """One number that a calculator gave; `inputs` and `method` go with it into a cell."""

    name: str
    text: str
    method: str
    inputs: Mapping[str, str] = field(hash=False)
    is_wanted: bool = False

    @property
    def sent(self) -> str:
        """The inputs as a page carries them along."""
        return json.dumps(dict(self.inputs))


def results(form: CalculatorForm, wanted: str = "") -> list[Result]:
    """The numbers that a valid form gives: ratios as ratios, as papers print them; their standard error on the log scale."""
    computed, given = form.computed, form.given
    if computed is None:
        return []
    found = []
    for key, number in computed.values.items():
        name, method = _name(key), computed.method
        is_log = form.measure in RATIOS and key == Field.ESTIMATE
        if is_log:
            try:
                number, method = math.exp(number), method[: LONGEST_METHOD - len(_LOGARITHM)] + _LOGARITHM
            except OverflowError:
                continue
        if key == Field.ESTIMATE_SE and form.measure in RATIOS:
            name = f"{name} (of the logarithm)"
        label = f"{name} ({form.measure})" if is_log else name
        found.append(Result(label, plain(number), method[:LONGEST_METHOD], given, key == wanted))
    return found


def _name(key: str) -> str:
    return str(Field(key).label) if key in Field.values else key.replace("-", " ").capitalize()


def prefilled(calculator: Calculator, line: Line, read: Mapping[Cell, Value]) -> dict[str, str]:
    """What stands in the line already, for the inputs of a calculator."""
    names = _OF_ARM if isinstance(line.subject, Arm) else _OF_CONTRAST
    texts = {Field(cell.field): read[cell].text for cell in line.cells if cell in read}
    return {
        asked.key: texts[names[asked.key]]
        for asked in calculator.inputs
        if asked.key in names and texts.get(names[asked.key])
    }


def by_fitness(
    calculators: tuple[Calculator, ...], line: Line, read: Mapping[Cell, Value]
) -> tuple[Calculator, ...]:
    """Those first for which the line says most of what they need."""

    def lacking(calculator: Calculator) -> tuple[bool, int]:
        known = prefilled(calculator, line, read)
        return not known, sum(asked.required and asked.key not in known for asked in calculator.inputs)

    return tuple(sorted(calculators, key=lacking))


def contradiction(form: CalculatorForm, line: Line, read: Mapping[Cell, Value]) -> str:
    """Why a result does not belong into a line: its effect measure is another one."""
    cell = next((cell for cell in line.cells if cell.field == Field.MEASURE), None)
    if cell is None or not form.measure:
        return ""
    value = read.get(cell)
    said = value.text if value else ""
    if said == form.measure:
        return ""
    return f"This is {form.measure}, and the line says {said or 'no measure yet'}: choose the effect measure there first."
