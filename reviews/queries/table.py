"""Records as lines of a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from reviews.models import Record

COLUMNS = (
    "id", "title", "authors", "year", "journal", "volume", "issue", "pages", "doi", "pmid", "accession", "url",
    "language", "kind", "keywords", "abstract", "source", "platform", "file", "place_in_file", "duplicate_of", "taken_out",
)  # fmt: skip


class Echo:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        return line


def csv_lines(records: QuerySet[Record]) -> Iterator[str]:
    """A head and one line for each record; read from the database in portions."""
    writer = csv.writer(Echo())
    # Without this mark a spreadsheet takes UTF-8 for something else.
    yield "\ufeff" + writer.writerow(COLUMNS)
    for record in records.select_related("search", "origin").iterator(chunk_size=1000):
        yield writer.writerow([harmless(value) for value in _row(record)])


def _row(record: Record) -> tuple[Any, ...]:
    return (
        record.pk,
        record.title,
        "; ".join(record.authors),
        record.year,
        record.journal,
        record.volume,
        record.issue,
        record.pages,
        record.doi,
        record.pmid,
        record.accession,
        record.url,
        record.language,
        record.kind,
        "; ".join(record.keywords),
        record.abstract,
        record.search.source,
        record.search.platform,
        record.origin.name,
        record.position,
        record.duplicate_of_id,
        record.removed_as,
    )


def harmless(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula, with an apostrophe in front."""
    return f"'{value}" if isinstance(value, str) and value[:1] in tuple("=+-@\t\r") and value else value
