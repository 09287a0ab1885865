"""Confidence intervals for τ², and with it for τ, I² and H²."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import chdtri, ndtri

from synthesis.stats import arrays
from synthesis.stats.arrays import Floats
from synthesis.stats.cautions import Caution
from synthesis.stats.errors import BadInput, TooFewStudies
from synthesis.stats.model import Model, orthonormal
from synthesis.stats.tau2.estimators import Tau2, estimate
from synthesis.stats.tau2.likelihood import log_likelihood
from synthesis.stats.tau2.moments import solve_q
from synthesis.stats.tau2.quadratic import invert

TYPES = ("QP", "PL", "Wald", "Wald.log", "Wald.sqrt", "GENQ")
Bounds = tuple[float, float, bool]


@dataclass(frozen=True, slots=True)
class Tau2Interval:
    """An interval for τ² (unit of the effect squared) and what follows from it.

    ub is infinite where the method has no upper bound;  empty: no τ² ≥ 0 fits, the studies agree better than chance
    I2_* in percent, H2_* from the same bounds
    """

    type: str
    method: str
    level: float
    tau2: float
    lb: float
    ub: float
    empty: bool
    Q: float
    I2_lb: float
    I2_ub: float
    H2_lb: float
    H2_ub: float
    warnings: tuple[Caution, ...]


def tau2_confidence(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    type: str = "QP",  # noqa: A002 - metafor's word
    method: str = "REML",
    level: float = 95.0,
    weights: ArrayLike | None = None,
    X: ArrayLike | None = None,
) -> Tau2Interval:
    """Confidence interval for the between-study variance.

    yi, vi   (k,) effects and sampling variances;  X (k, p) design with its intercept column, default an intercept
    type     "QP" Q-profile, "PL" profile likelihood (method ML or REML), "Wald", "Wald.log", "Wald.sqrt",
             "GENQ" exact inversion of the generalised Q statistic with weights (default 1 / vi)
    Raises TooFewStudies with k ≤ p, BadInput, BadVariance.
    Sources: Viechtbauer 2007, Stat Med 26:37; Jackson 2013, Res Synth Methods 4:220; Biggerstaff & Tweedie 1997.
    """
    y, v = arrays.effects(yi, vi)
    arrays.one_of(type, TYPES, "type of interval")
    alpha = arrays.level_fraction(level)
    model = Model(y, v) if X is None else _with_columns(y, v, X)
    if model.df() <= 0:
        raise TooFewStudies("An interval for tau² needs more studies than coefficients.")
    a = arrays.weights(weights, y.size) if weights is not None else 1.0 / v
    if type == "GENQ":
        method = "GENQ"
    elif type == "PL" and method not in ("ML", "REML"):
        raise BadInput("A profile likelihood interval needs method ML or REML.")
    value = estimate(method, model, a)
    lb, ub, empty = _bounds(type, method, model, a, value, alpha)
    typical = float(model.df()) / float(model.trace_p(model.at(0.0)))
    return Tau2Interval(
        type=type,
        method=method,
        level=level,
        tau2=value.value,
        lb=lb,
        ub=ub,
        empty=empty,
        Q=float(model.weighted(a).rss() if type == "GENQ" else model.at(0.0).rss()),
        I2_lb=100.0 * lb / (lb + typical),
        I2_ub=100.0 * ub / (ub + typical) if np.isfinite(ub) else 100.0,
        H2_lb=lb / typical + 1.0,
        H2_ub=ub / typical + 1.0,
        warnings=_cautions(empty, ub),
    )


def _bounds(kind: str, method: str, model: Model, a: Floats, value: Tau2, alpha: float) -> Bounds:
    if kind == "QP":
        return _q_profile(model, alpha)
    if kind == "GENQ":
        return _generalised(model, a, alpha)
    if kind == "PL":
        return _profile_likelihood(model, value.value, method == "REML", alpha)
    return _wald(kind, value.value, value.se or 0.0, alpha)


def _with_columns(y: Floats, v: Floats, X: ArrayLike) -> Model:
    columns = np.asarray(X, dtype=np.float64)
    if columns.ndim != 2 or columns.shape[0] != y.size or not np.isfinite(columns).all():
        raise BadInput("X must be a (k, p) matrix of finite numbers.")
    return Model(y, v, orthonormal(columns, tuple(f"column {j + 1}" for j in range(columns.shape[1]))).Q)


def _q_profile(model: Model, alpha: float) -> Bounds:
    """All τ² at which Q(τ²) is not in either tail of χ² with df degrees of freedom."""
    large, small = float(chdtri(model.df(), alpha / 2)), float(chdtri(model.df(), 1 - alpha / 2))
    if float(model.at(0.0).rss()) < small:
        return 0.0, 0.0, True
    return float(solve_q(model, large)), float(solve_q(model, small)), False


def _generalised(model: Model, a: Floats, alpha: float) -> Bounds:
    scaled = a / a.max()
    q = float(model.weighted(scaled).rss())
    upper = invert(model, scaled, q, 1 - alpha / 2)
    if upper is None:
        return 0.0, 0.0, True
    return invert(model, scaled, q, alpha / 2) or 0.0, upper, False


def _profile_likelihood(model: Model, top: float, restricted: bool, alpha: float) -> Bounds:
    """All τ² whose (restricted) log-likelihood is within ½ χ²₁ of the maximum."""
    floor = float(log_likelihood(model, top, restricted)) - 0.5 * float(chdtri(1, alpha))

    def above(t: float) -> float:
        return float(log_likelihood(model, t, restricted)) - floor

    lower = 0.0
    if top > 0 and above(0.0) < 0:
        lower = float(brentq(above, 0.0, top, xtol=1e-15 * top, rtol=1e-14))
    high = max(2.0 * top, float(np.median(model.v)))
    while above(high) > 0:
        high *= 4.0
    return lower, float(brentq(above, top, high, xtol=1e-15 * high, rtol=1e-14)), False


def _wald(kind: str, value: float, se: float, alpha: float) -> Bounds:
    """Normal intervals on the scale of τ², log τ² or τ, the last two by the delta method."""
    z = float(-ndtri(alpha / 2))
    if kind == "Wald":
        return max(0.0, value - z * se), value + z * se, False
    if value == 0:  # neither the logarithm nor the root has a finite slope here
        return 0.0, float("inf"), False
    if kind == "Wald.log":
        with np.errstate(over="ignore"):
            factor = float(np.exp(z * se / value))
        return value / factor, value * factor, False
    tau = float(np.sqrt(value))
    half = z * se / (2.0 * tau)
    return max(0.0, tau - half) ** 2, (tau + half) ** 2, False


def _cautions(empty: bool, ub: float) -> tuple[Caution, ...]:
    if empty:
        text = "No tau² fits: the studies agree better than chance. The interval is empty, shown as zero."
        return (Caution("empty_interval", text),)
    if not np.isfinite(ub):
        return (
            Caution(
                "no_upper_bound", "With tau² at zero an interval on the log or root scale has no upper bound."
            ),
        )
    return ()
