"""Write references as RIS, with every original tag where the record came from RIS."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from reviews.formats.carrying import CARRIERS, line_feeds, packed, same_fields
from reviews.formats.fields import grouped
from reviews.formats.reference import Reference, Tags
from reviews.formats.risfields import reference_from
from reviews.formats.ristags import read_tags

_TAG: Final = re.compile(r"[A-Z][A-Z0-9]|PMID|PMCID|DOI")
# A line that runs on is indented so that a reader cannot take its first letters for a tag.
_INDENT: Final = "      "
#: What a type may look like: a reader takes anything longer for running text.
_KIND: Final = re.compile(r"[A-Z]{3,6}")


def write_ris(references: Iterable[Reference]) -> Iterator[str]:
    """RIS text, one record at a time, line feeds at the ends; join and encode as UTF-8.

    A record read from RIS keeps its own tags in their order (a missing TY is put in as GEN, as the format demands it);
    any other, and one whose fields are no longer what its tags say, is written from its fields and carries its tags.
    """
    for reference in references:
        own = is_ris(reference)
        tags = reference.tags if own else tags_from_fields(reference)
        if tags[0][0] != "TY":
            tags = (("TY", reference.kind or "GEN"), *tags)
        elif own:
            yield _text(tags)
            continue
        text = _text(tags)
        load = packed(reference, _read_back(text))
        yield _text((*tags, (CARRIERS["ris"], load))) if load else text


def _read_back(text: str) -> Reference:
    return reference_of(read_tags(text).tags)


def reference_of(tags: Sequence[tuple[str, str]]) -> Reference:
    """The reference that a reader makes of RIS tags, without a place in a file."""
    return reference_from(tags, grouped(tags), position=0, line=0, offset=0, length=0)


def is_ris(reference: Reference) -> bool:
    """Whether the tags are those of a RIS record, and say what the fields say."""
    tags = reference.tags
    if not tags or not all(_TAG.fullmatch(tag) for tag, _ in tags):
        return False
    return same_fields(reference, reference_of(tags))


def _text(tags: Iterable[tuple[str, str]]) -> str:
    return "".join(f"{tag}  - {_value(value)}\n" for tag, value in tags) + "ER  - \n\n"


def _value(value: str) -> str:
    first, *more = line_feeds(value).split("\n")
    return "\n".join([first, *(_INDENT + line if line else "" for line in more)])


def tags_from_fields(reference: Reference) -> Tags:
    """The RIS tags that say what the fields of a reference say."""
    start, _, end = reference.pages.partition("-")
    tags = [
        ("TY", reference.kind if _KIND.fullmatch(reference.kind) else "GEN"),
        ("TI", reference.title),
        *(("AU", author) for author in reference.authors),
        ("PY", str(reference.year or "")),
        ("JO", reference.journal),
        ("VL", reference.volume),
        ("IS", reference.issue),
        ("SP", start),
        ("EP", end),
        ("DO", reference.doi),
        ("AN", reference.accession),
        ("U1", f"{reference.pmid}[pmid]" if reference.pmid else ""),
        ("LA", reference.language),
        ("AB", reference.abstract),
        *(("KW", keyword) for keyword in reference.keywords),
        ("UR", reference.url),
    ]
    return tuple((tag, value) for tag, value in tags if value)
