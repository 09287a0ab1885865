"""Write references in the formats that others read: each a stream of bytes, one reference after the other.

Every format carries the original tags of a record (see `carrying`), so that what was imported from one database and
exported in another format can be imported again with nothing lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from reviews.formats.reference import Reference
from reviews.formats.writing.bibtex import write_bibtex
from reviews.formats.writing.endnote import write_endnote_xml
from reviews.formats.writing.nbib import write_nbib
from reviews.formats.writing.ris import write_ris
from reviews.formats.writing.table import write_csv
from reviews.formats.writing.workbook import write_xlsx


class Writer(NamedTuple):
    """What a format is called on a page, what its files end in, and how the web calls it."""

    label: str
    extension: str
    mime: str


WRITERS: Final[dict[str, Writer]] = {
    "ris": Writer("RIS", "ris", "application/x-research-info-systems"),
    "csv": Writer("CSV table", "csv", "text/csv; charset=utf-8"),
    "xlsx": Writer(
        "Excel workbook", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ),
    "bib": Writer("BibTeX", "bib", "application/x-bibtex"),
    "endnote-xml": Writer("EndNote XML", "xml", "application/xml"),
    "nbib": Writer("PubMed-like (NBIB)", "nbib", "application/nbib"),
}
_WRITE: Final[dict[str, Callable[[Iterable[Reference]], Iterator[bytes]]]] = {
    "ris": lambda references: (text.encode("utf-8", "replace") for text in write_ris(references)),
    "csv": write_csv,
    "xlsx": write_xlsx,
    "bib": write_bibtex,
    "endnote-xml": write_endnote_xml,
    "nbib": write_nbib,
}


def write(references: Iterable[Reference], format: str) -> Iterator[bytes]:  # noqa: A002 (the word for it)
    """The references as a file of this format, piece by piece, in flat memory; text is UTF-8.

    Raises ValueError for a format that is not in WRITERS.
    """
    if format not in _WRITE:
        raise ValueError(f"{format!r} is not one of {', '.join(WRITERS)}")
    return _WRITE[format](references)


__all__ = ["WRITERS", "Writer", "write", "write_ris"]
