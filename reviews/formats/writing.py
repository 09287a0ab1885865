"""Write references as RIS, with every original tag where the record came from RIS."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from reviews.formats.reference import Reference, Tags

_TAG = re.compile(r"[A-Z][A-Z0-9]|PMID|PMCID|DOI")
# A line that runs on is indented so that a reader cannot take its first letters for a tag.
_INDENT = "      "


def write_ris(references: Iterable[Reference]) -> Iterator[str]:
    """RIS text, one record at a time, line feeds at the ends; join and encode as UTF-8.

    A record read from RIS keeps its own tags in their order (a missing TY is put in as GEN, as the format demands it);
    any other is written from its fields.
    """
    for reference in references:
        tags = reference.tags if _is_ris(reference) else tags_from_fields(reference)
        if not any(tag == "TY" for tag, _ in tags[:1]):
            tags = (("TY", reference.kind or "GEN"), *tags)
        yield "".join(f"{tag}  - {_value(value)}\n" for tag, value in tags) + "ER  - \n\n"


def _is_ris(reference: Reference) -> bool:
    """Whether the tags are those of a RIS record; other formats have tags of two letters as well."""
    names = {tag for tag, _ in reference.tags}
    if not all(map(_TAG.fullmatch, names)):
        return False
    # Without TY, what tells a RIS record from one of PubMed (PMID) or Web of Science (PT) is what it has not.
    return "TY" in names or (
        bool(names) and not reference.kind and all(len(name) == 2 for name in names) and "PT" not in names
    )


def _value(value: str) -> str:
    first, *more = value.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join([first, *(_INDENT + line if line else "" for line in more)])


def tags_from_fields(reference: Reference) -> Tags:
    """The RIS tags that say what the fields of a reference say."""
    start, _, end = reference.pages.partition("-")
    tags = [
        ("TY", reference.kind or "GEN"),
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
