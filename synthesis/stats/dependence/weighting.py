"""Robust meta-regression with approximately efficient weights: correlated or hierarchical effects, no covariances needed."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from synthesis.stats import arrays
from synthesis.stats.arrays import Floats, Ints
from synthesis.stats.dependence.robust import Robust, inference
from synthesis.stats.dependence.sandwich import Working, members_of, sandwich
from synthesis.stats.errors import BadInput, NotDefined, TooFewStudies
from synthesis.stats.model import orthonormal
from synthesis.stats.regression import default_names


@dataclass(frozen=True, slots=True)
class RobustRegression:
    """Robust coefficients with the moment estimates behind the weights.

    tau2   between clusters;  omega2 within clusters (HIER only);  I2 in percent (CORR only);  k effects
    """

    weights: str
    k: int
    tau2: float
    omega2: float | None
    I2: float | None
    robust: Robust


def robust_regression(
    yi: ArrayLike,
    vi: ArrayLike,
    X: ArrayLike | None = None,
    *,
    cluster: Sequence[Hashable],
    weights: str = "CORR",
    rho: float = 0.8,
    small: bool = True,
    names: tuple[str, ...] | None = None,
    level: float = 95.0,
) -> RobustRegression:
    """Robust variance estimation with moment estimates of heterogeneity.

    yi, vi   (k,) effects and variances;  X (k, p), an intercept by default;  cluster (k,) labels
    weights  CORR: 1 / (k_j (v̄_j + τ²)), for several measures of one sample, correlated by rho;
             HIER: 1 / (v_ij + τ² + ω²), for several samples of one group of authors
    small    CR2 with Satterthwaite df; else CR0 · m/(m − p) with m − p df
    Raises BadInput, BadVariance, RankDeficient, TooFewStudies, NotDefined.
    Source: Hedges, Tipton & Johnson 2010, Res Synth Methods 1:39; Tipton 2015, Psychol Methods 20:375.
    Checked: robumeta 2.0.
    """
    arrays.one_of(weights, ("CORR", "HIER"), "kind of weights")
    if not 0 <= rho <= 1:
        raise BadInput(f"rho is a correlation between 0 and 1, not {rho}.")
    y, v = arrays.effects(yi, vi)
    columns = np.ones((y.size, 1)) if X is None else np.asarray(X, dtype=np.float64)
    if columns.ndim != 2 or columns.shape[0] != y.size or not np.isfinite(columns).all():
        raise BadInput(f"X must have {y.size} rows of finite numbers.")
    named = names or default_names(columns)
    basis = orthonormal(columns, named)
    members = members_of(cluster, y.size)
    p = columns.shape[1]
    if len(members) <= p:
        raise TooFewStudies(f"{p} coefficients need more than {len(members)} clusters.")
    tau2, omega2, i2, w = _weights(weights, y, v, basis.Q, members, rho)
    work = _weighted(y, basis.Q, w)
    inverse = np.asarray(np.linalg.inv(basis.R), dtype=np.float64)
    found = sandwich(work, members, "CR2" if small else "CR1p", inverse)
    df = found.df if small else np.full(p, float(len(members) - p))
    beta = basis.coefficients(work.M @ (work.U.T @ y))
    vcov = inverse @ found.vcov @ inverse.T
    result = inference(named, "CR2" if small else "CR1p", beta, vcov, df, len(members), level)
    return RobustRegression(weights, y.size, tau2, omega2, i2, result)


def _weights(
    kind: str, y: Floats, v: Floats, X: Floats, members: Sequence[Ints], rho: float
) -> tuple[float, float | None, float | None, Floats]:
    if kind == "HIER":
        tau2, omega2 = _hierarchical(y, v, X, members)
        return tau2, omega2, None, 1.0 / (v + tau2 + omega2)
    mean, size = np.empty(y.size), np.empty(y.size)
    for rows in members:
        mean[rows], size[rows] = v[rows].mean(), rows.size
    tau2, i2 = _correlated(y, X, members, 1.0 / (size * mean), rho)
    return tau2, None, i2, 1.0 / (size * (mean + tau2))


def _weighted(y: Floats, X: Floats, w: Floats) -> Working:
    U = X * w[:, None]
    M = np.asarray(np.linalg.inv(X.T @ U), dtype=np.float64)
    diagonal = np.arange(y.size)
    phi = sparse.csr_array((1.0 / w, (diagonal, diagonal)), shape=(y.size, y.size))
    return Working(X, U, y - X @ (M @ (U.T @ y)), M, phi)


def _sums(matrix: Floats, members: Sequence[Ints]) -> Floats:
    """Column sums of each cluster, (m, p): their cross products are X'JX with J of ones within clusters."""
    return np.array([matrix[rows].sum(axis=0) for rows in members])


def _correlated(y: Floats, X: Floats, members: Sequence[Ints], w: Floats, rho: float) -> tuple[float, float]:
    """τ² and I² (percent) by moments. Source: Hedges, Tipton & Johnson 2010, eq. 15."""
    work = _weighted(y, X, w)
    size = np.empty(y.size)
    for rows in members:
        size[rows] = rows.size
    share = np.sqrt(w / size)[:, None]
    xu = _sums(work.U, members)
    inner = _sums(X * share, members)
    own = (X * share).T @ (X * share)
    q = float(w @ work.e**2)
    denominator = float(w.sum() - np.trace(work.M @ xu.T @ xu))
    alone = float(np.trace(work.M @ own))
    shared = float(np.trace(work.M @ (inner.T @ inner - own)))
    if denominator <= 0:
        raise NotDefined("Every cluster decides a coefficient of its own: nothing varies between clusters.")
    df = len(members) - alone - rho * shared
    return max(0.0, (q - df) / denominator), max(0.0, 100.0 * (q - df) / q) if q > 0 else 0.0


def _hierarchical(y: Floats, v: Floats, X: Floats, members: Sequence[Ints]) -> tuple[float, float]:
    """τ² and ω² by two moments: of e'We and of the squared cluster sums of e. Source: as above, section 4."""
    work = _weighted(y, X, 1.0 / v)
    M, U = work.M, work.U
    xj, uj = _sums(X, members), _sums(U, members)
    xx, uu, ww = xj.T @ xj, uj.T @ uj, U.T @ U
    size = np.array([rows.size for rows in members], dtype=np.float64)
    squares = float((_sums(work.e[:, None], members) ** 2).sum())
    q = float((work.e**2 / v).sum())
    crossed = float(np.trace(M @ ((xj * size[:, None]).T @ uj)))
    a1 = float((size**2).sum()) - 2 * crossed + float(np.trace(M @ xx @ M @ uu))
    b1 = y.size - 2 * float(np.trace(M @ xj.T @ uj)) + float(np.trace(M @ xx @ M @ ww))
    c1 = float(v.sum() - np.trace(M @ xx))
    total = float((1 / v).sum())
    a2, b2 = total - float(np.trace(M @ uu)), total - float(np.trace(M @ ww))
    c2 = y.size - X.shape[1]
    determinant = b1 * a2 - b2 * a1
    if abs(determinant) <= 1e-12 * abs(b1 * a2):
        raise NotDefined("Variance between and within clusters cannot be told apart in these data.")
    omega2 = max(0.0, ((squares - c1) * a2 - (q - c2) * a1) / determinant)
    return max(0.0, (q - c2) / a2 - omega2 * b2 / a2), omega2
