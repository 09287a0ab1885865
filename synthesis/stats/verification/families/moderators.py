"""Reference cases of moderators: design_matrix, rma.uni.mods, predict_newmods and lrt."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synthesis.stats.designs import Design, design
from synthesis.stats.regression import Regression, WaldTest, likelihood_ratio, meta_regression
from synthesis.stats.verification.case import Answer, Case, Family, Json, Table
from synthesis.stats.verification.compare import agrees_without, tau2_slack


def designed(formula: str, table: Table) -> tuple[Design, np.ndarray, np.ndarray]:
    """The design of a formula on a table, and the effects and variances of the rows it keeps."""
    made = design(formula, table.columns)
    rows = list(made.rows)
    return made, table.numbers("yi")[rows], table.numbers("vi")[rows]


def regressed(args: Mapping[str, Json], table: Table) -> tuple[Design, Regression]:
    """The meta-regression that a case's arguments ask for."""
    made, y, v = designed(args["formula"], table)
    common = args["method"] == "EE"
    fit = meta_regression(
        y,
        v,
        made.X,
        names=made.names,
        model="common" if common else "random",
        tau2="REML" if common else args["method"],
        test=args["test"],
        level=args.get("level", 95),
    )
    return made, fit


def design_matrix(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """Columns and their names."""
    made = design(args["formula"], table.columns)
    return {"colnames": list(made.names), "X": made.X}


def rma_uni_mods(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """Coefficients, heterogeneity, tests of terms and fitted values."""
    made, fit = regressed(args, table)
    moderators = fit.moderators
    return {
        "k": fit.k,
        "p": fit.beta.size,
        "coef": list(fit.names),
        "beta": fit.beta,
        "se": fit.se,
        "stat": fit.statistic,
        "df": fit.df,
        "pval": fit.p_value,
        "ci_lb": fit.ci_lb,
        "ci_ub": fit.ci_ub,
        "vcov": fit.vcov,
        "s2w": fit.s2w,
        "tau2": fit.tau2,
        "se_tau2": fit.se_tau2,
        "I2": fit.I2,
        "H2": fit.H2,
        "R2": fit.R2,
        "QE": fit.Q,
        "QE_df": fit.Q_df,
        "QEp": fit.Q_p,
        "QM": moderators and moderators.statistic,
        "QM_df1": moderators and moderators.df1,
        "QM_df2": moderators and moderators.df2,
        "QMp": moderators and moderators.p_value,
        "fit": _likelihood(fit),
        "vif": fit.vif(),
        "term_tests": {term: _test(fit.wald(columns)) for term, columns in made.terms.items()},
        "fitted": predictions(fit, made.X),
    }


def predictions(fit: Regression, X: np.ndarray) -> Answer:
    """Predictions at the rows of X in the reference files' words."""
    found = fit.predict(X)
    return {
        "pred": found.estimate,
        "se": found.se,
        "ci_lb": found.ci_lb,
        "ci_ub": found.ci_ub,
        "pi_lb": found.pi_lb,
        "pi_ub": found.pi_ub,
    }


def predict_newmods(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """Predictions at new values of the moderators."""
    _, fit = regressed(args, table)
    new = np.array([np.atleast_1d(row) for row in args["newmods"]], dtype=np.float64)
    return predictions(fit, np.column_stack([np.ones(len(new)), new]))


def lrt(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """A formula against the intercept alone, by ML."""
    made, y, v = designed(args["formula"], table)
    found = likelihood_ratio(y, v, made.X, np.ones((len(y), 1)))
    return {
        "LRT": found.statistic,
        "df": found.df,
        "pval": found.p_value,
        "ll_full": found.full.likelihood.ll,
        "ll_reduced": found.reduced.likelihood.ll,
        "AIC_full": found.full.likelihood.aic,
        "AIC_reduced": found.reduced.likelihood.aic,
        "tau2_full": found.full.tau2,
        "tau2_reduced": found.reduced.tau2,
    }


def _likelihood(fit: Regression) -> Answer:
    found = fit.likelihood
    return {
        "type": found.kind,
        "ll": found.ll,
        "deviance": found.deviance,
        "AIC": found.aic,
        "BIC": found.bic,
        "AICc": found.aicc,
    }


def _test(found: WaldTest) -> Answer:
    return {
        "btt": [column + 1 for column in found.columns],
        "stat": found.statistic,
        "df1": found.df1,
        "df2": found.df2,
        "pval": found.p_value,
    }


def nothing_to_explain(case: Case, answer: Answer) -> str | None:
    """Without heterogeneity R² is 0 / 0; R divides the rounding errors that its two iterations left in τ²."""
    if case.out is None or answer["R2"] is not None or case.out["tau2"] > tau2_slack(case):
        return None
    return "no heterogeneity for the moderators to explain" if agrees_without(case, answer, "R2") else None


FAMILIES = {
    "design_matrix": Family(design_matrix),
    "rma.uni.mods": Family(rma_uni_mods, nothing_to_explain),
    "predict_newmods": Family(predict_newmods),
    "lrt": Family(lrt),
}
