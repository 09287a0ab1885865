"""Tables of a report as data, and as CSV, Excel and Word files that open with nothing to fix. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table as WordTable
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

Value = str | int | float | None

#: What Excel and XML do not take in a cell or a title.
_CONTROLS = dict.fromkeys(code for code in range(32) if chr(code) not in "\t\n\r")
#: The most characters that Excel keeps in one cell.
LONGEST_CELL = 32_767
#: Excel's widths, in characters: a column is as wide as its longest word group, within reason.
_NARROWEST, _WIDEST = 8, 60


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its heading; columns next to each other with the same `group` stand under one heading."""

    heading: str
    group: str = ""

    @property
    def full(self) -> str:
        """Both headings in one, for files that have one line of them."""
        return f"{self.group}: {self.heading}" if self.group else self.heading


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the first cell of a row names it. `notes` stand below, one paragraph each."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    notes: tuple[str, ...] = ()

    @property
    def used(self) -> Table:
        """The same without columns that are empty in every row; the first stays."""
        kept = [
            i for i in range(len(self.columns)) if not i or any(row[i] not in ("", None) for row in self.rows)
        ]
        rows = tuple(tuple(row[i] for i in kept) for row in self.rows)
        return Table(self.title, tuple(self.columns[i] for i in kept), rows, self.notes)

    @property
    def groups(self) -> list[tuple[str, int]]:
        """The upper headings with how many columns each spans."""
        spans: list[tuple[str, int]] = []
        for column in self.columns:
            if spans and spans[-1][0] == column.group:
                spans[-1] = (column.group, spans[-1][1] + 1)
            else:
                spans.append((column.group, 1))
        return spans

    @property
    def has_groups(self) -> bool:
        """Some columns stand under a common heading."""
        return any(column.group for column in self.columns)


def shown(value: Value) -> str:
    """A cell as text: numbers with up to six significant digits."""
    if value is None:
        return ""
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def as_csv(table: Table) -> str:
    """UTF-8 text with a byte-order mark, so that Excel reads names as they are. A text that a spreadsheet would run as a
    formula has an apostrophe in front; numbers are numbers."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_harmless(column.full) for column in table.columns)
    for row in table.rows:
        writer.writerow(_harmless(value) for value in row)
    return "\ufeff" + out.getvalue()


def _harmless(value: Value) -> Value:
    if isinstance(value, str) and value[:1] in tuple("=+-@\t\r") and value:
        return f"'{value}"
    return value


def as_xlsx(tables: Sequence[Table]) -> bytes:
    """A workbook with a sheet for each table: bold headings that stay in sight, wrapped text, numbers as numbers."""
    book = Workbook(write_only=True)
    names: set[str] = set()
    for table in tables:
        sheet = book.create_sheet(_sheet_name(table.title, names))
        sheet.freeze_panes = "B2"
        for number, column in enumerate(table.columns):
            texts = [column.full, *(shown(row[number]) for row in table.rows)]
            sheet.column_dimensions[get_column_letter(number + 1)].width = _width(texts)
        sheet.append([_cell(sheet, column.full, bold=True) for column in table.columns])
        for row in table.rows:
            sheet.append([_cell(sheet, value, bold=not number) for number, value in enumerate(row)])
        for note in table.notes:
            sheet.append([_cell(sheet, note, wrap=False)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet_name(title: str, names: set[str]) -> str:
    """At most 31 characters, none that Excel forbids, each once."""
    plain = (
        "".join(" " if sign in "[]:*?/\\" else sign for sign in title.translate(_CONTROLS)).strip("' ")
        or "Table"
    )
    name, number = plain[:31], 2
    while name.lower() in names:
        name, number = f"{plain[:27]} {number}", number + 1
    names.add(name.lower())
    return name


def _width(texts: Sequence[str]) -> int:
    longest = max(len(line) for text in texts for line in (text.splitlines() or [""]))
    return max(_NARROWEST, min(_WIDEST, longest + 2))


def _cell(sheet: WriteOnlyWorksheet, value: Value, *, bold: bool = False, wrap: bool = True) -> WriteOnlyCell:
    text = value.translate(_CONTROLS)[:LONGEST_CELL] if isinstance(value, str) else value
    cell = WriteOnlyCell(sheet, value=text)
    if isinstance(text, str):
        # Otherwise “=1+1” would become a formula.
        cell.data_type = "s"
    cell.font = Font(bold=bold)
    cell.alignment = Alignment(wrap_text=wrap, vertical="top")
    return cell


def as_docx(tables: Sequence[Table], *, title: str) -> bytes:
    """A Word document in landscape: a heading and a real table for each, whose headings repeat on every page."""
    document = Document()
    document.styles["Normal"].font.name = "Arial"
    document.styles["Normal"].font.size = Pt(9)
    document.core_properties.title = title.translate(_CONTROLS)
    document.core_properties.author = ""
    page = document.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = Mm(297), Mm(210)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(15)
    for table in tables:
        add_to(document, table)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def add_to(document: Document, table: Table) -> None:  # type: ignore[valid-type]
    """A heading, the table and its notes at the end of a Word document."""
    document.add_heading(table.title.translate(_CONTROLS), level=2)  # type: ignore[attr-defined]
    heads = 2 if table.has_groups else 1
    grid = document.add_table(rows=heads, cols=len(table.columns), style="Table Grid")  # type: ignore[attr-defined]
    _head(grid, table)
    for row in table.rows:
        for number, (cell, value) in enumerate(zip(grid.add_row().cells, row, strict=True)):
            cell.text = shown(value).translate(_CONTROLS)
            for run in cell.paragraphs[0].runs:
                run.bold = not number
    for note in table.notes:
        document.add_paragraph(note.translate(_CONTROLS))  # type: ignore[attr-defined]


def _head(grid: WordTable, table: Table) -> None:
    if table.has_groups:
        at = 0
        for group, span in table.groups:
            cell = grid.cell(0, at).merge(grid.cell(0, at + span - 1))
            cell.text, at = group.translate(_CONTROLS), at + span
    for cell, column in zip(grid.rows[-1].cells, table.columns, strict=True):
        cell.text = column.heading.translate(_CONTROLS)
    for row in grid.rows:
        for cell in row.cells:
            for run in cell.paragraphs[0].runs:
                run.bold = True
        # Word repeats the row at the head of each page the table runs on to.
        mark = OxmlElement("w:tblHeader")
        mark.set(qn("w:val"), "true")
        row._tr.get_or_add_trPr().append(mark)  # noqa: SLF001 - the library has no door of its own to it
