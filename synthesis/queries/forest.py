"""A run as a forest plot: numbers on the printed scale (ratios as ratios), columns from the inputs."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from synthesis.engine import MEASURES, MODELS
from synthesis.figures.forest_plot import Column, ForestPlot, ForestRow, Heterogeneity, PooledRow
from synthesis.models import Run


def forest_of(run: Run) -> ForestPlot:
    """The plot of `run`; everything on it comes from the frozen result."""
    measure = run.settings["measure"]
    shown = scale_of(measure)
    rows = tuple(
        _row(study, source, measure, shown)
        for study, source in zip(run.result["studies"], run.inputs, strict=True)
    )
    pooled = run.result["pooled"]
    outcome = run.analysis.outcome
    worse, better = run.analysis.comparison.control, run.analysis.comparison.experimental
    higher_favours_experimental = outcome.direction == outcome.Direction.HIGHER
    left, right = (worse, better) if higher_favours_experimental else (better, worse)
    return ForestPlot(
        title=f"{run.analysis.title}",
        effect=MEASURES[measure].name,
        scale="log" if MEASURES[measure].is_ratio else "linear",
        null=1.0 if MEASURES[measure].is_ratio else 0.0,
        rows=rows,
        pooled=(_diamond(pooled, run, shown),) if pooled else (),
        heterogeneity=_heterogeneity(pooled),
        columns=_columns(run),
        favours_left=f"Favours {left}",
        favours_right=f"Favours {right}",
        level=run.settings["level"],
    )


def scale_of(measure: str) -> Callable[[float], float]:
    """From the analysis scale to the printed one."""
    return math.exp if MEASURES[measure].is_ratio else float


def _row(
    study: dict[str, Any], source: dict[str, Any], measure: str, shown: Callable[[float], float]
) -> ForestRow:
    ident, cells = f"study-{study['study']}", _cells(source, measure)
    if study["yi"] is None:
        return ForestRow(study["label"], None, None, cells=cells, note=study["left_out"], ident=ident)
    return ForestRow(
        study["label"],
        shown(study["yi"]),
        (shown(study["ci_lb"]), shown(study["ci_ub"])),
        weight=study["weight"],
        cells=cells,
        ident=ident,
    )


def _columns(run: Run) -> tuple[Column, ...]:
    comparison = run.analysis.comparison
    sides = (comparison.experimental, comparison.control)
    if MEASURES[run.settings["measure"]].takes == "events":
        return tuple(Column("Events/total", group=side) for side in sides)
    return tuple(Column(heading, group=side) for side in sides for heading in ("n", "Mean", "SD"))


def _cells(source: dict[str, Any], measure: str) -> tuple[str, ...]:
    cells: list[str] = []
    for name in ("experimental", "control"):
        side = source[name] or {}
        if MEASURES[measure].takes == "events":
            whole = side.get("events") is not None and side.get("n") is not None
            cells.append(f"{side['events']:g}/{side['n']:g}" if whole else "")
        else:
            cells += ["" if side.get(key) is None else f"{side[key]:.4g}" for key in ("n", "mean", "sd")]
    return tuple(cells)


def _diamond(pooled: dict[str, Any], run: Run, shown: Callable[[float], float]) -> PooledRow:
    # A published rule may have asked for another model than the settings.
    random = pooled["model"] == "random"
    label = (
        f"Random effects ({run.settings['tau2']})" if random else MODELS.get(pooled["model"], "Common effect")
    )
    prediction = None
    if pooled["pi_lb"] is not None and pooled["pi_ub"] is not None:
        prediction = (shown(pooled["pi_lb"]), shown(pooled["pi_ub"]))
    return PooledRow(
        label,
        shown(pooled["estimate"]),
        (shown(pooled["ci_lb"]), shown(pooled["ci_ub"])),
        weight=100.0,
        prediction=prediction,
    )


def _heterogeneity(pooled: dict[str, Any] | None) -> Heterogeneity | None:
    if pooled is None:
        return None
    return Heterogeneity(
        tau2=pooled["tau2"], i2=pooled["I2_Q"], q=pooled["Q"], df=pooled["Q_df"], p=pooled["Q_p"]
    )
