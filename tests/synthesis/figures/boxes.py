"""Where the things of a drawing are: measured boxes, and which of them overlap."""

from __future__ import annotations

from typing import NamedTuple

from synthesis.figures.drawing import Disc, Drawing, Line, Polygon, Rect, Shape, Text
from synthesis.figures.typesetting import RAISED, measure


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float
    what: str

    def overlaps(self, other: Box) -> bool:
        return (
            self.left < other.right - 0.01
            and other.left < self.right - 0.01
            and self.top < other.bottom - 0.01
            and other.top < self.bottom - 0.01
        )


def of_text(text: Text) -> Box:
    width = sum(
        measure(run.text, text.size * (RAISED if run.raised else 1), bold=run.bold) for run in text.runs
    )
    left = text.x - {"start": 0, "middle": width / 2, "end": width}[text.anchor]
    if text.rotate:
        return Box(
            text.x - 0.75 * text.size,
            text.y - width / 2,
            text.x + 0.2 * text.size,
            text.y + width / 2,
            text.string,
        )
    return Box(left, text.y - 0.75 * text.size, left + width, text.y + 0.2 * text.size, text.string)


def of_shape(shape: Shape) -> Box:
    match shape:
        case Text():
            return of_text(shape)
        case Line():
            xs, ys = zip(shape.start, shape.end, strict=True)
            return Box(min(xs), min(ys), max(xs), max(ys), "line")
        case Rect():
            return Box(shape.x, shape.y, shape.x + shape.width, shape.y + shape.height, "rect")
        case Polygon():
            xs, ys = zip(*shape.points, strict=True)
            return Box(min(xs), min(ys), max(xs), max(ys), "polygon")
        case Disc():
            x, y, r = shape.x, shape.y, shape.radius
            return Box(x - r, y - r, x + r, y + r, "disc")


def texts(drawing: Drawing) -> list[Box]:
    return [of_text(shape) for shape in drawing.shapes() if isinstance(shape, Text)]


def overlapping_texts(drawing: Drawing) -> list[tuple[str, str]]:
    """Pairs of texts that lie on one another; sorted from top to bottom so that few pairs are compared."""
    found, boxes = [], sorted(texts(drawing), key=lambda box: box.top)
    for n, box in enumerate(boxes):
        for other in boxes[n + 1 :]:
            if other.top >= box.bottom:
                break
            if box.overlaps(other):
                found.append((box.what, other.what))
    return found


def texts_on_marks(drawing: Drawing) -> list[tuple[str, Box]]:
    """Texts that a square, line, diamond or arrow runs through (boxes around text do not count)."""
    marks = [
        of_shape(shape)
        for shape in drawing.shapes()
        if isinstance(shape, Line | Polygon) or (isinstance(shape, Rect) and shape.height < 15)
    ]
    return [(box.what, mark) for box in texts(drawing) for mark in marks if _crosses(box, mark)]


def _crosses(box: Box, mark: Box) -> bool:
    # A line has no area: give it some.
    return box.overlaps(
        Box(mark.left - 0.05, mark.top - 0.05, mark.right + 0.05, mark.bottom + 0.05, mark.what)
    )


def outside(drawing: Drawing) -> list[Box]:
    """Whatever sticks out of the page."""
    page = Box(0, 0, drawing.width, drawing.height, "page")
    return [
        box
        for box in map(of_shape, drawing.shapes())
        if box.left < page.left or box.top < page.top or box.right > page.right or box.bottom > page.bottom
    ]
