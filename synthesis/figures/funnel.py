"""Funnel plots: each study's estimate against its standard error, with the region chance alone would fill."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from synthesis.figures.axis import Axis, Scale, off, onto, tick_label, ticks
from synthesis.figures.drawing import (
    FAINT,
    SHADE,
    SOFT,
    Disc,
    Drawing,
    Group,
    Line,
    Point,
    Polygon,
    Run,
    Shape,
    Text,
)
from synthesis.figures.forest_marks import SQUARE
from synthesis.figures.forest_words import number
from synthesis.figures.typesetting import wrap

_MARGIN, _SIZE, _TITLE_SIZE = 14.0, 9.0, 11.0
_LEFT, _WIDE, _HIGH = 62.0, 340.0, 250.0
_RADIUS = 2.8
#: Two-sided normal quantiles for p = 0.10, 0.05 and 0.01.
_CONTOURS = (1.6449, 1.9600, 2.5758)


@dataclass(frozen=True, slots=True)
class FunnelPoint:
    """One study: its estimate as printed (a ratio, not its logarithm), its standard error on the analysis scale."""

    label: str
    estimate: float
    se: float
    ident: str = ""


@dataclass(frozen=True, slots=True)
class FunnelPlot:
    """`estimate` is the pooled one (as printed); `quantile` makes the funnel's width (1.96 for 95 %).

    With `contours` the shading is centred on no effect and shows where p lies between 0.10, 0.05 and 0.01.
    """

    title: str
    effect: str
    scale: Scale
    null: float
    points: tuple[FunnelPoint, ...]
    estimate: float | None = None
    quantile: float = 1.96
    contours: bool = False

    def __post_init__(self) -> None:
        if not self.points:
            raise ValueError("A funnel plot needs at least one study.")
        for point in self.points:
            if not (math.isfinite(point.estimate) and math.isfinite(point.se) and point.se > 0):
                raise ValueError(
                    f"{point.label}: the estimate and its standard error must be numbers, the latter above 0."
                )
            if self.scale == "log" and point.estimate <= 0:
                raise ValueError(f"{point.label}: a log axis shows positive numbers only.")
        if self.scale == "log" and (self.null <= 0 or (self.estimate is not None and self.estimate <= 0)):
            raise ValueError("A log axis shows positive numbers only.")


def draw(plot: FunnelPlot) -> Drawing:
    """Lay a funnel plot out; hand the result to `formats.render`."""
    width = _LEFT + _WIDE + _MARGIN
    title = wrap(plot.title, width - 2 * _MARGIN, _TITLE_SIZE, bold=True) if plot.title else []
    top = _MARGIN + len(title) * 1.3 * _TITLE_SIZE + 8
    frame = _Frame(plot, top)
    items: list[Shape | Group] = [
        Text(_MARGIN, _MARGIN + _TITLE_SIZE + n * 1.3 * _TITLE_SIZE, (Run(line, bold=True),), _TITLE_SIZE)
        for n, line in enumerate(title)
    ]
    items += [*frame.shading(), *frame.axes(), *frame.funnel()]
    items += [
        Group((Disc(*frame.at(p.estimate, p.se), _RADIUS, SQUARE, stroke="ink"),), p.ident)
        for p in plot.points
    ]
    below = list(frame.below())
    return Drawing(width, below[-1].y + _MARGIN, plot.title, describe(plot), (*items, *below))


def describe(plot: FunnelPlot) -> str:
    """Every point in words."""
    ratio = plot.scale == "log"
    said = [
        f"Funnel plot of {len(plot.points)} studies: {plot.effect} ({plot.scale} scale) against standard error."
    ]
    if plot.estimate is not None:
        said.append(f"Pooled estimate {number(plot.estimate, 2, ratio=ratio)}.")
    for point in plot.points:
        said.append(
            f"{point.label}: {number(point.estimate, 2, ratio=ratio)}, standard error {point.se:.3g}."
        )
    return " ".join(said)


@dataclass(frozen=True)
class _Frame:
    """The plotting area: precise studies at the top."""

    plot: FunnelPlot
    top: float

    @property
    def bottom(self) -> float:
        return self.top + _HIGH

    @property
    def deepest(self) -> float:
        """The standard error at the lower edge."""
        return 1.06 * max(point.se for point in self.plot.points)

    @property
    def centre(self) -> float:
        return self.plot.null if self.plot.estimate is None else self.plot.estimate

    @property
    def axis(self) -> Axis:
        plot = self.plot
        values = [
            onto(value, plot.scale) for value in (plot.null, self.centre, *(p.estimate for p in plot.points))
        ]
        half = plot.quantile * self.deepest
        values += [onto(self.centre, plot.scale) - half, onto(self.centre, plot.scale) + half]
        margin = 0.04 * (max(values) - min(values))
        low, high = off(min(values) - margin, plot.scale), off(max(values) + margin, plot.scale)
        return Axis(plot.scale, low, high, _LEFT, _LEFT + _WIDE)

    def at(self, estimate: float, se: float) -> Point:
        return self.axis.at(estimate), self.top + se / self.deepest * _HIGH

    def beside(self, centre: float, z: float) -> Point:
        """Where the line `z` standard errors from `centre` leaves the area: at the bottom or at a side."""
        axis, plot = self.axis, self.plot
        start = onto(centre, plot.scale)
        end = onto(axis.high if z > 0 else axis.low, plot.scale)
        se = min(self.deepest, (end - start) / z)
        return self.at(off(start + z * se, plot.scale), se)

    def shading(self) -> Iterator[Shape]:
        """Between the contours; what lies inside them all (p > 0.10) and outside (p < 0.01) stays blank."""
        if not self.plot.contours:
            return
        apex = self.at(self.plot.null, 0)
        for inner, outer, ink in zip(_CONTOURS, _CONTOURS[1:], (SHADE, FAINT), strict=False):
            for side in (1, -1):
                a, b = self.beside(self.plot.null, side * inner), self.beside(self.plot.null, side * outer)
                edge = _LEFT + _WIDE if side > 0 else _LEFT
                corner = [(edge, self.bottom)] if a[1] == self.bottom > b[1] else []
                yield Polygon((apex, a, *corner, b), fill=ink)

    def axes(self) -> Iterator[Shape]:
        left, right = _LEFT, _LEFT + _WIDE
        yield Line((left, self.top), (left, self.bottom))
        yield Line((left, self.bottom), (right, self.bottom))
        values = ticks(self.axis, _SIZE)
        for value in values:
            x = self.axis.at(value)
            yield Line((x, self.bottom), (x, self.bottom + 3.5))
            yield Text(x, self.bottom + 13, (Run(tick_label(value, values)),), _SIZE, "middle")
        # Set upright, labels need their height; lying down they would need their width.
        errors = ticks(Axis("linear", 0, self.deepest, self.top, self.bottom), _SIZE)
        for error in errors:
            _, y = self.at(self.centre, error)
            yield Line((left - 3.5, y), (left, y))
            yield Text(left - 6, y + 0.35 * _SIZE, (Run(tick_label(error, errors)),), _SIZE, "end")
        middle = (self.top + self.bottom) / 2
        yield Text(_MARGIN + _SIZE, middle, (Run("Standard error"),), _SIZE, "middle", rotate=90)

    def funnel(self) -> Iterator[Shape]:
        x = self.axis.at(self.plot.null)
        yield Line((x, self.top), (x, self.bottom), SOFT, 0.6)
        if self.plot.estimate is None:
            return
        apex = self.at(self.plot.estimate, 0)
        yield Line(apex, (apex[0], self.bottom), SOFT, 0.8, (2.5, 2.5))
        for side in (-1, 1):
            yield Line(
                apex, self.beside(self.plot.estimate, side * self.plot.quantile), SOFT, 0.8, (2.5, 2.5)
            )

    def below(self) -> Iterator[Text]:
        name = self.plot.effect + (" (log scale)" if self.plot.scale == "log" else "")
        y = self.bottom + 28
        for line in wrap(name, _WIDE, _SIZE):
            yield Text(_LEFT + _WIDE / 2, y, (Run(line),), _SIZE, "middle")
            y += 12
        if self.plot.contours:
            key = "Shading: 0.05 < p < 0.10 (darker) and 0.01 < p < 0.05 (lighter) for a test of no effect."
            for line in wrap(key, _LEFT + _WIDE - _MARGIN, _SIZE):
                yield Text(_MARGIN, y + 4, (Run(line),), _SIZE, ink=SOFT)
                y += 12
