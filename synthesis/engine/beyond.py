"""Small-study effects, influence, and the pooled effect with studies left out or coming in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from synthesis.engine.effects import Row, columns_of
from synthesis.engine.plain import picked, plain
from synthesis.engine.specification import Specification
from synthesis.stats import (
    baujat,
    cumulative,
    egger,
    harbord,
    influence,
    leave_one_out,
    peters,
    rank_test,
    selection_model,
    trim_and_fill,
)
from synthesis.stats.arrays import Floats
from synthesis.stats.errors import StatsError

#: Below this many studies tests of asymmetry have no power (Handbook 13.3.5.4).
FEWEST = 10
_TEST = ("statistic", "df", "p_value", "beta", "se", "limit", "limit_ci_lb", "limit_ci_ub", "k")
_SERIES = ("k", "estimate", "se", "ci_lb", "ci_ub", "p_value", "tau2", "I2")


def small_study_of(y: Floats, v: Floats, rows: Sequence[Row], specification: Specification) -> dict[str, Any]:
    """Tests of funnel asymmetry where they belong, trim and fill, and a step-function selection model.

    Egger's test is biased for odds ratios and risk ratios with few events; Harbord's and Peters' are for tables of
    events (Handbook 13.3.5.4).
    """
    told: dict[str, Any] = {"k": int(y.size), "warnings": []}
    if y.size < FEWEST:
        told["warnings"].append(
            f"{y.size} studies: below {FEWEST} these tests cannot tell chance from real asymmetry (Handbook 13.3.5.4)."
        )
    told["egger"] = _tried(lambda: picked(egger(y, v, level=specification.level), _TEST))
    told["begg"] = _tried(lambda: picked(rank_test(y, v), ("tau", "p_value", "exact")))
    if specification.measure in ("OR", "RR", "RD") and all(row["contrast"] is None for row in rows):
        columns = columns_of(rows, "events")
        told["harbord"] = _tried(lambda: picked(harbord(**columns, level=specification.level), _TEST))
        told["peters"] = _tried(lambda: picked(peters(**columns, level=specification.level), _TEST))
    told["trim_and_fill"] = _tried(lambda: _filled(y, v, specification))
    told["selection"] = _tried(lambda: _selected(y, v, specification))
    return told


def influence_of(y: Floats, v: Floats, specification: Specification) -> dict[str, Any]:
    """What each study does to the result: studentised residuals, DFFITS, Cook's distance, hat values, Baujat's axes."""
    pools = specification.pools

    def found() -> dict[str, Any]:
        names = (
            "rstudent",
            "dffits",
            "cook",
            "cov_r",
            "tau2_deleted",
            "Q_deleted",
            "hat",
            "weight",
            "influential",
        )
        numbers = influence(y, v, model=pools["model"], tau2=pools["tau2"], test=pools["test"])
        place = baujat(y, v, model=pools["model"], tau2=pools["tau2"])
        return picked(numbers, names) | {"baujat_x": plain(place.x), "baujat_y": plain(place.y)}

    return _tried(found)


def series_of(y: Floats, v: Floats, rows: Sequence[Row], specification: Specification) -> dict[str, Any]:
    """Leave-one-out in study order: k pooled estimates, never the studies' own; and cumulative by year."""
    years = [row["year"] if row["year"] is not None else 9999 for row in rows]
    order = np.lexsort((np.arange(len(rows)), np.array(years)))
    pools = specification.pools
    return {
        "leave_one_out": _tried(lambda: picked(leave_one_out(y, v, **pools), _SERIES)),
        "cumulative": _tried(
            lambda: picked(cumulative(y, v, order=order, **pools), _SERIES) | {"order": plain(order)}
        ),
    }


def _filled(y: Floats, v: Floats, specification: Specification) -> dict[str, Any]:
    found = trim_and_fill(y, v, **specification.pools)
    told = picked(found, ("side", "estimator", "k0", "se_k0", "filled_yi", "filled_vi"))
    return told | {
        "pooled": picked(found.pooled, ("k", "estimate", "se", "ci_lb", "ci_ub", "p_value", "tau2"))
    }


def _selected(y: Floats, v: Floats, specification: Specification) -> dict[str, Any]:
    """Two-sided favour for p < 0.05, in the direction of the pooled effect (Vevea & Hedges 1995)."""
    weighted = float(np.sum(y / v) / np.sum(1 / v))
    found = selection_model(
        y,
        v,
        type="stepfun",
        steps=[0.025],
        alternative="greater" if weighted >= 0 else "less",
        model=specification.pools["model"],
        level=specification.level,
    )
    names = (
        "alternative",
        "beta",
        "se",
        "ci_lb",
        "ci_ub",
        "tau2",
        "delta",
        "se_delta",
        "LRT",
        "LRT_df",
        "LRT_p",
    )
    return picked(found, (*names, "studies_per_interval"))


def _tried(make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What was computed, or a note why it cannot be."""
    try:
        return make()
    except StatsError as error:
        return {"note": str(error)}
