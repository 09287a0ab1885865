"""Records as references again, each with every original tag, in flat memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Final

from django.db.models import QuerySet

from reviews.formats import FormatError, Reference, Tags, raw_tags
from reviews.formats.reading import TABLES
from reviews.models import Import, Record
from reviews.queries.originals import HEAD, Original, opened

#: Records follow their files for the most part; so many files are kept open for those that do not.
OPEN_AT_ONCE: Final = 8
_ENOUGH_HEAD: Final = 4096
AT_ONCE: Final = 1000


def references_of(records: QuerySet[Record]) -> Iterator[Reference]:
    """The records in their order; where a file is no longer in the store, without its tags."""
    shelf = _Shelf()
    try:
        for record in records.select_related("origin").iterator(chunk_size=AT_ONCE):
            yield reference_of(record, shelf.tags_of(record))
    finally:
        shelf.close()


def reference_of(record: Record, tags: Tags) -> Reference:
    """The fields of a record as the readers gave them (those cut to fit are whole in the tags)."""
    return Reference(
        position=record.position,
        line=record.line,
        offset=record.offset,
        length=record.length,
        kind=record.kind,
        title=record.title,
        abstract=record.abstract,
        authors=tuple(record.authors),
        year=record.year,
        journal=record.journal,
        volume=record.volume,
        issue=record.issue,
        pages=record.pages,
        doi=record.doi,
        pmid=record.pmid,
        accession=record.accession,
        url=record.url,
        language=record.language,
        keywords=tuple(record.keywords),
        tags=tags,
    )


class _Shelf:
    """The files that are open, the least recently used one closed first."""

    def __init__(self) -> None:
        self._files: OrderedDict[int, tuple[ExitStack, Original | None, bytes]] = OrderedDict()

    def tags_of(self, record: Record) -> Tags:
        """Every original tag; none where the file is gone or cannot be read."""
        _, original, head = self._open(record.origin)
        if original is None:
            return ()
        what = original.sniffed
        try:
            piece = original.piece(record.offset, record.length)
            return raw_tags(piece, encoding=what.encoding, format=what.format, head=head)
        except (OSError, ValueError, FormatError):
            return ()

    def close(self) -> None:
        """Close all of them."""
        for stack, *_ in self._files.values():
            stack.close()
        self._files.clear()

    def _open(self, origin: Import) -> tuple[ExitStack, Original | None, bytes]:
        if origin.pk in self._files:
            self._files.move_to_end(origin.pk)
            return self._files[origin.pk]
        if len(self._files) >= OPEN_AT_ONCE:
            _, (oldest, *_) = self._files.popitem(last=False)
            oldest.close()
        stack, original, head = ExitStack(), None, b""
        try:
            original = stack.enter_context(opened(origin))
            head = _head_of(origin, original)
        except (OSError, ValueError):
            original = None
        self._files[origin.pk] = stack, original, head
        return self._files[origin.pk]


def _head_of(origin: Import, original: Original) -> bytes:
    """As much of a table as names its columns; looking through more of it for each record would take long."""
    if original.sniffed.format not in TABLES:
        return b""
    first = Record.objects.filter(origin=origin).order_by("position").values_list("offset", "length").first()
    end = sum(first) if first else HEAD
    return original.piece(0, min(max(end, _ENOUGH_HEAD), HEAD))
