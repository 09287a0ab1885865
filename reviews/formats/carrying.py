"""The original tags of a record, carried along in a format that has no place for them, and read back from it.

A reference that came from one format and is written in another keeps its tags in one field of our own, as JSON on
one line: `{"tags": [["TY", "JOUR"], …]}`.  Where the other format cannot hold a field exactly (a page range in words,
a cell longer than Excel's), the exact value stands beside them under "fields".
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any, Final

from reviews.formats.reference import Reference, Tags

#: Format → the tag, field, element or column of ours.
CARRIERS: Final = {
    "ris": "QT",
    "nbib": "QTAG",
    "bib": "original-tags",
    "endnote-xml": "research-notes",
    "csv": "tags",
    "xlsx": "tags",
}
LISTS: Final = ("authors", "keywords")
FIELD_NAMES: Final = (
    "kind", "title", "abstract", "authors", "year", "journal", "volume", "issue", "pages", "doi", "pmid", "accession",
    "url", "language", "keywords",
)  # fmt: skip
# White space but for blanks, and what readers, XML or files do not keep: controls, marks of order, halves of characters.
_UNSEEN: Final = re.compile(
    "[^\\S ]|[\x7f-\xa0\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff0-\uffff]"
)
_BEGIN: Final = ('{"tags":', '{"fields":')


def line_feeds(text: str) -> str:
    """Text whose lines end in line feeds, as readers see it."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def same_fields(one: Reference, other: Reference) -> bool:
    """Whether two references say the same, wherever they stand and whatever their tags are."""
    return all(getattr(one, name) == getattr(other, name) for name in FIELD_NAMES)


def packed(reference: Reference, read_back: Reference) -> str:
    """What has to be carried so that `read_back`, as a reader gives it, becomes the reference; "" if nothing has."""
    load: list[str] = []
    if reference.tags and reference.tags != read_back.tags:
        load.append(f'"tags":{_json(reference.tags)}')
    fields = [
        f'"{name}":{_json(value)}'
        for name in FIELD_NAMES
        if (value := getattr(reference, name)) != getattr(read_back, name)
    ]
    if fields:
        load.append(f'"fields":{{{",".join(fields)}}}')
    return f"{{{','.join(load)}}}" if load else ""


def restored(reference: Reference, carrier: str) -> Reference:
    """The reference with the tags and fields that it carries; itself if it carries none."""
    for at in range(len(reference.tags) - 1, -1, -1):
        name, value = reference.tags[at]
        if name == carrier and (load := _load(value)) is not None:
            tags, fields = load
            rest = reference.tags[:at] + reference.tags[at + 1 :]
            return replace(reference, tags=tags or rest, **fields)
    return reference


def tags_carried(tags: Tags, carrier: str) -> Tags:
    """The tags of a record as `restored` gives them."""
    for at in range(len(tags) - 1, -1, -1):
        name, value = tags[at]
        if name == carrier and (load := _load(value)) is not None:
            return load[0] or tags[:at] + tags[at + 1 :]
    return tags


def _json(value: object) -> str:
    """JSON in which braces within strings are escapes, so that they match in BibTeX, and so is all that nobody sees."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return (
        _UNSEEN.sub(lambda found: json.dumps(found[0])[1:-1], text)
        .replace("{", "\\u007b")
        .replace("}", "\\u007d")
    )


def _load(text: str) -> tuple[Tags, dict[str, Any]] | None:
    """Tags and fields from JSON of ours; None for any other text."""
    if not text.startswith(_BEGIN):
        return None
    try:
        load = json.loads(text)
        tags = tuple((_clean(name), _clean(value)) for name, value in load.get("tags", ()))
        fields = {name: _field(name, value) for name, value in load.get("fields", {}).items()}
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return None
    return tags, fields


def _field(name: str, value: object) -> Any:
    """A value of a field; KeyError or TypeError for what no field may hold."""
    if name not in FIELD_NAMES:
        raise KeyError(name)
    if name == "year":
        if value is None or (isinstance(value, int) and 0 < value < 10_000):
            return value
        raise TypeError
    if name in LISTS:
        if not isinstance(value, list):
            raise TypeError
        return tuple(map(_clean, value))
    return _clean(value)


def _clean(value: object) -> str:
    """Text without zero bytes and halves of characters, which no database takes."""
    if not isinstance(value, str):
        raise TypeError
    return value.encode("utf-8", "replace").decode().replace("\x00", "")
