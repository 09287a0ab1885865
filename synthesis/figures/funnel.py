"""Funnel plots: each study's estimate against its precision, with the region chance alone would fill."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol

from synthesis.figures.axis import Axis, Scale, off, onto
from synthesis.figures.drawing import (
    FAINT,
    INK,
    NONE,
    SHADE,
    SOFT,
    Disc,
    Drawing,
    Group,
    Line,
    Point,
    Polygon,
    Rect,
    Run,
    Shape,
    Text,
)
from synthesis.figures.forest_words import number, p_value
from synthesis.figures.frame import BLUE, LEADING, MARGIN, ORANGE, SIZE, Frame, scaled, title_lines
from synthesis.figures.naming import Ring, named
from synthesis.figures.typesetting import measure

_LEFT, _WIDE, _HIGH = 62.0, 340.0, 250.0
_RADIUS = 2.8
#: Two-sided normal quantiles for p = 0.10, 0.05 and 0.01.
_CONTOURS = (1.6449, 1.9600, 2.5758)
_SHADES = (
    ("0.05 < p < 0.10", SHADE),
    ("0.01 < p < 0.05", FAINT),
    ("p > 0.10 inside, p < 0.01 outside", NONE),
)
_STEPS = 60
_DASH = (2.5, 2.5)


@dataclass(frozen=True, slots=True)
class FunnelPoint:
    """One study: its estimate as printed (a ratio, not its logarithm), its standard error on the analysis scale."""

    label: str
    estimate: float
    se: float
    ident: str = ""


@dataclass(frozen=True, slots=True)
class EggerLine:
    """The line of Egger's regression: the estimate (as printed) at standard error 0, and the slope per standard error
    on the analysis scale."""

    limit: float
    slope: float
    p: float | None = None


@dataclass(frozen=True, slots=True)
class FunnelPlot:
    """`estimate` is the pooled one (as printed); `quantile` makes the funnel's width (1.96 for 95 %).

    With `contours` the shading is centred on no effect and shows where p lies between 0.10, 0.05 and 0.01 (Peters
    2008). `imputed` are the studies that trim-and-fill adds, drawn as open circles, and `filled` the pooled estimate
    with them. The upright axis is the standard error, or its inverse.
    """

    title: str
    effect: str
    scale: Scale
    null: float
    points: tuple[FunnelPoint, ...]
    estimate: float | None = None
    quantile: float = 1.96
    contours: bool = False
    imputed: tuple[FunnelPoint, ...] = ()
    filled: float | None = None
    egger: EggerLine | None = None
    upright: Literal["se", "precision"] = "se"
    has_labels: bool = False

    def __post_init__(self) -> None:
        if not self.points:
            raise ValueError("A funnel plot needs at least one study.")
        for point in (*self.points, *self.imputed):
            if not (math.isfinite(point.estimate) and math.isfinite(point.se) and point.se > 0):
                raise ValueError(
                    f"{point.label}: the estimate and its standard error must be numbers, the latter above 0."
                )
            if self.scale == "log" and point.estimate <= 0:
                raise ValueError(f"{point.label}: a log axis shows positive numbers only.")
        centres = [self.null, self.estimate, self.filled, self.egger.limit if self.egger else None]
        if self.scale == "log" and any(value is not None and value <= 0 for value in centres):
            raise ValueError("A log axis shows positive numbers only.")


def draw(plot: FunnelPlot) -> Drawing:
    """Lay a funnel plot out; hand the result to `formats.render`."""
    width = _LEFT + _WIDE + MARGIN
    title, top = title_lines(plot.title, width)
    funnel = _Funnel(plot, top)
    lines = list(funnel.lines())
    items: list[Shape | Group] = [*title, *funnel.shading(), *funnel.frame.axes(), *lines]
    items += funnel.frame.upright_name(
        "Standard error" if plot.upright == "se" else "Precision (1 / standard error)", MARGIN + SIZE
    )
    items += [Group((Disc(*funnel.at(p), _RADIUS, BLUE, stroke=INK),), p.ident) for p in plot.points]
    items += [Group((Disc(*funnel.at(p), _RADIUS, NONE, stroke=INK),), p.ident) for p in plot.imputed]
    if plot.has_labels:
        rings = [Ring(*funnel.at(p), _RADIUS, p.label) for p in plot.points]
        rings += [Ring(*funnel.at(p), _RADIUS, "") for p in plot.imputed]
        items += named(funnel.frame, rings, avoid=lines)
    below = funnel.frame.level_name(scaled(plot.effect, plot.scale))
    key, lowest = funnel.key(below[-1].y + 2 * SIZE)
    return Drawing(width, lowest + MARGIN, plot.title, describe(plot), (*items, *below, *key))


def describe(plot: FunnelPlot) -> str:
    """Every point in words."""
    ratio = plot.scale == "log"

    def shown(value: float) -> str:
        return number(value, 2, ratio=ratio)

    against = "standard error" if plot.upright == "se" else "precision (1 / standard error)"
    count = "one study" if len(plot.points) == 1 else f"{len(plot.points)} studies"
    said = [f"Funnel plot of {count}: {plot.effect} ({plot.scale} scale) against {against}."]
    if plot.estimate is not None:
        said.append(f"Pooled estimate {shown(plot.estimate)}.")
    if plot.egger is not None:
        p = "" if plot.egger.p is None else f" ({p_value(plot.egger.p)})"
        said.append(
            f"Egger's line: {shown(plot.egger.limit)} at standard error 0,"
            f" slope {number(plot.egger.slope, 2)} per standard error{p}."
        )
    if plot.contours:
        said.append("Shading shows where a test of no effect gives p between 0.10, 0.05 and 0.01.")
    said += [f"{p.label}: {shown(p.estimate)}, standard error {p.se:.3g}." for p in plot.points]
    if plot.imputed:
        them = "it" if len(plot.imputed) == 1 else "them"
        filled = "" if plot.filled is None else f"; with {them} the pooled estimate is {shown(plot.filled)}"
        said.append(f"Trim and fill adds {len(plot.imputed)}{filled}.")
        said += [f"Imputed: {shown(p.estimate)}, standard error {p.se:.3g}." for p in plot.imputed]
    return " ".join(said)


@dataclass(frozen=True)
class _Funnel:
    """The plotting area: precise studies at the top."""

    plot: FunnelPlot
    top: float

    @cached_property
    def errors(self) -> tuple[float, float]:
        """The smallest and largest standard error that the area shows."""
        errors = [point.se for point in (*self.plot.points, *self.plot.imputed)]
        return (0.0 if self.plot.upright == "se" else min(errors) / 1.06), 1.06 * max(errors)

    @cached_property
    def frame(self) -> Frame:
        smallest, largest = self.errors
        if self.plot.upright == "se":
            upright = Axis("linear", 0, largest, self.top, self.top + _HIGH)
            return Frame(self._level(), upright, is_falling=True)
        upright = Axis("linear", 1 / largest, 1 / smallest, self.top, self.top + _HIGH)
        return Frame(self._level(), upright)

    def _level(self) -> Axis:
        plot = self.plot
        points = (*plot.points, *plot.imputed)
        values = [onto(value, plot.scale) for value in (plot.null, *(p.estimate for p in points))]
        for centre in (plot.estimate, plot.filled):
            values += [] if centre is None else [onto(centre, plot.scale)]
        centre = onto(plot.null if plot.estimate is None else plot.estimate, plot.scale)
        half = plot.quantile * self.errors[1]
        values += [centre - half, centre + half]
        margin = 0.04 * (max(values) - min(values))
        low, high = off(min(values) - margin, plot.scale), off(max(values) + margin, plot.scale)
        return Axis(plot.scale, low, high, _LEFT, _LEFT + _WIDE)

    def at(self, point: FunnelPoint) -> Point:
        return self._place(onto(point.estimate, self.plot.scale), point.se)

    def _place(self, value: float, se: float) -> Point:
        """Where a value on the analysis scale with that standard error lies."""
        upright = se if self.plot.upright == "se" else 1 / se
        return self.frame.at(off(value, self.plot.scale), upright)

    def ray(self, centre: float, z: float) -> list[Point]:
        """Where an estimate would lie `z` standard errors from `centre` (as printed), as far as this is in the area, the
        most precise first; straight over the standard error, curved over its inverse."""
        plot, (first, last) = self.plot, self.errors
        start = onto(centre, plot.scale)
        ends = [onto(end, plot.scale) - start for end in (self.frame.x.low, self.frame.x.high)]
        if z:
            enters, leaves = sorted(end / z for end in ends)
            first, last = max(first, enters), min(last, leaves)
        elif not ends[0] <= 0 <= ends[1]:
            return []
        if last <= first:
            return []
        if plot.upright == "se":
            return [self._place(start + z * se, se) for se in (first, last)]
        # Even steps down the page, for the inverse crowds large standard errors together.
        steps = [1 / first + (1 / last - 1 / first) * n / _STEPS for n in range(_STEPS + 1)]
        return [self._place(start + z / precision, 1 / precision) for precision in steps]

    def shading(self) -> Iterator[Shape]:
        """Between the contours; what lies inside them all (p > 0.10) and outside (p < 0.01) stays blank."""
        if not self.plot.contours:
            return
        for inner, outer, ink in zip(_CONTOURS, _CONTOURS[1:], (SHADE, FAINT), strict=False):
            for side in (1, -1):
                a, b = self.ray(self.plot.null, side * inner), self.ray(self.plot.null, side * outer)
                if not a:
                    continue
                edge = self.frame.right if side > 0 else self.frame.left
                far = b or [(edge, self.top)]
                corner = [(edge, self.frame.bottom)] if a[-1][1] == self.frame.bottom > far[-1][1] else []
                yield Polygon((*a, *corner, *reversed(far)), fill=ink)

    def lines(self) -> Iterator[Line]:
        plot, frame = self.plot, self.frame
        x = frame.x.at(plot.null)
        yield Line((x, frame.top), (x, frame.bottom), SOFT, 0.6)
        if plot.estimate is not None:
            x = frame.x.at(plot.estimate)
            yield Line((x, frame.top), (x, frame.bottom), SOFT, 0.8, _DASH)
            for side in (-1, 1):
                yield from self._stroke(self.ray(plot.estimate, side * plot.quantile), SOFT, 0.8, _DASH)
        if plot.filled is not None:
            x = frame.x.at(plot.filled)
            yield Line((x, frame.top), (x, frame.bottom), SOFT, 0.8, (0.8, 2.0))
        if plot.egger is not None:
            yield from self._stroke(self.ray(plot.egger.limit, plot.egger.slope), ORANGE, 1.4, ())

    def _stroke(self, points: list[Point], ink: str, width: float, dash: tuple[float, ...]) -> Iterator[Line]:
        """A line through all points; a dashed curve is every other piece of it."""
        pieces = list(itertools.pairwise(points))
        if len(pieces) == 1:
            yield Line(*pieces[0], ink, width, dash)
            return
        yield from (Line(*piece, ink, width) for piece in pieces[:: 2 if dash else 1])

    def key(self, y: float) -> tuple[list[Shape], float]:
        """What shading, circles and lines mean, in as many rows as needed from the line `y` down; its lowest line."""
        found: list[Shape] = []
        x, lowest = MARGIN, y - 2 * SIZE
        for mark, name in self._entries():
            wide = 16 + measure(name, SIZE)
            if x > MARGIN and x + wide > self.frame.right:
                x, y = MARGIN, y + 1.25 * LEADING
            found += [*mark(x, y - 0.35 * SIZE), Text(x + 16, y, (Run(name),), SIZE, ink=SOFT)]
            x, lowest = x + wide + 14, y
        return found, lowest

    def _entries(self) -> Iterator[tuple[_Mark, str]]:
        plot = self.plot
        if plot.contours:
            for name, ink in _SHADES:
                yield _swatch(ink), name
        if plot.imputed:
            yield _circle(BLUE), "Study"
            yield _circle(NONE), "Imputed by trim and fill"
        if plot.estimate is not None:
            yield _bar(SOFT, 0.8, _DASH), "Pooled estimate"
        if plot.filled is not None:
            yield _bar(SOFT, 0.8, (0.8, 2.0)), "Pooled with the imputed"
        if plot.egger is not None:
            p = "" if plot.egger.p is None else f" ({p_value(plot.egger.p)})"
            yield _bar(ORANGE, 1.4, ()), f"Egger’s regression{p}"


class _Mark(Protocol):
    """A sign of the key, centred on a line at `y`, its left edge at `x`."""

    def __call__(self, x: float, y: float) -> Sequence[Shape]: ...


def _swatch(ink: str) -> _Mark:
    return lambda x, y: [Rect(x, y - 4, 11, 8, fill=ink, stroke=SOFT, stroke_width=0.4)]


def _circle(fill: str) -> _Mark:
    return lambda x, y: [Disc(x + 5.5, y, _RADIUS, fill, stroke=INK)]


def _bar(ink: str, width: float, dash: tuple[float, ...]) -> _Mark:
    return lambda x, y: [Line((x, y), (x + 12, y), ink, width, dash)]
