"""Which studies drive the result: deletion diagnostics, Baujat coordinates and shrunken study effects."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from synthesis.stats import arrays
from synthesis.stats.arrays import Bools, Floats
from synthesis.stats.batch import Fits, fit_many
from synthesis.stats.errors import NotDefined, TooFewStudies
from synthesis.stats.fitting import Fitted, critical, fit_model, reference
from synthesis.stats.model import Model, orthonormal
from synthesis.stats.pooling import pool


@dataclass(frozen=True, slots=True)
class Influence:
    """Deletion diagnostics, (k,) each, dfbetas (k, p).

    rstudent, rstandard   residuals in units of their standard error, without and with the study in the fit
    dffits, cook, cov_r   shift of the study's prediction, of all coefficients, ratio of generalised variances
    tau2_deleted, Q_deleted   without the study;  hat  its leverage;  weight  in percent
    influential           |DFFITS| > 3 √(p / (k − p)), or Cook's distance beyond the median of χ²ₚ,
                          or hat > 3p / k, or a |DFBETAS| > 1
    """

    rstudent: Floats
    rstandard: Floats
    dffits: Floats
    cook: Floats
    cov_r: Floats
    tau2_deleted: Floats
    Q_deleted: Floats
    hat: Floats
    weight: Floats
    dfbetas: Floats
    influential: Bools


def influence(
    yi: ArrayLike,
    vi: ArrayLike,
    X: ArrayLike | None = None,
    *,
    model: str = "random",
    tau2: str = "REML",
    test: str = "z",
) -> Influence:
    """Deletion diagnostics of every study, all refits in one vectorised pass.

    yi, vi (k,); X (k, p) design matrix or None to pool. Raises TooFewStudies when k − 1 ≤ p, RankDeficient when a
    study alone carries a coefficient, NotDefined when the test leaves no uncertainty, BadVariance, BadInput.
    Source: Viechtbauer & Cheung 2010, Res Synth Methods 1:112. Checked: metafor 3.8-1 influence.
    """
    full, deleted, fitted = _refits(yi, vi, X, model, tau2, test)
    factor = reference(fitted, test).s2w
    if factor == 0:
        raise NotDefined("The studies agree exactly: with this test there is no uncertainty to compare with.")
    k = full.y.size
    columns = np.ones((k, 1)) if full.X is None else full.X
    cov = np.atleast_2d(fitted.cov) * factor
    leverage = full.leverage(fitted.used) * np.ones(k)
    hat = fitted.used.w * leverage
    out = full.y - (columns * deleted.beta).sum(1)
    spread = ((columns[:, None, :] @ deleted.cov)[:, 0, :] * columns).sum(1)
    shift = np.atleast_1d(fitted.used.beta) - deleted.beta
    # Knapp–Hartung's factor of the fit without the study scales its whole prediction variance.
    sigma = deleted.s2w * (full.v + deleted.tau2)
    cook = np.einsum("ki,ij,kj->k", shift, np.linalg.inv(cov), shift)
    dffits = arrays.quotient((columns * shift).sum(1), np.sqrt(hat * sigma))
    # Covariance of all studies' fit, had it used the τ² found without the study.
    dfbetas = arrays.quotient(shift, np.sqrt(_cov_at(full, deleted.tau2) * deleted.s2w[:, None]))
    return Influence(
        rstudent=arrays.quotient(out, np.sqrt(sigma + spread)),
        rstandard=fitted.used.r / np.sqrt(full.v + fitted.tau2.value - leverage),
        dffits=dffits,
        cook=cook,
        cov_r=np.linalg.det(deleted.cov) / np.linalg.det(cov),
        tau2_deleted=deleted.tau2,
        Q_deleted=deleted.Q,
        hat=hat,
        weight=100.0 * fitted.used.w / fitted.used.w.sum(),
        dfbetas=dfbetas,
        influential=_flags(dffits, cook, hat, dfbetas),
    )


def _refits(
    yi: ArrayLike, vi: ArrayLike, X: ArrayLike | None, model: str, tau2: str, test: str
) -> tuple[Model, Fits, Fitted]:
    y, v = arrays.effects(yi, vi)
    arrays.one_of(model, ("random", "common"), "model")
    method = "EE" if model == "common" else tau2
    basis = None
    if X is not None:
        rows = np.asarray(X, dtype=np.float64)
        basis = orthonormal(rows, tuple(f"column {j + 1}" for j in range(rows.shape[1]))).Q
    full = Model(y, v, basis)
    if y.size - 1 <= full.p:
        raise TooFewStudies("Leaving a study out must leave more studies than coefficients.")
    _no_study_is_alone(full)
    k = y.size
    deleted = fit_many(Model(np.broadcast_to(y, (k, k)), v, basis, 1.0 - np.eye(k)), method, test)
    return full, deleted, fit_model(full, method)


def _no_study_is_alone(model: Model) -> None:
    """A study with leverage 1 cannot be left out: its coefficient goes with it."""
    if model.X is None:
        return
    alone = np.flatnonzero((model.X**2).sum(1) > 1 - 1e-10)
    if alone.size:
        raise TooFewStudies(f"Study {int(alone[0]) + 1} alone carries a coefficient and cannot be left out.")


def _cov_at(model: Model, tau2: Floats) -> Floats:
    """Diagonal of (X'WX)⁻¹ at each τ², (B, p)."""
    w = 1.0 / (model.v + tau2[:, None])
    if model.X is None:
        return np.asarray(1.0 / w.sum(1))[:, None]
    gram = np.swapaxes(model.X * w[..., None], -1, -2) @ model.X
    return np.asarray(np.diagonal(np.linalg.inv(gram), axis1=-2, axis2=-1))


def _flags(dffits: Floats, cook: Floats, hat: Floats, dfbetas: Floats) -> Bools:
    k, p = dfbetas.shape
    return np.asarray(
        (np.abs(dffits) > 3 * np.sqrt(p / (k - p)))
        | (chdtrc(p, cook) < 0.5)
        | (hat > 3 * p / k)
        | (np.abs(dfbetas) > 1).any(1)
    )


@dataclass(frozen=True, slots=True)
class Baujat:
    """x (k,) squared Pearson residual; y (k,) squared standardised change of the fit without the study."""

    x: Floats
    y: Floats


def baujat(yi: ArrayLike, vi: ArrayLike, *, model: str = "random", tau2: str = "REML") -> Baujat:
    """Coordinates of the Baujat plot. Errors as influence. Source: Baujat 2002, Stat Med 21:2641."""
    full, deleted, fitted = _refits(yi, vi, None, model, tau2, "z")
    shift = float(fitted.used.beta) - deleted.beta[:, 0]
    pearson = fitted.used.r**2 / (full.v + fitted.tau2.value)
    return Baujat(pearson, shift**2 / deleted.cov[:, 0, 0])


@dataclass(frozen=True, slots=True)
class Radial:
    """Galbraith's radial plot: the slope from the origin to (x, y) is a study's effect, its precision is x; (k,) each."""

    x: Floats
    y: Floats


def radial(yi: ArrayLike, vi: ArrayLike, *, model: str = "random", tau2: str = "REML") -> Radial:
    """Coordinates 1/s and y/s with s² = v + τ². Errors as pool. Source: Galbraith 1988, Technometrics 30:271."""
    fitted = pool(yi, vi, model=model, tau2=tau2)
    y, v = arrays.effects(yi, vi)
    precision = 1.0 / np.sqrt(v + fitted.tau2)
    return Radial(precision, y * precision)


@dataclass(frozen=True, slots=True)
class Shrunken:
    """Best linear unbiased predictions of the studies' true effects, (k,) each."""

    estimate: Floats
    se: Floats
    ci_lb: Floats
    ci_ub: Floats


def blup(
    yi: ArrayLike, vi: ArrayLike, *, tau2: str = "REML", test: str = "z", level: float = 95.0
) -> Shrunken:
    """Each study's effect shrunk towards the pooled one: λy + (1 − λ)μ with λ = τ² / (τ² + v).

    Errors as pool. Source: Raudenbush & Bryk 1985; variance λv + (1 − λ)² Var(μ).
    """
    y, v = arrays.effects(yi, vi)
    arrays.level_fraction(level)
    fitted = fit_model(Model(y, v), tau2)
    ref = reference(fitted, test)
    share = fitted.tau2.value / (fitted.tau2.value + v)
    estimate = share * y + (1 - share) * float(fitted.used.beta)
    se = np.sqrt(share * v + (1 - share) ** 2 * float(fitted.cov) * ref.s2w)
    margin = critical(ref.df, level) * se
    return Shrunken(estimate, se, estimate - margin, estimate + margin)
