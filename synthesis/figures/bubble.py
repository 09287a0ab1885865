"""Bubble plots: estimates against a study characteristic, with the line of a meta-regression and its interval."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

from synthesis.figures.axis import Axis, Scale
from synthesis.figures.drawing import FAINT, INK, Disc, Drawing, Group, Line, Polygon, Shape
from synthesis.figures.forest_words import number
from synthesis.figures.frame import BLUE, MARGIN, SIZE, Frame, bounds, must_be_numbers, scaled, title_lines
from synthesis.figures.naming import Ring, named

_WIDE, _HIGH = 360.0, 260.0
#: The radius of the heaviest study, and of the lightest there can be.
_LARGEST, _SMALLEST = 13.0, 1.6


@dataclass(frozen=True, slots=True)
class BubblePoint:
    """One study: its characteristic `x`, its estimate `y` as printed (a ratio, not its logarithm), its weight."""

    label: str
    x: float
    y: float
    weight: float = 1.0
    ident: str = ""


@dataclass(frozen=True, slots=True)
class LinePoint:
    """The regression line at `x`: estimate and confidence interval, as printed."""

    x: float
    estimate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class BubblePlot:
    """Studies as circles whose area follows their weight, and the regression line in order of `x`.

    `has_labels` names studies where there is room, the heaviest first. ValueError says which number cannot be drawn.
    """

    title: str
    x_label: str
    effect: str
    scale: Scale
    null: float
    points: tuple[BubblePoint, ...]
    line: tuple[LinePoint, ...] = ()
    level: float = 95
    has_labels: bool = True

    def __post_init__(self) -> None:
        if not self.points:
            raise ValueError("A bubble plot needs at least one study.")
        for point in self.points:
            must_be_numbers(point.label, x=point.x, estimate=point.y, weight=point.weight)
            if point.weight < 0:
                raise ValueError(f"{point.label}: a weight is not below zero.")
        for at in self.line:
            must_be_numbers(
                f"The line at {at.x:g}", x=at.x, estimate=at.estimate, lower_bound=at.low, upper_bound=at.high
            )
        values = [
            self.null,
            *(p.y for p in self.points),
            *(v for at in self.line for v in (at.low, at.estimate)),
        ]
        if self.scale == "log" and min(values) <= 0:
            raise ValueError("A log axis shows positive numbers only.")


def draw(plot: BubblePlot) -> Drawing:
    """Lay a bubble plot out; hand the result to `formats.render`."""
    draft = _frame(plot, 0, 0)
    left = MARGIN + 2 * SIZE + draft.label_room() + 8
    width = left + _WIDE + MARGIN
    title, top = title_lines(plot.title, width)
    frame = _frame(plot, left, top)
    items: list[Shape | Group] = [*title, *_band(plot, frame), *frame.axes()]
    items += frame.upright_name(scaled(plot.effect, plot.scale), MARGIN + SIZE)
    rings = []
    # Small circles over large ones, or they would vanish.
    for point in sorted(plot.points, key=lambda point: -point.weight):
        x, y = frame.at(point.x, point.y)
        radius = _radius(plot, point)
        items.append(Group((Disc(x, y, radius, BLUE, stroke=INK),), point.ident))
        rings.append(Ring(x, y, radius, point.label if plot.has_labels else ""))
    lines = [*_line(plot, frame), *frame.across(plot.null)]
    items += [*lines, *named(frame, rings, avoid=lines)]
    below = frame.level_name(plot.x_label)
    return Drawing(width, below[-1].y + MARGIN, plot.title, describe(plot), (*items, *below))


def describe(plot: BubblePlot) -> str:
    """The line's ends and every study in words."""
    ratio = plot.scale == "log"
    count = "one study" if len(plot.points) == 1 else f"{len(plot.points)} studies"
    said = [f"Bubble plot of {count}: {plot.effect} ({plot.scale} scale) against {plot.x_label}."]
    for at in (plot.line[:1] + plot.line[-1:]) if len(plot.line) > 1 else plot.line:
        low, high = number(at.low, 2, ratio=ratio), number(at.high, 2, ratio=ratio)
        said.append(
            f"Regression line at {at.x:.4g}: {number(at.estimate, 2, ratio=ratio)}"
            f" with {plot.level:g}% CI [{low}, {high}]."
        )
    total = sum(point.weight for point in plot.points)
    for point in plot.points:
        share = f", weight {100 * point.weight / total:.1f}%" if total else ""
        said.append(f"{point.label}: {number(point.y, 2, ratio=ratio)} at {point.x:.4g}{share}.")
    return " ".join(said)


def _frame(plot: BubblePlot, left: float, top: float) -> Frame:
    xs = [*(point.x for point in plot.points), *(at.x for at in plot.line)]
    # A band far wider than the studies is cut at the frame.
    ys = [plot.null, *(point.y for point in plot.points), *(at.estimate for at in plot.line)]
    return Frame(
        Axis("linear", *bounds(xs), left, left + _WIDE),
        Axis(plot.scale, *bounds(ys, plot.scale), top, top + _HIGH),
    )


def _radius(plot: BubblePlot, point: BubblePoint) -> float:
    heaviest = max(other.weight for other in plot.points)
    return max(_SMALLEST, _LARGEST * math.sqrt(point.weight / heaviest)) if heaviest else 4.0


def _band(plot: BubblePlot, frame: Frame) -> list[Shape]:
    """The confidence band, and its edges, cut where they leave the frame."""
    if len(plot.line) < 2:
        return []
    upper = [frame.at(at.x, at.high) for at in plot.line]
    lower = [frame.at(at.x, at.low) for at in plot.line]
    inside = frame.inside([*upper, *reversed(lower)])
    return [Polygon(tuple(inside), fill=FAINT)]


def _line(plot: BubblePlot, frame: Frame) -> list[Line]:
    places = [frame.at(at.x, at.estimate) for at in plot.line]
    return [Line(start, end, INK, 1.2) for start, end in itertools.pairwise(places)]
