"""Cluster-robust tests and intervals for a fitted multilevel model."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.special import stdtr, stdtrit

from synthesis.stats.arrays import Floats, level_fraction, one_of
from synthesis.stats.cautions import Caution
from synthesis.stats.dependence.marginal import covariance
from synthesis.stats.dependence.multilevel import Multilevel, State
from synthesis.stats.dependence.sandwich import KINDS, Working, members_of, sandwich
from synthesis.stats.errors import NotDefined

# Below this many degrees of freedom p values from Satterthwaite's approximation are too small (Tipton 2015).
FEW_DF = 4.0


@dataclass(frozen=True, slots=True)
class Robust:
    """Coefficients with cluster-robust inference. All arrays (p,), vcov (p, p); level in percent.

    df   one per coefficient;  clusters  how many
    """

    names: tuple[str, ...]
    kind: str
    level: float
    clusters: int
    beta: Floats
    se: Floats
    statistic: Floats
    df: Floats
    p_value: Floats
    ci_lb: Floats
    ci_ub: Floats
    vcov: Floats
    warnings: tuple[Caution, ...]


def robust(
    fit: Multilevel,
    cluster: Sequence[Hashable],
    *,
    kind: str = "CR2",
    df: str = "satterthwaite",
    level: float | None = None,
) -> Robust:
    """Inference that holds when clusters are independent, whatever happens within them.

    cluster   (k,) labels;  kind CR0, CR1, CR1p, CR1S, CR2 (Bell–McCaffrey), CR3 (jackknife)
    df        "satterthwaite", or "residual" for number of clusters − p
    For a univariate model fit multilevel with "~ 1 | row" (and sigma2=[τ²] for another estimator than REML or ML).
    Raises BadInput; TooFewStudies with one cluster; NotDefined where the adjustment does not exist.
    Source: Pustejovsky & Tipton 2018; Hedges, Tipton & Johnson 2010, Res Synth Methods 1:39. Checked: metafor 3.8-1
    robust (CR0, CR1p, CR2) and clubSandwich 0.5.8 (CR1, CR1S, CR2, CR3). metafor's "CR1" is CR1p here.
    """
    one_of(kind, KINDS, "robust variance")
    one_of(df, ("satterthwaite", "residual"), "rule for the degrees of freedom")
    state = fit.state
    members = members_of(cluster, fit.k)
    inverse = np.asarray(np.linalg.inv(state.basis.R), dtype=np.float64)
    found = sandwich(working(state), members, kind, inverse)
    if df == "residual" and len(members) <= fit.beta.size:
        raise NotDefined(
            f"{len(members)} clusters leave no degrees of freedom for {fit.beta.size} coefficients."
        )
    dfs = found.df if df == "satterthwaite" else np.full(fit.beta.size, float(len(members) - fit.beta.size))
    vcov = inverse @ found.vcov @ inverse.T
    return inference(
        fit.names, kind, fit.beta, vcov, dfs, len(members), fit.level if level is None else level
    )


def inference(
    names: tuple[str, ...], kind: str, beta: Floats, vcov: Floats, df: Floats, clusters: int, level: float
) -> Robust:
    """t tests and intervals, each coefficient with its own degrees of freedom. Raises NotDefined for a zero variance."""
    se = np.sqrt(np.diag(vcov))
    if not (np.all(se > 0) and np.all(np.isfinite(df))):
        raise NotDefined("The clusters leave no residual for a coefficient: its robust variance is zero.")
    statistic = beta / se
    margin = -stdtrit(df, level_fraction(level) / 2) * se
    few = tuple(name for name, d in zip(names, df, strict=True) if d < FEW_DF)
    note = Caution(
        "few_df", f"Fewer than 4 degrees of freedom: do not trust the p value of {', '.join(few)}."
    )
    return Robust(
        names=names,
        kind=kind,
        level=level,
        clusters=clusters,
        beta=beta,
        se=se,
        statistic=statistic,
        df=df,
        p_value=np.asarray(2 * stdtr(df, -np.abs(statistic))),
        ci_lb=beta - margin,
        ci_ub=beta + margin,
        vcov=vcov,
        warnings=(note,) if few else (),
    )


def working(state: State) -> Working:
    """The fit as one generalised least squares problem over all rows."""
    model, fit = state.model, state.weighed
    X, U, e = np.empty((model.k, model.p)), np.empty((model.k, model.p)), np.empty(model.k)
    heads, tails, values = [], [], []
    for batch, block in zip(model.batches, fit.blocks, strict=True):
        X[batch.rows], U[batch.rows], e[batch.rows] = batch.X, block.wx, block.r
        sigma = covariance(batch, state.shares)
        heads.append(np.broadcast_to(batch.rows[:, :, None], sigma.shape).ravel())
        tails.append(np.broadcast_to(batch.rows[:, None, :], sigma.shape).ravel())
        values.append(sigma.ravel())
    where = (np.concatenate(heads), np.concatenate(tails))
    phi = sparse.csr_array((np.concatenate(values), where), shape=(model.k, model.k))
    return Working(X, U, e, fit.cov, phi)
