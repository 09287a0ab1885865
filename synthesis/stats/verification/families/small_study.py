"""Reference cases of small-study effects: regtest, ranktest, trimfill, fsn, tes and hc."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from synthesis.stats.errors import NotDefined
from synthesis.stats.pooling import pool
from synthesis.stats.smallstudy import (
    egger,
    excess_significance,
    fail_safe_n,
    henmi_copas,
    rank_test,
    trim_and_fill,
)
from synthesis.stats.verification.case import Answer, Case, Family, Json, Table
from synthesis.stats.verification.compare import compare, tau2_slack
from synthesis.stats.verification.families.studies import options


def regtest(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """Regression test of asymmetry."""
    named = {key: args[name] for key, name in (("tau2", "method"), ("test", "test")) if args.get(name)}
    sizes = None
    if args["predictor"] not in ("sei", "vi"):
        table = table.complete("ni")
        sizes = table.numbers("ni")
    found = egger(
        table.numbers("yi"), table.numbers("vi"), model=args["model"], predictor=args["predictor"], ni=sizes, **named
    )  # fmt: skip
    return {
        "stat": found.statistic,
        "df": found.df,
        "pval": found.p_value,
        "limit_est": found.limit,
        "limit_ci_lb": found.limit_ci_lb,
        "limit_ci_ub": found.limit_ci_ub,
        "beta": found.beta,
        "se": found.se,
        "dispersion": found.dispersion,
        "tau2": found.tau2,
    }


def ranktest(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """Rank correlation test; where it is not defined R answers with missing values."""
    try:
        found = rank_test(table.numbers("yi"), table.numbers("vi"), exact=args["exact"])
    except NotDefined:
        return {"tau": None, "pval": None}
    return {"tau": found.tau, "pval": found.p_value}


def trimfill(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """Trim and fill."""
    named = {name: args[name] for name in ("side", "estimator")}
    found = trim_and_fill(table.numbers("yi"), table.numbers("vi"), **named, **options(args))
    return {
        "side": found.side,
        "k0": found.k0,
        "se_k0": found.se_k0,
        "p_k0": found.p_k0,
        "k": found.pooled.k,
        "beta": found.pooled.estimate,
        "se": found.pooled.se,
        "tau2": found.pooled.tau2,
        "filled_yi": found.filled_yi,
        "filled_vi": found.filled_vi,
    }


def decided_by_rounding(case: Case, answer: Answer) -> str | None:
    """Two studies equally far from the centre on different sides: R ranks them by rounding error, we by order."""
    y = case.table.numbers("yi")
    bend = 1e-11 * (y - y.mean()) ** 2 / np.ptp(y)
    for sign in (-1.0, 1.0):
        columns = {**case.table.columns, "yi": list(y + sign * bend)}
        moved = trimfill(case.args, replace(case.table, columns=columns), case.tables)
        if not compare(case, moved).differences:
            return "two studies are equally far from the centre; their ranks hang on rounding"
    return None


def fsn(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """Fail-safe N."""
    named = {
        name: args[name] for name in ("type", "alpha", "target", "weighted") if args.get(name) is not None
    }
    found = fail_safe_n(table.numbers("yi"), table.numbers("vi"), **named)
    return {"fsnum": found.n, "pval": found.p_value, "meanes": found.mean, "target": found.target}


def tes(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """Excess significance, with the mean and τ² of the model the case names; R integrates over five τ to each side."""
    fit = pool(table.numbers("yi"), table.numbers("vi"), **options({"method": args["method"]}))
    return _excess(args, table, fit.estimate, fit.tau2)


def _excess(args: Mapping[str, Json], table: Table, theta: float, tau2: float) -> Answer:
    found = excess_significance(
        table.numbers("yi"),
        table.numbers("vi"),
        theta=theta,
        tau2=tau2,
        alpha=args["alpha"],
        alternative=args["alternative"],
        test=args["test"],
        test_alternative=args["tes.alternative"],
        limit_alpha=args["tes.alpha"],
        cut=5.0,
    )
    return {
        "k": found.k,
        "O": found.observed,
        "E": found.expected,
        "OE": found.ratio,
        "X2": found.X2,
        "pval": found.p_value,
        "theta": found.theta,
        "power": found.power,
    }


def nearly_zero_tau2(case: Case, answer: Answer) -> str | None:
    """With a τ² of 1e-10 where ours is 0, R integrates, and loses what lies beyond five τ."""
    y, v = case.table.numbers("yi"), case.table.numbers("vi")
    fit = pool(y, v, **options({"method": case.args["method"]}))
    if case.args["method"] == "EE" or fit.tau2 > 0:
        return None
    smallest = 1e-9 * tau2_slack(case)
    if compare(case, _excess(case.args, case.table, fit.estimate, smallest)).differences:
        return None
    return "tau² is zero; R's is not quite, so that it cuts an integral"


def hc(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """Henmi and Copas."""
    found = henmi_copas(table.numbers("yi"), table.numbers("vi"), level=args["level"])
    return {
        "beta": found.estimate,
        "se": found.se,
        "ci_lb": found.ci_lb,
        "ci_ub": found.ci_ub,
        "tau2": found.tau2,
    }


FAMILIES = {
    "regtest": Family(regtest),
    "ranktest": Family(ranktest),
    "trimfill": Family(trimfill, decided_by_rounding),
    "fsn": Family(fsn),
    "tes": Family(tes, nearly_zero_tau2),
    "hc": Family(hc),
}
