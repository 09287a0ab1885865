"""Reads a sheet of claims: one line each, cells divided by tabs (from a spreadsheet) or by upright strokes."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from extraction.published.claims import Claim, Head, Partition, StudyFacts, StudyList
from extraction.published.fields import has_fields, taken_apart
from extraction.published.kinds import KINDS, Kind
from extraction.published.spans import Unreadable

LONGEST_SHEET = 500
LONGEST_LINE = 5_000
LONGEST_REF = 40
_BY_NAME = {kind.name: kind for kind in KINDS}
_HEADINGS = {"ref", "no", "no.", "number", "claim", "#"}


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that could not be read, as it was pasted, and why."""

    line: int
    text: str
    message: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The claims that were read, and the lines that were not."""

    claims: tuple[Claim, ...]
    problems: tuple[Problem, ...]


def read(text: str) -> Sheet:
    """The claims of a pasted text. Empty lines and lines that begin with # are passed over; no line stops the others."""
    claims: list[Claim] = []
    problems: list[Problem] = []
    for number, line in enumerate(re.split(r"\r\n|\r|\n", text.removeprefix("\ufeff")), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            if number > LONGEST_SHEET:
                raise Unreadable(
                    f"A sheet may have {LONGEST_SHEET} lines; this one and what follows is not read."
                )
            if claim := _claim(number, line):
                claims.append(claim)
        except Unreadable as error:
            problems.append(Problem(number, line[:LONGEST_LINE], str(error)))
            if number > LONGEST_SHEET:
                break
    return _without_doubles(claims, problems)


def _claim(number: int, line: str) -> Claim | None:
    """The claim of a line; None for the headings of a table. Raises Unreadable."""
    if len(line) > LONGEST_LINE:
        raise Unreadable(f"The line is longer than {LONGEST_LINE} characters.")
    cells = [cell.strip() for cell in re.split(r"[\t|]", line.replace("\x00", ""))]
    if len(cells) < 2:
        raise Unreadable(
            "Divide the line into cells by tabs or |, for example: 1 | total | records | parts = 20 + 218 | total = 238"
        )
    ref, kind = cells[0].strip('"'), _kind(cells[1].strip('"'))
    if kind is None:
        if ref.casefold() in _HEADINGS and cells[1].casefold() == "kind":
            return None
        raise Unreadable(_unknown(cells[1]))
    if len(ref) > LONGEST_REF:
        raise Unreadable(f"The first cell is a number or a short name, at most {LONGEST_REF} characters.")
    names = (*kind.fields, "place")
    rest = cells[2:]
    what = "" if not rest or (not kind.free and has_fields(rest[0], names)) else rest.pop(0).strip('"')
    fields = taken_apart(rest, names, free=kind.free)
    head = Head(line=number, ref=ref, what=what, text=line.strip(), place=fields.words("place"))
    claim = kind.make(head, fields)
    if fields.unread:
        raise Unreadable(
            f"“{fields.unread[0]}” is not a field of {kind.name}. It knows: {', '.join(kind.fields)}."
        )
    return claim


def _kind(name: str) -> Kind | None:
    return _BY_NAME.get("-".join(name.casefold().split()))


def _unknown(name: str) -> str:
    near = difflib.get_close_matches(name.casefold(), list(_BY_NAME), n=1)
    meant = f" Did you mean “{near[0]}”?" if near else ""
    return f"“{name[:60]}” is not a kind of claim.{meant} There are: {', '.join(_BY_NAME)}."


def names_of(claim: Claim) -> list[str]:
    """The names under which other claims may use lists of this one."""
    if isinstance(claim, StudyList) and claim.what:
        return [named(claim.what)]
    if isinstance(claim, Partition):
        return [named(part.label) for part in claim.parts]
    return []


def named(text: str) -> str:
    """A name as it is compared."""
    return " ".join(text.casefold().split())


def _without_doubles(claims: list[Claim], problems: list[Problem]) -> Sheet:
    """A name that two lists have could mean either, so the second one is not read."""
    first: dict[str, int] = {}
    kept: list[Claim] = []
    for claim in claims:
        names = [f"study {named(claim.ref)}"] if isinstance(claim, StudyFacts) else names_of(claim)
        taken = next((name for name in names if name in first), None)
        if taken is None:
            first.update(dict.fromkeys(names, claim.line))
            kept.append(claim)
        else:
            message = f"“{taken}” is in line {first[taken]} already; give this one another name."
            problems.append(Problem(claim.line, claim.head.text, message))
    return Sheet(tuple(kept), tuple(sorted(problems, key=lambda problem: problem.line)))
