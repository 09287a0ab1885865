"""The extraction sheet as a form: one field for each cell, and the words around the cell that is open."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from extraction.conversions.calculators import CALCULATORS
from extraction.errors import BadValue
from extraction.models import Field, Outcome, Value
from extraction.models.result import FURTHER_FIELDS
from extraction.queries.cells import Cell, Line, Sheet
from extraction.queries.checks import Raised
from extraction.queries.following import Following, following
from extraction.services.values import MEASURES, Reading, Saved
from screening.models import Report

#: What stands over a narrow column; the full names are the labels of the fields.
SHORT: dict[str, str] = {
    Field.N: "n",
    Field.PERCENT: "%",
    Field.SD: "SD",
    Field.SE: "SE",
    Field.MEAN_CI_LOW: "95 % CI low",
    Field.MEAN_CI_HIGH: "95 % CI high",
    Field.Q1: "Q1",
    Field.Q3: "Q3",
    Field.MINIMUM: "Min",
    Field.MAXIMUM: "Max",
    Field.MEASURE: "Measure",
    Field.CI_LOW: "CI low",
    Field.CI_HIGH: "CI high",
    Field.CI_LEVEL: "CI level %",
    Field.ESTIMATE_SE: "SE",
    Field.DF: "df",
}


#: The fields that some calculator gives.
COMPUTABLE = tuple(sorted({output for one in CALCULATORS for output in one.outputs} & set(Field.values)))


@dataclass(frozen=True, slots=True)
class Entry:
    """A cell as it is drawn: what stands in it, where that was read, and what is wrong with it."""

    cell: Cell
    line: Line
    name: str
    text: str
    seen: int
    quote: str
    page: str
    report: int | None
    method: str = ""
    error: str = ""
    follows: Following | None = None

    @property
    def key(self) -> str:
        """The cell's address as one word."""
        return self.cell.key

    @property
    def is_bare(self) -> bool:
        """Nothing was ever written here: a large sheet is mostly such cells, and they are drawn the short way."""
        return not (
            self.seen or self.text or self.quote or self.page or self.error or self.follows or self.choices
        )

    @property
    def where(self) -> str:
        """What is asked of whom, for the head of the panel."""
        return ", ".join(str(part) for part in (self.name, self.line.subject, self.line.time) if part)

    @property
    def label(self) -> str:
        """The whole address in words."""
        return f"{self.where}, {self.line.outcome}{', computed' if self.method else ''}"

    @property
    def is_computable(self) -> bool:
        """Some calculator gives such a number."""
        return self.cell.field in COMPUTABLE

    @property
    def from_what(self) -> str:
        """Which cells the number that follows comes from, for example “SE and n”."""
        names = (
            [short(Field(name)) for name in self.follows.inputs if name != Field.MEASURE]
            if self.follows
            else []
        )
        return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else "".join(names)

    @property
    def is_further(self) -> bool:
        """Only some reports give it: a page may fold it away."""
        return self.cell.field in FURTHER_FIELDS

    @property
    def choices(self) -> tuple[str, ...]:
        """What can be chosen; nothing where a number is typed."""
        return MEASURES if self.cell.field == Field.MEASURE else ()


@dataclass(frozen=True, slots=True)
class Column:
    """What a column asks; `is_further` ones only some reports give, so a page may fold them away."""

    name: str
    short: str
    is_further: bool


def short(name: Field) -> str:
    """What stands over the column of a field."""
    return SHORT.get(name, str(name.label))


@dataclass(frozen=True, slots=True)
class Grid:
    """Lines with the same columns."""

    columns: tuple[Column, ...]
    lines: list[tuple[Line, list[Entry]]]

    @property
    def has_times(self) -> bool:
        """Some line stands at a time of the study."""
        return any(line.time for line, _ in self.lines)

    @property
    def uses_further(self) -> bool:
        """Something stands in a column that could be folded away."""
        entries = [entry for _, line in self.lines for entry in line if entry.is_further]
        return any(entry.text or entry.quote or entry.error for entry in entries)

    @property
    def is_used(self) -> bool:
        """Something stands in it, or is wrong with it."""
        return any(entry.text or entry.quote or entry.error for _, entries in self.lines for entry in entries)


