"""The original tags of a record, read again from the kept file."""

from __future__ import annotations

from reviews.formats import FormatError, Tags, raw_tags
from reviews.models import Record


def tags_of(record: Record) -> Tags | None:
    """Every tag in its order; None when the file is no longer there."""
    origin = record.origin
    try:
        with origin.file.open("rb") as stream:
            stream.seek(record.offset)
            chunk = stream.read(record.length)
        return raw_tags(chunk, encoding=origin.encoding, format=origin.format)
    except (OSError, ValueError, FormatError):
        return None
