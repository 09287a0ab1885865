"""Read tables: the CSV exports of databases and reference managers, and Web of Science's tab-delimited one.

A row is a record, a column a tag.  What stands before the header (Embase prints the search there) belongs to nobody.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from reviews.formats.encodings import Source, text_of
from reviews.formats.fields import FieldTags, Values, dates_by, grouped, reference_by
from reviews.formats.problems import problem
from reviews.formats.reference import FormatError, Problem, Reference, Tags
from reviews.formats.remarks import about_content, about_letters
from reviews.formats.wos import WOS_FIELDS

MARKS: Final = {"commas": ",", "semicolons": ";", "tabs": "\t"}
# Column names in lower case without what stands in brackets.
COLUMNS: Final = FieldTags(
    title=("title", "article title", "document title", "primary title", "item title", "study title", "ti"),
    abstract=("abstract", "abstract note", "notes abstract", "notes_abstract"),
    authors=("authors", "author", "author/s", "author names", "author full names", "first_authors", "review byline", "au"),
    year=(
        "year", "publication year", "published year", "publication_year", "py", "date published", "publication date",
        "date", "citation", "source",
    ),
    journal=(
        "source title", "journal", "journal title", "publication title", "journal/book", "publication", "alternate_title3",
        "alternate_title2", "journal name", "so",
    ),
    volume=("volume", "volume number", "journal volume", "vl"),
    issue=("issue", "issue number", "number", "journal issue", "is"),
    start=("pages", "page start", "first page", "start page", "start_page", "art. no.", "bp"),
    end=("page end", "last page", "end page", "end_page", "ep"),
    doi=("doi", "item doi", "doi link", "citation"),
    pmid=("pmid", "pubmed id", "medline pmid"),
    accession=(
        "central id", "accession number", "eid", "lens id", "embase accession id", "nct number", "pmid", "id", "ut",
        "covidence #", "key",
    ),
    url=("url", "link", "fulltext url", "source urls", "plink", "pdf link", "embase link", "open url link"),
    language=("language", "languages", "language of original document", "la"),
    keywords=("author keywords", "keywords", "keyword", "index keywords", "mesh terms", "descriptor", "manual tags"),
    kind=("item type", "document type", "publication type", "type_of_reference", "content type", "doctype", "type"),
    kinds={
        "article": "JOUR", "journal article": "JOUR", "journalarticle": "JOUR", "review": "JOUR", "jour": "JOUR",
        "book": "BOOK", "booksection": "CHAP", "chapter": "CHAP", "book chapter": "CHAP", "conferencepaper": "CPAPER",
        "conference paper": "CPAPER", "conference proceedings": "CONF", "thesis": "THES", "preprint": "UNPB",
    },
)  # fmt: skip
_BRACKETS: Final = re.compile(r"\s*\([^()]*\)")
_EXCEL_TEXT: Final = re.compile(r'="(.*)"', re.S)
_CITATION: Final = re.compile(r"\s*[(;,]\s*(?=\d)|\.\s+(?=\d)")
_NAME_AND_INITIALS: Final = re.compile(r"\S.* [A-Z]{1,4}\.?")
# A quotation mark that is never closed would swallow the rest of the file.
_LONGEST_ROW: Final = 4 << 20
_MOST_LINES: Final = 2000

csv.field_size_limit(1 << 30)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is written: the mark between cells, the names of the columns, and whether quotes protect."""

    mark: str
    quoted: bool
    fields: FieldTags
    header: tuple[str, ...] = ()

    def cells(self, text: str) -> list[str]:
        """The cells of a row; Excel's `="0012"` without its shell."""
        lines = text.strip("\n\ufeff").split("\n")
        rows = csv.reader([f"{line}\n" for line in lines], delimiter=self.mark) if self.quoted else None
        cells = next(rows, []) if rows else lines[0].split(self.mark)
        return [
            found[1] if (found := _EXCEL_TEXT.fullmatch(cell)) else cell for cell in map(str.strip, cells)
        ]

    def tags(self, text: str) -> Tags:
        """Column and value of each cell that holds something; cells behind the header's last are counted."""
        cells = self.cells(text)
        spare = [f"column {number}" for number in range(len(self.header) + 1, len(cells) + 1)]
        return tuple((name, cell) for name, cell in zip([*self.header, *spare], cells, strict=False) if cell)


def layout_of(format_name: str, dialect: str) -> Layout:
    """The layout of a table without its header yet."""
    if format_name == "wos-tab":
        return Layout("\t", quoted=False, fields=WOS_FIELDS)
    return Layout(MARKS.get(dialect, ","), quoted=True, fields=COLUMNS)


