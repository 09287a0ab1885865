"""Reference cases of generalised linear mixed models: rma.glmm."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synthesis.stats.designs import design
from synthesis.stats.effects import MEASURES
from synthesis.stats.mixed.glmm import Glmm, glmm
from synthesis.stats.verification.case import Answer, Case, Family, Json, Table


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
        and not (args["measure"], args["model"]) == ("OR", "CM.EL")
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


FAMILIES = {"rma.glmm": Family(rma_glmm)}
