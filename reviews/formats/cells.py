"""What stands in the cells of a table: several authors in one, lists as programs print them, and whole citations."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import Final

from reviews.formats.columnnames import name_of
from reviews.formats.fields import FieldTags, Values, grouped

# `Endoscopic Ultrasound (2014) 3:3 (152-160)` (Embase), `Nature. 2022 Apr;604(7907):684-688.` (PubMed), `BMC Psychiatry;20(1):
# 167, 2020 04 15.` (BVS), `Interdisciplinaria; 40(1); 63-80` (SciELO).
_EMBASE: Final = (
    r"(?P<journal>.+?) \((?:1[5-9]|20)\d\d\)(?: (?P<volume>[^:()]+?)(?: \([A-Za-z][^()]*\))?(?::(?P<issue>[^()]+?))?)?"
    r"(?: \((?P<pages>[^()]+)\)|,? Article Number: (?P<article>[\w.-]+?))?(?:\.(?:\s.*)?|$)"
)
_PUBMED: Final = r"(?P<journal>.+?)\. (?:1[5-9]|20)\d\d[^;:]*;(?P<volume>[^:;()]*)(?:\((?P<issue>[^()]*)\))?:(?P<pages>[\w-]+).*"
_BVS: Final = r"(?P<journal>[^;]+); ?(?P<volume>[\w ]*)(?:\((?P<issue>[^()]*)\))?: ?(?P<pages>[\w-]+), ?(?:1[5-9]|20)\d\d.*"
_SCIELO: Final = r"(?P<journal>.+?); (?P<volume>\w*)(?:\((?P<issue>[^()]*)\))?; (?P<pages>[\w-]*)"
_CITATIONS: Final = tuple(map(re.compile, (_EMBASE, _PUBMED, _BVS, _SCIELO)))
_LONGEST_CITATION: Final = 600
_SHORT_CITATION: Final = re.compile(r"\s*[(;,]\s*(?=\d)|\.\s+(?=\d)")
_NAME_AND_INITIALS: Final = re.compile(r"\S.* (?:[A-Z]{1,4}|(?:[A-Z]\.-?){1,4})\.?")
# Springer's table leaves nothing between two names: `Maaz AhmedWaseem Ahmed`.  McGill and O'Brien are one.
_GLUED: Final = re.compile(
    r"(?<=[a-zà-ÿ])(?<!\bMc)(?<!\bMac)(?<!\bDe)(?<!\bDi)(?<!\bLa)(?<!\bVan)(?=[A-ZÀ-Þ])"
)
_SPRINGER: Final = frozenset({"item title", "content type", "item doi"})
_SCIELO_AUTHORS: Final = "Author(s)"
_OUTSIDE_BRACKETS: Final = re.compile(r",\s*(?![^()]*\))")
_EIGHT_DIGITS: Final = re.compile(r"((?:19|20)\d\d)[01]\d[0-3]\d")
#: A date as a spreadsheet makes of `4-5`.
DATE: Final = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?")


def values_of(tags: Sequence[tuple[str, str]], fields: FieldTags, separator: str) -> Values:
    """The cells by the names under which the fields are looked up, authors and keywords parted by semicolons.

    `separator` is what parts the authors, "" where each cell is looked at.
    """
    values = grouped([(name_of(name), value) for name, value in tags])
    pairs = any(name == _SCIELO_AUTHORS for name, _ in tags)
    glued = values.keys() >= _SPRINGER
    for name in fields.authors:
        if name in values:
            values[name] = [
                ";".join(authors_in(value, separator, pairs=pairs, glued=glued)) for value in values[name]
            ]
    for name in fields.keywords:
        if name in values:
            values[name] = [";".join(_list_in(value) or _words_in(value)) for value in values[name]]
    for name in fields.year:
        if name in values:
            values[name] = [_EIGHT_DIGITS.sub(r"\1", value) for value in values[name]]
    for name in {*fields.volume, *fields.issue, *fields.start, *fields.end} & values.keys():
        values[name] = [value for value in values[name] if not DATE.fullmatch(value)]
        if not values[name]:
            del values[name]
    _take_apart(values, fields)
    return values


def dates_in_place_of_numbers(values: Sequence[tuple[str, str]], fields: FieldTags) -> list[str]:
    """The columns for volume, issue or pages in which a spreadsheet made a date of what was there."""
    numbers = {*fields.volume, *fields.issue, *fields.start, *fields.end}
    return [name for name, value in values if DATE.fullmatch(value) and name_of(name) in numbers]


def _take_apart(values: Values, fields: FieldTags) -> None:
    """What a citation says of journal, volume, issue and pages, where the table has no column for them."""
    for column in ("source", "citation"):
        if column not in values:
            continue
        text = " ".join(values[column][0][:_LONGEST_CITATION].split())
        found = next((match for pattern in _CITATIONS if (match := pattern.fullmatch(text))), None)
        parts = {name: value.strip() for name, value in found.groupdict("").items()} if found else {}
        parts["pages"] = parts.get("pages") or parts.pop("article", "")
        if column == "source":
            # CENTRAL's Source is the journal and nothing else.
            parts.setdefault("journal", _SHORT_CITATION.split(text)[0])
        for part, names in (
            ("journal", fields.journal), ("volume", fields.volume), ("issue", fields.issue), ("pages", fields.start)
        ):  # fmt: skip
            if parts.get(part, "").strip("-") and names and not any(name in values for name in names):
                values[names[0]] = [parts[part]]


def authors_in(value: str, separator: str = "", *, pairs: bool = False, glued: bool = False) -> list[str]:
    """Names parted by semicolons, or by commas where every part is a whole name (`Griffin DK, Larkin DM`).

    pairs  commas part names from first names as well (`Hoyos, Paula, Duarte, Carolina`).
    glued  nothing parts the names.
    """
    if separator:
        return value.split(separator)
    if ";" in value:
        return [value]
    if listed := _list_in(value):
        return listed
    if "|" in value:
        return value.split("|")
    if glued:
        return _GLUED.split(value)
    if " and " in value and not re.search(r"\b(?:Institute|Department|Ministry|Centers?|Society)\b", value):
        *others, last = re.split(r",? and ", value)
        return [name for part in others for name in authors_in(part)] + [last]
    if "," not in value:
        return [value]
    parts = [part.strip() for part in value.split(",")]
    if pairs and len(parts) % 2 == 0:
        return [f"{parts[at]}, {parts[at + 1]}" for at in range(0, len(parts), 2)]
    # `Smith, John` is one name; `Joseph Rottman, Erran Carmel` are two.
    if all(map(_NAME_AND_INITIALS.fullmatch, parts)):
        # PubMed ends the list with a full stop, Embase its last initial.
        parts[-1] = parts[-1] if "." in parts[-1][:-1] or "." in parts[0] else parts[-1].rstrip(".")
        return parts
    return parts if all(len(part.split()) > 1 for part in parts) else [value]


def _words_in(value: str) -> list[str]:
    """Keywords parted by vertical bars, or by commas where there are many and no semicolon."""
    if ";" in value:
        return [value]
    if "|" in value:
        return value.split("|")
    parts = _OUTSIDE_BRACKETS.split(value)
    return parts if len(parts) > 3 else [value]


def _list_in(value: str) -> list[str]:
    """The texts of a list as Python prints it (`['Marx, Karl', 'Lindgren, Astrid']`); none where it is no such list."""
    if not (value.startswith("[") and value.endswith("]") and len(value) < 100_000):
        return []
    try:
        found = ast.literal_eval(value)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return []
    return [text.replace(";", ",") for text in found] if all(isinstance(text, str) for text in found) else []
