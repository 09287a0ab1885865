"""One drawing of every kind of figure and layout: what the picture tests approve, and what every format must hold."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from synthesis.figures import (
    baujat,
    bubble,
    forest,
    forest_stack,
    funnel,
    influence,
    specification,
    traffic,
)
from synthesis.figures.drawing import Drawing
from synthesis.figures.forest import ForestPlot, ForestRow, PooledRow, SignificanceTest
from synthesis.figures.forest_series import cumulative_rows, leave_one_out_rows
from tests.synthesis.figures.examples import BCG, bcg_plot, subgroup_plot
from tests.synthesis.figures.test_traffic import lights

DOMAINS = (
    "Random sequence generation",
    "Allocation concealment",
    "Blinding of participants and personnel",
    "Blinding of outcome assessment",
    "Incomplete outcome data",
    "Selective reporting",
)
JUDGEMENTS: tuple[traffic.Judgement, ...] = ("low", "some", "high", "unclear", "low", "high")
LABELS = tuple(label for label, *_ in BCG)
LATITUDES = (44, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33)
#: influence() and baujat() of synthesis.stats, which tests/reference compares with metafor 3.8-1: log risk ratios, REML.
RSTUDENT = (
    -0.2181,
    -1.2918,
    -0.7547,
    -1.4512,
    0.8477,
    -0.118,
    -1.3037,
    1.4501,
    0.4076,
    -1.1277,
    0.6691,
    1.2898,
    1.1879,
)
DFFITS = (
    -0.0407,
    -0.3436,
    -0.1604,
    -0.5201,
    0.2707,
    -0.019,
    -0.3362,
    0.4775,
    0.1415,
    -0.3487,
    0.2315,
    0.2526,
    0.3549,
)
COOK = (0.0017, 0.1132, 0.026, 0.2295, 0.0762, 0.0004, 0.1087, 0.1992, 0.022, 0.117, 0.0581, 0.0634, 0.1228)
COV_R = (1.1164, 1.0102, 1.067, 0.9651, 1.138, 1.2407, 1.0077, 1.0011, 1.1968, 1.0505, 1.186, 1.0259, 1.065)
TAU2 = (0.3362, 0.2926, 0.3207, 0.2628, 0.3278, 0.3596, 0.293, 0.2732, 0.3495, 0.2987, 0.3405, 0.3082, 0.3037)
HAT = (0.0506, 0.0636, 0.0444, 0.097, 0.0887, 0.101, 0.0603, 0.1019, 0.0874, 0.0837, 0.0993, 0.0382, 0.084)
BAUJAT_X = (
    0.0478,
    1.4934,
    0.5509,
    1.5861,
    0.6777,
    0.016,
    1.5319,
    1.6638,
    0.1625,
    1.1168,
    0.4322,
    1.5922,
    1.2638,
)
BAUJAT_Y = (
    0.0015,
    0.1121,
    0.0243,
    0.2378,
    0.067,
    0.0003,
    0.1079,
    0.199,
    0.0184,
    0.1114,
    0.049,
    0.0618,
    0.1153,
)


def log_risk_ratios() -> list[tuple[float, float]]:
    """Each trial's log risk ratio with its standard error."""
    return [
        (math.log(a / (a + b) / (c / (c + d))), math.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)))
        for _, a, b, c, d in BCG
    ]


def full_forest(**changes: object) -> ForestPlot:
    """Subgroups, lights, a study left out, a prediction interval, tests: everything at once."""
    plot = subgroup_plot()
    subgroups = []
    for subgroup in plot.subgroups:
        rows = [
            replace(row, weight=100 / 13, lights=JUDGEMENTS[n % 6 :] + JUDGEMENTS[: n % 6])
            for n, row in enumerate(subgroup.rows)
        ]
        subgroups.append(replace(subgroup, rows=tuple(rows), pooled=(replace(subgroup.pooled[0], label=""),)))
    first = subgroups[0]
    out = replace(first.rows[0], left_out=True, weight=None, note="Left out: retracted.")
    subgroups[0] = replace(first, rows=(out, *first.rows[1:]))
    tests = (
        SignificanceTest("Test for overall effect", "z", -3.97, None, 0.00007),
        SignificanceTest("Test for subgroup differences", "Q", 1.8604, 2, 0.3944),
    )
    given: dict[str, object] = {
        "subgroups": tuple(subgroups),
        "pooled": (replace(plot.pooled[0], label=""),),
        "domains": DOMAINS,
        "tests": tests,
        "method": "IV, random",
    }
    return replace(plot, **(given | changes))  # type: ignore[arg-type]


