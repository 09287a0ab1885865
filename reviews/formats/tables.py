"""Read tables: the CSV exports of databases and reference managers, workbooks, and Web of Science's tab-delimited one.

A row is a record, a column a tag.  What stands before the header (Embase prints the search there) belongs to nobody.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import fields as dataclass_fields
from typing import Final

from reviews.formats.carrying import CARRIERS, restored, tags_carried
from reviews.formats.cells import dates_in_place_of_numbers, values_of
from reviews.formats.columnnames import COLUMNS, MARKS, OTHER_SHEETS, OUR_HEADER, name_of
from reviews.formats.columns import Columns, MappingNeeded, guess, mapped, separator_in
from reviews.formats.encodings import Source, text_of
from reviews.formats.fields import FieldTags, dates_by, reference_by
from reviews.formats.problems import problem
from reviews.formats.reference import FormatError, Problem, Reference, Tags
from reviews.formats.remarks import about_content, about_letters
from reviews.formats.rows import is_broken, rows
from reviews.formats.wos import WOS_FIELDS

#: A cell that a spreadsheet would take for a formula, behind the mark that keeps it from doing so.
GUARDED: Final = re.compile(r"'+[=+\-@\t\r]")
_EXCEL_TEXT: Final = re.compile(r'="(.*)"', re.S)
#: Rows among which the header is looked for, and rows that a guess looks at.
_TOP: Final = 100
_LOOKED_AT: Final = 50

csv.field_size_limit(1 << 30)

# The columns of Web of Science's table are named as its tags; columns are looked up in lower case.
_WOS_COLUMNS: Final = FieldTags(
    **{
        part.name: tuple(map(str.lower, getattr(WOS_FIELDS, part.name)))
        for part in dataclass_fields(FieldTags)
        if part.name != "kinds"
    },
    kinds=WOS_FIELDS.kinds,
)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is written.

    mark       what parts the cells; `quoted` whether quotation marks protect it.
    header     the names of the columns; columns without one are called `column 3`.
    separator  what parts the authors in a cell; "" where each cell is looked at.
    """

    mark: str
    quoted: bool
    fields: FieldTags
    header: tuple[str, ...] = ()
    separator: str = ""

    @property
    def ours(self) -> bool:
        """Whether we wrote the table: its cells are guarded, and its rows carry the original tags."""
        return self.quoted and set(OUR_HEADER) <= set(self.header)

    def cells(self, text: str) -> list[str]:
        """The cells of a row without what guards them: Excel's shell (`="0012"`), or our quotation mark (`'=1`)."""
        lines = text.strip("\n\ufeff").split("\n")
        if not self.quoted:
            cells = lines[0].split(self.mark)
        elif '"' in text and is_broken("\n".join(lines), self.mark):
            cells = [cell.strip().removeprefix('"') for cell in " ".join(lines).split(self.mark)]
        else:
            cells = next(csv.reader([f"{line}\n" for line in lines], delimiter=self.mark), [])
        cells = [*map(str.strip, cells)]
        if self.ours:
            return [cell[1:] if GUARDED.match(cell) else cell for cell in cells]
        return [found[1] if (found := _EXCEL_TEXT.fullmatch(cell)) else cell for cell in cells]

    def row(self, text: str) -> Tags:
        """Column and value of each cell that holds something; cells behind the header's last are counted."""
        cells = self.cells(text)
        if self.ours and self.header[-1] == OUR_HEADER[-1]:
            # What our workbook could not put into one cell goes on to the right.
            cells[len(self.header) - 1 :] = ["".join(cells[len(self.header) - 1 :])]
        spare = [f"column {number}" for number in range(len(self.header) + 1, len(cells) + 1)]
        return tuple((name, cell) for name, cell in zip([*self.header, *spare], cells, strict=False) if cell)

    def tags(self, text: str) -> Tags:
        """The tags of a row: its cells, or the original tags where the row carries them."""
        return self.original(self.row(text))

    def original(self, row: Tags) -> Tags:
        """The tags that a row carries, and the columns that somebody added to our table; else its cells."""
        if not self.ours:
            return row
        tags = tags_carried(row, CARRIERS["csv"])
        cells = tuple(tag for tag in row if tag[0] != CARRIERS["csv"])
        return tags if tags in {row, cells} else (*tags, *(tag for tag in cells if tag[0] not in OUR_HEADER))


