"""A manuscript as data (headings, text, gaps, tables, figures, references) and as a Word document. Pure."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace

from docx import Document
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from synthesis.figures.drawing import Drawing
from synthesis.figures.formats import render
from synthesis.reporting.tables import Table, add_to

_WIDEST = Mm(165)
_TALLEST = Mm(215)
#: What XML does not take.
_CONTROLS = {
    code: None for code in (*range(32), 0xFFFE, 0xFFFF, *range(0xD800, 0xE000)) if code not in (9, 10, 13)
}


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph that the project's state wrote."""

    text: str


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing and a person has to write; it cannot be overlooked in the document."""

    text: str

    @property
    def printed(self) -> str:
        """As it stands in the document."""
        return f"[to be written: {self.text}]"


@dataclass(frozen=True, slots=True)
class Warned:
    """Something that is there but must not be trusted as it is, such as numbers that are out of date."""

    text: str

    @property
    def printed(self) -> str:
        """As it stands in the document."""
        return f"[to be checked: {self.text}]"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its caption; drawn only when the document is written."""

    caption: str
    draw: Callable[[], Drawing]


@dataclass(frozen=True, slots=True)
class Listing:
    """Numbered entries, such as references."""

    entries: tuple[str, ...]


Block = Text | Gap | Warned | Figure | Listing


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it; `level` 1 is a main section."""

    heading: str
    blocks: tuple[Block, ...]
    level: int = 2


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A draft. Tables stand at the end, on pages in landscape, and are numbered in order."""

    title: str
    notice: str
    sections: tuple[Section, ...]
    tables: tuple[Table, ...] = ()

    @property
    def gaps(self) -> int:
        """How many places wait for a person."""
        return sum(isinstance(block, Gap) for section in self.sections for block in section.blocks)

    @property
    def warnings(self) -> int:
        """How many places hold something that must be checked."""
        return sum(isinstance(block, Warned) for section in self.sections for block in section.blocks)

    @property
    def figures(self) -> int:
        """How many figures it has."""
        return sum(isinstance(block, Figure) for section in self.sections for block in section.blocks)


def write(manuscript: Manuscript) -> bytes:
    """A .docx file: A4, gaps and warnings highlighted, figures with 300 dots per inch and their text alternative."""
    document = _new(manuscript.title)
    document.add_heading(_clean(manuscript.title), level=0)
    document.add_paragraph(_clean(manuscript.notice)).runs[0].italic = True
    number = 0
    for section in manuscript.sections:
        document.add_heading(_clean(section.heading), level=section.level)
        for block in section.blocks:
            number += isinstance(block, Figure)
            _add(document, block, number)
    if manuscript.tables:
        _landscape(document)
        document.add_heading("Tables", level=1)
        for place, table in enumerate(manuscript.tables, start=1):
            add_to(document, replace(table, title=f"Table {place}. {table.title}"))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _new(title: str) -> Word:
    document = Document()
    document.styles["Normal"].font.name = "Arial"
    document.styles["Normal"].font.size = Pt(10.5)
    # Word allows 255 characters in a property.
    document.core_properties.title = _clean(title)[:255]
    document.core_properties.author = ""
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(22)
    return document


def _landscape(document: Word) -> None:
    page = document.add_section(WD_SECTION.NEW_PAGE)
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = Mm(297), Mm(210)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Mm(15)


def _add(document: Word, block: Block, number: int) -> None:
    if isinstance(block, Figure):
        _picture(document, block, number)
    elif isinstance(block, Listing):
        # Numbers are typed: a list style would carry on counting from one list to the next.
        for place, entry in enumerate(block.entries, start=1):
            document.add_paragraph(f"{place}. {_clean(entry)}")
    elif isinstance(block, Text):
        document.add_paragraph(_clean(block.text))
    else:
        run = document.add_paragraph().add_run(_clean(block.printed))
        run.font.highlight_color = (
            WD_COLOR_INDEX.YELLOW if isinstance(block, Gap) else WD_COLOR_INDEX.TURQUOISE
        )


def _picture(document: Word, figure: Figure, number: int) -> None:
    drawing = figure.draw()
    # Neither wider nor taller than the page; 200 studies make a tall plot.
    scale = min(1.0, _WIDEST / Pt(drawing.width), _TALLEST / Pt(drawing.height))
    shape = document.add_picture(
        io.BytesIO(render(drawing, "png", dpi=300)), width=int(Pt(drawing.width) * scale)
    )
    # What a screen reader says instead of the picture.
    properties = shape._inline.find(qn("wp:docPr"))  # noqa: SLF001 - the library has no door of its own to it
    properties.set("descr", _clean(drawing.description))
    properties.set("title", _clean(drawing.title))
    document.add_paragraph().add_run(_clean(f"Figure {number}. {figure.caption}")).bold = True


def _clean(text: str) -> str:
    return text.translate(_CONTROLS)
