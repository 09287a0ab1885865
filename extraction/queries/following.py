"""What follows from what somebody read, where the number that an analysis needs was not printed itself."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from extraction.conversions.completing import (
    CompletedArm,
    CompletedContrast,
    ReportedArm,
    ReportedContrast,
    complete_arm,
    complete_contrast,
)
from extraction.models import Arm, Field, Value
from extraction.queries.cells import BOUNDS, Cell, Line

#: What the fields are to the conversions.
_ARM = {
    Field.N: "n",
    Field.EVENTS: "events",
    Field.PERCENT: "percent",
    Field.MEAN: "mean",
    Field.SD: "sd",
    Field.SE: "se",
    Field.MEAN_CI_LOW: "ci_low",
    Field.MEAN_CI_HIGH: "ci_high",
    Field.MEDIAN: "median",
    Field.Q1: "q1",
    Field.Q3: "q3",
    Field.MINIMUM: "minimum",
    Field.MAXIMUM: "maximum",
}
_CONTRAST = {
    Field.ESTIMATE: "estimate",
    Field.CI_LOW: "ci_low",
    Field.CI_HIGH: "ci_high",
    Field.CI_LEVEL: "ci_level",
    Field.ESTIMATE_SE: "se",
    Field.P: "p",
    Field.Z: "z",
    Field.T: "t",
    Field.F: "f",
    Field.DF: "df",
}
_BOUND = "The p value is only a bound, and so is the standard error that follows from it."


@dataclass(frozen=True, slots=True)
class Following:
    """A number that follows for an empty cell: how, from which fields with which text, and what to beware of."""

    number: float
    method: str
    inputs: Mapping[str, str] = field(hash=False)
    warnings: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The number as it is written into the cell: six figures."""
        return plain(self.number)

    @property
    def rough(self) -> str:
        """The number as it is shown beside the cell: four figures."""
        return plain(float(f"{self.number:.4g}"))

    @property
    def sent(self) -> str:
        """The inputs as a page carries them along."""
        return json.dumps(dict(self.inputs))


@dataclass(frozen=True, slots=True)
class _Found:
    number: float | None
    methods: tuple[str, ...]
    warnings: tuple[str, ...]


def plain(number: float) -> str:
    """A computed number with six significant figures and without an exponent."""
    if number == 0 or not math.isfinite(number):
        return f"{number:g}"
    decimals = max(0, 5 - math.floor(math.log10(abs(number))))
    text = f"{number:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def following(lines: Iterable[Line], read: Mapping[Cell, Value]) -> dict[Cell, Following]:
    """What follows on these lines for the cells that stand empty."""
    found: dict[Cell, Following] = {}
    for line in lines:
        known = {Field(cell.field): read[cell] for cell in line.cells if cell in read and read[cell].text}
        if known:
            found |= _of_line(line, known)
    return found


def _of_line(line: Line, known: Mapping[Field, Value]) -> dict[Cell, Following]:
    arm = isinstance(line.subject, Arm)
    wanted = (Field.EVENTS, Field.MEAN, Field.SD) if arm else (Field.ESTIMATE_SE,)
    names = _ARM if arm else _CONTRAST
    numbers = {
        name: value.number for name, value in known.items() if name in names and value.number is not None
    }
    measure = known[Field.MEASURE].text if Field.MEASURE in known else ""
    if not numbers or not (arm or measure):
        return {}

    def attempt(target: Field, given: Mapping[Field, float]) -> _Found:
        said = {names[name]: number for name, number in given.items()}
        return (
            _arm(target, ReportedArm(**said)) if arm else _contrast(ReportedContrast(measure=measure, **said))
        )

    found: dict[Cell, Following] = {}
    for cell in line.cells:
        target = Field(cell.field)
        if (
            target in wanted
            and target not in known
            and (follows := _follows(target, numbers, attempt, known))
        ):
            found[cell] = follows
    return found


def _follows(
    target: Field,
    numbers: Mapping[Field, float],
    attempt: Callable[[Field, Mapping[Field, float]], _Found],
    known: Mapping[Field, Value],
) -> Following | None:
    """The missing number, with those inputs without which it would be another one or none."""
    found = attempt(target, numbers)
    if found.number is None or not math.isfinite(found.number):
        return None
    used = [
        name for name in numbers if _without(name, target, numbers, attempt) != (found.number, found.methods)
    ]
    used.sort(key=lambda name: name == Field.N)
    if Field.MEASURE in known:
        used.insert(0, Field.MEASURE)
    bound = Field.P in used and known[Field.P].text.startswith(BOUNDS)
    warnings = (*found.warnings, _BOUND) if bound else found.warnings
    inputs = {str(name): known[name].text for name in used}
    return Following(found.number, " ".join(found.methods), inputs, warnings)


def _without(
    name: Field,
    target: Field,
    numbers: Mapping[Field, float],
    attempt: Callable[[Field, Mapping[Field, float]], _Found],
) -> tuple[float | None, tuple[str, ...]]:
    found = attempt(target, {other: number for other, number in numbers.items() if other != name})
    return found.number, found.methods


def _arm(target: Field, arm: ReportedArm) -> _Found:
    """The target alone: whatever else is missing is filled first, so that the methods speak of the target only."""
    done: CompletedArm = complete_arm(arm)
    others = {name: getattr(done, name) for name in ("events", "mean", "sd") if name != _ARM[target]}
    alone = complete_arm(replace(arm, **others))
    return _Found(getattr(done, _ARM[target]), alone.methods, done.warnings)


def _contrast(contrast: ReportedContrast) -> _Found:
    done: CompletedContrast = complete_contrast(contrast)
    return _Found(done.se, done.methods, done.warnings)
