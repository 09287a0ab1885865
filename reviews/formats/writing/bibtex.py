"""Write references as BibTeX in UTF-8, for LaTeX and for the programs that read it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from reviews.formats.bibtex import BIBTEX
from reviews.formats.carrying import CARRIERS, line_feeds, packed
from reviews.formats.fields import grouped, reference_by
from reviews.formats.reference import Reference, Tags
from reviews.formats.writing.ris import is_ris

#: RIS type → entry type, and the field that names the container.
_ENTRIES: Final = {
    "JOUR": ("article", "journal"),
    "BOOK": ("book", "series"),
    "CHAP": ("incollection", "booktitle"),
    "CPAPER": ("inproceedings", "booktitle"),
    "CONF": ("proceedings", "series"),
    "THES": ("phdthesis", "journal"),
    "RPRT": ("techreport", "journal"),
    "ELEC": ("online", "journal"),
    "UNPB": ("unpublished", "journal"),
}
#: Tags of RIS that no field of ours holds → fields of BibTeX.
_MORE: Final = {
    "SN": "issn",
    "PB": "publisher",
    "CY": "address",
    "ET": "edition",
    "AD": "affiliation",
    "N1": "note",
}
_SPECIAL: Final = re.compile(r"[\\{}$&#%_~^]")
_ESCAPES: Final = {
    "\\": "\\textbackslash{}",
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
}
_AT: Final = re.compile(r"(^|[\n}][ \t]*)@")
_NOT_IN_KEYS: Final = re.compile(r"[^A-Za-z0-9]+")


def write_bibtex(references: Iterable[Reference]) -> Iterator[bytes]:
    """One entry after the other; keys are author, year and a word of the title, and occur once."""
    used: dict[str, int] = {}
    for reference in references:
        key = _key(reference, used)
        fields = _fields(reference)
        parsed = tuple(BIBTEX.parse(_entry(reference, key, fields)).tags)
        read_back = reference_by(
            BIBTEX.fields, parsed, BIBTEX.values(parsed), position=0, line=0, offset=0, length=0
        )
        load = packed(reference, read_back)
        if load:
            fields = (*fields, (CARRIERS["bib"], load))
        yield f"{_entry(reference, key, fields)}\n".encode("utf-8", "replace")


def _key(reference: Reference, used: dict[str, int]) -> str:
    """`Example2019walking`, and `Example2019walking-2` for the next of that name."""
    name = reference.authors[0].split(",")[0] if reference.authors else ""
    word = next((word for word in reference.title.split() if len(word) > 3), "")
    key = "".join(map(_ascii, (name, str(reference.year or ""), word.lower()))) or "record"
    used[key] = used.get(key, 0) + 1
    return key if used[key] == 1 else f"{key}-{used[key]}"


def _ascii(text: str) -> str:
    return _NOT_IN_KEYS.sub("", unicodedata.normalize("NFKD", text))


def _fields(reference: Reference) -> Tags:
    container = _ENTRIES.get(reference.kind, ("misc", "journal"))[1]
    tags = grouped(reference.tags) if is_ris(reference) else {}
    fields = [
        ("title", reference.title),
        ("author", " and ".join(map(_name, reference.authors))),
        ("year", str(reference.year or "")),
        (container, reference.journal),
        ("volume", reference.volume),
        ("number", reference.issue),
        ("pages", reference.pages.replace("-", "--")),
        ("doi", reference.doi),
        ("pmid", reference.pmid),
        ("accession", reference.accession),
        ("url", reference.url),
        ("language", reference.language),
        ("keywords", "; ".join(reference.keywords)),
        ("abstract", reference.abstract),
        ("editor", " and ".join(map(_name, [*tags.get("A2", ()), *tags.get("ED", ())]))),
        *((name, "; ".join(tags.get(tag, ()))) for tag, name in _MORE.items()),
    ]
    return tuple((name, _escaped(value)) for name, value in fields if value)


def _name(name: str) -> str:
    """A name; one that holds the word “and” is protected, as that parts the names."""
    return f"{{{name}}}" if re.search(r"\sand\s", name) else name


def _escaped(text: str) -> str:
    """What LaTeX would take for commands, as letters; and what would seem to begin another entry."""
    text = _SPECIAL.sub(lambda found: _ESCAPES.get(found[0], f"\\{found[0]}"), line_feeds(text))
    return _AT.sub(r"\1{@}", text) if "@" in text else text


def _entry(reference: Reference, key: str, fields: Tags) -> str:
    kind = _ENTRIES.get(reference.kind, ("misc", ""))[0]
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields)
    return f"@{kind}{{{key},\n{lines}}}\n"
