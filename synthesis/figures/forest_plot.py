"""What a forest plot says, as plain data: studies, pooled results, axis, labels."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Scale = Literal["log", "linear"]
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of text left of the plot, such as "4/123"; neighbours with the same `group` share a heading."""

    heading: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class ForestRow:
    """One study. Numbers are as printed: ratios, not their logarithms. `weight` is in percent.

    `estimate` and `ci` are None for a study that gives no estimate (no events in either arm); it is shown
    as "Not estimable". A bound of the interval may be infinite (or 0 on a log axis): it becomes an arrow.
    """

    label: str
    estimate: float | None
    ci: Interval | None
    weight: float | None = None
    cells: tuple[str, ...] = ()
    note: str = ""
    ident: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class PooledRow:
    """One pooled result, drawn as a diamond; `prediction` adds a bar on the line below."""

    label: str
    estimate: float
    ci: Interval
    weight: float | None = None
    prediction: Interval | None = None
    prediction_label: str = "Prediction interval"
    cells: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Heterogeneity:
    """The usual line below a pooled result; `i2` in percent, anything unknown is left out."""

    tau2: float | None = None
    i2: float | None = None
    q: float | None = None
    df: int | None = None
    p: float | None = None
    label: str = "Heterogeneity"


@dataclass(frozen=True, slots=True)
class Subgroup:
    """Studies that belong together under a heading, with their own pooled results."""

    heading: str
    rows: tuple[ForestRow, ...]
    pooled: tuple[PooledRow, ...] = ()
    heterogeneity: Heterogeneity | None = None


@dataclass(frozen=True, slots=True)
class ForestPlot:
    """Everything on a forest plot. Give `rows`, or `subgroups`, or both.

    `null` is the value of no effect on the printed scale (1 for ratios, 0 for differences); `axis` fixes the ends
    of the axis, else they are chosen so that every estimate that is not a wild outlier is seen. A plot of one
    study carries no pooled result. ValueError says which number cannot be drawn.
    """

    title: str
    effect: str
    scale: Scale
    null: float
    rows: tuple[ForestRow, ...] = ()
    pooled: tuple[PooledRow, ...] = ()
    heterogeneity: Heterogeneity | None = None
    subgroups: tuple[Subgroup, ...] = ()
    columns: tuple[Column, ...] = ()
    favours_left: str = ""
    favours_right: str = ""
    level: float = 95
    digits: int = 2
    label_heading: str = "Study"
    weight_heading: str = "Weight"
    axis: Interval | None = None
    footnotes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check_frame(self)
        for row in self.studies():
            _check_row(self, row)
        for pooled in self.pooled_rows():
            _check_bounds(self, pooled.label, pooled.estimate, pooled.ci)
            if pooled.prediction is not None:
                _check_bounds(self, f"{pooled.label}, {pooled.prediction_label}", None, pooled.prediction)

    def studies(self) -> Iterator[ForestRow]:
        """All studies, in the order they are drawn."""
        yield from self.rows
        for subgroup in self.subgroups:
            yield from subgroup.rows

    def pooled_rows(self) -> Iterator[PooledRow]:
        """All pooled results: those of the subgroups first."""
        for subgroup in self.subgroups:
            yield from subgroup.pooled
        yield from self.pooled


def _check_frame(plot: ForestPlot) -> None:
    if plot.scale == "log" and plot.null <= 0:
        raise ValueError("The value of no effect must be above zero on a log axis.")
    if plot.axis is not None and not plot.axis[0] < plot.axis[1]:
        raise ValueError("The axis must run from a smaller to a larger value.")
    if plot.axis is not None and plot.scale == "log" and plot.axis[0] <= 0:
        raise ValueError("A log axis must begin above zero.")
    parts = [("", plot.pooled, tuple(plot.studies()))]
    parts += [(f"{part.heading}: a", part.pooled, part.rows) for part in plot.subgroups]
    for name, pooled, rows in parts:
        if pooled and sum(row.estimate is not None for row in rows) < 2:
            raise ValueError(f"{name or 'A'} single study has no pooled estimate.")


def _check_row(plot: ForestPlot, row: ForestRow) -> None:
    if (row.estimate is None) != (row.ci is None):
        raise ValueError(f"{row.label}: give both the estimate and its interval, or neither.")
    if len(row.cells) > len(plot.columns):
        raise ValueError(f"{row.label}: {len(row.cells)} cells for {len(plot.columns)} columns.")
    if row.weight is not None and not 0 <= row.weight <= 100:
        raise ValueError(f"{row.label}: a weight of {row.weight} is not a percentage.")
    if row.ci is not None:
        _check_bounds(plot, row.label, row.estimate, row.ci)


def _check_bounds(plot: ForestPlot, label: str, estimate: float | None, ci: Interval) -> None:
    low, high = ci
    if math.isnan(low) or math.isnan(high) or (estimate is not None and not math.isfinite(estimate)):
        raise ValueError(f"{label}: an estimate or bound is not a number.")
    if not low <= high or (estimate is not None and not low <= estimate <= high):
        raise ValueError(f"{label}: the estimate lies outside its interval.")
    if plot.scale == "log" and (low < 0 or high <= 0 or (estimate is not None and estimate <= 0)):
        raise ValueError(f"{label}: a log axis shows positive numbers only.")
