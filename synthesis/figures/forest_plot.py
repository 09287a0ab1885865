"""What a forest plot says, as plain data: studies, pooled results, axis, labels."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from synthesis.figures.drawing import Anchor
from synthesis.figures.traffic import Judgement, Palette

Scale = Literal["log", "linear"]
Interval = tuple[float, float]
Layout = Literal["plain", "revman", "jama"]
#: What the rows are: studies, or pooled estimates with one study left out or one more study each.
Series = Literal["", "leave-one-out", "cumulative"]
#: A column that can be placed: the numbers, the weights, the risk-of-bias lights, all columns of text that have no
#: place of their own, or one of them by its number in `ForestPlot.columns`.
Place = Literal["effect", "weight", "lights", "cells"] | int


@dataclass(frozen=True, slots=True)
class Column:
    """A column of text, such as "4/123"; neighbours with the same `group` share a heading."""

    heading: str
    group: str = ""
    align: Anchor = "end"


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Which columns stand left and right of the plot, in which order; one that is not named is not shown."""

    left: tuple[Place, ...] = ()
    right: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class ForestRow:
    """One study. Numbers are as printed: ratios, not their logarithms. `weight` is in percent.

    `estimate` and `ci` are None for a study that gives no estimate (no events in either arm); it is shown
    as "Not estimable". A bound of the interval may be infinite (or 0 on a log axis): it becomes an arrow.
    `lights` are the judgements of risk of bias, one for each of the plot's `domains`, or none. A row that was
    `left_out` of the pooled result is shown in grey and says so.
    """

    label: str
    estimate: float | None
    ci: Interval | None
    weight: float | None = None
    cells: tuple[str, ...] = ()
    note: str = ""
    ident: str = ""
    href: str = ""
    lights: tuple[Judgement, ...] = ()
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class PooledRow:
    """One pooled result, drawn as a diamond; `prediction` adds a bar on the line below.

    Without a `label` the layout says it: "Total (95% CI)".
    """

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
class SignificanceTest:
    """A test on a line of its own: of the overall effect, or of differences between subgroups."""

    label: str
    name: str = "z"
    statistic: float | None = None
    df: float | None = None
    p: float | None = None


@dataclass(frozen=True, slots=True)
class Subgroup:
    """Studies that belong together under a heading, with their own pooled results."""

    heading: str
    rows: tuple[ForestRow, ...]
    pooled: tuple[PooledRow, ...] = ()
    heterogeneity: Heterogeneity | None = None
    tests: tuple[SignificanceTest, ...] = ()


@dataclass(frozen=True, slots=True)
class ForestPlot:
    """Everything on a forest plot. Give `rows`, or `subgroups`, or both.

    `null` is the value of no effect on the printed scale (1 for ratios, 0 for differences); `axis` fixes the ends
    of the axis, else they are chosen so that every estimate that is not a wild outlier is seen. A plot of one
    study carries no pooled result. ValueError says which number cannot be drawn.

    `layout` sets words, colours, rules and the order of columns in the manner of a journal; `arrangement` sets the
    order of columns by hand, and a heading that is given stands instead of the layout's. `method` is printed below
    the name of the effect ("Inverse variance, random effects"). `tests` are printed below the heterogeneity.
    `domains` name the risk-of-bias lights. In a `series` each row is a pooled estimate.
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
    label_heading: str = ""
    weight_heading: str = "Weight"
    axis: Interval | None = None
    footnotes: tuple[str, ...] = ()
    layout: Layout = "plain"
    arrangement: Arrangement | None = None
    method: str = ""
    tests: tuple[SignificanceTest, ...] = ()
    domains: tuple[str, ...] = ()
    lights_heading: str = "Risk of bias"
    palette: Palette = "cochrane"
    light_words: tuple[tuple[Judgement, str], ...] = ()
    series: Series = ""

    def __post_init__(self) -> None:
        _check_frame(self)
        _check_arrangement(self)
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
        if pooled and sum(row.estimate is not None and not row.left_out for row in rows) < 2:
            raise ValueError(f"{name or 'A'} single study has no pooled estimate.")


def _check_arrangement(plot: ForestPlot) -> None:
    if plot.layout not in get_args(Layout):
        raise ValueError(f"There is no layout called {plot.layout!r}.")
    if plot.arrangement is None:
        return
    places = [*plot.arrangement.left, *plot.arrangement.right]
    if len(set(places)) < len(places):
        raise ValueError("Each column can be placed once only.")
    for place in places:
        if not (place in range(len(plot.columns)) or place in ("effect", "weight", "lights", "cells")):
            raise ValueError(f"There is no column {place!r} to place.")


def _check_row(plot: ForestPlot, row: ForestRow) -> None:
    if (row.estimate is None) != (row.ci is None):
        raise ValueError(f"{row.label}: give both the estimate and its interval, or neither.")
    if len(row.cells) > len(plot.columns):
        raise ValueError(f"{row.label}: {len(row.cells)} cells for {len(plot.columns)} columns.")
    if row.lights and len(row.lights) != len(plot.domains):
        raise ValueError(f"{row.label}: {len(row.lights)} judgements for {len(plot.domains)} domains.")
    unknown = set(row.lights) - set(get_args(Judgement))
    if unknown:
        raise ValueError(f"{row.label}: there is no judgement called {', '.join(sorted(unknown))}.")
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
