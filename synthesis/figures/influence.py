"""Influence plots: one row per study, one column per measure, the studies beyond the limits marked."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from synthesis.figures.axis import Axis, tick_label, ticks
from synthesis.figures.drawing import FAINT, INK, SOFT, Disc, Drawing, Group, Line, Rect, Run, Shape, Text
from synthesis.figures.forest_columns import type_for
from synthesis.figures.frame import BLUE, MARGIN, ORANGE, bounds, notes, title_lines
from synthesis.figures.typesetting import measure, wrap

_WIDE, _GAP, _LABEL_WIDEST = 92.0, 20.0, 190.0
#: The median of the chi-squared distribution with one degree of freedom: the limit of Cook's distance.
_CHI2_MEDIAN = 0.4549364


@dataclass(frozen=True, slots=True)
class Panel:
    """One measure: a value for each study (None where there is none), the line it is read from, its limits.

    A value outside `limits` is marked; with `limits` None the measure has no limit of its own.
    """

    name: str
    values: tuple[float | None, ...]
    base: float = 0.0
    limits: tuple[float, float] | None = None

    def is_beyond(self, n: int) -> bool:
        """Whether the value of study `n` lies outside the limits."""
        value = self.values[n]
        return value is not None and self.limits is not None and not self.limits[0] <= value <= self.limits[1]


@dataclass(frozen=True, slots=True)
class InfluencePlot:
    """The measures side by side; `influential` are the studies that the analysis as a whole flags."""

    title: str
    labels: tuple[str, ...]
    panels: tuple[Panel, ...]
    influential: tuple[bool, ...] = ()
    idents: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.labels or not self.panels:
            raise ValueError("An influence plot needs at least one study and one measure.")
        for panel in self.panels:
            if len(panel.values) != len(self.labels):
                raise ValueError(f"{panel.name}: {len(panel.values)} values for {len(self.labels)} studies.")
            if any(value is not None and not math.isfinite(value) for value in panel.values):
                raise ValueError(
                    f"{panel.name}: a value is not a number; None stands for one that is unknown."
                )
        for name, given in (("flags", self.influential), ("idents", self.idents)):
            if given and len(given) != len(self.labels):
                raise ValueError(f"{len(given)} {name} for {len(self.labels)} studies.")

    def is_influential(self, n: int) -> bool:
        """Whether study `n` is flagged."""
        return bool(self.influential) and self.influential[n]


def standard_panels(
    *,
    rstudent: Sequence[float | None],
    dffits: Sequence[float | None],
    cook: Sequence[float | None],
    cov_r: Sequence[float | None],
    tau2_deleted: Sequence[float | None],
    hat: Sequence[float | None],
    tau2: float | None = None,
) -> tuple[Panel, ...]:
    """The measures of Viechtbauer & Cheung (2010) for a model without moderators, with their limits.

    Studentised residual ±1.96; DFFITS ±3 √(p / (k − p)); Cook's distance the median of χ² with p degrees of freedom;
    hat 3 p / k, all with p = 1. The covariance ratio is read from 1, τ² without the study from `tau2`.
    """
    k = len(rstudent)
    reach = 3 * math.sqrt(1 / (k - 1)) if k > 1 else math.inf
    known = [value for value in tau2_deleted if value is not None]
    base = tau2 if tau2 is not None else (sum(known) / len(known) if known else 0.0)
    return (
        Panel("Studentised residual", tuple(rstudent), 0.0, (-1.96, 1.96)),
        Panel("DFFITS", tuple(dffits), 0.0, (-reach, reach)),
        Panel("Cook’s distance", tuple(cook), 0.0, (-math.inf, _CHI2_MEDIAN)),
        Panel("Covariance ratio", tuple(cov_r), 1.0),
        Panel("τ² without the study", tuple(tau2_deleted), base),
        Panel("Hat value", tuple(hat), 1 / k if k else 0.0, (-math.inf, 3 / k if k else math.inf)),
    )


def draw(plot: InfluencePlot) -> Drawing:
    """Lay the panels out beside the studies' names; hand the result to `formats.render`."""
    kind = type_for(len(plot.labels))
    label_width = min(
        max([60.0, *(measure(label, kind.size, bold=True) + 1 for label in plot.labels)]), _LABEL_WIDEST
    )
    left = MARGIN + label_width + 12
    width = left + len(plot.panels) * (_WIDE + _GAP) - _GAP + MARGIN
    title, y = title_lines(plot.title, width)
    headings = [wrap(panel.name, _WIDE + _GAP - 6, kind.size, bold=True, lines=2) for panel in plot.panels]
    top = y + max(len(lines) for lines in headings) * kind.leading + 6
    heights = _heights(plot, label_width, top)
    items: list[Shape | Group] = [*title, Line((MARGIN, top), (width - MARGIN, top))]
    for n in range(len(plot.labels)):
        shapes = tuple(_label(plot, n, heights[n], label_width, width))
        items.append(Group(shapes, plot.idents[n] if plot.idents else ""))
    bottom = heights[-1] + kind.row / 2 + 4
    for n, (panel, lines) in enumerate(zip(plot.panels, headings, strict=True)):
        at = left + n * (_WIDE + _GAP)
        items += [
            Text(at + _WIDE / 2, top - 5 - m * kind.leading, (Run(line, bold=True),), kind.size, "middle")
            for m, line in enumerate(reversed(lines))
        ]
        items += _panel(plot, panel, at, heights, (top, bottom))
    under = notes(_explained(plot), width, bottom + 32)
    return Drawing(width, under[-1].y + MARGIN, plot.title, describe(plot), (*items, *under))


