"""The numbers of a forest plot as text: in its columns, below its diamonds, and for those who cannot see it."""

from __future__ import annotations

import math
from collections.abc import Iterator

from synthesis.figures.forest_plot import ForestPlot, ForestRow, Heterogeneity, Interval, PooledRow

NOT_ESTIMABLE = "Not estimable"


def number(value: float, digits: int, *, ratio: bool = False) -> str:
    """A value as printed; ratios too small for `digits` keep one figure, and very large values none to spare."""
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if abs(value) >= 1e5:
        mantissa, _, exponent = f"{value:.2e}".partition("e")
        text = f"{mantissa}e{int(exponent)}"
    elif ratio and 0 < value < 0.5 * 10.0**-digits:
        text = _plain(value)
    else:
        text = f"{value:.{digits}f}"
    negative_zero = text.startswith("-") and not text.strip("-0.")
    return text.lstrip("-") if negative_zero else text.replace("-", "−")


def _plain(value: float) -> str:
    """0.0004 rather than 4e-04, down to 1e-6."""
    return f"{value:.1g}" if value < 1e-6 else f"{value:.{-math.floor(math.log10(value))}f}"


def estimate(plot: ForestPlot, value: float | None) -> str:
    """An estimate as printed in its column."""
    return NOT_ESTIMABLE if value is None else number(value, plot.digits, ratio=plot.scale == "log")


def interval(plot: ForestPlot, ci: Interval) -> str:
    """An interval as printed in its column."""
    low, high = (number(bound, plot.digits, ratio=plot.scale == "log") for bound in ci)
    return f"[{low}, {high}]"


def percent(weight: float | None) -> str:
    """A weight as printed: one decimal, blank when there is none."""
    return "" if weight is None else f"{weight:.1f}%"


def level(plot: ForestPlot) -> str:
    """The confidence level with its name: "95% CI"."""
    return f"{plot.level:g}% CI"


def heterogeneity(found: Heterogeneity) -> str:
    """For example "Heterogeneity: τ² = 0.31, I² = 92.1 %, Q = 152.23 (df = 12, p < 0.001)"."""
    parts = []
    if found.tau2 is not None:
        parts.append(f"τ² = {number(found.tau2, 2 if found.tau2 == 0 else _enough(found.tau2))}")
    if found.i2 is not None:
        parts.append(f"I² = {number(found.i2, 1)} %")
    if found.q is not None:
        parts.append(f"Q = {number(found.q, 2)}{_test_of(found)}")
    return f"{found.label}: {', '.join(parts)}" if parts else ""


def _enough(value: float) -> int:
    """Decimals that leave two figures of a small number, no fewer than two."""
    return min(8, max(2, 1 - math.floor(math.log10(value))))


def _test_of(found: Heterogeneity) -> str:
    parts = [f"df = {found.df}"] if found.df is not None else []
    if found.p is not None:
        parts.append(p_value(found.p))
    return f" ({', '.join(parts)})" if parts else ""


def p_value(p: float) -> str:
    """A p value as journals print it."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"


def describe(plot: ForestPlot) -> str:
    """The whole plot in sentences: what is pooled first, then every study with its numbers."""
    return " ".join(_sentences(plot))


def _sentences(plot: ForestPlot) -> Iterator[str]:
    studies = list(plot.studies())
    count = "one study" if len(studies) == 1 else f"{len(studies)} studies"
    yield f"Forest plot of {count}: {plot.effect} with {level(plot)}, {plot.scale} scale, no effect at {plot.null:g}."
    yield from _results(plot, plot.pooled, plot.heterogeneity)
    for row in plot.rows:
        yield _study(plot, row)
    for subgroup in plot.subgroups:
        yield f"Subgroup {subgroup.heading}."
        yield from _results(plot, subgroup.pooled, subgroup.heterogeneity)
        yield from (_study(plot, row) for row in subgroup.rows)
    if plot.favours_left or plot.favours_right:
        yield f"Left of no effect: {plot.favours_left or 'no label'}; right: {plot.favours_right or 'no label'}."


def _results(plot: ForestPlot, pooled: tuple[PooledRow, ...], found: Heterogeneity | None) -> Iterator[str]:
    for result in pooled:
        sentence = f"{result.label}: {estimate(plot, result.estimate)} {interval(plot, result.ci)}"
        if result.prediction is not None:
            sentence += f", {result.prediction_label.lower()} {interval(plot, result.prediction)}"
        yield sentence + "."
    if found is not None and heterogeneity(found):
        yield heterogeneity(found) + "."


def _study(plot: ForestPlot, row: ForestRow) -> str:
    if row.estimate is None or row.ci is None:
        return f"{row.label}: {NOT_ESTIMABLE.lower()}."
    weight = f", weight {percent(row.weight)}" if row.weight is not None else ""
    return f"{row.label}: {estimate(plot, row.estimate)} {interval(plot, row.ci)}{weight}."
