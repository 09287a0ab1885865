"""Write references in the tags of PubMed's NBIB format, which most programs read."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Final

from reviews.formats.carrying import CARRIERS, line_feeds, packed
from reviews.formats.fields import reference_by
from reviews.formats.nbib import NBIB
from reviews.formats.reference import Reference, Tags

_INDENT: Final = " " * 6
_WIDTH: Final = 82
#: RIS type → what PubMed calls it.
_KINDS: Final = {
    "JOUR": "Journal Article",
    "BOOK": "Book",
    "CHAP": "Book Chapter",
    "UNPB": "Preprint",
    "DATA": "Dataset",
    "NEWS": "Newspaper Article",
}


def write_nbib(references: Iterable[Reference]) -> Iterator[bytes]:
    """One record after the other, blank lines between them."""
    for reference in references:
        tags = _tags(reference)
        parsed = tuple(NBIB.parse(_text(tags)).tags)
        read_back = reference_by(
            NBIB.fields, parsed, NBIB.values(parsed), position=0, line=0, offset=0, length=0
        )
        load = packed(reference, read_back)
        text = _text((*tags, (CARRIERS["nbib"], load)) if load else tags)
        yield f"{text}\n".encode("utf-8", "replace")


def _tags(reference: Reference) -> Tags:
    tags = [
        ("OWN", "QUORUM"),
        ("TI", reference.title),
        ("PG", reference.pages),
        ("LID", f"{reference.doi} [doi]" if reference.doi else ""),
        ("AB", reference.abstract),
        *(("FAU", author) for author in reference.authors),
        ("LA", reference.language),
        ("PT", _KINDS.get(reference.kind, reference.kind.title())),
        ("DP", str(reference.year or "")),
        ("JT", reference.journal),
        ("VI", reference.volume),
        ("IP", reference.issue),
        *(("OT", keyword) for keyword in reference.keywords),
        ("OID", reference.accession if reference.accession != reference.pmid else ""),
        ("URL", reference.url),
    ]
    return (("PMID", reference.pmid), *((tag, value) for tag, value in tags if value))


def _text(tags: Iterable[tuple[str, str]]) -> str:
    return "".join(f"{tag:<4}- {_wrapped(tag, value)}\n" for tag, value in tags)


def _wrapped(tag: str, value: str) -> str:
    """Long values on several lines, the further ones indented by six blanks."""
    value = line_feeds(value)
    if tag == CARRIERS["nbib"] or (len(value) <= _WIDTH and "\n" not in value):
        return value
    lines = [
        line
        for part in value.split("\n")
        for line in textwrap.wrap(
            part, _WIDTH, break_long_words=False, break_on_hyphens=False, replace_whitespace=False
        )
    ]
    return f"\n{_INDENT}".join(lines)
