"""What a calculator is, as data that a form can draw and a record can keep."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["number", "count", "percent", "choice"]
Given = float | str | None


@dataclass(frozen=True, slots=True)
class Input:
    """One field of a calculator.

    kind     number; count (people or events, not negative); percent (0 to 100); choice (text, one of `choices`)
    choices  value and label of each choice, in order
    """

    key: str
    label: str
    required: bool = True
    kind: Kind = "number"
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Computed:
    """Values by field key, a sentence that names method and source, and warnings: to be recorded with the value."""

    values: dict[str, float]
    method: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Calculator:
    """A formula with its source, its fields, and the field keys that it can fill.

    run  takes the inputs by key as keywords, None for what was left empty; prefer `compute`, which checks first
    """

    key: str
    name: str
    source: str
    inputs: tuple[Input, ...]
    outputs: tuple[str, ...]
    run: Callable[..., Computed]

    def compute(self, given: Mapping[str, Given]) -> Computed:
        """The result for `given`, by input key. Raises ValueError with a sentence for the user."""
        unknown = given.keys() - {field.key for field in self.inputs}
        if unknown:
            raise ValueError(f"“{self.name}” has no field {', '.join(sorted(unknown))}.")
        checked = {field.key: _checked(field, given.get(field.key)) for field in self.inputs}
        try:
            computed = self.run(**checked)
        except (OverflowError, ZeroDivisionError) as error:
            raise ValueError("The numbers are too large, or too small, to compute with.") from error
        if (
            not all(map(math.isfinite, computed.values.values()))
            or computed.values.get("estimate-se", 1) <= 0
        ):
            raise ValueError("The numbers are too large, or too small, to compute with.")
        return computed


def _checked(field: Input, value: Given) -> Given:
    """`value` if it is what the field takes."""
    if value is None or value == "":
        if field.required:
            raise ValueError(f"Fill in “{field.label}”.")
        return None
    if field.kind == "choice":
        if value not in dict(field.choices):
            raise ValueError(f"Choose one of the offered values for “{field.label}”.")
        return value
    if isinstance(value, str) or not math.isfinite(value):
        raise ValueError(f"“{field.label}” must be a number.")
    if field.kind == "count" and value < 0:
        raise ValueError(f"“{field.label}” must not be negative.")
    if field.kind == "percent" and not 0 <= value <= 100:
        raise ValueError(f"“{field.label}” must lie between 0 and 100.")
    return value
