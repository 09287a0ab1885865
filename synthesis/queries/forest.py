"""A run as a forest plot: numbers on the printed scale (ratios as ratios), columns from the inputs."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from synthesis.engine import MEASURES, MODELS
from synthesis.figures.forest_plot import (
    Column,
    ForestPlot,
    ForestRow,
    Heterogeneity,
    Layout,
    PooledRow,
    SignificanceTest,
    Subgroup,
)
from synthesis.models import Run

LAYOUTS: dict[str, str] = {"plain": "Plain", "revman": "RevMan-like", "jama": "JAMA-like"}


def forest_of(run: Run, *, layout: str = "plain") -> ForestPlot:
    """The plot of `run`, with subgroups where it has them; everything on it comes from the frozen result."""
    measure = run.settings["measure"]
    shown = scale_of(measure)
    rows = tuple(
        _row(study, source, measure, shown)
        for study, source in zip(run.result["studies"], run.inputs, strict=True)
    )
    pooled = run.result["pooled"]
    left, right = favours_of(run)
    groups = _subgroups(run, rows, shown)
    return ForestPlot(
        title=f"{run.analysis.title}",
        effect=MEASURES[measure].name,
        scale="log" if MEASURES[measure].is_ratio else "linear",
        null=1.0 if MEASURES[measure].is_ratio else 0.0,
        rows=() if groups else rows,
        subgroups=groups,
        tests=_between(run) if groups else (),
        pooled=(diamond_of(pooled, run, shown),) if pooled else (),
        heterogeneity=heterogeneity_of(pooled),
        columns=_columns(run),
        favours_left=left,
        favours_right=right,
        level=run.settings["level"],
        layout=_known(layout),
    )


def _known(layout: str) -> Layout:
    if layout == "revman":
        return "revman"
    return "jama" if layout == "jama" else "plain"


def favours_of(run: Run) -> tuple[str, str]:
    """What stands below the left and the right of the axis."""
    outcome, comparison = run.analysis.outcome, run.analysis.comparison
    sides = (comparison.control, comparison.experimental)
    left, right = sides if outcome.direction == outcome.Direction.HIGHER else sides[::-1]
    return f"Favours {left}", f"Favours {right}"


def _subgroups(
    run: Run, rows: tuple[ForestRow, ...], shown: Callable[[float], float]
) -> tuple[Subgroup, ...]:
    """The rows under the name of their group, each group with its diamond; a group of one study has none.

    What was left out, or has no group, stands in a last one.
    """
    found = run.result.get("subgroups") or {}
    if not found.get("between"):
        return ()
    labels = iter(found["labels"])
    of_row = [next(labels) if study["yi"] is not None else "" for study in run.result["studies"]]
    groups = []
    for level in found["levels"]:
        pooled = (_group_diamond(level, shown),) if level["is_pooled"] else ()
        members = tuple(row for row, label in zip(rows, of_row, strict=True) if label == level["name"])
        groups.append(Subgroup(level["name"], members, pooled, heterogeneity_of(level) if pooled else None))
    others = tuple(row for row, label in zip(rows, of_row, strict=True) if not label)
    return (*groups, Subgroup("Not in a subgroup", others)) if others else tuple(groups)


def _group_diamond(level: dict[str, Any], shown: Callable[[float], float]) -> PooledRow:
    return PooledRow("", shown(level["estimate"]), (shown(level["ci_lb"]), shown(level["ci_ub"])))


def _between(run: Run) -> tuple[SignificanceTest, ...]:
    test = run.result["subgroups"]["between"]
    return (
        SignificanceTest(
            "Test for subgroup differences", "Q", test["statistic"], test["df"], test["p_value"]
        ),
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


def diamond_of(pooled: dict[str, Any], run: Run, shown: Callable[[float], float]) -> PooledRow:
    """The pooled effect with its prediction interval."""
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


def heterogeneity_of(pooled: dict[str, Any] | None) -> Heterogeneity | None:
    """What is printed below the studies; None for nothing pooled."""
    if pooled is None:
        return None
    return Heterogeneity(
        tau2=pooled["tau2"], i2=pooled["I2_Q"], q=pooled["Q"], df=pooled["Q_df"], p=pooled["Q_p"]
    )
