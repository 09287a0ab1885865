"""Reads a spreadsheet (CSV) of results for the sentinels."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from extraction.sentinels import columns
from extraction.sentinels.rows import Contrast, Group, Population, Printed, Result, Unreadable, printed

_MISSING = frozenset({"", "na", "n/a", "nan", "nr", "-", ".", "null", "none"})
_YES = frozenset({"yes", "y", "true", "1"})
_NO = frozenset({"no", "n", "false", "0"})
_METRICS = frozenset({"final", "change", "slope", "events", "time-to-event"})
_SIDES = {"1": "experimental", "2": "control"}
_MOST_PROBLEMS = 10


class BadSpreadsheet(ValueError):
    """The file cannot be read as a table of results; the text says why, cell by cell."""


def read(path: Path) -> list[Result]:
    """The results in a CSV file, one row each. Raises BadSpreadsheet."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadSpreadsheet(f"{path}: {error.strerror or error}.") from None
    try:
        return parse(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadSpreadsheet(f"{path} is not UTF-8 text: save it as “CSV UTF-8”.") from None


def parse(text: str) -> list[Result]:
    """The results in CSV text (comma, semicolon or tab between cells). Raises BadSpreadsheet."""
    if "\0" in text:
        raise BadSpreadsheet("The file has NUL characters: it is no CSV text.")
    heading = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=heading.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise BadSpreadsheet(f"The file is not well-formed CSV: {error}.") from None
    if not rows or not any(cell.strip() for cell in rows[0]):
        raise BadSpreadsheet("The file is empty: its first row must name the columns.")
    names = _understood(rows[0])
    results, problems = [], []
    for line, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) > len(rows[0]):
            problems.append(f"row {line} has {len(row)} cells for {len(rows[0])} columns")
            continue
        cells = {names[i]: (rows[0][i], cell.strip()) for i, cell in enumerate(row) if i in names}
        results.append(_Row(line, cells, problems).result())
    if problems:
        more = f"\n… and {len(problems) - _MOST_PROBLEMS} more" if len(problems) > _MOST_PROBLEMS else ""
        raise BadSpreadsheet("Cannot be read:\n" + "\n".join(problems[:_MOST_PROBLEMS]) + more)
    return results


def _understood(heading: list[str]) -> dict[int, str]:
    """Column → field, for the columns that we know."""
    known = columns.meanings()
    names: dict[int, str] = {}
    for place, name in enumerate(heading):
        field = known.get(columns.plain(name))
        if field is None:
            continue
        if field in names.values():
            raise BadSpreadsheet(f"Two columns are “{name}” (or another name for it).")
        names[place] = field
    if "study" not in names.values():
        raise BadSpreadsheet("There is no column “study”.")
    if len(set(names.values()) - set(columns.TEXTS)) == 0:
        raise BadSpreadsheet(
            "There is no column of numbers that the sentinels know; docs/sentinels.md lists them."
        )
    return names


class _Row:
    """One row of the file being read; what cannot be read is added to `problems`."""

    def __init__(self, line: int, cells: Mapping[str, tuple[str, str]], problems: list[str]) -> None:
        self.line, self.cells, self.problems = line, cells, problems

    def text(self, field: str) -> str:
        return self.cells.get(field, ("", ""))[1]

    def number(self, field: str) -> Printed | None:
        name, text = self.cells.get(field, ("", ""))
        if text.casefold() in _MISSING:
            return None
        try:
            return printed(text, key=f"row {self.line}, {name.strip()}")
        except Unreadable as error:
            self.problems.append(f"row {self.line}, {name.strip()}: {error}")
            return None

    def float(self, field: str) -> float | None:
        one = self.number(field)
        return None if one is None else one.value

    def yes(self, field: str) -> bool:
        word = self.text(field).casefold()
        if word not in _YES | _NO | _MISSING:
            self.problems.append(f"row {self.line}, {self.cells[field][0]}: “{word}” is neither yes nor no.")
        return word in _YES

    def result(self) -> Result:
        groups = tuple(filter(None, (self.group("1"), self.group("2"))))
        baseline = tuple(filter(None, (self.group("b1", groups), self.group("b2", groups))))
        metric = self.text("metric").casefold() or "final"
        if metric not in _METRICS:
            self.problems.append(
                f"row {self.line}, metric: “{metric}” is none of {', '.join(sorted(_METRICS))}."
            )
        return Result(
            study=self.text("study") or f"row {self.line}",
            outcome=self.text("outcome"),
            measure=self.text("measure"),
            metric=metric,
            direction=self.text("direction").casefold(),
            unit=self.text("unit"),
            scale_low=self.float("scale_low"),
            scale_high=self.float("scale_high"),
            is_integer_scale=self.yes("integer"),
            items=int(self.float("items") or 1),
            time=self.text("time"),
            groups=groups,
            contrast=self.contrast(),
            total=self.number("total"),
            baseline=baseline,
            population=self.population(),
            key=f"row {self.line}",
        )

    def group(self, number: str, like: tuple[Group, ...] = ()) -> Group | None:
        """Group 1 or 2; b1 and b2 are the same at baseline, as large as later unless their n is there."""
        side = _SIDES[number[-1]]
        found: dict[str, Any] = {field: self.number(f"{number}.{field}") for field in columns.GROUP}
        if number == "1" and "ai" in self.cells:
            found.update(self.counts("ai", "bi"))
        if number == "2" and "ci" in self.cells:
            found.update(self.counts("ci", "di"))
        if not any(found.values()):
            return None
        if found["n"] is None:
            found["n"] = next((group.n for group in like if group.side == side), None)
        return Group(side=side, **found)

    def counts(self, events: str, others: str) -> dict[str, Printed | None]:
        """Cells of a two-by-two table: the people are both together, unless their number has a column."""
        yes, no = self.number(events), self.number(others)
        found: dict[str, Printed | None] = {"events": yes}
        if yes is not None and no is not None:
            people = yes.value + no.value
            found["n"] = Printed(people, 0, f"{people:g}", no.key)
        return found

    def contrast(self) -> Contrast | None:
        found: dict[str, Any] = {field: self.number(f"contrast.{field}") for field in columns.CONTRAST}
        variance = self.number("vi")
        if found["se"] is None and variance is not None and variance.value >= 0:
            found["se"] = _root(variance)
        if not any(found.values()):
            return None
        name = columns.plain(self.cells.get("contrast.estimate", ("", ""))[0])
        measure = self.text("effect").upper() or (name.upper() if name in columns.MEASURES else "")
        level = self.float("ci_level") or 95.0
        if not 50 <= level < 100:
            self.problems.append(
                f"row {self.line}: a confidence level of {level:g} % is not between 50 and 100."
            )
            level = 95.0
        # metafor's yi is on the scale of analysis, whatever the measure.
        analysed = name == "yi" or self.yes("log")
        return Contrast(
            measure=measure or ("MD" if analysed else ""), ci_level=level, on_log_scale=analysed, **found
        )

    def population(self) -> Population | None:
        fields = {field: self.text(field) for field in ("registration", "site", "start", "end")}
        authors = tuple(name.strip() for name in self.text("authors").split(";") if name.strip())
        return Population(**fields, authors=authors) if any(fields.values()) else None


def _root(variance: Printed) -> Printed:
    """The standard error of a printed variance, with as many decimals as are certain."""
    span = variance.span().positive().root()
    width = max(span.high - span.low, 1e-15)
    value = math.sqrt(variance.value)
    return replace(
        variance, value=value, decimals=math.floor(-math.log10(width)), text=f"√{variance}", relation="="
    )
