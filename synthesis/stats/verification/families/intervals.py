"""Reference cases of intervals and back-transformations: tau2_ci, study_ci and predict_transf."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synthesis.stats.arrays import Floats
from synthesis.stats.tau2.confidence import tau2_confidence
from synthesis.stats.transforms import back_transform, harmonic_mean, study_intervals
from synthesis.stats.verification.case import Answer, Case, Family, Json, Table
from synthesis.stats.verification.families.pooling import pooled, weights_of


def tau2_ci(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """One interval for τ²; signs mark an empty set as metafor prints it."""
    found = tau2_confidence(
        table.numbers("yi"),
        table.numbers("vi"),
        type=args["type"],
        method=args.get("method") or "REML",
        level=args["level"],
        weights=weights_of(args.get("weights"), table),
    )
    sign = "<" if found.empty else ""
    return {
        "tau2": found.tau2,
        "tau2_lb": found.lb,
        "tau2_ub": found.ub,
        "tau_lb": np.sqrt(found.lb),
        "tau_ub": np.sqrt(found.ub),
        "I2_lb": found.I2_lb,
        "I2_ub": found.I2_ub,
        "H2_lb": found.H2_lb,
        "H2_ub": found.H2_ub,
        "empty_set": found.empty,
        "lb_sign": sign,
        "ub_sign": sign,
        "Q": found.Q,
    }


def study_ci(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """Per-study Wald results."""
    transform = args["transf"]
    sizes = table.numbers("ni") if transform == "ipft" else None
    times = _raw(table, tables, "ti") if transform == "iirft" else None
    found = study_intervals(
        table.numbers("yi"), table.numbers("vi"), level=args["level"], transform=transform, ni=sizes, ti=times
    )
    return {
        "yi": found.estimate,
        "sei": found.se,
        "zi": found.zi,
        "pval": found.p_value,
        "ci_lb": found.ci_lb,
        "ci_ub": found.ci_ub,
    }


def predict_transf(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """The pooled result back-transformed."""
    result = pooled(args, table, args["test"])
    name = str(args["transf"]).split(" ")[0]
    name = {"ipft.hm": "ipft"}.get(name, name)
    n = harmonic_mean(table.numbers("ni")) if name == "ipft" else None
    t = harmonic_mean(_raw(table, tables, "ti")) if name == "iirft" else None
    values = {
        "pred": result.estimate,
        "ci_lb": result.ci_lb,
        "ci_ub": result.ci_ub,
        "pi_lb": result.pi_lb,
        "pi_ub": result.pi_ub,
    }
    return {
        key: [] if value is None else float(back_transform(value, name, ni=n, ti=t, tau2=result.tau2))
        for key, value in values.items()
    }


def _raw(table: Table, tables: Mapping[str, Table], column: str) -> Floats:
    """A raw column for the rows of an effects table, which keeps their 1-based numbers; with its arm's suffix."""
    if column in table.columns:
        return table.numbers(column)
    rows = table.numbers("row").astype(int) - 1
    suffix = table.name[-1] if table.name[-1].isdigit() else ""
    for candidate in tables.values():
        if candidate.role != "raw":
            continue
        for name in (column, f"t{suffix}i"):
            if name in candidate.columns:
                return np.asarray(candidate.numbers(name)[rows])
    return table.numbers(column)


def no_wald_bound_at_zero(case: Case, answer: Answer) -> str | None:
    """At τ² = 0 the delta method has no bound; R divides by the rounding error that its iteration left in τ²."""
    if case.out is None or case.args["type"] not in ("Wald.log", "Wald.sqrt") or answer["tau2"] != 0:
        return None
    rounding = 1e-7 * max(case.table.numbers("vi").mean(), case.table.numbers("yi").var(ddof=1))
    return "tau² is zero: no Wald bound on this scale" if case.out["tau2"] <= rounding else None


FAMILIES = {
    "tau2_ci": Family(tau2_ci, no_wald_bound_at_zero),
    "study_ci": Family(study_ci),
    "predict_transf": Family(predict_transf),
}
