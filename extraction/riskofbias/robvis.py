"""Tables of judgements as robvis (McGuinness & Higgins, Res Synth Methods 2021;12:55) reads and writes them.

The columns are `Study`, one for each domain, `Overall` where the tool judges everything together (without it, robvis is called
with `overall = FALSE`: it counts the columns) and, if given, `Weight`. robvis tells a judgement by its first letter, so words are
written as its templates name them; reading takes words, robvis's letters and the names that a tool uses itself.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from extraction.riskofbias.tool import Item, Tool

#: What robvis calls each light.
WORDS: dict[str, str] = {
    "low": "Low",
    "some": "Some concerns",
    "unclear": "Unclear",
    "moderate": "Moderate",
    "high": "High",
    "serious": "Serious",
    "critical": "Critical",
    "none": "No information",
    "na": "Not applicable",
}
MOST_ROWS = 5_000
LARGEST = 2_000_000


class BadTable(ValueError):
    """The file is no table of judgements; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A study's levels by item; an item that nobody judged is not there."""

    study: str
    levels: Mapping[str, str]
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """What cannot be taken, with the line of the file it stands in."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Read:
    """What a file holds: studies with their levels, each with its line, and what could not be read."""

    rows: tuple[tuple[int, Judged], ...]
    problems: tuple[Problem, ...]


def columns(tool: Tool) -> list[Item]:
    """The items that robvis draws, in its order, `Overall` last."""
    return [item for item in tool.items if item.column and not item.is_overall] + [
        item for item in tool.items if item.is_overall
    ]


def write(tool: Tool, rows: Sequence[Judged]) -> str:
    """The table as CSV; `Weight` is there when every study has one."""
    items = columns(tool)
    weighted = bool(rows) and all(row.weight is not None for row in rows)
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(["Study", *(item.column for item in items), *(["Weight"] if weighted else [])])
    for row in rows:
        said = [_word(tool, row.levels[item.key]) if item.key in row.levels else "" for item in items]
        table.writerow([_safe(row.study), *said, *([repr(row.weight)] if weighted else [])])
    return out.getvalue()


def read(tool: Tool, content: bytes) -> Read:
    """The levels that a file tells. BadTable for what is no such table at all; problems for cells that say nothing known.

    Columns are found by their headings, whatever their order, case and punctuation; `Weight` is left out.
    """
    table = list(csv.reader(io.StringIO(_text(content))))
    if not table or len(table) < 2:
        raise BadTable("The file holds no study: it needs a line of headings, and one for each study.")
    if len(table) > MOST_ROWS + 1:
        raise BadTable(f"The file has more than {MOST_ROWS} lines.")
    places = _places(tool, table[0])
    rows, problems, seen = [], [], set()
    for line, cells in enumerate(table[1:], 2):
        if not any(cell.strip() for cell in cells):
            continue
        study = _cell(cells, places["study"])
        if study.startswith("'"):  # as we write what a spreadsheet would take for a formula
            study = study[1:]
        if not study or study in seen:
            problems.append(
                Problem(
                    line, f"“{study}” stands here for the second time." if study else "No study is named."
                )
            )
            continue
        seen.add(study)
        levels, wrong = _levels(tool, cells, places)
        problems += [Problem(line, f"{study}: {text}") for text in wrong]
        rows.append((line, Judged(study, levels)))
    return Read(tuple(rows), tuple(problems))


def _word(tool: Tool, level: str) -> str:
    light = tool.level(level).light
    # robvis's template for QUADAS-2 knows no "Unclear".
    return WORDS["some" if (tool.key, light) == ("quadas-2", "unclear") else light]


def _text(content: bytes) -> str:
    if len(content) > LARGEST:
        raise BadTable("The file is too large: at most 2 MB.")
    try:
        return content.decode("utf-8-sig").replace("\x00", "")
    except UnicodeDecodeError:
        raise BadTable("The file is not in UTF-8. Save it as “CSV UTF-8”.") from None


def _places(tool: Tool, heads: Sequence[str]) -> dict[str, int]:
    """Item key (and "study") → column."""
    found = {_plain(head): place for place, head in reversed(list(enumerate(heads)))}
    if "study" not in found:
        raise BadTable("There is no column “Study”.")
    places = {"study": found["study"]}
    for item in columns(tool):
        for name in (item.column, item.name, item.key):
            if _plain(name) in found:
                places[item.key] = found[_plain(name)]
                break
    missing = [item.column for item in columns(tool) if not item.is_overall and item.key not in places]
    if missing:
        raise BadTable(f"These columns of {tool.name} are missing: {', '.join(missing)}.")
    return places


def _levels(tool: Tool, cells: Sequence[str], places: Mapping[str, int]) -> tuple[dict[str, str], list[str]]:
    levels, wrong = {}, []
    for item in columns(tool):
        said = _cell(cells, places[item.key]) if item.key in places else ""
        if not said or said.casefold() in {"na", "n/a"}:
            continue
        level = _level(tool, item, said)
        if level is None:
            wrong.append(f"“{said[:60]}” is no judgement on {item.name}.")
        else:
            levels[item.key] = level
    return levels, wrong


def _level(tool: Tool, item: Item, said: str) -> str | None:
    plain = _plain(said)
    named: dict[str, str] = {}
    for level in reversed(tool.levels_of(item)):
        words = [WORDS[level.light]]
        if level.light in {"some", "unclear"}:  # the middle level by either name
            words += [WORDS["some"], WORDS["unclear"]]
        for word in words:
            named |= {_plain(word): level.key, _plain(word)[:1]: level.key}
    for level in tool.levels_of(item):
        named |= {_plain(WORDS[level.light]): level.key, _plain(level.name): level.key, level.key: level.key}
    return named.get(plain)


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place].strip() if place < len(cells) else ""


def _safe(text: str) -> str:
    """Without what a spreadsheet would take for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
