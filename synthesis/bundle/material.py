"""What goes into a bundle, as plain data, and how a table is written."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]
Cell = str | int | float | bool | None

#: Excel takes a text that starts with one of these for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: Control characters stand in no CSV that R or a spreadsheet reads.
_CONTROLS = {code: None for code in range(32) if code not in (9, 10, 13)}


@dataclass(frozen=True, slots=True)
class AnalysisRun:
    """A run, and what its analysis is called.

    analysis, run     their identities;  number is the run's number within the analysis;  at its time (ISO 8601)
    takes             what the measure is computed from: "events", "rates", "means" or "estimates"
    settings, inputs, result   as the run keeps them
    levels            for each moderator that is words: its levels, the reference first
    """

    analysis: int
    title: str
    outcome: str
    experimental: str
    control: str
    measure_name: str
    takes: str
    is_ratio: bool
    is_planned: bool
    run: int
    number: int
    at: str
    engine: str
    inputs_hash: str
    settings: dict[str, Any]
    inputs: Sequence[dict[str, Any]]
    result: dict[str, Any]
    warnings: Sequence[str] = ()
    levels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def measure(self) -> str:
        """metafor's word for the effect measure."""
        return str(self.settings["measure"])

    @property
    def pooled(self) -> dict[str, Any] | None:
        """The pooled numbers, if there are any."""
        found: dict[str, Any] | None = self.result["pooled"]
        return found

    @property
    def model(self) -> str:
        """random, common, mh or peto: a published rule may have asked for another than the settings."""
        return str((self.pooled or self.settings)["model"])

    @property
    def rows(self) -> list[tuple[int, dict[str, Any], dict[str, Any]]]:
        """Number from 1, input and result of each study, in the order in which they were pooled."""
        return [
            (number, source, study)
            for number, (source, study) in enumerate(
                zip(self.inputs, self.result["studies"], strict=True), start=1
            )
        ]

    @property
    def used(self) -> list[tuple[int, dict[str, Any], dict[str, Any]]]:
        """The same for those that have an effect."""
        return [row for row in self.rows if row[2]["yi"] is not None]

    def printed(self, value: float | None) -> float | None:
        """From the analysis scale to the one that is printed; None for what is too large to print."""
        if value is None or not self.is_ratio:
            return value
        return math.exp(value) if value < 709 else None


@dataclass(frozen=True, slots=True)
class About:
    """A study in the words of a table of characteristics."""

    study: str
    year: int | None
    methods: str = ""
    participants: str = ""
    interventions: str = ""
    outcomes: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Bias:
    """A judgement: of a study, or of one of its results, on one item of a tool."""

    study: str
    item: str
    judgement: str
    support: str


def table(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """CSV that Excel, R and pandas read alike; the file must begin with a byte order mark (`encoded`)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([written(name) for name in columns])
    writer.writerows([[written(value) for value in row] for row in rows])
    return out.getvalue()


def encoded(text: str) -> bytes:
    """UTF-8 with a byte order mark, without which Excel takes it for something else."""
    return ("\ufeff" + text).encode("utf-8", "replace")


def written(value: Cell) -> str:
    """A cell: nothing for None, TRUE or FALSE, numbers with all their digits, text that no spreadsheet computes."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return repr(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, int):
        return str(value)
    text = value.translate(_CONTROLS)
    return f"'{text}" if text.startswith(_FORMULA) else text
