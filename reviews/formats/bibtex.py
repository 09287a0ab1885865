"""BibTeX, read entry by entry, so that one broken entry costs nothing but itself.

The public parsers drop entries in the wild: braces that do not match, blanks in keys, no key at all, keys that occur
twice.  Keys are labels here, never identity; where a brace is missing, the next line that begins a field ends the value.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from reviews.formats.fields import FieldTags, Values
from reviews.formats.latex import plain
from reviews.formats.ristags import BLANKS
from reviews.formats.tagged import Parsed, TaggedFormat

_ENTRY: Final = re.compile(r"\s*@\s*([A-Za-z]+)\s*[{(]")
_KEY: Final = re.compile(r"\s*([^=,{}\"\n]*?)\s*,")
_FIELD: Final = re.compile(r"[\s,]*([A-Za-z][\w:.+/ -]*?)\s*=\s*")
_NEXT_FIELD: Final = re.compile(r"\n[ \t]*[A-Za-z][\w:.+/-]*[ \t]*=[ \t]*[{\"\d]")
# Quotation marks within a value are often not escaped; the one that ends it stands before a comma and a name, or the end.
_END_QUOTE: Final = re.compile(r"\"(?=\s*(?:#|[})]?\s*$|,\s*(?:[A-Za-z][\w:.+/ -]*\s*=|[})]\s*$|$)))")
_BRACE: Final = re.compile(r"\\.|[{}]", re.S)
_JOINED: Final = re.compile(r"\s*#\s*")
_BARE: Final = re.compile(r"[^,}\n]*")
_KEYWORDS: Final = ("keywords", "keyword", "author_keywords", "keywords-plus")
_NO_ENTRIES: Final = frozenset({"comment", "preamble", "string"})


def _parse(text: str) -> Parsed:
    entry = _ENTRY.match(text)
    if not entry:
        said = next((line for line in (part.strip(BLANKS) for part in text.split("\n")) if line), "")
        return Parsed([], strays=[(0, said)] if said and not said.startswith("%") else [])
    if entry[1].lower() in _NO_ENTRIES:
        return Parsed([])
    tags = [("@", entry[1])]
    at = entry.end()
    if key := _KEY.match(text, at):
        tags.append(("key", key[1]))
        at = key.end()
    while field := _FIELD.match(text, at) or _field_further_on(text, at):
        value, at = _value(text, field.end())
        tags.append((field[1], "\n".join(filter(None, (line.strip(BLANKS) for line in value.split("\n"))))))
    return Parsed(tags, ended="}" in text[at:] or ")" in text[at:])


def _field_further_on(text: str, at: int) -> re.Match[str] | None:
    """The next line that begins a field, past what cannot be one (`@article{Kenny2010,17,`)."""
    found = _NEXT_FIELD.search(text, at)
    return _FIELD.match(text, found.start()) if found else None


def _value(text: str, at: int) -> tuple[str, int]:
    """The value that begins here, and where it ends; pieces joined by # are one value."""
    pieces: list[str] = []
    while True:
        if text[at : at + 1] in {"{", '"'}:
            end = _closing(text, at)
            pieces.append(text[at + 1 : end].rstrip(", \t\n" if text[end : end + 1] == "\n" else ""))
            at = end + 1
        else:
            bare = _BARE.match(text, at)
            end = bare.end() if bare else at
            pieces.append(text[at:end].strip(" \t\r#"))
            at = end
        joined = _JOINED.match(text, at)
        if not joined:
            return "".join(pieces), at
        at = joined.end()


def _closing(text: str, at: int) -> int:
    """Where the brace or quotation mark that opens here is closed; in a broken entry, before the next field."""
    found = _END_QUOTE.search(text, at + 1) if text[at] == '"' else None
    end = found.start() if found else _closing_brace(text, at)
    broken = _NEXT_FIELD.search(text, at, end)
    return broken.start() if broken else end


def _closing_brace(text: str, at: int) -> int:
    depth = 0
    for found in _BRACE.finditer(text, at):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if depth == 0 and found[0] == "}":
            return found.start()
    return len(text)


def _values(tags: Sequence[tuple[str, str]]) -> Values:
    """Field names in lower case, values without LaTeX, authors one by one."""
    values: Values = {}
    for name, value in tags:
        pieces = re.split(r"\s+and\s+", value) if name.lower() in {"author", "editor"} else [value]
        for piece in pieces:
            text = plain(piece).strip()
            if name.lower() in {"author", "editor"}:
                text = _surname_first(piece.strip(), text)
            if name.lower() in _KEYWORDS and ";" not in text:
                text = text.replace(",", ";")
            if text:
                values.setdefault(name.lower(), []).append(
                    text.replace(";", ",") if len(pieces) > 1 else text
                )
    if "pages" in values:
        values["pages"] = [re.sub("-{2,}", "-", value) for value in values["pages"]]
    return values


def _surname_first(piece: str, name: str) -> str:
    """`Ludwig van Beethoven` as `van Beethoven, Ludwig`, as BibTeX has it; braces keep a name together, as do commas."""
    words = name.split()
    if (
        "," in name
        or ("{" in piece.replace("\\", "") and piece.startswith("{"))
        or len(words) < 2
        or name.lower() == "others"
    ):
        return name
    at = next((at for at, word in enumerate(words[:-1]) if at and word[0].islower()), len(words) - 1)
    # Chinese and other names whose first letter has no case are not turned round.
    if not words[-1][0].isupper() or not words[0][0].isupper():
        return name
    return f"{' '.join(words[at:])}, {' '.join(words[:at])}"


BIBTEX: Final = TaggedFormat(
    start=re.compile(rb"[\n}](?:\xef\xbb\xbf)?[ \t]*(?=@[ \t]*[A-Za-z]+[ \t]*[{(])"),
    parse=_parse,
    fields=FieldTags(
        title=("title",),
        abstract=("abstract",),
        authors=("author", "editor"),
        year=("year", "date"),
        journal=("journal", "journaltitle", "booktitle", "series"),
        volume=("volume",),
        issue=("number", "issue"),
        start=("pages", "article-number", "eid"),
        doi=("doi", "url", "note"),
        pmid=("pmid",),
        accession=("unique-id", "accession", "key"),
        url=("url",),
        language=("language", "langid"),
        keywords=_KEYWORDS,
        kind=("@",),
        kinds={
            "article": "JOUR",
            "book": "BOOK",
            "inbook": "CHAP",
            "incollection": "CHAP",
            "inproceedings": "CPAPER",
            "conference": "CPAPER",
            "proceedings": "CONF",
            "phdthesis": "THES",
            "mastersthesis": "THES",
            "techreport": "RPRT",
            "online": "ELEC",
            "unpublished": "UNPB",
            "misc": "GEN",
        },
    ),
    hollow=frozenset({"@", "key"}),
    values=_values,
)