def describe(plot: InfluencePlot) -> str:
    """Which studies stand out, then every value."""
    flagged = [label for n, label in enumerate(plot.labels) if plot.is_influential(n)]
    names = ", ".join(panel.name.lower() for panel in plot.panels)
    count = "one study" if len(plot.labels) == 1 else f"{len(plot.labels)} studies"
    said = [f"Influence of {count}: {names}."]
    said.append(f"Influential: {', '.join(flagged)}." if flagged else "No study is flagged as influential.")
    for n, label in enumerate(plot.labels):
        values = []
        for panel in plot.panels:
            value = panel.values[n]
            if value is not None:
                beyond = " (beyond the limit)" if panel.is_beyond(n) else ""
                values.append(f"{panel.name.lower()} {value:.3g}{beyond}".replace("-", "−"))
        said.append(f"{label}: {', '.join(values) or 'nothing known'}.")
    return " ".join(said)


def _heights(plot: InfluencePlot, label_width: float, top: float) -> list[float]:
    """The middle of each row; a name of two lines makes its row higher."""
    kind = type_for(len(plot.labels))
    found, y = [], top + 3
    for n, label in enumerate(plot.labels):
        lines = wrap(label, label_width, kind.size, bold=plot.is_influential(n), lines=2)
        height = kind.row + (len(lines) - 1) * kind.leading
        found.append(y + height / 2)
        y += height
    return found


def _label(plot: InfluencePlot, n: int, y: float, label_width: float, width: float) -> Iterator[Shape]:
    kind, bold = type_for(len(plot.labels)), plot.is_influential(n)
    lines = wrap(plot.labels[n], label_width, kind.size, bold=bold, lines=2)
    height = kind.row + (len(lines) - 1) * kind.leading
    if bold:
        yield Rect(MARGIN - 4, y - height / 2, width - 2 * MARGIN + 8, height, fill=FAINT)
    first = y - (len(lines) - 1) * kind.leading / 2 + 0.35 * kind.size
    for m, line in enumerate(lines):
        yield Text(MARGIN, first + m * kind.leading, (Run(line, bold=bold),), kind.size)


def _panel(
    plot: InfluencePlot, panel: Panel, left: float, heights: Sequence[float], ends: tuple[float, float]
) -> Iterator[Shape]:
    """One measure: its axis, the line it is read from, its limits, and a dot on a stalk for each study."""
    (top, bottom), kind = ends, type_for(len(plot.labels))
    limits = [v for v in panel.limits or () if math.isfinite(v)]
    values = [value for value in panel.values if value is not None]
    axis = Axis("linear", *bounds([*values, panel.base, *limits], share=0.08), left, left + _WIDE)
    yield Line((axis.at(panel.base), top), (axis.at(panel.base), bottom), SOFT, 0.6)
    for limit in limits:
        yield Line((axis.at(limit), top), (axis.at(limit), bottom), SOFT, 0.6, (2.5, 2.5))
    yield Line((left, bottom), (left + _WIDE, bottom))
    marks = ticks(axis, kind.size - 1)
    for mark in marks:
        x = axis.at(mark)
        yield Line((x, bottom), (x, bottom + 3.5))
        yield Text(x, bottom + 12, (Run(tick_label(mark, marks)),), kind.size - 1, "middle")
    for n, (value, y) in enumerate(zip(panel.values, heights, strict=True)):
        if value is not None:
            ink = ORANGE if panel.is_beyond(n) else BLUE
            yield Line((axis.at(panel.base), y), (axis.at(value), y), ink, 1)
            yield Disc(axis.at(value), y, 2.6, ink, stroke=INK if panel.is_beyond(n) else ink)


def _explained(plot: InfluencePlot) -> list[str]:
    said = [
        "Full line: what a study without influence would have. Dashed: the limit; orange with a rim lies beyond it."
    ]
    if any(plot.influential):
        said.append("Bold on grey: the study is influential by at least one limit.")
    return said
