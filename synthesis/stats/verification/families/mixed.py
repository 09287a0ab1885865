"""Reference cases of generalised linear mixed models: rma.glmm."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synthesis.stats.designs import design
from synthesis.stats.effects import MEASURES
from synthesis.stats.mixed.diagnostic import diagnostic_accuracy
from synthesis.stats.mixed.glmm import Glmm, glmm
from synthesis.stats.verification.case import Answer, Case, Family, Json, Table
from synthesis.stats.verification.compare import agrees_without


def fitted(args: Mapping[str, Json], table: Table) -> Glmm:
    """The model that a case's arguments ask for."""
    made = design(args["mods"] or "~ 1", table.columns)
    rows = list(made.rows) if args["mods"] else list(range(table.size))
    return glmm(
        args["measure"],
        made.X if args["mods"] else np.ones((len(rows), 1)),
        model=args["model"],
        method=args["method"],
        nodes=args["nAGQ"],
        test=args.get("test", "z"),
        level=args.get("level", 95),
        names=made.names,
        **{name: table.numbers(name)[rows] for name in MEASURES[args["measure"]].columns},
    )


def prints_conditional(args: Mapping[str, Json]) -> bool:
    """metafor takes lme4's deviance() for the marginal one; with nAGQ > 1 it is that at the modes."""
    return (
        args["method"] == "ML"
        and args["model"] != "UM.RS"
        and (args["measure"], args["model"]) != ("OR", "CM.EL")
    )


def rma_glmm(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """A mixed model with both tests of heterogeneity."""
    fit = fitted(args, table)
    ll, shown = fit.likelihood.ll, fit.likelihood.aic
    if prints_conditional(args):
        ll, shown = fit.conditional_ll, shown + 2 * (ll - fit.conditional_ll)
    return {
        "k": fit.k,
        "coef": list(fit.names),
        "beta": fit.beta,
        "se": fit.se,
        "zval": fit.statistic,
        "pval": fit.p_value,
        "ci_lb": fit.ci_lb,
        "ci_ub": fit.ci_ub,
        "tau2": fit.tau2,
        "sigma2": fit.sigma2,
        "I2": fit.I2,
        "H2": fit.H2,
        "QE_Wld": fit.Q_wald,
        "QEp_Wld": fit.Q_wald_p,
        "QE_LRT": fit.Q_lrt,
        "QEp_LRT": fit.Q_lrt_p,
        "QE_df": fit.Q_df,
        "QM": fit.moderators.statistic,
        "QMp": fit.moderators.p_value,
        "ll": ll,
        "AIC": shown,
    }


SQUARES = ("QM", "QMp", "QE_Wld", "QEp_Wld")
FROM_CURVATURE = (*SQUARES, "se", "zval", "pval", "ci_lb", "ci_ub")


def coarse_curvature(case: Case, answer: Answer) -> str | None:
    """Where estimates, likelihoods and the likelihood-ratio test agree, but what R reads off a Hessian does not.

    Wald statistics are squares of ratios: at most four times the tolerance of their parts. For CM.EL R differentiates
    a truncated series numerically; the closed-form information (docs/methods.md) gives the numbers of this engine.
    """
    if case.out is None:
        return None
    exact = (case.args["measure"], case.args["model"]) == ("OR", "CM.EL")
    if exact and agrees_without(case, answer, *FROM_CURVATURE):
        return "R's Hessian of the noncentral hypergeometric likelihood is a rough one"
    if not agrees_without(case, answer, *SQUARES):
        return None
    pairs = [(answer[name], case.out[name]) for name in ("QM", "QE_Wld")]
    near = all(a is not None and b and abs(a / b - 1) <= 4 * case.rtol for a, b in pairs)
    return "Wald statistics agree within four times the tolerance of their parts" if near else None


def dta_glmm(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """The bivariate model of sensitivity and specificity."""
    tp, fn, fp, tn = (table.numbers(name) for name in ("ai", "bi", "ci", "di"))
    fit = diagnostic_accuracy(tp, fp, fn, tn, nodes=args["nAGQ"])
    return {
        "logit_sens": fit.sensitivity.logit,
        "logit_spec": fit.specificity.logit,
        "se": [fit.sensitivity.se, fit.specificity.se],
        "var_sens": fit.var_sensitivity,
        "var_spec": fit.var_specificity,
        "corr": fit.correlation,
        "ll": fit.likelihood.ll,
    }


FAMILIES = {"rma.glmm": Family(rma_glmm, coarse_curvature), "dta_glmm": Family(dta_glmm)}