def layout_of(format_name: str, dialect: str) -> Layout:
    """The layout of a table without its header yet."""
    if format_name == "wos-tab":
        return Layout("\t", quoted=False, fields=_WOS_COLUMNS)
    return Layout(MARKS.get(dialect, ","), quoted=True, fields=COLUMNS)


def header_in(source: Source, layout: Layout) -> tuple[tuple[str, ...], list[list[str]]]:
    """The names of the columns, and some rows below them.

    The header is the row that names a title; where none does, the first that is as wide as the rows below it.
    """
    found: list[list[str]] = []
    for raw in rows(source, layout.mark, quoted=layout.quoted):
        found.append(layout.cells(text_of(raw, source.text_encoding)[0]))
        if len(found) == _TOP + _LOOKED_AT:
            break
    titles = {name_of(name) for name in layout.fields.title}
    top = found[:_TOP]
    at = next((at for at, row in enumerate(top) if {name_of(cell) for cell in row} & titles), -1)
    if at < 0:
        widths = [sum(map(bool, row)) for row in top]
        usual = sorted(widths)[len(widths) // 2] if widths else 0
        at = next((at for at, width in enumerate(widths) if width and 2 * width > usual), -1)
    if at < 0:
        raise FormatError("This table is empty.")
    names = tuple(cell or f"column {number}" for number, cell in enumerate(found[at], 1))
    return names, found[at + 1 :][:_LOOKED_AT]


def columns_in(source: Source, layout: Layout) -> Columns:
    """What the columns of a table are called and hold, as far as we can tell."""
    header, below = header_in(source, layout)
    return guess(header, below, layout.fields)


def layout_with(source: Source, layout: Layout, mapping: Mapping[str, str] | None) -> Layout:
    """The layout with the header that the source begins with, and the columns a person named.

    Raises MappingNeeded where no column is known to hold the title.
    """
    header, below = header_in(source, layout)
    fields = mapped(layout.fields, mapping, header) if mapping else layout.fields
    columns = guess(header, below, fields)
    if not columns.sure:
        raise MappingNeeded(columns)
    return replace(layout, fields=fields, header=header, separator=separator_in(mapping or {}))


def read_table(
    source: Source, layout: Layout, *, offset: int, position: int, line: int
) -> Iterator[Reference | Problem]:
    """Every row from `offset`, where the source stands; at 0 the header, and what is before it, is passed over."""
    before_header = offset == 0
    said_ragged = False
    for raw in rows(source, layout.mark, quoted=layout.quoted, width=len(layout.header)):
        length = source.original_length(raw)
        text, honest = text_of(raw, source.text_encoding)
        if before_header:
            cells = layout.cells(text)
            named = tuple(cell or f"column {number}" for number, cell in enumerate(cells, 1))
            before_header = named != layout.header
            if before_header and any(cells):
                other = cells[0].startswith(OTHER_SHEETS)
                code = "other-worksheets" if other else "text-between-records"
                yield problem(code, line=line, text=cells[0] if other else text)
        elif tags := layout.row(text):
            position += 1
            values = values_of(tags, layout.fields, layout.separator)
            reference = reference_by(
                layout.fields, tags, values, position=position, line=line, offset=offset, length=length
            )
            if layout.quoted and b'"' in raw and is_broken(text.strip("\n"), layout.mark):
                yield problem("unbalanced-quotes", line=line, text=text)
            if len(tags) > 1 and tags[-1][0] == f"column {len(layout.header) + 1}" and not said_ragged:
                said_ragged = True
                yield problem("ragged-row", line=line, tag=tags[-1][0], text=text)
            for name in dates_in_place_of_numbers(tags, layout.fields):
                yield problem("spreadsheet-date", line=line, tag=name, text=text)
            yield from about_letters(raw, text, honest=honest, line=line)
            yield from about_content(reference, dates_by(layout.fields, values))
            if layout.ours:
                reference = replace(restored(reference, CARRIERS["csv"]), tags=layout.original(tags))
            yield reference
        offset += length
        line += raw.count(b"\n")
