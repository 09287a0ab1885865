"""One reference case: what to compute, from which table, and what R answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from synthesis.stats.arrays import Floats
from synthesis.stats.errors import BadInput

# JSON read from a reference file: numbers, text, lists and objects.
Json = Any
Answer = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a reference file; columns keep their JSON values, None for missing."""

    name: str
    role: str
    columns: Mapping[str, list[Json]]

    def numbers(self, name: str) -> Floats:
        """A column as floats, None as NaN. Raises BadInput when there is no such column."""
        if name not in self.columns:
            raise BadInput(f"Table {self.name} has no column {name}.")
        return np.array([np.nan if x is None else float(x) for x in self.columns[name]], dtype=np.float64)

    def labels(self, name: str) -> list[str]:
        """A column as text; None as an empty text. Raises BadInput when there is no such column."""
        if name not in self.columns:
            raise BadInput(f"Table {self.name} has no column {name}.")
        return ["" if x is None else str(x) for x in self.columns[name]]

    def complete(self, *names: str) -> Table:
        """The table without rows that miss a value in one of these columns."""
        kept = [i for i in range(self.size) if all(self.columns[name][i] is not None for name in names)]
        return Table(self.name, self.role, {n: [c[i] for i in kept] for n, c in self.columns.items()})

    @property
    def size(self) -> int:
        return len(next(iter(self.columns.values()), []))


@dataclass(frozen=True, slots=True)
class Case:
    """A case as the file has it. out None means that R stopped with `error`."""

    id: str
    family: str
    args: Mapping[str, Json]
    table: Table
    tables: Mapping[str, Table]
    rtol: float
    atol: float
    tol: str
    out: Answer | None
    error: str | None
    warnings: tuple[str, ...]


Run = Callable[[Mapping[str, Json], Table, Mapping[str, Table]], Answer]
# Says why an answer beyond the tolerance is right all the same (a higher likelihood, say), or None.
Accept = Callable[[Case, Answer], str | None]


@dataclass(frozen=True, slots=True)
class Family:
    """How to compute the cases of one family, and what else than equality may pass."""

    run: Run
    accept: Accept | None = None
