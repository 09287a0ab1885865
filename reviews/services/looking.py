"""A quick look into a file before it is read in earnest: what it is, how many records, what is odd, which columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO, Final

from reviews.formats import (
    FormatError,
    MappingNeeded,
    Problem,
    Reference,
    Sniffed,
    columns_of,
    read,
    sniff,
)
from reviews.formats.columns import Columns
from reviews.queries.originals import HEAD
from reviews.services.originals import RENDERED

#: A look goes no further into a file, so that it takes no longer for a large one.
FAR_ENOUGH: Final = 4 << 20
#: A workbook has to be rendered as a whole; beyond this size that is left to the worker.
SMALL_WORKBOOK: Final = 2 << 20
#: Tags in which the first records may name their database.
_DATABASE_TAGS: Final = frozenset({"DB", "%W", "remote-database-name", "database", "Database"})
_NAMING: Final = 20


@dataclass(slots=True)
class Look:
    """What was seen; `refusal` says why the file cannot be read, "" if it can."""

    sniffed: Sniffed
    refusal: str = ""
    seen: int = 0
    refused: int = 0
    seen_bytes: int = 0
    problem_counts: dict[str, int] = field(default_factory=dict)
    columns: list[dict[str, Any]] = field(default_factory=list)
    needs_mapping: bool = False
    database: str = ""


def look(
    stream: BinaryIO, *, size: int, sniffed: Sniffed | None = None, mapping: Mapping[str, str] | None = None
) -> Look:
    """Look at the beginning of a stream that stands at its first byte and can be sought in; never raises FormatError.

    `sniffed` is what a person said that it is, `mapping` what they said that its columns hold.
    """
    found = Look(sniffed or sniff(_head(stream)))
    if found.sniffed.format in {"unknown", "empty"}:
        found.refusal = found.sniffed.reason
    try:
        _look_at_columns(stream, found, mapping or {})
        if found.refusal or found.needs_mapping:
            return found
        _count(stream, found, size, mapping or {})
    except MappingNeeded as error:
        _keep_columns(found, error.columns, needed=True)
    except FormatError as error:
        found.refusal = str(error)
    return found


def preview(
    stream: BinaryIO, *, sniffed: Sniffed, mapping: Mapping[str, str], number: int = 5
) -> list[Reference]:
    """The first few records as they would be read; none where the file cannot be read as this."""
    try:
        items = _items(stream, sniffed, mapping)
        return list(islice((item for item in items if isinstance(item, Reference)), number))
    except FormatError:
        return []


def _head(stream: BinaryIO) -> bytes:
    stream.seek(0)
    head = stream.read(HEAD)
    stream.seek(0)
    return head


def _look_at_columns(stream: BinaryIO, found: Look, mapping: Mapping[str, str]) -> None:
    stream.seek(0)
    columns = columns_of(stream, found.sniffed) if not found.refusal else None
    if columns:
        _keep_columns(found, columns, needed=not columns.sure and not mapping)


def _keep_columns(found: Look, columns: Columns, *, needed: bool) -> None:
    found.needs_mapping = needed
    found.columns = [
        {"name": each.name, "samples": list(each.samples), "field": each.field, "known": each.known}
        for each in columns.columns
    ]


def _items(stream: BinaryIO, sniffed: Sniffed, mapping: Mapping[str, str]) -> Iterator[Reference | Problem]:
    stream.seek(0)
    return read(stream, sniffed=sniffed, mapping=mapping or None)


def _count(stream: BinaryIO, found: Look, size: int, mapping: Mapping[str, str]) -> None:
    """Read as far as a look goes; the last record that was begun is counted."""
    if found.sniffed.format in RENDERED and size > SMALL_WORKBOOK:
        return
    counts: Counter[str] = Counter()
    databases: Counter[str] = Counter()
    for item in _items(stream, found.sniffed, mapping):
        if isinstance(item, Problem):
            counts[item.code] += 1
            found.refused += item.refused
            found.seen += item.refused
            continue
        found.seen += 1
        if found.seen <= _NAMING:
            databases.update(value for tag, value in item.tags if tag in _DATABASE_TAGS)
        if found.sniffed.format not in RENDERED and (end := item.offset + item.length) > FAR_ENOUGH:
            found.seen_bytes = end
            break
    else:
        found.seen_bytes = size
    found.problem_counts = dict(counts)
    found.database = databases.most_common(1)[0][0] if databases else ""
