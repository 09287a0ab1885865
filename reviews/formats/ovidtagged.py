"""Ovid's tagged text ("Citavi", "EndNote", "Reprint/Medlars"): RIS-like tags without TY and ER, `<1. >` before each record.

It looks like RIS and means something else: IS is the ISSN, ST the status, SO the journal with volume, pages and date.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from reviews.formats.fields import FieldTags, Values, first, grouped
from reviews.formats.ovid import source_parts
from reviews.formats.tagged import TaggedFormat, by_lines

_NUMBER = re.compile(r"\ufeff?<(\d+)\.?\s*>\s*")
_TAG = re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}-(?: (.*)|)")
# `Werner, S. M. [Author, Reprint Author; E-mail: …]`, `Smith, Ana PhD 1,2`
_BEHIND_NAME = re.compile(r"\s*\[.*|[\s,*+\d]+$")


def _tag_of(line: str) -> tuple[str, str] | None:
    if number := _NUMBER.fullmatch(line):
        return "Number", number[1]
    found = _TAG.fullmatch(line.rstrip())
    return (found[1], found[2] or "") if found else None


def _values(tags: Sequence[tuple[str, str]]) -> Values:
    values = grouped(tags)
    for name in ("AU", "FA", "AF"):
        if name in values:
            values[name] = [_BEHIND_NAME.sub("", value) for value in values[name]]
    for name, value in source_parts(first(values, "SO")).items():
        values.setdefault(name, [value])
    if "medline" in first(values, "DB").lower() and "UI" in values:
        values.setdefault("PMID", values["UI"])
    return values


OVID_TAGGED: Final = TaggedFormat(
    start=re.compile(rb"\n(?:\xef\xbb\xbf)?(?=<\d+\.?[ \t]*>[ \t\r]*\n)"),
    parse=by_lines(_tag_of),
    fields=FieldTags(
        title=("TI", "BT", "OT"),
        abstract=("AB",),
        authors=("FA", "AU", "AF"),
        groups=("CA", "IV"),
        year=("YR", "DP", "Publication Date", "SO", "EM"),
        journal=("JN", "JT", "Journal Name", "JA", "TA", "SO"),
        volume=("VO", "VI", "Volume"),
        issue=("IP", "Issue"),
        start=("PG", "Pages"),
        doi=("DO", "DI", "UR"),
        pmid=("PMID", "PM"),
        accession=("AN", "UI"),
        url=("UR", "XL"),
        language=("LG", "LA"),
        keywords=("KW", "MH", "DE", "SH"),
        kind=("PT",),
        kinds={
            "journal article": "JOUR",
            "article": "JOUR",
            "review": "JOUR",
            "conference abstract": "ABST",
            "conference paper": "CPAPER",
            "book": "BOOK",
            "book chapter": "CHAP",
            "dissertation abstract": "THES",
            "patent": "PAT",
        },
    ),
    hollow=frozenset({"Number", "VN", "DB"}),
    header=frozenset({"Number"}),
    values=_values,
)