@dataclass(frozen=True, slots=True)
class Block:
    """One outcome."""

    outcome: Outcome
    arms: Grid
    contrasts: Grid

    @property
    def has_further(self) -> bool:
        """Some columns can be folded away."""
        return any(column.is_further for grid in (self.arms, self.contrasts) for column in grid.columns)

    @property
    def uses_further(self) -> bool:
        """Something stands in one of them."""
        return self.arms.uses_further or self.contrasts.uses_further


class SheetForm:
    """Reads what was sent and draws what is there; never loses what was typed."""

    def __init__(
        self,
        sheet: Sheet,
        own: Mapping[Cell, Value],
        reports: Sequence[Report],
        data: Mapping[str, Any] | None = None,
    ) -> None:
        self.sheet, self.own, self.data, self.reports = sheet, own, data, reports
        self.lines = sheet.lines()
        self.cells = {cell.key: cell for cell in self.lines}
        self.only_report = reports[0].pk if len(reports) == 1 else None
        self.errors: dict[Cell, str] = {}
        self.follows: dict[Cell, Following] = {}

    def readings(self) -> list[Reading]:
        """What was sent for every cell that was on the page."""
        data = self.data or {}
        return [self._reading(cell) for key, cell in self.cells.items() if f"v-{key}" in data]

    def sent(self, body: bytes) -> list[Reading]:
        """What a script sent: {"cells": [{"key", "text", "quote", "page", "report", "seen"}, …]}. Raises BadValue.

        A computed number also has "method" and "inputs".
        """
        try:
            cells = json.loads(body)["cells"]
            return [self._sent(cell) for cell in cells]
        except (ValueError, TypeError, KeyError, AttributeError):
            raise BadValue("The page sent something that cannot be read. Reload it.") from None

    def _sent(self, sent: Mapping[str, Any]) -> Reading:
        cell = self.cells.get(sent["key"]) or _retired(str(sent["key"]))
        reading = Reading(
            cell,
            str(sent["text"]),
            str(sent["quote"]),
            str(sent["page"]),
            whole(sent["report"]),
            seen=whole(sent["seen"]) or 0,
        )
        if sent.get("method") and "inputs" in sent:
            inputs = {str(name): str(text) for name, text in dict(sent.get("inputs") or {}).items()}
            return replace(reading, method=str(sent["method"]), inputs=inputs)
        return self._as_computed(reading)

    def _as_computed(self, reading: Reading) -> Reading:
        """A computed number that stands as it was is still computed; one that was typed over is not."""
        before = self.own.get(reading.cell)
        if before and before.method and before.text == reading.text.strip():
            return replace(reading, method=before.method, inputs=before.inputs)
        return reading

    def answer(self, readings: Sequence[Reading], saved: Saved) -> dict[str, Any]:
        """What became of each cell: the id that stands now, or why it was not saved and what is there instead."""
        refused = {
            cell.key: {"message": str(error), "now": self._now(cell)} for cell, error in saved.refused.items()
        }
        done = [reading.cell for reading in readings if reading.cell.key not in refused]
        return {
            "saved": {cell.key: self._now(cell)["seen"] for cell in done},
            "refused": refused,
            "follows": self._following(done),
            "findings": {
                "outcomes": sorted({value.outcome_id for value in saved.values}),
                "list": [_told(one) for one in saved.raised],
            },
        }

    def _following(self, done: Sequence[Cell]) -> dict[str, Any]:
        """What follows now on the lines of these cells; None where nothing does."""
        lines = dict.fromkeys(self.lines[cell] for cell in done if cell in self.lines)
        self.follows = following(lines, self.own)
        entries = [self.entry(cell) for line in lines for cell in line.cells]
        return {
            entry.key: entry.follows
            and {
                "text": entry.follows.text,
                "rough": entry.follows.rough,
                "from": entry.from_what,
                "method": entry.follows.method,
                "inputs": dict(entry.follows.inputs),
                "warnings": list(entry.follows.warnings),
            }
            for entry in entries
        }

    def _now(self, cell: Cell) -> dict[str, Any]:
        value = self.own.get(cell)
        if value is None:
            return {"seen": 0, "text": "", "quote": "", "page": "", "report": None, "method": ""}
        return {
            "seen": value.pk,
            "text": value.text,
            "quote": value.quote,
            "page": value.page,
            "report": value.report_id,
            "method": value.method,
        }

    def _reading(self, cell: Cell) -> Reading:
        data, before, key = self.data or {}, self.own.get(cell), cell.key
        quote, page, report = (
            (before.quote, before.page, before.report_id) if before else ("", "", self.only_report)
        )
        if data.get("open") == key:
            quote, page = str(data.get("quote", "")).replace("\r\n", "\n"), str(data.get("page", ""))
            report = whole(data.get("report"))
        reading = Reading(
            cell, str(data[f"v-{key}"]), quote, page, report, seen=whole(data.get(f"s-{key}")) or 0
        )
        return self._as_computed(reading)

    def entry(self, cell: Cell) -> Entry:
        """A cell as it is drawn: what was just typed into it, or what is saved."""
        value, line = self.own.get(cell), self.lines[cell]
        reading = self._reading(cell) if self.data is not None and f"v-{cell.key}" in self.data else None
        shown = reading or value
        report = (
            reading.report if reading else value.report_id if value and value.report_id else self.only_report
        )
        return Entry(
            cell,
            line,
            str(Field(cell.field).label),
            shown.text if shown else "",
            value.pk if value else 0,
            shown.quote if shown else "",
            shown.page if shown else "",
            report,
            shown.method if shown else "",
            self.errors.get(cell, ""),
            self.follows.get(cell),
        )

    def blocks(self) -> list[Block]:
        """The outcomes, each with its lines."""
        self.follows = following(dict.fromkeys(self.lines.values()), self.own)
        return [
            Block(
                outcome,
                self._grid(self.sheet.arm_lines(outcome)),
                self._grid(self.sheet.contrast_lines(outcome)),
            )
            for outcome in self.sheet.outcomes
        ]

    def _grid(self, lines: list[Line]) -> Grid:
        fields = lines[0].fields if lines else ()
        columns = tuple(Column(str(name.label), short(name), name in FURTHER_FIELDS) for name in fields)
        return Grid(columns, [(line, [self.entry(cell) for cell in line.cells]) for line in lines])

    @property
    def computable(self) -> str:
        """The fields that some calculator gives, as a page carries them along."""
        return " ".join(COMPUTABLE)

    def line_of(self, entry: Entry) -> list[Entry]:
        """The cells that stand beside a cell, itself included."""
        return [self.entry(cell) for cell in entry.line.cells]

    def use(self, key: str) -> Reading | None:
        """What follows for a cell, to be written into it; None where nothing does (any more)."""
        cell = self.cells.get(key)
        follows = following([self.lines[cell]], self.own).get(cell) if cell else None
        if cell is None or follows is None:
            return None
        now = self._now(cell)
        words = {name: now[name] for name in ("quote", "page", "seen")}
        report = now["report"] or self.only_report
        return Reading(
            cell, follows.text, **words, report=report, method=follows.method, inputs=follows.inputs
        )

    def opened(self, key: str) -> Entry | None:
        """The cell whose words are shown: the one that was asked for, else the first; None on an empty sheet."""
        cell = self.cells.get(key) or next(iter(self.lines), None)
        return self.entry(cell) if cell else None


def _told(raised: Raised) -> dict[str, Any]:
    """A finding as the page's script draws it."""
    finding = raised.finding
    words = {"found": finding.found, "expected": finding.expected, "usual_cause": finding.usual_cause}
    return words | {"severity": finding.severity, "cells": raised.cells, "outcome": raised.outcome}


_ADDRESS = re.compile(r"([0-9]{1,18})-([ac])([0-9]{1,18})(?:t([0-9]{1,18}))?-([a-z0-9-]+)")


def _retired(key: str) -> Cell:
    """The cell of an address that is no longer asked for; the verb will refuse it. Raises ValueError."""
    match = _ADDRESS.fullmatch(key)
    if match is None:
        raise ValueError(f"“{key}” is not the address of a cell.")
    outcome, kind, subject, time, name = match.groups()
    number, is_arm = int(subject), kind == "a"
    arm, comparison = (number, None) if is_arm else (None, number)
    return Cell(int(outcome), arm, comparison, Field(name), int(time) if time else None)


def whole(text: object) -> int | None:
    """A row's number, or None for anything else."""
    plain = str(text)
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 19 else None
