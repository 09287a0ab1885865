"""Reference cases of selection models."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synthesis.stats.selection import selection_model
from synthesis.stats.verification.case import Answer, Case, Family, Json, Table


def selmodel(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """A selection model around one mean."""
    found = selection_model(
        table.numbers("yi"),
        table.numbers("vi"),
        type=args["type"],
        steps=args.get("steps"),
        delta=args.get("delta_fixed"),
        alternative=args["alternative"],
        model="common" if args["method"] == "EE" else "random",
    )
    return {
        "k": found.k,
        "beta": found.beta[0],
        "se": found.se[0],
        "ci_lb": found.ci_lb[0],
        "ci_ub": found.ci_ub[0],
        "pval": found.p_value[0],
        "tau2": found.tau2,
        "se_tau2": found.se_tau2,
        "delta": found.delta,
        "se_delta": found.se_delta,
        "ll": found.log_likelihood,
        "ll0": found.null_log_likelihood,
        "LRT": found.LRT,
        "LRT_df": found.LRT_df,
        "LRTp": found.LRT_p,
        "LRT_tau2": found.LRT_tau2,
        "LRTp_tau2": found.LRT_tau2_p,
        "n_per_interval": found.studies_per_interval,
        "delta_at_bound": found.delta_at_bound,
    }


FAMILIES = {"selmodel": Family(selmodel)}
