"""Reference cases of dependent effects: rma.mv."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from scipy import sparse
from scipy.special import chdtri

from synthesis.stats.arrays import Floats
from synthesis.stats.dependence.multilevel import Multilevel, multilevel
from synthesis.stats.dependence.profile import profile_deviance, profile_interval
from synthesis.stats.dependence.sampling import impute_covariance
from synthesis.stats.designs import Design, design
from synthesis.stats.errors import BadInput
from synthesis.stats.verification.case import Answer, Case, Family, Json, Table
from synthesis.stats.verification.compare import agrees_without, compare


def sampling(text: str | None, table: Table) -> Floats | sparse.csr_array:
    """The sampling covariance that a case describes in words. Raises BadInput for other words."""
    vi = table.numbers("vi")
    if text in (None, "diag(vi)"):
        return vi
    compound = re.fullmatch(
        r"block compound symmetry: cov = ([\d.]+)\*sqrt\(vi\*vj\) within (\w+)", str(text)
    )
    if compound:
        return impute_covariance(vi, table.labels(compound[2]), rho=float(compound[1]))
    listed = re.fullmatch(r"block diagonal from columns ([\w,]+) per (\w+)", str(text))
    if not listed:
        raise BadInput(f"V is described as {text!r}, which is not known.")
    columns = [table.numbers(name) for name in listed[1].split(",")]
    labels = table.labels(listed[2])
    V = np.zeros((vi.size, vi.size))
    for label in dict.fromkeys(labels):
        rows = [i for i, other in enumerate(labels) if other == label]
        V[np.ix_(rows, rows)] = np.array([[columns[j][i] for j in range(len(rows))] for i in rows])
    return (V + V.T) / 2


def fitted(args: Mapping[str, Json], table: Table) -> tuple[Design, Multilevel]:
    """The model that a case's arguments ask for."""
    made = design(args["mods"] or "~ 1", table.columns)
    rows = list(made.rows) if args["mods"] else list(range(table.size))
    kept = Table(table.name, table.role, {name: [c[i] for i in rows] for name, c in table.columns.items()})
    X = made.X if args["mods"] else np.ones((kept.size, 1))
    fit = multilevel(
        kept.numbers("yi"),
        sampling(args["V"], kept),
        X,
        random=args["random"],
        columns=kept.columns,
        structures=(args["struct"],) if args["struct"] else (),
        names=made.names,
        method=args["method"],
        test=args.get("test", "z"),
        level=args.get("level", 95),
    )
    return made, fit


def rma_mv(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """A multilevel or multivariate model."""
    _, fit = fitted(args, table)
    structure = fit.structures[0] if fit.structures else None
    moderators = fit.moderators
    answer = {
        "k": fit.k,
        "coef": list(fit.names),
        "beta": fit.beta,
        "se": fit.se,
        "stat": fit.statistic,
        "df": [fit.df] * fit.beta.size,
        "pval": fit.p_value,
        "ci_lb": fit.ci_lb,
        "ci_ub": fit.ci_ub,
        "vcov": fit.vcov,
        "sigma2": [component.value for component in fit.components],
        "tau2": structure and structure.tau2,
        "rho": structure and structure.rho,
        "nlevels": [component.levels for component in fit.components],
        "QE": fit.Q,
        "QE_df": fit.Q_df,
        "QEp": fit.Q_p,
        "QM": moderators.statistic,
        "QM_df1": moderators.df1,
        "QM_df2": moderators.df2,
        "QMp": moderators.p_value,
        "ll": fit.likelihood.ll,
        "AIC": fit.likelihood.aic,
        "BIC": fit.likelihood.bic,
        # R's formula has σ² only: a model without any gives one share of nothing.
        "I2_by_component": [component.I2 for component in fit.components] or [0.0],
        "pi_lb": fit.pi_lb,
        "pi_ub": fit.pi_ub,
    }
    if fit.components and args["method"] == "REML" and not args["mods"]:
        answer["profile_ci"] = {"": _profile(fit)}
    return answer


def _profile(fit: Multilevel) -> Answer:
    """The last component: R's list of intervals has no names, so that only the last one survives in the file."""
    found = profile_interval(fit, f"sigma2.{len(fit.components)}")
    return {
        "component": f"sigma^2.{len(fit.components)}",
        "estimate": found.estimate,
        "ci_lb": found.lower,
        "ci_ub": found.upper,
    }


def within_root_finder(case: Case, answer: Answer) -> str | None:
    """R's profile limits come from a root finder that stops at 1e-4; the reference file asks for rtol 1e-3."""
    if case.out is None or "profile_ci" not in case.out or not agrees_without(case, answer, "profile_ci"):
        return None
    theirs = case.out["profile_ci"]
    loose = replace(case, out={"profile_ci": theirs}, rtol=1e-3, atol=1e-4)
    if not compare(loose, answer).differences:
        return "profile limits agree to 1e-3"
    return _limits_miss(case, next(iter(theirs.values())))


def _limits_miss(case: Case, theirs: Json) -> str | None:
    """A limit of R's where the likelihood has not fallen to the cut-off (or one it did not find) is no target."""
    _, fit = fitted(case.args, case.table)
    given = [theirs[name] for name in ("ci_lb", "ci_ub") if theirs[name]]
    drops = profile_deviance(fit, f"sigma2.{len(fit.components)}", given)
    cut = float(chdtri(1.0, 1 - case.args.get("level", 95) / 100))
    if all(abs(drop - cut) < 0.02 for drop in drops):
        return None
    shown = ", ".join(f"{drop:.3f}" for drop in drops)
    return f"at R's limits twice the log-likelihood falls by {shown} instead of {cut:.3f}"


FAMILIES = {"rma.mv": Family(rma_mv, within_root_finder)}
