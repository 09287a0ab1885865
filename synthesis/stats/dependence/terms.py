"""Random effects as formulas name them: "~ 1 | trial/arm" for nested levels, "~ outcome | trial" for structures."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from synthesis.stats.arrays import Ints
from synthesis.stats.dependence.structures import STRUCTURES
from synthesis.stats.designs import alphabetical
from synthesis.stats.errors import BadInput


@dataclass(frozen=True, slots=True)
class Level:
    """One variance component: rows that share a code share a random effect.

    codes (k,) 0-based;  label as written: "trial", "trial/arm"
    """

    label: str
    codes: Ints

    @property
    def count(self) -> int:
        return int(self.codes.max()) + 1


@dataclass(frozen=True, slots=True)
class Structured:
    """Correlated random effects: within one outer group, rows take the effect of their inner level.

    outer, inner  (k,) 0-based codes;  names of the inner levels;  positions (m,) of them in time, for AR and CAR
    """

    label: str
    outer: Ints
    inner: Ints
    names: tuple[str, ...]
    positions: tuple[float, ...]
    structure: str


Term = Level | Structured
Columns = Mapping[str, Sequence[object]]


def random_terms(formulas: Sequence[str], structures: Sequence[str], columns: Columns) -> tuple[Term, ...]:
    """The terms of these formulas. structures: one per formula with an inner variable, "CS" where too few are given.

    Raises BadInput for a formula that cannot be read, an unknown column, a missing label or an unknown structure.
    """
    terms: list[Term] = []
    given = list(structures)
    for formula in formulas:
        match = re.fullmatch(r"\s*~\s*(\S+)\s*\|\s*(\S(?:.*\S)?)\s*", formula)
        if match is None:
            raise BadInput(f"{formula!r} is not a random-effects formula such as '~ 1 | trial'.")
        inner, outer = match.groups()
        names = [name.strip() for name in outer.split("/")]
        if inner == "1":
            terms += [
                Level("/".join(names[:n]), _codes(columns, names[:n])) for n in range(1, len(names) + 1)
            ]
        elif len(names) == 1:
            terms.append(_structured(inner, names[0], given.pop(0) if given else "CS", columns))
        else:
            raise BadInput(f"{formula!r} nests groups and has an inner variable; use one formula for each.")
    return tuple(terms)


def _structured(inner: str, outer: str, structure: str, columns: Columns) -> Structured:
    if structure not in STRUCTURES:
        raise BadInput(f"{structure!r} is not a covariance structure; choose one of {', '.join(STRUCTURES)}.")
    values = _column(columns, inner)
    numeric = not any(isinstance(value, str) for value in values)
    if numeric:
        numbers = sorted({float(str(value)) for value in values})
        codes = np.array([numbers.index(float(str(value))) for value in values], dtype=np.intp)
        names = tuple(f"{number:g}" for number in numbers)
        positions = tuple(numbers)
    else:
        names = tuple(alphabetical({str(value) for value in values}))
        codes = np.array([names.index(str(value)) for value in values], dtype=np.intp)
        positions = tuple(float(i) for i in range(len(names)))
    if structure == "CAR" and not numeric:
        raise BadInput(f"CAR needs {inner} to be times, not labels.")
    if structure != "CAR":
        positions = tuple(float(i) for i in range(len(names)))
    return Structured(f"{inner} | {outer}", _codes(columns, [outer]), codes, names, positions, structure)


def _codes(columns: Columns, names: Sequence[str]) -> Ints:
    keys = list(zip(*(_column(columns, name) for name in names), strict=True))
    order = {key: code for code, key in enumerate(dict.fromkeys(keys))}
    return np.array([order[key] for key in keys], dtype=np.intp)


def _column(columns: Columns, name: str) -> Sequence[object]:
    if name not in columns:
        raise BadInput(f"The random effects name {name}, which the data do not have.")
    values = columns[name]
    for row, value in enumerate(values):
        if value is None or (isinstance(value, float) and np.isnan(value)):
            raise BadInput(f"{name} has no value in row {row + 1}.")
    return values
