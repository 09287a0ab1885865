"""Plots to draw in the tests: the BCG trials, and any number of studies of any kind."""

from __future__ import annotations

import math
import random

from synthesis.figures.forest import Column, ForestPlot, ForestRow, Heterogeneity, PooledRow, Subgroup

# Colditz 1994: vaccinated with and without tuberculosis, controls with and without.
BCG = (
    ("Aronson 1948", 4, 119, 11, 128),
    ("Ferguson & Simes 1949", 6, 300, 29, 274),
    ("Rosenthal et al 1960", 3, 228, 11, 209),
    ("Hart & Sutherland 1977", 62, 13536, 248, 12619),
    ("Frimodt-Moller et al 1973", 33, 5036, 47, 5761),
    ("Stein & Aronson 1953", 180, 1361, 372, 1079),
    ("Vandiviere et al 1973", 8, 2537, 10, 619),
    ("TPT Madras 1980", 505, 87886, 499, 87892),
    ("Coetzee & Berjak 1968", 29, 7470, 45, 7232),
    ("Rosenthal et al 1961", 17, 1699, 65, 1600),
    ("Comstock et al 1974", 186, 50448, 141, 27197),
    ("Comstock & Webster 1969", 5, 2493, 3, 2338),
    ("Comstock et al 1976", 27, 16886, 29, 17825),
)
COLUMNS = tuple(Column(heading, group) for group in ("BCG", "Control") for heading in ("Events", "Total"))


def bcg_rows() -> tuple[ForestRow, ...]:
    rows = []
    for n, (label, a, b, c, d) in enumerate(BCG):
        y = math.log(a / (a + b) / (c / (c + d)))
        half = 1.96 * math.sqrt(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))
        cells = (str(a), str(a + b), str(c), str(c + d))
        ci = (math.exp(y - half), math.exp(y + half))
        rows.append(
            ForestRow(label, math.exp(y), ci, 100 / 13, cells, ident=f"row-{n}", href=f"/studies/{n}/")
        )
    return tuple(rows)


def bcg_plot(**changes: object) -> ForestPlot:
    given: dict[str, object] = {
        "title": "BCG vaccine against tuberculosis",
        "effect": "Risk ratio",
        "scale": "log",
        "null": 1.0,
        "rows": bcg_rows(),
        "pooled": (
            PooledRow("Random effects (REML)", 0.4894, (0.3441, 0.6962), 100, (0.1546, 1.5491)),
            PooledRow("Common effect", 0.6503, (0.6030, 0.7013)),
        ),
        "heterogeneity": Heterogeneity(0.3132, 92.22, 152.233, 12, 1e-20),
        "columns": COLUMNS,
        "favours_left": "Favours BCG",
        "favours_right": "Favours control",
    }
    return ForestPlot(**(given | changes))  # type: ignore[arg-type]


def subgroup_plot() -> ForestPlot:
    rows = bcg_rows()
    pooled = (PooledRow("Random effects", 0.5, (0.3, 0.8), 50),)
    found = Heterogeneity(0.39, 89.9, 110.2, 6, 1e-9)
    return bcg_plot(
        rows=(),
        subgroups=(
            Subgroup("Random allocation", rows[:7], pooled, found),
            Subgroup("Systematic allocation", rows[7:], pooled, found),
        ),
    )


def many(studies: int, seed: int = 1, label: str = "Study") -> ForestPlot:
    """A plot of invented studies, for the layout only: random numbers, named by their row."""
    chance = random.Random(seed)  # noqa: S311
    rows = []
    for n in range(studies):
        y, half = chance.gauss(-0.2, 0.5), 1.96 * chance.uniform(0.05, 1.5)
        ci = (math.exp(y - half), math.exp(y + half))
        rows.append(
            ForestRow(f"{label} {n}", math.exp(y), ci, 100 / studies, note="See text" if n % 7 == 0 else "")
        )
    pooled = (PooledRow("Random effects", 0.82, (0.75, 0.9), 100, (0.4, 1.7)),) if studies > 1 else ()
    return bcg_plot(
        rows=tuple(rows),
        pooled=pooled,
        columns=(),
        heterogeneity=Heterogeneity(0.1, 40, 12.3, studies - 1, 0.04) if studies > 1 else None,
    )


LONG = "A trial of home-based resistance exercise with weekly visits by a physiotherapist over two years and more"
CHINESE = "王伟等 2019 肌萎缩侧索硬化症患者有氧运动干预的随机对照研究及其对生活质量的长期影响分析与讨论"
AWKWARD = (
    ForestRow(LONG, -1.2, (-4, 1.6), 40, note="Read off a figure"),
    ForestRow(CHINESE, 2.2, (-1, 5.6), 60, note="Translated"),
    ForestRow("Мπ שלום $x_1$ <&> \x07", 0.3, (-50, math.inf), 2),
    ForestRow("No events", None, None),
    ForestRow("Far away", 1e9, (1e8, 1e10), 0),
    ForestRow("A point", 0.0, (0.0, 0.0), 0.1),
)


def awkward_plot() -> ForestPlot:
    return bcg_plot(
        effect="Mean difference in the ALSFRS-R total score at six months",
        scale="linear",
        null=0.0,
        rows=AWKWARD,
        columns=(),
        favours_left=LONG,
        favours_right=LONG,
        footnotes=(LONG * 3,),
    )