SCRIPTS = (
    ForestRow("王伟等 2019", -1.2, (-3.0, 0.6), 30),
    ForestRow("佐藤 太郎 2020", 2.2, (-1.0, 5.6), 20),
    ForestRow("כהן ואחרים 2020", 0.5, (-1.0, 1.6), 10),
    ForestRow("أحمد وآخرون 2021", 0.4, (-1.0, 1.7), 10),
    ForestRow("Nguyễn Văn Ng\u0303 2018", 0.3, (-1.0, 1.5), 10),
    ForestRow("Петров и др. 2017", 0.2, (-1.0, 1.5), 10),
    ForestRow("Παπαδόπουλος 2016", 0.1, (-1.0, 1.5), 10),
)


def script_forest(**changes: object) -> ForestPlot:
    """Labels in scripts other than Latin."""
    plot = bcg_plot(
        title="Function after six months 六个月后的功能",
        effect="Mean difference",
        scale="linear",
        null=0.0,
        columns=(),
        rows=SCRIPTS,
        pooled=(PooledRow("", 0.2, (-1.0, 1.4), 100),),
        heterogeneity=None,
        favours_left="Favours 对照",
        favours_right="Favours 运动",
    )
    return replace(plot, **changes)  # type: ignore[arg-type]


def series_forest(kind: str) -> ForestPlot:
    """Leave-one-out or cumulative: common-effect estimates of the trials, pooled here by inverse variance."""
    effects = log_risk_ratios()

    def pooled(kept: list[int]) -> tuple[float, tuple[float, float]]:
        weights = [1 / effects[n][1] ** 2 for n in kept]
        y = sum(w * effects[n][0] for w, n in zip(weights, kept, strict=True)) / sum(weights)
        half = 1.96 / math.sqrt(sum(weights))
        return math.exp(y), (math.exp(y - half), math.exp(y + half))

    k = len(effects)
    if kind == "cumulative":
        found = [pooled(list(range(n + 1))) for n in range(k)]
        rows = cumulative_rows(LABELS, [e for e, _ in found], [ci for _, ci in found])
    else:
        found = [pooled([m for m in range(k) if m != n]) for n in range(k)]
        rows = leave_one_out_rows(LABELS, [e for e, _ in found], [ci for _, ci in found])
    return bcg_plot(
        title="BCG vaccine, study by study",
        rows=rows,
        pooled=(PooledRow("All studies", *pooled(list(range(k)))),) if kind == "leave-one-out" else (),
        columns=(),
        heterogeneity=None,
        series=kind,
    )


def stack() -> forest_stack.ForestStack:
    plots = (bcg_plot(rows=bcg_plot().rows[:4]), script_forest(title="Function"))
    return forest_stack.ForestStack("Outcomes of the review", plots)


def funnel_plot(**changes: object) -> funnel.FunnelPlot:
    points = tuple(
        funnel.FunnelPoint(label, math.exp(y), se)
        for label, (y, se) in zip(LABELS, log_risk_ratios(), strict=True)
    )
    plot = funnel.FunnelPlot("Funnel plot of the BCG trials", "Risk ratio", "log", 1, points, 0.489)
    return replace(plot, **changes)  # type: ignore[arg-type]


def full_funnel(**changes: object) -> funnel.FunnelPlot:
    """With all that a funnel can show: egger() and trim_and_fill() of synthesis.stats for these trials."""
    given: dict[str, object] = {
        "contours": True,
        "imputed": (funnel.FunnelPoint("Imputed 1", math.exp(0.3104), math.sqrt(0.2230)),),
        "filled": math.exp(-0.6571),
        "egger": funnel.EggerLine(math.exp(-0.1909), -2.1120, 0.1887),
    }
    return funnel_plot(**(given | changes))


