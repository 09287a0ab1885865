"""Drawings as SVG with real text and presentation attributes only, so that it may stand in a page under a strict CSP."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from synthesis.figures.drawing import (
    NONE,
    OPACITY,
    Disc,
    Drawing,
    Group,
    Line,
    Polygon,
    Rect,
    Run,
    Shape,
    Text,
)
from synthesis.figures.typesetting import RAISED, RISE

FONTS = "Arial, 'Liberation Sans', Helvetica, 'Noto Sans', 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(drawing: Drawing, *, inline: bool = False) -> bytes:
    """The drawing as UTF-8 SVG; equal drawings give equal bytes.

    `inline` is for standing in a page: it takes the page's text colour and keeps links within the site. Without it the
    result is a file: white background, and only links with a full address, for others would lead nowhere.
    """
    return "".join(_document(drawing, inline)).encode()


def _document(drawing: Drawing, inline: bool) -> Iterator[str]:
    width, height = _number(drawing.width), _number(drawing.height)
    name = "figure-" + hashlib.sha256(f"{drawing.title}\n{drawing.description}".encode()).hexdigest()[:10]
    # An image hides what is inside it from a screen reader; a figure with links has to stay a group.
    role = "group" if inline and drawing.has_links() else "img"
    if not inline:
        yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}pt" height="{height}pt" viewBox="0 0 {width} {height}"'
        f' role="{role}" aria-labelledby="{name}-title" aria-describedby="{name}-desc" font-family="{FONTS}">\n'
        f'<title id="{name}-title">{_words(drawing.title)}</title>\n'
        f'<desc id="{name}-desc">{_words(drawing.description)}</desc>\n'
    )
    if not inline:
        yield f'<rect width="{width}" height="{height}" fill="#ffffff"/>\n'
    for item in drawing.items:
        if isinstance(item, Group):
            ident = f" id={_attribute(item.ident)}" if item.ident else ""
            yield f"<g{ident}>\n"
            yield from (_shape(shape, inline) for shape in item.shapes)
            yield "</g>\n"
        else:
            yield _shape(item, inline)
    yield "</svg>\n"


def _shape(shape: Shape, inline: bool) -> str:
    match shape:
        case Text():
            return _text(shape, inline)
        case Line():
            (x1, y1), (x2, y2) = shape.start, shape.end
            ends = f'x1="{_number(x1)}" y1="{_number(y1)}" x2="{_number(x2)}" y2="{_number(y2)}"'
            return f"<line {ends}{_stroke(shape.ink, shape.width, shape.dash, inline)}/>\n"
        case Rect():
            corner = f' rx="{_number(shape.radius)}"' if shape.radius else ""
            place = f'x="{_number(shape.x)}" y="{_number(shape.y)}"'
            size = f'width="{_number(shape.width)}" height="{_number(shape.height)}"'
            stroke = _stroke(shape.stroke, shape.stroke_width, shape.dash, inline)
            return f"<rect {place} {size}{corner}{_fill(shape.fill, inline)}{stroke}/>\n"
        case Polygon():
            points = " ".join(f"{_number(x)},{_number(y)}" for x, y in shape.points)
            stroke = _stroke(shape.stroke, 0.8, (), inline)
            return f'<polygon points="{points}"{_fill(shape.fill, inline)}{stroke}/>\n'
        case Disc():
            place = f'cx="{_number(shape.x)}" cy="{_number(shape.y)}" r="{_number(shape.radius)}"'
            return f"<circle {place}{_fill(shape.fill, inline)}{_stroke(shape.stroke, 0.8, (), inline)}/>\n"


def _text(text: Text, inline: bool) -> str:
    place = f'x="{_number(text.x)}" y="{_number(text.y)}" font-size="{_number(text.size)}"'
    anchor = "" if text.anchor == "start" else f' text-anchor="{text.anchor}"'
    turn = f' transform="rotate({-text.rotate} {_number(text.x)} {_number(text.y)})"' if text.rotate else ""
    after_raised = [False, *(run.raised for run in text.runs)]
    runs = "".join(
        _run(run, text.size, inline, after) for run, after in zip(text.runs, after_raised, strict=False)
    )
    return f'<text {place}{anchor}{turn}{_fill(text.ink, inline)} xml:space="preserve">{runs}</text>\n'


def _run(run: Run, size: float, inline: bool, after_raised: bool) -> str:
    words = _words(run.text)
    style = ' font-weight="bold"' if run.bold else ""
    if run.raised:
        style += f' font-size="{_number(size * RAISED)}"'
    if run.raised != after_raised:
        # A shift of the baseline lasts until it is taken back.
        style += f' dy="{_number(size * RISE * (-1 if run.raised else 1))}"'
    if style:
        words = f"<tspan{style}>{words}</tspan>"
    if run.href and (inline or run.href.startswith("http")):
        label = f" aria-label={_attribute(run.label)}" if run.label else ""
        hint = f"<title>{_words(run.label)}</title>" if run.label else ""
        return f'<a href={_attribute(run.href)}{label} text-decoration="underline">{hint}{words}</a>'
    return words


def _fill(ink: str, inline: bool) -> str:
    opacity = f' fill-opacity="{OPACITY[ink]}"' if OPACITY.get(ink, 1) < 1 else ""
    return f' fill="{_colour(ink, inline)}"{opacity}'


def _stroke(ink: str, width: float, dash: tuple[float, ...], inline: bool) -> str:
    if ink == NONE:
        return ""
    opacity = f' stroke-opacity="{OPACITY[ink]}"' if OPACITY.get(ink, 1) < 1 else ""
    dashes = f' stroke-dasharray="{" ".join(map(_number, dash))}"' if dash else ""
    return f' stroke="{_colour(ink, inline)}" stroke-width="{_number(width)}"{opacity}{dashes}'


def _colour(ink: str, inline: bool) -> str:
    if ink in OPACITY:
        return "currentColor" if inline else "#000000"
    return ink


def _number(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _words(text: str) -> str:
    return escape(_NOT_XML.sub("", text))


def _attribute(text: str) -> str:
    return quoteattr(_NOT_XML.sub("", text))
