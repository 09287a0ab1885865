"""Reference cases of clustered effects: robust, robumeta and aggregate."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from synthesis.stats.dependence.aggregation import aggregate
from synthesis.stats.dependence.multilevel import Multilevel, multilevel
from synthesis.stats.dependence.robust import Robust, robust
from synthesis.stats.dependence.weighting import robust_regression
from synthesis.stats.designs import design
from synthesis.stats.errors import BadInput
from synthesis.stats.pooling import pool
from synthesis.stats.regression import meta_regression
from synthesis.stats.verification.case import Answer, Family, Json, Table
from synthesis.stats.verification.families.dependence import fitted


def robust_tests(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """A model with cluster-robust inference."""
    if args["model"] == "rma.mv":
        made, fit = fitted(args, table)
        rows = list(made.rows) if args["mods"] else list(range(table.size))
    elif args["model"] == "rma.uni":
        rows, fit = _univariate(args, table)
    else:
        raise BadInput(f"The model {args['model']} is not known.")
    labels = table.labels(args["cluster"])
    rule = "satterthwaite" if args["df"] == "Satterthwaite" else "residual"
    found = robust(fit, [labels[i] for i in rows], kind=args["type"], df=rule)
    answer = _tests(found)
    # R repeats a df that all coefficients share only once.
    answer["df"] = found.df if rule == "satterthwaite" else found.df[:1]
    return answer


def _univariate(args: Mapping[str, Json], table: Table) -> tuple[list[int], Multilevel]:
    """The random-effects model as a multilevel one whose only variance is the τ² already estimated."""
    formula = args.get("mods")
    made = design(formula or "~ 1", table.columns)
    rows = list(made.rows) if formula else list(range(table.size))
    y, v = table.numbers("yi")[rows], table.numbers("vi")[rows]
    X = made.X if formula else np.ones((len(rows), 1))
    common = args["method"] == "EE"
    kind, method = ("common", "REML") if common else ("random", args["method"])
    if formula:
        tau2 = meta_regression(y, v, X, names=made.names, model=kind, tau2=method).tau2
    else:
        tau2 = pool(y, v, model=kind, tau2=method).tau2
    columns = {"row": list(range(len(rows)))}
    return rows, multilevel(y, v, X, random=["~ 1 | row"], columns=columns, names=made.names, sigma2=[tau2])


def _tests(found: Robust) -> Answer:
    return {
        "coef": list(found.names),
        "beta": found.beta,
        "se": found.se,
        "stat": found.statistic,
        "df": found.df,
        "pval": found.p_value,
        "ci_lb": found.ci_lb,
        "ci_ub": found.ci_ub,
        "vcov": found.vcov,
        "n_clusters": found.clusters,
    }


def robumeta(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """Robust variance estimation with correlated or hierarchical weights."""
    formula = str(args["formula"]).split("~")[1].strip()
    made = design(f"~ {formula}", table.columns)
    rows = list(range(table.size)) if formula == "1" else list(made.rows)
    labels = table.labels(args["studynum"])
    found = robust_regression(
        table.numbers("yi")[rows],
        table.numbers("vi")[rows],
        np.ones((len(rows), 1)) if formula == "1" else made.X,
        cluster=[labels[i] for i in rows],
        weights=args["modelweights"],
        rho=0.8 if args["rho"] is None else args["rho"],
        small=args["small"],
        names=made.names,
    )
    answer = _tests(found.robust)
    answer["coef"] = ["X.Intercept." if name == "intrcpt" else name for name in found.robust.names]
    return answer | {"n": found.k, "tau2": found.tau2, "omega2": found.omega2, "I2": found.I2}


def aggregated(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """Averages within clusters."""
    if args["struct"] not in ("CS", "ID"):
        raise BadInput(f"The structure {args['struct']} is not known.")
    rho = args["rho"] if args["struct"] == "CS" else 0.0
    labels = [f"{x:.15g}" if isinstance(x, float) else str(x) for x in table.columns[args["cluster"]]]
    found = aggregate(
        table.numbers("yi"), table.numbers("vi"), labels, rho=rho or 0.0, weighted=args.get("weighted", True)
    )
    return {"cluster": list(found.cluster), "yi": found.yi, "vi": found.vi, "k": found.k}


FAMILIES = {
    "robust": Family(robust_tests),
    "robumeta": Family(robumeta),
    "aggregate": Family(aggregated),
}
