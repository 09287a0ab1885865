"""The numbers of every run, one a row, for the R script to compare its own with."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from synthesis.bundle.data import EXPECTED
from synthesis.bundle.material import AnalysisRun, Cell, encoded, table

_ESTIMATE = ("estimate", "se", "ci_lb", "ci_ub", "p_value")
_POOLED = (
    "k", *_ESTIMATE, "statistic", "s2w", "tau2", "se_tau2", "I2", "I2_Q", "H2", "Q", "Q_df", "Q_p", "pi_lb", "pi_ub",
)  # fmt: skip
#: Of count methods: they have no τ².
_COUNTED = ("k", *_ESTIMATE, "statistic", "I2", "H2", "Q", "Q_df", "Q_p")
_GROUP = ("k", *_ESTIMATE, "tau2", "I2", "I2_Q", "Q", "Q_df", "Q_p", "pi_lb", "pi_ub")
_TAU2 = ("tau2", "lb", "ub", "I2_lb", "I2_ub", "H2_lb", "H2_ub")
_REGRESSION = ("k", "tau2", "se_tau2", "I2", "R2", "Q", "Q_df", "Q_p")
_EGGER = ("statistic", "df", "p_value", "limit", "limit_ci_lb", "limit_ci_ub")
_INFLUENCE = ("tau2_deleted", "Q_deleted", "hat", "weight")
_SERIES = ("estimate", "se", "ci_lb", "ci_ub", "p_value", "tau2")

#: Differences that are none: of effects (in typical standard errors), of variances (in typical variances), of others.
_EFFECTS = frozenset(
    {
        "yi",
        "ci_lb",
        "ci_ub",
        "estimate",
        "se",
        "pi_lb",
        "pi_ub",
        "beta",
        "limit",
        "limit_ci_lb",
        "limit_ci_ub",
    }
)
_VARIANCES = frozenset({"tau2", "se_tau2", "tau2_deleted", "lb", "ub"})
_PERCENT = frozenset({"I2", "I2_Q", "I2_lb", "I2_ub", "R2", "weight"})

Number = tuple[str, str, str, float]


def expected_csv(runs: Sequence[AnalysisRun]) -> bytes:
    """Analysis, part, item, quantity, value and how near to zero counts as zero; numbers that do not exist are left out."""
    rows: list[list[Cell]] = []
    for run in runs:
        size = _typical(run)
        for part, item, quantity, value in numbers_of(run):
            rows.append([run.analysis, part, item, quantity, value, _near_zero(quantity, size)])
    return encoded(table(tuple(EXPECTED), rows))


def numbers_of(run: AnalysisRun) -> Iterator[Number]:
    """Part, item, quantity and value of all that the script computes anew."""
    for number, _, study in run.used:
        yield from _of("studies", number, study, ("yi", "vi", "ci_lb", "ci_ub", "weight"))
    if run.pooled is None:
        return
    yield from _of("pooled", "", run.pooled, _COUNTED if run.model in ("mh", "peto") else _POOLED)
    found = run.result
    if not found["heterogeneity"].get("empty"):
        yield from _of("tau2", "", found["heterogeneity"], _TAU2)
    small = found["small_study"]
    yield from _egger(small["egger"])
    if small["k"] > 2:
        # Two studies are always in order; metafor computes nothing there.
        yield from _of("rank", "", small["begg"], ("tau", "p_value"))
    yield from _filled(small["trim_and_fill"])
    yield from _each("influence", found["influence"], _INFLUENCE)
    for name in ("leave_one_out", "cumulative"):
        yield from _each(name, found["series"][name], _SERIES)
    yield from _subgroups(found.get("subgroups", {}))
    yield from _regression(found.get("regression", {}))


def _of(part: str, item: str | int, numbers: Mapping[str, Any], names: Sequence[str]) -> Iterator[Number]:
    for name in names:
        value = numbers.get(name)
        if value is not None and math.isfinite(value):
            yield part, str(item), name, float(value)


def _each(part: str, columns: Mapping[str, Any], names: Sequence[str]) -> Iterator[Number]:
    """Columns that have a number for each study; the first study is item 1."""
    for name in names:
        for number, value in enumerate(columns.get(name) or (), start=1):
            yield from _of(part, number, {name: value}, (name,))


def _egger(found: Mapping[str, Any]) -> Iterator[Number]:
    yield from _of("egger", "", found, _EGGER)
    yield from _each("egger", found, ("beta", "se"))


def _filled(found: Mapping[str, Any]) -> Iterator[Number]:
    if "note" in found:
        return
    side = {"on_the_right": float(found["side"] == "right")} if found["k0"] else {}
    yield from _of("trim_and_fill", "", {**found, **side}, ("k0", "on_the_right"))
    yield from _of("trim_and_fill", "", found["pooled"], ("k", *_ESTIMATE, "tau2"))


def _subgroups(found: Mapping[str, Any]) -> Iterator[Number]:
    for number, level in enumerate(found.get("levels", ()), start=1):
        if level["is_pooled"]:
            yield from _of("subgroup", number, level, _GROUP)
    if found.get("between"):
        yield from _of("between_subgroups", "", found["between"], ("statistic", "df", "p_value"))


def _regression(found: Mapping[str, Any]) -> Iterator[Number]:
    if "coefficients" not in found:
        return
    yield from _of("regression", "", found, _REGRESSION)
    for number, one in enumerate(found["coefficients"], start=1):
        yield from _of("coefficient", number, one, ("beta", "se", "statistic", "p_value", "ci_lb", "ci_ub"))
    if found.get("test_of_moderators"):
        yield from _of("moderators", "", found["test_of_moderators"], ("statistic", "p_value"))


def _typical(run: AnalysisRun) -> float:
    """The mean sampling variance: how large numbers are in the unit of this outcome."""
    variances = [study["vi"] for _, _, study in run.used]
    return sum(variances) / len(variances) if variances else 1.0


def _near_zero(quantity: str, size: float) -> float:
    if quantity in _VARIANCES:
        return 1e-7 * size
    if quantity in _EFFECTS:
        return 1e-9 * math.sqrt(size)
    return 1e-9 * size if quantity == "vi" else 1e-5 if quantity in _PERCENT else 1e-8
