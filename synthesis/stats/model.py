"""The normal–normal model with diagonal sampling variances: weighted least squares in O(k p²), for one or many sets.

y_i = x_i'β + u_i + e_i with Var(u_i) = τ² and Var(e_i) = v_i. Everything the estimators need is a sum over
studies, so no k × k matrix is ever built. With P = W − WX(X'WX)⁻¹X'W, W = diag(1 / (v + τ²)) and r the
residual of the weighted fit, Py = Wr. Source: Raudenbush 2009; Viechtbauer 2005, J Educ Behav Stat 30:261.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthesis.stats.arrays import ROUNDING, Bools, Floats
from synthesis.stats.errors import RankDeficient

# A column whose part orthogonal to the others is smaller than this share of it is a combination of them.
RANK_TOLERANCE = 1e-11


def others(x: Floats) -> Floats:
    """For each entry along the last axis the sum of all others, without taking it from the total."""
    before, after = np.zeros_like(x), np.zeros_like(x)
    before[..., 1:] = np.cumsum(x[..., :-1], axis=-1)
    after[..., :-1] = np.cumsum(x[..., :0:-1], axis=-1)[..., ::-1]
    return np.asarray(before + after)


@dataclass(frozen=True, slots=True)
class Fit:
    """A weighted fit. Leading dimensions, if any, run over data sets.

    w (…, k) weights;  cov (…) or (…, p, p) inverse of X'WX;  beta (…) or (…, p);  r (…, k) residuals
    """

    w: Floats
    cov: Floats
    beta: Floats
    r: Floats

    def rss(self) -> Floats:
        """Weighted residual sum of squares y'Py, shape (…)."""
        return np.asarray((self.w * self.r * self.r).sum(-1))


