"""The flow diagram as a Word document: the picture with its text alternative, and the numbers as a table."""

from __future__ import annotations

import io

from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from synthesis.figures import flow as drawing
from synthesis.figures.flow_diagram import FlowDiagram
from synthesis.figures.formats import render

_WIDEST = Mm(165)


def write(diagram: FlowDiagram) -> bytes:
    """A .docx file; the picture has 300 dots per inch."""
    picture = drawing.draw(diagram)
    document = Document()
    document.styles["Normal"].font.name = "Arial"
    document.styles["Normal"].font.size = Pt(10)
    document.core_properties.title = f"PRISMA 2020 flow diagram: {diagram.title}"
    document.core_properties.author = ""
    document.add_heading("PRISMA 2020 flow diagram", level=1)
    width = min(_WIDEST, Pt(picture.width))
    shape = document.add_picture(io.BytesIO(render(picture, "png", dpi=300)), width=width)
    # What a screen reader says instead of the picture.
    properties = shape._inline.find(qn("wp:docPr"))  # noqa: SLF001 - the library has no door of its own to it
    properties.set("descr", drawing.describe(diagram))
    properties.set("title", diagram.title)
    table = document.add_table(rows=1, cols=2, style="Light Grid Accent 1")
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Box", "n"
    for box in diagram.boxes:
        for line in box.lines:
            cells = table.add_row().cells
            cells[0].text = " " * line.indent + line.text
            cells[1].text = "" if line.count is None else str(line.count)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()
