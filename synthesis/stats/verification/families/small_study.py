"""Reference cases of small-study effects: regtest, ranktest, trimfill, fsn, tes and hc."""

from __future__ import annotations

from collections.abc import Mapping

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
from synthesis.stats.verification.case import Answer, Family, Json, Table
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


def fsn(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """Fail-safe N."""
    named = {name: args[name] for name in ("type", "alpha", "target", "weighted") if args.get(name) is not None}
    found = fail_safe_n(table.numbers("yi"), table.numbers("vi"), **named)
    return {"fsnum": found.n, "pval": found.p_value, "meanes": found.mean, "target": found.target}


def tes(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """Excess significance, with the mean and τ² of the model the case names; R integrates over five τ to each side."""
    y, v = table.numbers("yi"), table.numbers("vi")
    fit = pool(y, v, **options({"method": args["method"]}))
    found = excess_significance(
        y,
        v,
        theta=fit.estimate,
        tau2=fit.tau2,
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
    "trimfill": Family(trimfill),
    "fsn": Family(fsn),
    "tes": Family(tes),
    "hc": Family(hc),
}
