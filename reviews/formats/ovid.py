"""Ovid's "citation" text: a number in angle brackets, field names on lines of their own, values indented."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from reviews.formats.fields import FieldTags, Values, first, grouped
from reviews.formats.tagged import TaggedFormat, by_lines
from reviews.formats.values import one_line, whole_range

_NUMBER = re.compile(r"\ufeff?<(\d+)>\s*")
_NUMBER_BEHIND = re.compile(r" +\d+(?:, ?\d+)* *(;|\n|$)")
# How journal, volume, issue, pages and date stand on one line: Ovid's Embase, PsycINFO, Embase.com, and most others.
_SOURCES = (
    re.compile(
        r"(?P<Journal_Name>.+?)\.\s+(?:.*?\s)?(?P<Volume>\d+)\s*\((?P<Issue>[^)]*)\)\s*"
        r"\((?:no pagination|pp\.?\s*(?P<Pages>[^)]+))\),?\s*(?P<Publication_Date>.*)"
    ),
    re.compile(
        r"(?P<Journal_Name>.+?)[,.]\s+Vol\.?\s*(?P<Volume>\d+)\s*(?:\((?P<Issue>[^)]*)\))?,\s*"
        r"(?P<Publication_Date>.*?\d{4})(?:,\s*(?:pp\.?\s*)?(?P<Pages>[A-Z]?\d[\w-]*))?"
    ),
    re.compile(
        r"(?P<Journal_Name>.+?)\s+\((?P<Publication_Date>\d{4})\)\s+(?P<Volume>\d+)(?::(?P<Issue>[\w -]+?))?"
        r"(?:\s+\((?P<Pages>[\w-]+)\))?(?:\s|\.|$)"
    ),
    re.compile(
        r"(?P<Journal_Name>.+?)\.?\s+(?P<Volume>\d+)\s*(?:\((?P<Issue>[^)]*)\))?\s*:\s*"
        r"(?P<Pages>[\w-]+)?[.,]?\s*(?P<Publication_Date>.*)"
    ),
)
_NAME = re.compile(r"([A-Z][A-Za-z/() -]{1,60}?)[ :.]*")


def _tag_of(line: str) -> tuple[str, str] | None:
    if number := _NUMBER.fullmatch(line):
        return "Number", number[1]
    found = _NAME.fullmatch(line)
    return (found[1], "") if found else None


def _values(tags: Sequence[tuple[str, str]]) -> Values:
    """Ovid puts journal, volume, issue, pages and date into one Source line, and affiliations' numbers behind names."""
    values = grouped(tags)
    for name in ("Author", "Authors"):
        if name in values:
            values[name] = [_NUMBER_BEHIND.sub(r"\1", value) for value in values[name]]
    for name, value in source_parts(first(values, "Source")).items():
        values.setdefault(name, [value])
    return values


def source_parts(source: str) -> dict[str, str]:
    """The parts of a source line by name: Journal Name, Volume, Issue, Pages, Publication Date; those that are there."""
    line = one_line(source)
    for pattern in _SOURCES:
        if found := pattern.match(line):
            parts = {name.replace("_", " "): value for name, value in found.groupdict("").items() if value}
            return {name: whole_range(part) if name == "Pages" else part for name, part in parts.items()}
    return {}


OVID: Final = TaggedFormat(
    start=re.compile(rb"\n(?:\xef\xbb\xbf)?(?=<\d+>[ \t\r]*\n)"),
    parse=by_lines(_tag_of),
    fields=FieldTags(
        title=("Title", "Chapter Title", "Original Title"),
        abstract=("Abstract",),
        authors=("Author", "Authors", "Author Name", "Authors Full Name", "Author NameID"),
        groups=("Corporate Author",),
        year=(
            "Year of Publication",
            "Publication Year",
            "Date of Publication",
            "Publication Date",
            "Source",
            "Status",
        ),
        journal=("Journal Name", "Source"),
        volume=("Volume",),
        issue=("Issue",),
        start=("Page", "Pages"),
        doi=("DOI Number", "DOI", "Digital Object Identifier", "Publisher URL"),
        pmid=("PubMed ID", "PMID"),
        accession=("Unique Identifier", "Accession Number"),
        url=("Link to the Ovid Full Text or citation", "URL"),
        language=("Language",),
        keywords=("Author Keywords", "MeSH Subject Headings", "Subject Headings", "Keyword Heading"),
        kind=("Publication Type",),
        kinds={"journal article": "JOUR", "article": "JOUR", "book": "BOOK", "conference paper": "CPAPER"},
    ),
    hollow=frozenset({"Number"}),
    values=_values,
)
