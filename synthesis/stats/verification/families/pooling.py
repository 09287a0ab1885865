"""Reference cases of pooling: rma.uni."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synthesis.stats.arrays import Floats
from synthesis.stats.pooling import Pooled, pool, prediction_interval
from synthesis.stats.verification.case import Answer, Family, Json, Table


def weights_of(rule: str | None, table: Table) -> Floats | None:
    """The weights a case names: none, 1/sqrt(vi), 1/vi or the sample sizes."""
    if rule is None:
        return None
    if rule == "ni":
        return table.numbers("ni")
    vi = table.numbers("vi")
    return 1 / vi if rule == "1/vi" else 1 / np.sqrt(vi)


def pooled(args: Mapping[str, Json], table: Table, test: str) -> Pooled:
    """The fit that a case's arguments ask for."""
    method = args["method"]
    return pool(
        table.numbers("yi"),
        table.numbers("vi"),
        model="common" if method == "EE" else "random",
        tau2=method if method != "EE" else "REML",
        test=test,
        level=args.get("level", 95),
        weighted=args.get("weighted", True),
        weights=weights_of(args.get("weights"), table),
    )


def rma_uni(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """One fit under each test."""
    fits = {test: pooled(args, table, test) for test in args["tests"]}
    one = next(iter(fits.values()))
    fit = one.likelihood
    return {
        "k": one.k,
        "beta": one.estimate,
        "tau2": one.tau2,
        "se_tau2": one.se_tau2,
        "I2": one.I2,
        "H2": one.H2,
        "vt": one.typical_variance,
        "QE": one.Q,
        "QE_df": one.Q_df,
        "QEp": one.Q_p,
        "fit": {
            "type": fit.kind,
            "ll": fit.ll,
            "deviance": fit.deviance,
            "AIC": fit.aic,
            "BIC": fit.bic,
            "AICc": fit.aicc,
        },
        "weights_pct": one.weights,
        "tests": {test: _test(result) for test, result in fits.items()},
    }


def _test(result: Pooled) -> Answer:
    answer = {
        "se": result.se,
        "df": result.statistic_df,
        "pval": result.p_value,
        "ci_lb": result.ci_lb,
        "ci_ub": result.ci_ub,
        "s2w": result.s2w,
        "pi_lb": result.pi_lb,
        "pi_ub": result.pi_ub,
        "pi_df": result.pi_df,
    }
    if result.model == "common":
        return answer
    for name, lost in (("pi_k1", 1), ("pi_k2", 2)):
        df = max(result.k - lost, 1)
        low, high = prediction_interval(result, df=df)
        answer |= {f"{name}_lb": low, f"{name}_ub": high, f"{name}_df": df}
    return answer


FAMILIES = {"rma.uni": Family(rma_uni)}
