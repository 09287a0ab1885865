"""The original tags of a record, read again from the kept file."""

from __future__ import annotations

from reviews.formats import FormatError, Tags, raw_tags
from reviews.formats.reading import TABLES
from reviews.models import Record
from reviews.queries.originals import Original, opened


def tags_of(record: Record) -> Tags | None:
    """Every tag in its order; None when the file is no longer there."""
    try:
        with opened(record.origin) as original:
            return tags_in(original, record)
    except (OSError, ValueError, FormatError):
        return None


def tags_in(original: Original, record: Record) -> Tags:
    """The same from a file that is open already; raises FormatError where they cannot be read."""
    what = original.sniffed
    head = original.head() if what.format in TABLES else b""
    piece = original.piece(record.offset, record.length)
    return raw_tags(piece, encoding=what.encoding, format=what.format, head=head)
