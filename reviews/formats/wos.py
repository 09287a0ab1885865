"""Web of Science's tagged plain text (.ciw, .isi, .txt): two-letter tags without hyphens, three blanks run on."""

from __future__ import annotations

import re
from typing import Final

from reviews.formats.fields import FieldTags
from reviews.formats.tagged import TaggedFormat, by_lines

_TAG = re.compile(r"\ufeff?([A-Z][A-Z0-9])(?: (.*)|)")

WOS_FIELDS: Final = FieldTags(
    title=("TI", "CT"),
    abstract=("AB",),
    authors=("AF", "AU"),
    groups=("CA",),
    year=("PY", "PD", "EA"),
    journal=("SO", "JI", "J9"),
    volume=("VL",),
    issue=("IS",),
    start=("BP", "PS", "SP", "AR"),
    end=("EP",),
    doi=("DI",),
    pmid=("PM", "UT"),
    accession=("UT",),
    language=("LA",),
    keywords=("DE", "ID"),
    kind=("PT",),
    kinds={"j": "JOUR", "b": "BOOK", "s": "SER", "c": "CONF", "p": "PAT", "k": "GEN"},
)


def _tag_of(line: str) -> tuple[str, str] | None:
    found = _TAG.fullmatch(line.rstrip())
    return (found[1], found[2] or "") if found else None


WOS: Final = TaggedFormat(
    start=re.compile(rb"\n(?=PT[ \t])|\n(?:[ \t\r]*\n)+(?=[A-Z][A-Z0-9] \S)"),
    parse=by_lines(_tag_of, end="ER"),
    fields=WOS_FIELDS,
    hollow=frozenset({"PT"}),
    header=frozenset({"FN", "VR", "EF", "XX"}),
    opener=re.compile(rb"(?m)^(?:\xef\xbb\xbf)*PT[ \t]"),
)