def bubble_plot() -> bubble.BubblePlot:
    """The meta-regression of the log risk ratio on latitude, 0.2515 − 0.0291 x (metafor, REML); a rough band."""
    points = tuple(
        bubble.BubblePoint(label, x, math.exp(y), 1 / (se**2 + 0.0764))
        for label, x, (y, se) in zip(LABELS, LATITUDES, log_risk_ratios(), strict=True)
    )
    line = []
    for x in range(13, 56, 3):
        y, half = 0.2515 - 0.0291 * x, 1.96 * math.sqrt(0.0119 + 0.00005 * (x - 33) ** 2)
        line.append(bubble.LinePoint(x, math.exp(y), math.exp(y - half), math.exp(y + half)))
    return bubble.BubblePlot(
        "Latitude and the effect of BCG",
        "Absolute latitude (degrees)",
        "Risk ratio",
        "log",
        1,
        points,
        tuple(line),
    )


def baujat_plot() -> baujat.BaujatPlot:
    points = tuple(
        baujat.BaujatPoint(label, x, y, is_influential=n == 3)
        for n, (label, x, y) in enumerate(zip(LABELS, BAUJAT_X, BAUJAT_Y, strict=True))
    )
    return baujat.BaujatPlot("Baujat plot of the BCG trials", points)


def influence_plot() -> influence.InfluencePlot:
    panels = influence.standard_panels(
        rstudent=RSTUDENT, dffits=DFFITS, cook=COOK, cov_r=COV_R, tau2_deleted=TAU2, hat=HAT, tau2=0.3132
    )
    flags = tuple(label.startswith("Hart") for label in LABELS)
    return influence.InfluencePlot("Influence of each BCG trial", LABELS, panels, flags)


DECISIONS = (
    specification.Decision("Model", ("Random effects", "Common effect")),
    specification.Decision("Interval", ("Normal", "Knapp–Hartung")),
    specification.Decision("Measure", ("Risk ratio", "Odds ratio")),
    specification.Decision("Studies", ("All", "Low risk of bias", "Without retracted 撤稿")),
)


def curve(times: int = 1) -> specification.SpecificationCurve:
    """Every combination of the decisions, `times` over: effects that follow from the choices, for the layout only."""
    found = []
    for again in range(times):
        for n in range(24):
            choices = (n // 12, n // 6 % 2, n // 3 % 2, n % 3)
            y = (
                -0.6
                + 0.2 * choices[0]
                - 0.1 * choices[2]
                + 0.25 * choices[3]
                + 0.02 * math.sin(n + 7 * again)
            )
            half = 0.25 + 0.15 * choices[1]
            ci = (math.exp(y - half), math.exp(y + half))
            found.append(specification.Specification(choices, math.exp(y), ci))
    return specification.SpecificationCurve(
        "Under all defensible choices", "Risk ratio", "log", 1, DECISIONS, tuple(found), main=4
    )


GALLERY: dict[str, Callable[[], Drawing]] = {
    "forest-plain": lambda: forest.draw(full_forest()),
    "forest-revman": lambda: forest.draw(full_forest(layout="revman")),
    "forest-jama": lambda: forest.draw(full_forest(layout="jama", palette="colour-blind")),
    "forest-scripts": lambda: forest.draw(script_forest()),
    "forest-outcomes": lambda: forest_stack.draw(stack()),
    "leave-one-out": lambda: forest.draw(series_forest("leave-one-out")),
    "cumulative": lambda: forest.draw(series_forest("cumulative")),
    "funnel": lambda: funnel.draw(full_funnel()),
    "funnel-precision": lambda: funnel.draw(full_funnel(upright="precision")),
    "funnel-named": lambda: funnel.draw(funnel_plot(has_labels=True)),
    "bubble": lambda: bubble.draw(bubble_plot()),
    "baujat": lambda: baujat.draw(baujat_plot()),
    "influence": lambda: influence.draw(influence_plot()),
    "specification-curve": lambda: specification.draw(curve()),
    "traffic-light": lambda: traffic.draw(lights()),
    "traffic-summary": lambda: traffic.draw_summary(lights()),
}
