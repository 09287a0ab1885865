"""What stands in the plot itself: squares and lines, arrows, diamonds, prediction bars."""

from __future__ import annotations

import math
from collections.abc import Iterator

from synthesis.figures.axis import Axis
from synthesis.figures.drawing import INK, NONE, SOFT, Disc, Line, Polygon, Rect, Shape
from synthesis.figures.forest_plot import ForestPlot, ForestRow, Interval, PooledRow
from synthesis.figures.forest_styles import STYLES, style_of

SQUARE = STYLES["plain"].square("log")
_ARROW = 4.5
_SMALLEST = 2.4
#: The radius of a pooled estimate in a series: all alike, for none weighs more than another.
_DOT = 2.6


def study(
    plot: ForestPlot, axis: Axis, row: ForestRow, y: float, heaviest: float, room: float
) -> Iterator[Shape]:
    """A square with its interval; the square's area follows the weight, `room` is the side of the heaviest.

    A study that was left out is hollow and grey; in a series of pooled estimates there are dots instead of squares.
    """
    if row.estimate is None or row.ci is None:
        return
    colour, x = style_of(plot).square(plot.scale), axis.at(row.estimate)
    on_axis = axis.holds(row.estimate)
    if on_axis and not plot.series and not row.left_out:
        share = (row.weight or 0) / heaviest if heaviest else 0.3
        side = max(_SMALLEST, room * math.sqrt(share))
        yield Rect(x - side / 2, y - side / 2, side, side, fill=colour)
    # The line lies over the square, or an interval shorter than the square would vanish.
    yield from span(axis, row.ci, y, ink=SOFT if row.left_out else INK, width=0.9)
    if on_axis and row.left_out:
        side = 0.45 * room
        yield Rect(x - side / 2, y - side / 2, side, side, NONE, SOFT)
    elif on_axis and plot.series:
        yield Disc(x, y, _DOT, colour)


def span(axis: Axis, ci: Interval, y: float, *, ink: str, width: float) -> Iterator[Shape]:
    """An interval; an end beyond the axis becomes an arrow, one wholly beyond it an arrow at the edge."""
    low, high = axis.at(ci[0]), axis.at(ci[1])
    off_left, off_right = low < axis.left, high > axis.right
    start = min(max(low, axis.left), axis.right - _ARROW)
    end = max(min(high, axis.right), axis.left + _ARROW)
    if start == end:
        yield Line((start, y - 1.5), (end, y + 1.5), ink, width)
        return
    yield Line((start + _ARROW * off_left, y), (end - _ARROW * off_right, y), ink, width)
    if off_left:
        yield _arrow(axis.left, _ARROW, y, ink)
    if off_right:
        yield _arrow(axis.right, -_ARROW, y, ink)


def _arrow(tip: float, back: float, y: float, ink: str) -> Polygon:
    return Polygon(((tip, y), (tip + back, y - 2.6), (tip + back, y + 2.6)), fill=ink)


def diamond(plot: ForestPlot, axis: Axis, row: PooledRow, y: float, height: float) -> Iterator[Shape]:
    """A diamond as wide as the interval, its top at the estimate; cut off where it leaves the axis."""
    style = style_of(plot)
    low, middle, high = axis.at(row.ci[0]), axis.at(row.estimate), axis.at(row.ci[1])
    if low < axis.left or high > axis.right:
        # A cut diamond could be read as a shorter one: the line with arrows says that it goes on.
        yield from span(axis, row.ci, y, ink=INK, width=0.9)
    if not axis.holds(row.estimate):
        return
    top = height / 2
    left, right = max(low, axis.left), min(high, axis.right)
    at_left = top * (left - low) / (middle - low) if math.isfinite(low) and middle > low else 0.0
    at_right = top * (high - right) / (high - middle) if math.isfinite(high) and high > middle else 0.0
    corners = [(left, y - at_left), (middle, y - top), (right, y - at_right)]
    corners += [(right, y + at_right), (middle, y + top), (left, y + at_left)]
    yield Polygon(tuple(dict.fromkeys(corners)), style.diamond, style.diamond_edge)


def prediction(plot: ForestPlot, axis: Axis, ci: Interval, y: float) -> Iterator[Shape]:
    """A prediction interval: a bar of its own colour with upright ends where it stays on the axis."""
    ink = style_of(plot).prediction
    yield from span(axis, ci, y, ink=ink, width=2.2)
    for end in ci:
        if axis.holds(end):
            yield Line((axis.at(end), y - 3), (axis.at(end), y + 3), ink, 1.2)
