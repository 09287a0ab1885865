"""PubMed's NBIB (MEDLINE) format, as PubMed, PubMed Central and ERIC write it.

Tags of up to four letters and a hyphen in the fifth column; six blanks mark a line that runs on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from reviews.formats.fields import FieldTags, Values, grouped
from reviews.formats.tagged import TaggedFormat, by_lines
from reviews.formats.values import whole_range

_TAG = re.compile(r"([A-Z][A-Z0-9]{1,3})[ ]{0,2}- ?(.*)")


def _tag_of(line: str) -> tuple[str, str] | None:
    found = _TAG.match(line)
    return (found[1], found[2]) if found else None


def _values(tags: Sequence[tuple[str, str]]) -> Values:
    """PubMed shortens page ranges."""
    values = grouped(tags)
    if "PG" in values:
        values["PG"] = [whole_range(pages) for pages in values["PG"]]
    return values


NBIB: Final = TaggedFormat(
    # Blank lines part the records. (Nothing else may: PubMed Central puts PMC before PMID.)
    start=re.compile(rb"\n(?:[ \t\r]*\n)+(?=[A-Z][A-Z0-9]{1,3} {0,2}- )"),
    parse=by_lines(_tag_of),
    fields=FieldTags(
        title=("TI", "BTI", "TT"),
        abstract=("AB", "OAB"),
        authors=("FAU", "AU", "FED", "ED"),
        groups=("CN",),
        year=("DP", "DEP", "EDAT"),
        journal=("JT", "TA", "BTI"),
        volume=("VI",),
        issue=("IP",),
        start=("PG",),
        doi=("LID", "AID", "SO"),
        pmid=("PMID",),
        accession=("PMID", "PMC", "OID"),
        url=("URLF", "URLS", "URL"),
        language=("LA",),
        keywords=("MH", "OT"),
        kind=("PT",),
        kinds={
            "journal article": "JOUR",
            "journal articles": "JOUR",
            "book": "BOOK",
            "book chapter": "CHAP",
            "preprint": "UNPB",
            "dataset": "DATA",
            "newspaper article": "NEWS",
        },
    ),
    values=_values,
    opener=re.compile(rb"(?m)^(?:\xef\xbb\xbf)*PMID *- "),
)
