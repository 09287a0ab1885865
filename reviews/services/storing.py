"""Writes references into the table of records by the thousand: one prepared INSERT, or COPY where the database has it.

Django's own bulk_create makes an object for each row and asks each of its fields how to write itself; for a large file that is three
quarters of the work. Here a row is a tuple in the order of the columns.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final, cast

from django.db import connection, models

from reviews.formats import Problem, Reference
from reviews.models import Import, Record

_TABLE: Final = Record._meta.db_table  # noqa: SLF001 - Django's own door to a model
#: What is the same for all records of a file, then the rest as a reference has it, then what is not known yet.
_OF_THE_FILE: Final = ("review_id", "search_id", "origin_id")
_PLACE: Final = ("position", "line", "offset", "length")
_TEXTS: Final = ("title", "abstract", "journal", "url")
_LISTS: Final = ("authors", "keywords")
_SHORT: Final = {
    name: cast("models.CharField[str, str]", Record._meta.get_field(name)).max_length or 0  # noqa: SLF001
    for name in ("kind", "volume", "issue", "pages", "doi", "pmid", "accession", "language")
}
_COLUMNS: Final = (*_OF_THE_FILE, *_PLACE, "year", *_TEXTS, *_LISTS, *_SHORT, "duplicate_of_id", "removed_as")

Row = tuple[Any, ...]


def row_of(origin: Import, reference: Reference, problems: list[Problem]) -> Row:
    """The row of a reference; a value too long for its column is cut, and that is added to `problems` (the file keeps it all)."""
    short = [
        value if len(value := getattr(reference, name)) <= longest else _cut(reference, name, problems)
        for name, longest in _SHORT.items()
    ]
    return (
        origin.search.review_id,
        origin.search_id,
        origin.pk,
        reference.position,
        reference.line,
        reference.offset,
        reference.length,
        reference.year,
        reference.title,
        reference.abstract,
        reference.journal,
        reference.url,
        _json(reference.authors),
        _json(reference.keywords),
        *short,
        None,
        "",
    )


def write(rows: Sequence[Row]) -> list[int]:
    """Insert rows of one file, in their order; returns their ids."""
    if not rows:
        return []
    names = ", ".join(connection.ops.quote_name(name) for name in _COLUMNS)
    table = connection.ops.quote_name(_TABLE)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(_COLUMNS))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)  # noqa: S608 - our own names
    origin, first, last = rows[0][2], rows[0][3], rows[-1][3]
    written = Record.objects.filter(origin=origin, position__range=(first, last)).order_by("position")
    return list(written.values_list("pk", flat=True))


def _json(values: Iterable[str]) -> str:
    """As ReadableJSON writes them."""
    return json.dumps(list(values), ensure_ascii=False)


def _cut(reference: Reference, name: str, problems: list[Problem]) -> str:
    value: str = getattr(reference, name)
    longest = _SHORT[name]
    problems.append(
        Problem(
            line=reference.line,
            tag="",
            code="value-too-long",
            message=f"The {name} is {len(value)} characters long; the first {longest} were taken.",
            excerpt=value[:200],
            refused=False,
            remedy="Look at the record: something else may have slipped into this field. The file keeps all of it.",
        )
    )
    return value[:longest]
