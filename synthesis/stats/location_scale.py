"""Location–scale models: moderators of the mean effect and of the heterogeneity around it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from synthesis.stats import arrays
from synthesis.stats.arrays import Floats
from synthesis.stats.cautions import Caution
from synthesis.stats.criteria import criteria
from synthesis.stats.errors import BadInput, TooFewStudies
from synthesis.stats.fitting import Likelihood
from synthesis.stats.maximise import Maximum, maximise
from synthesis.stats.model import Basis, Fit, Model, orthonormal
from synthesis.stats.regression import WaldTest, default_names
from synthesis.stats.tau2 import estimate
from synthesis.stats.wald import joint_test, slopes_of, tested

# log τ² is held within this many units of the log of the data's variance: beyond, the likelihood is flat.
REACH = 40.0


@dataclass(frozen=True, slots=True)
class Coefficients:
    """Coefficients with tests: names (p,), beta, se, statistic, p_value, ci_lb, ci_ub (p,), vcov (p, p).

    moderators  joint test of all but the intercept, of the intercept where it is alone, None where a se is infinite
    """

    names: tuple[str, ...]
    beta: Floats
    se: Floats
    statistic: Floats
    p_value: Floats
    ci_lb: Floats
    ci_ub: Floats
    vcov: Floats
    moderators: WaldTest | None


@dataclass(frozen=True, slots=True)
class LocationScale:
    """location: of the mean effect;  scale: of log τ²;  tau2 (k,) of each study."""

    method: str
    test: str
    level: float
    k: int
    location: Coefficients
    scale: Coefficients
    tau2: Floats
    Q: float
    Q_df: int
    Q_p: float
    likelihood: Likelihood
    warnings: tuple[Caution, ...]


def location_scale(
    yi: ArrayLike,
    vi: ArrayLike,
    X: ArrayLike,
    Z: ArrayLike,
    *,
    names: tuple[str, ...] | None = None,
    scale_names: tuple[str, ...] | None = None,
    method: str = "REML",
    test: str = "z",
    level: float = 95.0,
) -> LocationScale:
    """Fit y_i ~ N(x_i'β, v_i + τ_i²) with log τ_i² = z_i'α.

    yi, vi   (k,);  X (k, p) of the location, Z (k, q) of the scale, intercept columns first if wanted
    method   "REML" or "ML";  test "z", or "t" with k − p and k − q degrees of freedom
    Standard errors of α from the observed information of the likelihood with β profiled out.
    Raises BadInput, BadVariance, RankDeficient, TooFewStudies, NotConverged.
    Source: Viechtbauer & López-López 2022, Res Synth Methods 13:697. Checked: metafor 3.8-1 rma with scale.
    """
    arrays.one_of(method, ("REML", "ML"), "method")
    arrays.one_of(test, ("z", "t"), "test")
    arrays.level_fraction(level)
    y, v = arrays.effects(yi, vi)
    columns = [np.asarray(matrix, dtype=np.float64) for matrix in (X, Z)]
    for matrix, what in zip(columns, ("X", "Z"), strict=True):
        if matrix.ndim != 2 or matrix.shape[0] != y.size or not np.isfinite(matrix).all() or not matrix.size:
            raise BadInput(f"{what} must have {y.size} rows of finite numbers and at least one column.")
        if matrix.shape[1] >= y.size:
            raise TooFewStudies(f"{matrix.shape[1]} coefficients need more than {y.size} studies.")
    named = (names or default_names(columns[0]), scale_names or default_names(columns[1]))
    place, spread = (orthonormal(matrix, label) for matrix, label in zip(columns, named, strict=True))
    root = float(np.sqrt(y.size))
    spread = Basis(spread.Q * root, spread.R / root)
    model = Model(y, v, place.Q)
    found = _maximum(model, spread.Q, method == "REML")
    return _result(model, (place, spread), found, named, (method, test, level))


def _maximum(model: Model, Z: Floats, restricted: bool) -> Maximum:
    unit = float(np.log(np.var(model.y) + model.v.mean()))

    def function(alpha: Floats) -> tuple[float, Floats]:
        logs = Z @ alpha
        held = np.clip(logs, unit - REACH, unit + REACH)
        tau2 = np.exp(held)
        fit = _at(model, tau2)
        value = _log_likelihood(model, fit, restricted)
        slope = 0.5 * (fit.w * fit.w * fit.r * fit.r - fit.w)
        if restricted:
            slope = slope + 0.5 * fit.w * fit.w * model.leverage(fit)
        return value, Z.T @ (slope * tau2 * (held == logs))

    flat = np.linalg.lstsq(Z, np.ones(model.y.size), rcond=None)[0]
    typical = max(estimate("REML" if restricted else "ML", model, None).value, 1e-3 * float(np.exp(unit)))
    starts = [flat * np.log(typical * factor) for factor in (1.0, 0.1, 5.0)]
    starts += [starts[0] + sign * np.eye(Z.shape[1])[j] for j in range(1, Z.shape[1]) for sign in (1.0, -1.0)]
    return maximise(function, starts)


def _at(model: Model, tau2: Floats) -> Fit:
    return model.weighted(1.0 / (model.v + tau2))


def _log_likelihood(model: Model, fit: Fit, restricted: bool) -> float:
    k, p = model.y.size, model.p
    n = k - p if restricted else k
    value = 0.5 * (float(np.log(fit.w).sum()) - float(fit.rss()) - n * np.log(2 * np.pi))
    return float(value - 0.5 * model.log_determinant(fit)) if restricted else float(value)


def _result(
    model: Model,
    bases: tuple[Basis, Basis],
    found: Maximum,
    names: tuple[tuple[str, ...], tuple[str, ...]],
    options: tuple[str, str, float],
) -> LocationScale:
    method, test, level = options
    k, p, q = model.y.size, model.p, found.x.size
    tau2 = np.exp(bases[1].Q @ found.x)
    fit = _at(model, tau2)
    location = _coefficients(bases[0], fit.beta, fit.cov, names[0], k - p if test == "t" else None, level)
    covariance, flat = _inverse_information(found.hessian)
    scale = _coefficients(bases[1], found.x, covariance, names[1], k - q if test == "t" else None, level)
    if flat:
        scale = _without_tests(scale)
    common = model.at(0.0)
    said = "The heterogeneity is estimated as zero for some studies: its coefficients have no finite standard error."
    return LocationScale(
        method=method,
        test=test,
        level=level,
        k=k,
        location=location,
        scale=scale,
        tau2=tau2,
        Q=float(common.rss()),
        Q_df=k - p,
        Q_p=float(chdtrc(k - p, float(common.rss()))),
        likelihood=criteria(method, found.value, p + q, k - p if method == "REML" else k),
        warnings=(Caution("scale_flat", said),) if flat else (),
    )


def _inverse_information(hessian: Floats) -> tuple[Floats, bool]:
    """Inverse of minus the Hessian, and whether a direction is so flat that it has none."""
    values, vectors = np.linalg.eigh(-hessian)
    flat = values <= 1e-6 * max(1e-3, float(values.max()))
    return np.asarray((vectors * np.where(flat, 0.0, 1.0 / np.where(flat, 1.0, values))) @ vectors.T), bool(
        flat.any()
    )


def _coefficients(
    basis: Basis, gamma: Floats, cov: Floats, names: tuple[str, ...], df: int | None, level: float
) -> Coefficients:
    beta, vcov = basis.coefficients(gamma), basis.covariance(cov)
    each = tested(beta, vcov, df, level)
    joint = joint_test(beta, vcov, slopes_of(names), df) if np.all(each.se > 0) else None
    return Coefficients(
        names, beta, each.se, each.statistic, each.p_value, each.ci_lb, each.ci_ub, vcov, joint
    )


def _without_tests(found: Coefficients) -> Coefficients:
    """The same coefficients with infinite standard errors."""
    p = len(found.names)
    endless = np.full(p, np.inf)
    return Coefficients(
        names=found.names,
        beta=found.beta,
        se=endless,
        statistic=np.zeros(p),
        p_value=np.ones(p),
        ci_lb=-endless,
        ci_ub=endless,
        vcov=np.diag(endless),
        moderators=None,
    )
