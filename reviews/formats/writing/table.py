"""Write references as a table in CSV: one row each, a column for each field, and one for the original tags."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Final

from reviews.formats.carrying import packed
from reviews.formats.cells import values_of
from reviews.formats.columnnames import COLUMNS, OUR_HEADER
from reviews.formats.fields import reference_by
from reviews.formats.reference import Reference
from reviews.formats.tables import GUARDED, Layout

_ENDS: Final = re.compile("\r\n?")
OURS: Final = Layout(",", quoted=True, fields=COLUMNS, header=OUR_HEADER)


def write_csv(references: Iterable[Reference]) -> Iterator[bytes]:
    """A header, then a row for each reference; UTF-8 with the mark that makes Excel read it as such."""
    yield b"\xef\xbb\xbf" + _row(OUR_HEADER)
    for reference in references:
        cells = cells_of(reference)
        yield _row([*cells, packed(reference, read_back(cells))])


def cells_of(reference: Reference) -> list[str]:
    """The cells of a row, but for the original tags; their lines end in line feeds.

    One that a spreadsheet would take for a formula begins with an apostrophe.
    """
    return [guarded(_ENDS.sub("\n", cell)) for cell in _cells(reference)]


def guarded(cell: str) -> str:
    """A cell behind an apostrophe where it begins as a formula does, or as a cell that is guarded already."""
    return f"'{cell}" if GUARDED.match(f"'{cell}") else cell


def _cells(reference: Reference) -> list[str]:
    return [
        reference.title,
        "; ".join(reference.authors),
        str(reference.year or ""),
        reference.journal,
        reference.volume,
        reference.issue,
        reference.pages,
        reference.doi,
        reference.pmid,
        reference.accession,
        reference.url,
        reference.language,
        "; ".join(reference.keywords),
        reference.kind,
        reference.abstract,
    ]


def read_back(cells: list[str]) -> Reference:
    """The reference that a reader makes of the cells."""
    tags = OURS.row(_row(cells).decode())
    return reference_by(COLUMNS, tags, values_of(tags, COLUMNS, ""), position=0, line=0, offset=0, length=0)


def _row(cells: Iterable[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().encode("utf-8", "replace")
