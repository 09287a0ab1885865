"""Baujat plots: what each study adds to heterogeneity against how far it moves the pooled result."""

from __future__ import annotations

from dataclasses import dataclass

from synthesis.figures.axis import Axis
from synthesis.figures.drawing import INK, Disc, Drawing, Group, Shape
from synthesis.figures.frame import (
    BLUE,
    MARGIN,
    ORANGE,
    SIZE,
    Frame,
    bounds,
    must_be_numbers,
    notes,
    title_lines,
)
from synthesis.figures.naming import Ring, named

_WIDE, _HIGH, _RADIUS = 360.0, 260.0, 3.2


@dataclass(frozen=True, slots=True)
class BaujatPoint:
    """One study: `x` its part of Q, `y` the squared, standardised change of the pooled result without it."""

    label: str
    x: float
    y: float
    is_influential: bool = False
    ident: str = ""


@dataclass(frozen=True, slots=True)
class BaujatPlot:
    """Studies by heterogeneity and influence (Baujat et al. 2002); ValueError says which number is none."""

    title: str
    points: tuple[BaujatPoint, ...]
    x_label: str = "Contribution to heterogeneity (part of Q)"
    y_label: str = "Influence on the pooled result"

    def __post_init__(self) -> None:
        if not self.points:
            raise ValueError("A Baujat plot needs at least one study.")
        for point in self.points:
            must_be_numbers(point.label, contribution=point.x, influence=point.y)


def draw(plot: BaujatPlot) -> Drawing:
    """Lay a Baujat plot out, names where there is room; hand the result to `formats.render`."""
    left = MARGIN + 2 * SIZE + _frame(plot, 0, 0).label_room() + 8
    width = left + _WIDE + MARGIN
    title, top = title_lines(plot.title, width)
    frame = _frame(plot, left, top)
    items: list[Shape | Group] = [*title, *frame.axes(), *frame.upright_name(plot.y_label, MARGIN + SIZE)]
    rings = []
    for point in _by_distance(plot):
        place = frame.at(point.x, point.y)
        fill = ORANGE if point.is_influential else BLUE
        items.append(Group((Disc(*place, _RADIUS, fill, stroke=INK),), point.ident))
        rings.append(Ring(*place, _RADIUS, point.label))
    below = frame.level_name(plot.x_label)
    flagged = any(point.is_influential for point in plot.points)
    said = ["Orange: influential by the usual limits."] if flagged else []
    under = notes(said, width, below[-1].y + 18)
    lowest = [*below, *under][-1].y
    items += [*named(frame, rings), *below, *under]
    return Drawing(width, lowest + MARGIN, plot.title, describe(plot), tuple(items))


def describe(plot: BaujatPlot) -> str:
    """Every study in words, the one that adds most to heterogeneity first."""
    count = "one study" if len(plot.points) == 1 else f"{len(plot.points)} studies"
    said = [f"Baujat plot of {count}: {plot.y_label.lower()} against {plot.x_label.lower()}."]
    for point in sorted(plot.points, key=lambda point: -point.x):
        flag = ", influential" if point.is_influential else ""
        said.append(f"{point.label}: contribution {point.x:.3g}, influence {point.y:.3g}{flag}.")
    return " ".join(said)


def _by_distance(plot: BaujatPlot) -> list[BaujatPoint]:
    """The studies far out first: they choose the places of their names."""
    across, up = max(abs(p.x) for p in plot.points) or 1.0, max(abs(p.y) for p in plot.points) or 1.0
    return sorted(plot.points, key=lambda p: -((p.x / across) ** 2 + (p.y / up) ** 2))


def _frame(plot: BaujatPlot, left: float, top: float) -> Frame:
    xs, ys = [0.0, *(p.x for p in plot.points)], [0.0, *(p.y for p in plot.points)]
    return Frame(
        Axis("linear", *bounds(xs), left, left + _WIDE), Axis("linear", *bounds(ys), top, top + _HIGH)
    )