def header_in(source: Source, layout: Layout) -> tuple[str, ...]:
    """The names of the columns.  FormatError if no row names a title."""
    for number, raw in enumerate(_rows(source, layout)):
        cells = layout.cells(text_of(raw, source.text_encoding)[0])
        if {_plain(cell) for cell in cells} & {name.lower() for name in layout.fields.title}:
            return tuple(cells)
        if number > 100:
            break
    raise FormatError(
        "No column of this table is called “Title”. Name the columns in its first row and try again."
    )


def read_table(
    source: Source, layout: Layout, *, offset: int, position: int, line: int
) -> Iterator[Reference | Problem]:
    """Every row from `offset`, where the source stands; at 0 the header, and what is before it, is passed over."""
    before_header = offset == 0
    for raw in _rows(source, layout):
        length = source.original_length(raw)
        text, honest = text_of(raw, source.text_encoding)
        tags = layout.tags(text)
        if before_header:
            cells = tuple(layout.cells(text))
            before_header = cells != layout.header
            if before_header and any(cells):
                yield problem("text-between-records", line=line, text=text)
        elif tags:
            position += 1
            values = _values(tags, layout)
            reference = reference_by(
                layout.fields, tags, values, position=position, line=line, offset=offset, length=length
            )
            yield from about_letters(raw, text, honest=honest, line=line)
            yield from about_content(reference, dates_by(layout.fields, values))
            yield reference
        offset += length
        line += raw.count(b"\n")


def _values(tags: Sequence[tuple[str, str]], layout: Layout) -> Values:
    if layout.fields is WOS_FIELDS:
        return grouped(tags)
    values = grouped([(_plain(name), value) for name, value in tags])
    for name in layout.fields.authors:
        if name in values:
            values[name] = [";".join(_authors(value)) for value in values[name]]
    if not any(name in values for name in layout.fields.journal) and "source" in values:
        # CENTRAL's Source is the journal; Embase's goes on with year, volume and pages.
        values["journal"] = [_CITATION.split(values["source"][0])[0]]
    return values


def _plain(name: str) -> str:
    return _BRACKETS.sub("", name).strip().lower()


def _authors(value: str) -> list[str]:
    """Names parted by semicolons, or by commas where every part is a whole name (`Griffin DK, Larkin DM`)."""
    if ";" in value or "," not in value:
        return [value]
    parts = [part.strip() for part in value.rstrip(". ").split(",")]
    # `Smith, John` is one name; `Joseph Rottman, Erran Carmel` are two.
    whole = all(_NAME_AND_INITIALS.fullmatch(part) for part in parts) or all(
        len(part.split()) > 1 for part in parts
    )
    return parts if whole else [value]


def _rows(source: Source, layout: Layout) -> Iterator[bytes]:
    """Rows with their line ends; a line end within quotes is part of its cell."""
    waiting: deque[bytes] = deque()
    rest = b""
    for block in source.blocks():
        *lines, rest = (rest + block).split(b"\n")
        waiting.extend(line + b"\n" for line in lines)
        yield from _whole_rows(waiting, layout, at_end=False)
    if rest:
        waiting.append(rest)
    yield from _whole_rows(waiting, layout, at_end=True)


def _whole_rows(waiting: deque[bytes], layout: Layout, *, at_end: bool) -> Iterator[bytes]:
    """Take the rows that are complete from the lines that wait."""
    mark = layout.mark.encode()
    while waiting:
        size, count, within = 0, 0, False
        for line in waiting:
            count, size = count + 1, size + len(line)
            within = layout.quoted and _ends_within_quotes(line, mark, within=within)
            if not within:
                break
        else:
            if not at_end and size < _LONGEST_ROW and count < _MOST_LINES:
                return
            count = 1
        yield b"".join(waiting.popleft() for _ in range(count))


def _ends_within_quotes(line: bytes, mark: bytes, *, within: bool) -> bool:
    """Whether a cell is still open at the end of a line; a quotation mark opens one only where the cell begins."""
    if b'"' not in line:
        return within
    at = 0
    while True:
        if not within:
            if line[at : at + 1] != b'"':
                at = line.find(mark, at) + 1
                if not at:
                    return False
                continue
            at += 1
        within = True
        at = line.find(b'"', at) + 1
        if not at:
            return True
        if line[at : at + 1] == b'"':
            at += 1
            continue
        within = False
        at = line.find(mark, at) + 1
        if not at:
            return False
