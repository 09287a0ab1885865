"""Write references as an Excel workbook, part by part, in flat memory.

Cells hold text and nothing else, so that no title becomes a formula and no page range a date.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import Final
from xml.sax.saxutils import escape

from reviews.formats.carrying import packed
from reviews.formats.columnnames import OUR_HEADER
from reviews.formats.reference import Reference
from reviews.formats.writing.table import cells_of, read_back

#: What Excel takes in one cell.
LONGEST: Final = 32_767
#: The rows of a worksheet, with the header.
MOST_ROWS: Final = 1_048_576
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS: Final = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}">'
    '<sheets><sheet name="References" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_RELATIONS}/styles" Target="styles.xml"/></Relationships>',
    # The second format of cells is text (49 is Excel's number for @): typing =1 into such a cell makes no formula.
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}
_BEGIN: Final = (
    f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" '
    'state="frozen"/></sheetView></sheetViews><sheetData>'
)
_END: Final = "</sheetData></worksheet>"


def write_xlsx(references: Iterable[Reference]) -> Iterator[bytes]:
    """A workbook with one sheet: a header, then a row for each reference.

    The original tags go on in the cells to the right where one cell cannot hold them.  Raises ValueError for more
    references than a sheet has rows.
    """
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _PARTS.items():
            archive.writestr(zipfile.ZipInfo(name), _HEAD + text, zipfile.ZIP_DEFLATED)
        info = zipfile.ZipInfo("xl/worksheets/sheet1.xml")
        info.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(info, "w", force_zip64=True) as sheet:
            sheet.write((_HEAD + _BEGIN + _row(OUR_HEADER, style=2)).encode())
            for number, reference in enumerate(references, 1):
                if number == MOST_ROWS:
                    raise ValueError(f"A worksheet holds no more than {MOST_ROWS - 1:,} records")
                sheet.write(_row(_cells(reference), style=1).encode())
                yield sink.taken()
            sheet.write(_END.encode())
    yield sink.taken()


def _cells(reference: Reference) -> list[str]:
    cells = [_ILLEGAL.sub("", cell)[:LONGEST] for cell in cells_of(reference)]
    load = packed(reference, read_back(cells))
    return [*cells, *_pieces(load)]


def _pieces(load: str) -> Iterator[str]:
    """As many cells as a long text in JSON needs; blanks at their ends, which readers take off, are escaped."""
    for at in range(0, len(load), LONGEST - 12):
        piece = load[at : at + LONGEST - 12]
        piece = piece if piece[:1] != " " else f"\\u0020{piece[1:]}"
        yield piece if piece[-1:] != " " else f"{piece[:-1]}\\u0020"


def _row(cells: Iterable[str], *, style: int) -> str:
    inner = "".join(
        f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
        if cell
        else "<c/>"
        for cell in cells
    )
    return f"<row>{inner}</row>"


class _Sink:
    """Takes what the archive writes and hands it on; it cannot go back, so the archive does not."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes, /) -> int:
        """Keep a piece until it is taken."""
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is open."""

    def taken(self) -> bytes:
        """All that was written since the last time."""
        whole = b"".join(self._pieces)
        self._pieces.clear()
        return whole
