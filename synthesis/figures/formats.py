"""A finished drawing as a file: SVG, PDF or PNG."""

from __future__ import annotations

from typing import Literal, get_args

from synthesis.figures import svg
from synthesis.figures.drawing import Drawing

Format = Literal["svg", "pdf", "png"]
FORMATS: tuple[Format, ...] = get_args(Format)
CONTENT_TYPES: dict[Format, str] = {"svg": "image/svg+xml", "pdf": "application/pdf", "png": "image/png"}


def render(drawing: Drawing, kind: Format, *, inline: bool = False, dpi: int = 300) -> bytes:
    """The drawing as a file of that kind; `inline` (SVG only) is for standing in a page, `dpi` for PNG."""
    if kind == "svg":
        return svg.write(drawing, inline=inline)
    # matplotlib takes most of a second to load; pages that show SVG never need it.
    from synthesis.figures import canvas

    return canvas.write(drawing, kind, dpi=dpi)
