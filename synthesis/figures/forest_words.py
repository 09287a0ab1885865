"""The numbers of a forest plot as text: in its columns, below its diamonds, and for those who cannot see it."""

from __future__ import annotations

import math
from collections.abc import Iterator

from synthesis.figures.forest_plot import (
    ForestPlot,
    ForestRow,
    Heterogeneity,
    Interval,
    Layout,
    PooledRow,
    SignificanceTest,
)
from synthesis.figures.forest_styles import style_of
from synthesis.figures.lights import word

NOT_ESTIMABLE = "Not estimable"
LEFT_OUT = "left out"


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
    """An interval as printed in its column: "[0.34, 0.70]"; JAMA prints "(0.34-0.70)", "to" where minus signs may be."""
    low, high = (number(bound, plot.digits, ratio=plot.scale == "log") for bound in ci)
    between = ", " if plot.layout != "jama" else "–" if plot.scale == "log" else " to "
    return f"{between.join((low, high))}".join(style_of(plot).brackets)


def percent(weight: float | None) -> str:
    """A weight as printed: one decimal, blank when there is none."""
    return "" if weight is None else f"{weight:.1f}%"


def level(plot: ForestPlot) -> str:
    """The confidence level with its name: "95% CI"."""
    return f"{plot.level:g}% CI"


def pooled_label(plot: ForestPlot, row: PooledRow, *, is_subtotal: bool) -> str:
    """What a pooled result is called, in the layout's words unless it has its own."""
    style = style_of(plot)
    return row.label or (style.subtotal if is_subtotal else style.total).format(level=level(plot))


def heterogeneity(found: Heterogeneity, layout: Layout = "plain") -> str:
    """For example "Heterogeneity: τ² = 0.31, I² = 92.1 %, Q = 152.23 (df = 12, p < 0.001)", as the layout writes it."""
    tau2 = "" if found.tau2 is None else number(found.tau2, 2 if found.tau2 == 0 else _enough(found.tau2))
    test = SignificanceTest("", "Q" if layout == "plain" else "χ²", found.q, found.df, found.p)
    if layout == "revman":
        i2 = "" if found.i2 is None else f"I² = {number(found.i2, 0)}%"
        parts = [f"Tau² = {tau2}" * bool(tau2), _revman_test(test, "Chi²"), i2]
    elif layout == "jama":
        i2 = "" if found.i2 is None else f"I² = {number(found.i2, 1)}%"
        parts = [f"τ² = {tau2}" * bool(tau2), _plain_test(test, layout), i2]
    else:
        i2 = "" if found.i2 is None else f"I² = {number(found.i2, 1)} %"
        parts = [f"τ² = {tau2}" * bool(tau2), i2, _plain_test(test, layout)]
    said = (", " if layout == "plain" else "; ").join(part for part in parts if part)
    return f"{found.label}: {said}" if said else ""


def significance(test: SignificanceTest, layout: Layout = "plain") -> str:
    """For example "Test for subgroup differences: Q = 1.86 (df = 2, p = 0.39)"; nothing when nothing is known."""
    if layout == "revman":
        said = _revman_test(test, {"Q": "Chi²", "z": "Z"}.get(test.name, test.name))
    else:
        said = _plain_test(test, layout)
    return f"{test.label}: {said}" if said else ""


def _plain_test(test: SignificanceTest, layout: Layout) -> str:
    inside = [] if test.df is None else [f"df = {test.df:.4g}"]
    if test.p is not None:
        inside.append(p_value(test.p, layout))
    if test.statistic is None:
        return ", ".join(inside)
    return f"{test.name} = {number(test.statistic, 2)}" + (f" ({', '.join(inside)})" if inside else "")


def _revman_test(test: SignificanceTest, name: str) -> str:
    """ "Chi² = 152.23, df = 12 (P < 0.00001)"."""
    said = [] if test.statistic is None else [f"{name} = {number(test.statistic, 2)}"]
    if test.df is not None:
        said.append(f"df = {test.df:.4g}")
    p = "" if test.p is None else f"({p_value(test.p, 'revman')})"
    return " ".join(part for part in (", ".join(said), p) if part)


