"""Many fits at once: leaving studies out, adding them one by one, permuting them. One vectorised pass, O(k) each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, ndtr, ndtri, stdtr, stdtrit

from synthesis.stats.arrays import Floats
from synthesis.stats.errors import BadInput
from synthesis.stats.model import Model
from synthesis.stats.tau2.estimators import raw

# Data sets × studies per pass: bounds memory to some tens of megabytes.
CELLS = 200_000


@dataclass(frozen=True, slots=True)
class Fits:
    """One fit per data set. k, tau2, s2w, Q, typical (B,);  beta (B, p);  cov (B, p, p) includes s2w;  df (B,)."""

    k: Floats
    beta: Floats
    cov: Floats
    tau2: Floats
    s2w: Floats
    Q: Floats
    typical: Floats
    df: Floats

    @property
    def se(self) -> Floats:
        """Standard errors (B, p)."""
        return np.asarray(np.sqrt(np.diagonal(self.cov, axis1=-2, axis2=-1)))


def fit_many(model: Model, method: str, test: str) -> Fits:
    """Fit every data set of a model (B, k) by one method. Raises BadInput for GENQ, GENQM and unknown methods."""
    if method in ("GENQ", "GENQM"):
        raise BadInput(f"{method} has no batch form.")
    parts = [_fit(part, method, test) for part in _chunks(model)]
    return Fits(*(np.concatenate([getattr(part, name) for part in parts]) for name in Fits.__slots__))


def _chunks(model: Model) -> Iterator[Model]:
    """The data sets in groups that fit in memory, with full shapes."""
    sets, k = np.broadcast_shapes(
        model.y.shape, model.v.shape, (1,) if model.keep is None else model.keep.shape
    )
    size = max(1, CELLS // k)
    for first in range(0, sets, size):
        part = slice(first, min(first + size, sets))
        rows = (part.stop - part.start, k)
        pick = [None if a is None else np.broadcast_to(a, (sets, k))[part] for a in (model.y, model.keep)]
        v = model.v if model.v.ndim == 1 else np.broadcast_to(model.v, (sets, k))[part]
        columns = model.X if model.X is None or model.X.ndim == 2 else model.X[part]
        yield Model(np.broadcast_to(np.asarray(pick[0]), rows), v, columns, pick[1])


def _fit(model: Model, method: str, test: str) -> Fits:
    count = np.broadcast_to(np.asarray(model.k(), dtype=np.float64), model.y.shape[:-1])
    df = count - model.p
    estimable = df > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        tau2 = np.zeros(count.shape)
        if estimable.any():
            tau2[estimable] = np.maximum(
                raw(method, model if estimable.all() else model.subset(estimable)), 0.0
            )
        fixed, fit = model.at(0.0), model.at(tau2)
        s2w = np.where(estimable & (test in ("knha", "adhoc")), model.mean_square(fit), 1.0)
        typical = np.where(estimable, df / model.trace_p(fixed), np.nan)
    if test == "adhoc":
        s2w = np.maximum(s2w, 1.0)
    beta = fit.beta[:, None] if model.X is None else fit.beta
    cov = fit.cov[:, None, None] if model.X is None else fit.cov
    q = np.where(estimable, fixed.rss(), 0.0)
    return Fits(count, beta, cov * s2w[:, None, None], tau2, s2w, q, typical, df)


def critical_values(df: Floats, test: str, level: float) -> Floats:
    """Two-sided critical value per data set: normal for z and where no degree of freedom is left."""
    tail = (1.0 - level / 100.0) / 2.0
    if test == "z":
        return np.full(df.shape, float(-ndtri(tail)), dtype=np.float64)
    return np.asarray(np.where(df > 0, -stdtrit(np.maximum(df, 1), tail), -ndtri(tail)))


def p_values(statistic: Floats, df: Floats, test: str) -> Floats:
    """Two-sided p per data set."""
    tail = -np.abs(statistic)
    if test == "z":
        return np.asarray(2.0 * ndtr(tail))
    return np.asarray(np.where(df > 0, 2.0 * stdtr(np.maximum(df, 1), tail), 2.0 * ndtr(tail)))


def q_p_values(fits: Fits) -> Floats:
    """p of each Q; 1 without degrees of freedom."""
    return np.where(fits.df > 0, chdtrc(np.maximum(fits.df, 1), fits.Q), 1.0)