@dataclass(frozen=True, slots=True)
class Model:
    """Data sets that share a shape. y (…, k), v (…, k) or (k,), X (…, k, p) or None for an intercept alone.

    keep  (…, k) of ones and zeros: a zero leaves a study out. Leaving out by weight keeps arrays rectangular,
          so that all leave-one-out fits are one vectorised fit.
    """

    y: Floats
    v: Floats
    X: Floats | None = None
    keep: Floats | None = None

    @property
    def p(self) -> int:
        return 1 if self.X is None else int(self.X.shape[-1])

    def k(self) -> Floats | int:
        return int(self.y.shape[-1]) if self.keep is None else self.keep.sum(-1)

    def df(self) -> Floats | int:
        return self.k() - self.p

    def subset(self, chosen: Bools) -> Model:
        """The data sets that `chosen` (…) selects."""
        shape = (*chosen.shape, self.y.shape[-1])
        columns = self.X[chosen] if self.X is not None and self.X.ndim > 2 else self.X
        keep = None if self.keep is None else np.broadcast_to(self.keep, shape)[chosen]
        v = self.v if self.v.ndim == 1 else np.broadcast_to(self.v, shape)[chosen]
        return Model(np.broadcast_to(self.y, shape)[chosen], v, columns, keep)

    def at(self, tau2: Floats | float) -> Fit:
        """The fit with weights 1 / (v + τ²); τ² is a number or one per data set (…)."""
        shift = tau2 if isinstance(tau2, float) else np.asarray(tau2)[..., None]
        w = 1.0 / (self.v + shift)
        return self.weighted(w if self.keep is None else w * self.keep)

    def weighted(self, w: Floats) -> Fit:
        """The fit with any weights (…, k)."""
        if self.X is None:
            total = w.sum(-1)
            beta = (w * self.y).sum(-1) / total
            return Fit(w, 1.0 / total, beta, self.y - beta[..., None])
        wx = self.X * w[..., None]
        try:
            cov = np.asarray(np.linalg.inv(np.swapaxes(wx, -1, -2) @ self.X), dtype=np.float64)
        except np.linalg.LinAlgError as error:
            raise RankDeficient("The studies that carry weight cannot tell the columns apart.") from error
        beta = (cov @ (np.swapaxes(wx, -1, -2) @ self.y[..., None]))[..., 0]
        return Fit(w, cov, beta, self.y - (self.X @ beta[..., None])[..., 0])

    def leverage(self, fit: Fit) -> Floats:
        """x_i'(X'WX)⁻¹x_i, shape (…, k), or (…, 1) for an intercept alone."""
        if self.X is None:
            return np.asarray(fit.cov)[..., None]
        return np.asarray(np.einsum("...i,...i->...", self.X @ fit.cov, self.X))

    def sandwich(self, fit: Fit, diagonal: Floats) -> Floats:
        """(X'WX)⁻¹ X'DX (X'WX)⁻¹ for a diagonal D (…, k): shape of fit.cov."""
        if self.X is None:
            return np.asarray(fit.cov**2 * diagonal.sum(-1))
        inner = np.swapaxes(self.X * diagonal[..., None], -1, -2) @ self.X
        return np.asarray(fit.cov @ inner @ fit.cov)

    def mean_square(self, fit: Fit) -> Floats:
        """y'Py / df, shape (…), exactly zero where the residuals are rounding only."""
        rss = fit.rss()
        noise = (fit.w * (ROUNDING * self.y) ** 2).sum(-1)
        return np.where(rss > noise, rss, 0.0) / self.df()

    def trace_p(self, fit: Fit) -> Floats:
        """tr(P), shape (…)."""
        return np.asarray((fit.w - fit.w * fit.w * self.leverage(fit)).sum(-1))

    def trace_pv(self, fit: Fit, diagonal: Floats) -> Floats:
        """tr(P D) for a diagonal D (…, k)."""
        return np.asarray(((fit.w - fit.w * fit.w * self.leverage(fit)) * diagonal).sum(-1))

    def trace_pdpe(self, fit: Fit, d: Floats | float, e: Floats | float) -> Floats:
        """tr(P D P E) for diagonals D and E: the second moments of quadratic forms."""
        w2 = fit.w * fit.w
        if self.X is None:
            # Sums of positive terms: one study that outweighs all others would cancel the shorter formula.
            own = (fit.w * others(fit.w)) ** 2 * d * e
            return np.asarray(fit.cov**2 * (own + w2 * d * others(w2 * e)).sum(-1))
        both = (w2 * d * e - 2.0 * w2 * fit.w * self.leverage(fit) * d * e).sum(-1)
        left = self._gram(w2 * d)
        right = left if d is e else self._gram(w2 * e)
        return np.asarray(both + np.trace(fit.cov @ left @ fit.cov @ right, axis1=-2, axis2=-1))

    def _gram(self, diagonal: Floats) -> Floats:
        assert self.X is not None  # noqa: S101 - only called with columns
        return np.asarray(np.swapaxes(self.X * diagonal[..., None], -1, -2) @ self.X)

    def log_determinant(self, fit: Fit) -> Floats:
        """log |X'WX|, shape (…)."""
        if self.X is None:
            return np.asarray(-np.log(fit.cov))
        return np.asarray(-np.linalg.slogdet(fit.cov)[1])

    def cubic(self, fit: Fit) -> Floats:
        """y'PPPy, half the slope of y'PPy in −τ², shape (…)."""
        wr = fit.w * fit.r
        quartic = (fit.w * wr * wr).sum(-1)
        if self.X is None:
            return np.asarray(quartic - (fit.w * wr).sum(-1) ** 2 * fit.cov)
        g = np.swapaxes(self.X, -1, -2) @ (fit.w * wr)[..., None]
        return np.asarray(quartic - (np.swapaxes(g, -1, -2) @ fit.cov @ g)[..., 0, 0])


@dataclass(frozen=True, slots=True)
class Basis:
    """A design matrix as orthonormal columns Q with X = QR: well conditioned even for uncentred years."""

    Q: Floats
    R: Floats

    def coefficients(self, gamma: Floats) -> Floats:
        return np.asarray(np.linalg.solve(self.R, gamma[..., None])[..., 0])

    def covariance(self, cov: Floats) -> Floats:
        inverse = np.linalg.inv(self.R)
        return np.asarray(inverse @ cov @ inverse.T)


def orthonormal(X: Floats, names: tuple[str, ...]) -> Basis:
    """Basis of the columns of X (k, p). Raises RankDeficient naming the columns that add nothing."""
    scale = np.linalg.norm(X, axis=0)
    Q, R = np.linalg.qr(X / np.where(scale > 0, scale, 1.0))
    redundant = np.abs(np.diag(R)) < RANK_TOLERANCE
    if redundant.any() or X.shape[0] < X.shape[1]:
        bad = tuple(name for name, is_bad in zip(names, redundant, strict=True) if is_bad)
        raise RankDeficient(f"These columns repeat what others say: {', '.join(bad)}.", bad)
    return Basis(Q, R * scale)
