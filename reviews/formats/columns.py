"""Which column of a table holds which field: by its name where the name is known, else by a guess at its content.

Nothing is asked of a person as long as a column is known to hold the title; else `MappingNeeded` carries what we
guess, so that a page or a command can ask.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any, Final

from reviews.formats.columnnames import COLUMNS, name_of
from reviews.formats.fields import FieldTags
from reviews.formats.reference import FormatError
from reviews.formats.values import doi_in

#: What a column may hold → how a page calls it.
FIELDS: Final[dict[str, str]] = {
    "title": "Title",
    "abstract": "Abstract",
    "authors": "Authors",
    "year": "Year or date",
    "journal": "Journal or book",
    "volume": "Volume",
    "issue": "Issue",
    "pages": "Pages, or the first page",
    "end": "Last page",
    "doi": "DOI",
    "pmid": "PubMed number",
    "accession": "Number in the database",
    "url": "Link",
    "language": "Language",
    "keywords": "Keywords",
    "kind": "Type of publication",
    "ignore": "Nothing we need",
}
#: What may part the authors in one cell → how a page calls it.  `authors:|` as a field says which; `authors` lets us see.
AUTHOR_SEPARATORS: Final[dict[str, str]] = {
    ";": "semicolons",
    ",": "commas",
    "|": "vertical bars",
    "/": "slashes",
    " and ": "the word “and”",
    "\n": "line ends",
}
#: Values shown of each column.
SAMPLES: Final = 5

_ATTRIBUTES: Final = {"pages": "start", "end": "end"}
_YEAR: Final = re.compile(r"(?:1[5-9]|20)\d\d(?:\.0)?|.*\b(?:19|20)\d\d\b.{0,20}")
_PMID: Final = re.compile(r"[1-9]\d{6,7}(?:\.0)?")
_TRIAL: Final = re.compile(r"NCT\d{8}|ISRCTN\d{8}|[A-Z]{3,10}[-/]?[\d-]{6,}")
_PAGES: Final = re.compile(r"[A-Za-z]?\d+\s*[-\u2010-\u2015]\s*[A-Za-z]?\d+")
_NAMES: Final = re.compile(
    r"[^\d;|]{2,60}(?:[;|]\s*[^\d;|]{2,60})+;?|[A-Z][\w'’ -]+,? [A-Z]{1,3}\.?(?:, .*)?"
)
_LANGUAGES: Final = frozenset(
    "english en eng german de ger french fr fre spanish es spa chinese zh chi portuguese pt por italian it ita".split()
)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, up to five different values, and what we think it holds.

    field  a key of FIELDS, "" where we have no idea.
    known  whether the name says so; False for a guess from the values.
    """

    name: str
    samples: tuple[str, ...]
    field: str
    known: bool


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table in their order, each name once; `sure` if it can be read without asking anybody."""

    columns: tuple[Column, ...]
    sure: bool

    @property
    def mapping(self) -> dict[str, str]:
        """What we would do: column → field, without the columns that we know nothing about."""
        return {column.name: column.field for column in self.columns if column.field}


class MappingNeeded(FormatError):
    """A table in which no column is known to hold the title; `columns` says what we see and guess."""

    def __init__(self, columns: Columns, message: str = "") -> None:
        super().__init__(
            message
            or "No column of this table is known to hold the title. Say which column holds what, or name the columns "
            "in the first row and try again."
        )
        self.columns = columns


def guess(header: Sequence[str], rows: Sequence[Sequence[str]], fields: FieldTags = COLUMNS) -> Columns:
    """What the columns of a table hold, judged by the names and by some rows."""
    values: dict[str, list[str]] = {name: [] for name in header if name}
    for row in rows:
        for name, value in zip(header, row, strict=False):
            if name and value:
                values[name].append(value)
    known = {name: field for name in values if (field := _by_name(name, fields))}
    sure = "title" in known.values()
    taken = set(known.values())
    guessed = (
        {}
        if sure
        else _by_content({name: found for name, found in values.items() if name not in known}, taken)
    )
    return Columns(
        tuple(
            Column(
                name,
                tuple(value[:200] for value in list(dict.fromkeys(found))[:SAMPLES]),
                known.get(name) or guessed.get(name, ""),
                known=name in known,
            )
            for name, found in values.items()
        ),
        sure,
    )


def mapped(fields: FieldTags, mapping: Mapping[str, str], header: Sequence[str]) -> FieldTags:
    """The table of fields with what a person said put before what we know.

    Raises FormatError for a column that the table does not have, or a field that does not exist.
    """
    for column, field in mapping.items():
        if column not in header:
            raise FormatError(f"This table has no column “{column}”.")
        if field.partition(":")[0] not in FIELDS:
            raise FormatError(f"“{field}” is not a field. The fields are {', '.join(FIELDS)}.")
    said = {name_of(column): field.partition(":")[0] for column, field in mapping.items()}
    table: dict[str, Any] = {}
    for name in FIELDS.keys() - {"ignore"}:
        attribute = _ATTRIBUTES.get(name, name)
        chosen = tuple(column for column, field in said.items() if field == name)
        table[attribute] = chosen + tuple(
            column for column in getattr(fields, attribute) if column not in said
        )
    return replace(fields, **table)


def separator_in(mapping: Mapping[str, str]) -> str:
    """What parts the authors, where a person said so (`authors:|`); "" where we are to see for ourselves."""
    return next((field.partition(":")[2] for field in mapping.values() if field.startswith("authors:")), "")


def _by_name(name: str, fields: FieldTags) -> str:
    plain = name_of(name)
    for field in FIELDS:
        if field == "ignore":
            continue
        if plain in getattr(fields, _ATTRIBUTES.get(field, field)):
            # `source` and `citation` are looked through for several fields; the journal is what a person would say.
            return "journal" if plain in {"source", "citation"} else field
    return ""


def _by_content(values: Mapping[str, Sequence[str]], taken: set[str]) -> dict[str, str]:
    """One column for each field at most; the longest texts are the abstract, the next ones the title."""
    found: dict[str, str] = {}
    for name, cells in values.items():
        field = _kind_of(cells)
        if field and field not in taken:
            found[name] = field
            taken.add(field)
    lengths = {name: median(map(len, cells)) for name, cells in values.items() if cells and name not in found}
    for field, least in (("abstract", 300), ("title", 15)):
        texts = [name for name, length in lengths.items() if length >= least and name not in found]
        if texts and field not in taken:
            found[max(texts, key=lengths.__getitem__)] = field
    return found


def _kind_of(cells: Sequence[str]) -> str:
    """The field whose values have the look of these; "" for free text."""
    for field, looks in (
        ("doi", lambda cell: len(cell) < 200 and bool(doi_in(cell))),
        ("url", lambda cell: cell.startswith(("http://", "https://"))),
        ("pmid", _PMID.fullmatch),
        ("accession", _TRIAL.fullmatch),
        ("pages", _PAGES.fullmatch),
        ("year", lambda cell: len(cell) < 25 and bool(_YEAR.fullmatch(cell))),
        ("language", lambda cell: cell.lower() in _LANGUAGES),
        ("authors", _NAMES.fullmatch),
    ):
        if cells and sum(map(bool, map(looks, cells))) >= 0.7 * len(cells):
            return field
    return ""
