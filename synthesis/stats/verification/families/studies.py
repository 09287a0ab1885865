"""Reference cases about single studies: leave1out, cumul, influence, baujat, blup, subgroup and permutest."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synthesis.stats.designs import design
from synthesis.stats.influence import baujat, blup, influence
from synthesis.stats.permutation import permutation_test
from synthesis.stats.sensitivity import Series, cumulative, leave_one_out
from synthesis.stats.subgroups import subgroups
from synthesis.stats.verification.case import Answer, Case, Family, Json, Table
from synthesis.stats.verification.compare import agrees_without, tau2_slack


def options(args: Mapping[str, Json]) -> dict[str, Json]:
    """Model, estimator, test and level of a case as keyword arguments."""
    common = args["method"] == "EE"
    named = {"model": "common"} if common else {"model": "random", "tau2": args["method"]}
    return named | {name: args[name] for name in ("test", "level") if args.get(name) is not None}


def _effects(table: Table) -> tuple[np.ndarray, np.ndarray]:
    return table.numbers("yi"), table.numbers("vi")


def leave1out(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """Pooled without each study."""
    return _series(leave_one_out(*_effects(table), **options(args)))


def cumul(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """Pooled as studies come in; the reference counts rows from 1."""
    return _series(cumulative(*_effects(table), order=np.array(args["order"]) - 1, **options(args)))


def _series(found: Series) -> Answer:
    return {
        "estimate": found.estimate,
        "se": found.se,
        "zval": found.statistic,
        "pval": found.p_value,
        "ci_lb": found.ci_lb,
        "ci_ub": found.ci_ub,
        "Q": found.Q,
        "Qp": found.Q_p,
        "tau2": found.tau2,
        "I2": found.I2,
        "H2": found.H2,
    }


def influences(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """Deletion diagnostics of a pooled effect."""
    found = influence(*_effects(table), **options(args))
    return {
        "rstudent": found.rstudent,
        "rstandard": found.rstandard,
        "dffits": found.dffits,
        "cook_d": found.cook,
        "cov_r": found.cov_r,
        "tau2_del": found.tau2_deleted,
        "QE_del": found.Q_deleted,
        "hat": found.hat,
        "dfbs": found.dfbetas[:, 0],
        "is_infl": [bool(flag) for flag in found.influential],
    }


def baujats(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """Baujat coordinates."""
    found = baujat(*_effects(table), **options(args))
    return {"x": found.x, "y": found.y}


def blups(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """Shrunken effects."""
    found = blup(*_effects(table), tau2=args["method"], test=args["test"], level=args["level"])
    return {"pred": found.estimate, "se": found.se, "pi_lb": found.ci_lb, "pi_ub": found.ci_ub}


def subgroup(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """Subgroups with τ² of their own and in common."""
    complete = table.complete(args["group"])
    found = subgroups(*_effects(complete), complete.labels(args["group"]), **options(args))
    common, contrast = found.common, found.contrast
    test = contrast and contrast.moderators
    names = {"beta": "estimate", "se": "se", "pval": "p_value", "ci_lb": "ci_lb", "ci_ub": "ci_ub", "QE": "Q"}
    names |= {"k": "k", "tau2": "tau2", "I2": "I2"}
    return {
        "levels": list(found.levels),
        "groups": [{key: getattr(group, name) for key, name in names.items()} for group in found.groups],
        "Qb_separate": found.between.statistic,
        "Qb_separate_df": found.between.df,
        "Qb_separate_p": found.between.p_value,
        "common_tau2": common and common.tau2,
        "common_QE": common and common.Q,
        "common_R2": contrast and contrast.R2,
        "common_QM": test and test.statistic,
        "common_QM_df1": test and test.df1,
        "common_QM_df2": test and test.df2,
        "common_QMp": test and test.p_value,
        "common_beta": None if common is None else common.beta,
        "common_se": None if common is None else common.se,
        "common_ci_lb": None if common is None else common.ci_lb,
        "common_ci_ub": None if common is None else common.ci_ub,
    }


def nothing_to_explain(case: Case, answer: Answer) -> str | None:
    """Without heterogeneity R² is 0 / 0; R divides rounding errors."""
    if case.out is None or answer["common_R2"] is not None or case.out["common_tau2"] > tau2_slack(case):
        return None
    return (
        "no heterogeneity for the subgroups to explain" if agrees_without(case, answer, "common_R2") else None
    )


def permutest(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """Exact permutation test."""
    y, v = _effects(table)
    X, names = None, ["intrcpt"]
    if args.get("formula"):
        made = design(args["formula"], table.columns)
        y, v, X, names = y[list(made.rows)], v[list(made.rows)], made.X, list(made.names)
    found = permutation_test(y, v, X, **options(args))
    return {
        "n_permutations": found.arrangements,
        "coef": names,
        "stat": found.statistic,
        "pval": found.p_value,
        "QM": found.Q_moderators,
        "QMp": found.Q_moderators_p,
    }


FAMILIES = {
    "leave1out": Family(leave1out),
    "cumul": Family(cumul),
    "influence": Family(influences),
    "baujat": Family(baujats),
    "blup": Family(blups),
    "subgroup": Family(subgroup, nothing_to_explain),
    "permutest": Family(permutest),
}