def _enough(value: float) -> int:
    """Decimals that leave two figures of a small number, no fewer than two."""
    return min(8, max(2, 1 - math.floor(math.log10(value))))


def p_value(p: float, layout: Layout = "plain") -> str:
    """A p value as journals print it; the AMA manual leaves out the zero before the point."""
    if layout == "revman":
        if p < 0.00001:
            return "P < 0.00001"
        return f"P = {_plain(p)}" if p < 0.01 else f"P = {p:.2f}"
    if layout == "jama":
        return f"P {_ama(p).replace('0.', '.', 1)}"
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"


def _ama(p: float) -> str:
    """Two decimals, three below 0.01 and where two would print a significant value as 0.05 (AMA Manual, 11th edition)."""
    if p < 0.001:
        return "< 0.001"
    if p > 0.99:
        return "> 0.99"
    return f"= {p:.3f}" if p < 0.01 or 0.045 <= p < 0.05 else f"= {p:.2f}"


def describe(plot: ForestPlot) -> str:
    """The whole plot in sentences: what is pooled first, then every study with its numbers."""
    return " ".join(_sentences(plot))


def _sentences(plot: ForestPlot) -> Iterator[str]:
    yield _opening(plot)
    yield from _results(plot, plot.pooled, plot.heterogeneity, plot.tests, is_subtotal=False)
    for row in plot.rows:
        yield _study(plot, row)
    for subgroup in plot.subgroups:
        yield f"Subgroup {subgroup.heading}."
        yield from _results(plot, subgroup.pooled, subgroup.heterogeneity, subgroup.tests, is_subtotal=True)
        yield from (_study(plot, row) for row in subgroup.rows)
    if plot.favours_left or plot.favours_right:
        yield f"Left of no effect: {plot.favours_left or 'no label'}; right: {plot.favours_right or 'no label'}."


def _opening(plot: ForestPlot) -> str:
    studies = list(plot.studies())
    scale = f"{plot.effect} with {level(plot)}, {plot.scale} scale, no effect at {plot.null:g}."
    if plot.series:
        how = {"leave-one-out": "each with one study left out", "cumulative": "each with one more study"}
        return f"{plot.series.capitalize()} forest plot: {len(studies)} pooled estimates, {how[plot.series]}. {scale}"
    count = "one study" if len(studies) == 1 else f"{len(studies)} studies"
    out = sum(row.left_out for row in studies)
    return f"Forest plot of {count}{f', {out} of them left out' if out else ''}: {scale}"


def _results(
    plot: ForestPlot,
    pooled: tuple[PooledRow, ...],
    found: Heterogeneity | None,
    tests: tuple[SignificanceTest, ...],
    *,
    is_subtotal: bool,
) -> Iterator[str]:
    for result in pooled:
        label = pooled_label(plot, result, is_subtotal=is_subtotal)
        sentence = f"{label}: {estimate(plot, result.estimate)} {interval(plot, result.ci)}"
        if result.prediction is not None:
            sentence += f", {result.prediction_label.lower()} {interval(plot, result.prediction)}"
        yield sentence + "."
    for line in lines_below(plot.layout, found, tests):
        yield line + "."


def lines_below(
    layout: Layout, found: Heterogeneity | None, tests: tuple[SignificanceTest, ...]
) -> list[str]:
    """What is printed below a pooled result: heterogeneity, then the tests."""
    said = [
        "" if found is None else heterogeneity(found, layout),
        *(significance(test, layout) for test in tests),
    ]
    return [line for line in said if line]


def _study(plot: ForestPlot, row: ForestRow) -> str:
    if row.estimate is None or row.ci is None:
        said = f"{row.label}: {NOT_ESTIMABLE.lower()}"
    else:
        said = f"{row.label}: {estimate(plot, row.estimate)} {interval(plot, row.ci)}"
        said += f", weight {percent(row.weight)}" if row.weight is not None else ""
    said += f", {LEFT_OUT}" if row.left_out else ""
    if row.lights:
        pairs = zip(plot.domains, row.lights, strict=True)
        said += "; " + ", ".join(f"{domain}: {word(j, plot.light_words).lower()}" for domain, j in pairs)
    return said + "."
