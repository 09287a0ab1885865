"""Drawings as PDF and PNG, by matplotlib; the layout is the same as in the SVG."""

from __future__ import annotations

import io
import threading
from functools import lru_cache
from typing import Any, Literal

import matplotlib as mpl
from matplotlib import font_manager, lines, patches, text, transforms
from matplotlib.figure import Figure

from synthesis.figures.drawing import NONE, OPACITY, Disc, Drawing, Line, Polygon, Rect, Shape, Text
from synthesis.figures.typesetting import RAISED, RISE, measure

#: Fonts with Arial's widths, which the layout counts on.
_ARIAL_LIKE = ("Arial", "Liberation Sans", "Arimo", "Helvetica", "Nimbus Sans")
#: For what these lack; DejaVu Sans comes with matplotlib, the others where the system has them.
_FALLBACKS = (
    "DejaVu Sans", "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "Source Han Sans SC", "PingFang SC",
    "Microsoft YaHei", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Noto Serif CJK SC",
    "Noto Sans Arabic", "Noto Sans Hebrew", "Noto Sans Devanagari", "Noto Sans Bengali", "Noto Sans Tamil",
    "Noto Sans Telugu", "Noto Sans Thai", "Noto Sans Khmer", "Noto Sans Myanmar", "Noto Sans Ethiopic",
    "Noto Sans Georgian", "Noto Sans Armenian", "Noto Sans Sinhala", "Noto Emoji", "Symbola",
)  # fmt: skip
#: DejaVu Sans is this much wider than Arial: set alone it has to be smaller, or columns would touch.
_DEJAVU_SIZE = 0.86
# matplotlib keeps its settings in one global table, and workers draw in threads.
_SETTINGS = threading.Lock()


def write(drawing: Drawing, kind: Literal["pdf", "png"], *, dpi: int = 300) -> bytes:
    """The drawing as PDF (embedded fonts, real text) or PNG; equal drawings give equal bytes on one machine."""
    size = (drawing.width / 72, drawing.height / 72)
    # The text alternative travels with the file; what names a program or a time would differ without need.
    alternative, unwanted = ("Description", "Software") if kind == "png" else ("Subject", "CreationDate")
    metadata = {"Title": drawing.title, alternative: drawing.description, unwanted: None}
    out = io.BytesIO()
    with _SETTINGS, mpl.rc_context({"pdf.fonttype": 42, "path.simplify": False, "text.hinting": "none"}):
        figure = Figure(figsize=size, dpi=dpi if kind == "png" else 72, facecolor="white")
        place = transforms.Affine2D().scale(1 / 72, -1 / 72).translate(0, size[1]) + figure.dpi_scale_trans
        for order, shape in enumerate(drawing.shapes()):
            for artist in _artists(shape):
                artist.set(transform=place, zorder=order)
                figure.add_artist(artist)
        figure.savefig(out, format=kind, metadata=metadata)
    return out.getvalue()


def _artists(shape: Shape) -> list[Any]:
    match shape:
        case Text():
            return _texts(shape)
        case Line():
            (x1, y1), (x2, y2) = shape.start, shape.end
            line = lines.Line2D(
                [x1, x2], [y1, y2], color=_colour(shape.ink), linewidth=shape.width,
                solid_capstyle="butt", dash_capstyle="butt",
            )  # fmt: skip
            if shape.dash:
                # matplotlib stretches the pattern with the line's width; the SVG does not.
                line.set_dashes([length / shape.width for length in shape.dash])
            return [line]
        case Rect():
            return [_rect(shape)]
        case Polygon():
            return [patches.Polygon(shape.points, closed=True, **_paint(shape.fill, shape.stroke))]
        case Disc():
            return [patches.Circle((shape.x, shape.y), shape.radius, **_paint(shape.fill, shape.stroke))]


def _rect(rect: Rect) -> patches.Patch:
    paint = _paint(rect.fill, rect.stroke, rect.stroke_width)
    if rect.dash:
        paint["linestyle"] = (0, tuple(length / rect.stroke_width for length in rect.dash))
    if not rect.radius:
        return patches.Rectangle((rect.x, rect.y), rect.width, rect.height, **paint)
    style = patches.BoxStyle.Round(pad=0, rounding_size=rect.radius)
    return patches.FancyBboxPatch((rect.x, rect.y), rect.width, rect.height, boxstyle=style, **paint)


def _texts(shape: Text) -> list[text.Text]:
    """One artist per run, side by side; their places come from the measured widths."""
    widths = [_run_width(run.text, shape.size, run.bold, run.raised) for run in shape.runs]
    turned = {"rotation": shape.rotate, "rotation_mode": "anchor"}
    if len(shape.runs) == 1:
        align = {"start": "left", "middle": "center", "end": "right"}[shape.anchor]
        return [_run(shape, 0, shape.x, align, turned)]
    x = shape.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[shape.anchor] * sum(widths)
    artists = []
    for number, width in enumerate(widths):
        artists.append(_run(shape, number, x, "left", turned))
        x += width
    return artists


def _run(shape: Text, number: int, x: float, align: str, turned: dict[str, Any]) -> text.Text:
    run = shape.runs[number]
    families, factor = _families()
    raise_by = shape.size * RISE if run.raised else 0.0
    font = font_manager.FontProperties(
        family=list(families),
        size=shape.size * factor * (RAISED if run.raised else 1.0),
        weight="bold" if run.bold else "normal",
    )
    # Study labels may hold dollar signs; they are never formulas.
    return text.Text(
        x, shape.y - raise_by, run.text, color=_colour(shape.ink), fontproperties=font, ha=align, va="baseline",
        parse_math=False, **turned,
    )  # fmt: skip


def _run_width(words: str, size: float, bold: bool, raised: bool) -> float:
    return measure(words, size * (RAISED if raised else 1.0), bold=bold)


@lru_cache(maxsize=1)
def _families() -> tuple[tuple[str, ...], float]:
    """The font families this machine has, best first, and the factor on their size."""
    installed = set(font_manager.fontManager.get_font_names())
    preferred = tuple(name for name in _ARIAL_LIKE if name in installed)[:1]
    fallbacks = tuple(name for name in _FALLBACKS if name in installed)
    return preferred + fallbacks, 1.0 if preferred else _DEJAVU_SIZE


def _paint(fill: str, stroke: str, width: float = 0.8) -> dict[str, Any]:
    edge = "none" if stroke == NONE else _colour(stroke)
    return {"facecolor": _colour(fill), "edgecolor": edge, "linewidth": 0 if stroke == NONE else width}


def _colour(ink: str) -> str:
    """Thinned ink as the grey it is on white."""
    if ink not in OPACITY:
        return ink
    grey = round(255 * (1 - OPACITY[ink]))
    return f"#{grey:02x}{grey:02x}{grey:02x}"
