"""An Excel workbook as the text of a table: its records then have places in a file, as those of any other format."""

from __future__ import annotations

import csv
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time
from itertools import dropwhile
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Final, cast

from openpyxl import load_workbook

from reviews.formats.columnnames import COLUMNS, OTHER_SHEETS, name_of
from reviews.formats.reference import FormatError

#: A zip that unpacks to more than this was made to fill a disk; so was one that is packed tighter than text can be.
_MOST_BYTES: Final = 4 << 30
_TIGHTEST: Final = 400
_HARMLESS: Final = 64 << 20
_MOST_COLUMNS: Final = 2000
_MEMORY: Final = 8 << 20
#: Rows looked at for the header.
_TOP: Final = 100
_WIDE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def rendered(stream: BinaryIO) -> BinaryIO:
    """The workbook as CSV in UTF-8, comma-separated, line feeds at the ends, at its beginning.

    The sheet with a title column is read, else the first that holds anything; dates as ISO 8601, whole numbers without
    a decimal point, formulas as the values they had when the workbook was saved.  Raises FormatError, with what to do,
    for anything that is not a workbook we can read.
    """
    _look_inside(stream)
    text = SpooledTemporaryFile(max_size=_MEMORY, mode="w+b")  # noqa: SIM115 - handed to the caller
    write_row = csv.writer(_Utf8(cast("BinaryIO", text)), lineterminator="\n").writerow
    try:
        _write_sheets(stream, write_row)
    except FormatError:
        raise
    except MemoryError:
        raise
    except Exception as error:  # openpyxl raises whatever its parts raise on a damaged file
        raise FormatError(
            "This Excel workbook is damaged. Open it in a spreadsheet program and save it again, or save it as CSV."
        ) from error
    text.seek(0)
    return cast("BinaryIO", text)


class _Utf8:
    """As much of a text file as csv needs."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Encode; what cannot be encoded (half a surrogate pair) becomes a question mark."""
        return self._stream.write(text.encode("utf-8", "replace"))


def _look_inside(stream: BinaryIO) -> None:
    """Refuse what is no workbook, and what was made to do harm."""
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise FormatError(
            "This Excel workbook is damaged or incomplete. Download it again, or save it as CSV."
        ) from error
    names = {part.filename for part in parts}
    if "xl/workbook.bin" in names:
        raise FormatError(
            "This is a binary Excel workbook (.xlsb). Open it in Excel and save it as an Excel workbook (.xlsx) or as CSV."
        )
    if not any(name.startswith("xl/") for name in names):
        raise FormatError("This is a ZIP archive, not a workbook. Unpack it and upload the files inside.")
    if any(part.flag_bits & 1 for part in parts):
        raise FormatError(
            "This workbook is protected by a password. Save it without one and upload it again."
        )
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if unpacked > _MOST_BYTES or (unpacked > _HARMLESS and unpacked > _TIGHTEST * max(packed, 1)):
        raise FormatError("This workbook unpacks to far more than it seems to hold. It was not read.")
    stream.seek(0)


def _write_sheets(stream: BinaryIO, write_row: Callable[[Sequence[str]], object]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(stream, read_only=True, data_only=True)
    try:
        sheets = {sheet.title: sheet for sheet in book.worksheets}
        tops = {name: _top(_rows(sheet)) for name, sheet in sheets.items()}
        filled = [name for name, rows in tops.items() if any(rows)]
        headers = {name: header for name in filled if (header := _header(tops[name]))}
        chosen = next(iter(headers or filled), None)
        if chosen is None:
            raise FormatError("This Excel workbook is empty.")
        # A long list is often split over sheets of the same columns.
        same = [name for name in headers if headers[name] == headers.get(chosen)] or [chosen]
        others = [name for name in filled if name not in same]
        if others:
            write_row([f"{OTHER_SHEETS} {', '.join(others)}. Read: {', '.join(same)}."])
        for name in same:
            rows = _rows(sheets[name])
            if name != chosen:
                rows = dropwhile(headers[name].__ne__, rows)
                next(rows)
            for row in filter(None, rows):
                write_row(row)
    finally:
        book.close()


def _top(rows: Iterator[list[str]]) -> list[list[str]]:
    return [row for row, _ in zip(rows, range(_TOP), strict=False)]


def _header(rows: list[list[str]]) -> list[str]:
    """The row that names a title; none where no row does."""
    return next((row for row in rows if any(name_of(cell) in COLUMNS.title for cell in row)), [])


def _rows(sheet: object) -> Iterator[list[str]]:
    """The rows as text without empty cells at their ends; an empty row is an empty list."""
    sheet.reset_dimensions()  # type: ignore[attr-defined]
    for cells in sheet.iter_rows(values_only=True, max_col=_MOST_COLUMNS):  # type: ignore[attr-defined]
        row = [_as_text(cell) for cell in cells]
        while row and not row[-1]:
            row.pop()
        yield row


def _as_text(value: object) -> str:
    """A cell as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, str):
        return _WIDE.sub("", value).replace("\r\n", "\n").replace("\r", "\n").strip(" \t\n")
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)
