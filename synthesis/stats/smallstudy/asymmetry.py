"""Regression tests of funnel-plot asymmetry: do small studies show other effects than large ones?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, stdtr

from synthesis.stats import arrays
from synthesis.stats.arrays import Floats
from synthesis.stats.cautions import Caution
from synthesis.stats.errors import BadInput, TooFewStudies
from synthesis.stats.fitting import critical
from synthesis.stats.model import Model, orthonormal
from synthesis.stats.regression import meta_regression

PREDICTORS = ("sei", "vi", "ni", "ninv", "sqrtni", "sqrtninv")
# Precision is infinite where these are 0, so that the intercept is the effect of an infinitely large study.
VANISHING = ("sei", "vi", "ninv", "sqrtninv")
REGRESSIONS = ("lm", "rma")


@dataclass(frozen=True, slots=True)
class AsymmetryTest:
    """The slope of effects on a measure of study size, and the effect at infinite size.

    statistic     of the slope, t with df degrees of freedom, or normal when df is None;  p_value two-sided
    beta, se      (intercept, slope);  dispersion  residual mean square, "lm" only;  tau2  "rma" only
    limit         effect at infinite precision with its interval; None when the predictor has no such point
    """

    model: str
    predictor: str
    level: float
    k: int
    statistic: float
    df: int | None
    p_value: float
    beta: tuple[float, float]
    se: tuple[float, float]
    limit: float | None
    limit_ci_lb: float | None
    limit_ci_ub: float | None
    dispersion: float | None
    tau2: float | None
    warnings: tuple[Caution, ...]


def egger(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    model: str = "lm",
    predictor: str = "sei",
    ni: ArrayLike | None = None,
    tau2: str = "REML",
    test: str = "z",
    level: float = 95.0,
) -> AsymmetryTest:
    """Egger's regression test and its relatives.

    yi, vi     (k,) effects and sampling variances, k > 2;  ni (k,) sample sizes, for the predictors made of them
    model      "lm": weights 1 / vi and a multiplicative residual dispersion, the classic test;
               "rma": meta-regression with additive τ² (estimator `tau2`, "EE" for none) and `test`
    predictor  "sei", "vi", "ni", "ninv" (1 / ni), "sqrtni", "sqrtninv"
    Raises TooFewStudies below three studies, RankDeficient when all studies are equally large, BadVariance, BadInput.
    Source: Egger 1997, BMJ 315:629; Sterne & Egger 2005. Checked: metafor 3.8-1 regtest.
    """
    y, v = arrays.effects(yi, vi)
    arrays.one_of(model, REGRESSIONS, "regression")
    arrays.level_fraction(level)
    if y.size < 3:
        raise TooFewStudies("A regression test needs at least three studies.")
    x = _size(predictor, v, ni)
    if model == "lm":
        return dispersed(y, v, x, predictor=predictor, level=level)
    X = np.column_stack([np.ones_like(x), x])
    common = tau2 == "EE"
    method = "REML" if common else tau2
    fit = meta_regression(
        y, v, X, names=("intrcpt", predictor), model="common" if common else "random", tau2=method, test=test,
        level=level,
    )  # fmt: skip
    has_limit = predictor in VANISHING
    return AsymmetryTest(
        model="rma",
        predictor=predictor,
        level=level,
        k=y.size,
        statistic=float(fit.statistic[1]),
        df=fit.df,
        p_value=float(fit.p_value[1]),
        beta=(float(fit.beta[0]), float(fit.beta[1])),
        se=(float(fit.se[0]), float(fit.se[1])),
        limit=float(fit.beta[0]) if has_limit else None,
        limit_ci_lb=float(fit.ci_lb[0]) if has_limit else None,
        limit_ci_ub=float(fit.ci_ub[0]) if has_limit else None,
        dispersion=None,
        tau2=fit.tau2,
        warnings=fit.warnings + low_power(y.size),
    )


def dispersed(y: Floats, v: Floats, x: Floats, *, predictor: str, level: float) -> AsymmetryTest:
    """The regression of y on x with weights 1 / v and a residual dispersion. Raises RankDeficient, TooFewStudies."""
    k = y.size
    if k < 3:
        raise TooFewStudies("A regression test needs at least three studies.")
    basis = orthonormal(np.column_stack([np.ones_like(x), x]), ("intrcpt", predictor))
    fit = Model(y, v, basis.Q).at(0.0)
    dispersion = float(fit.rss()) / (k - 2)
    beta = basis.coefficients(fit.beta)
    se = np.sqrt(np.diag(basis.covariance(fit.cov)) * dispersion)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = float(beta[1] / se[1])
    flat: tuple[Caution, ...] = ()
    if not se[1] > 0:
        statistic = float(np.copysign(np.inf, beta[1])) if beta[1] != 0 else 0.0
        flat = (Caution("zero_standard_error", "The points lie on a line exactly: the slope has no error."),)
    limited = predictor in VANISHING
    margin = critical(k - 2, level) * float(se[0])
    return AsymmetryTest(
        model="lm",
        predictor=predictor,
        level=level,
        k=k,
        statistic=statistic,
        df=k - 2,
        p_value=two_sided(statistic, k - 2),
        beta=(float(beta[0]), float(beta[1])),
        se=(float(se[0]), float(se[1])),
        limit=float(beta[0]) if limited else None,
        limit_ci_lb=float(beta[0]) - margin if limited else None,
        limit_ci_ub=float(beta[0]) + margin if limited else None,
        dispersion=dispersion,
        tau2=None,
        warnings=flat + low_power(k),
    )


def two_sided(statistic: float, df: int | None) -> float:
    """Two-sided p of a statistic: normal for df None, else t."""
    tail = -abs(statistic)
    return float(2.0 * (ndtr(tail) if df is None else stdtr(df, tail)))


def low_power(k: int) -> tuple[Caution, ...]:
    """The caution the Cochrane Handbook (13.3.5.4) attaches to tests of asymmetry."""
    if k >= 10:
        return ()
    text = f"Tests of funnel asymmetry have little power with {k} studies; ten are the usual minimum."
    return (Caution("few_studies_for_asymmetry", text),)


def _size(predictor: str, v: Floats, ni: ArrayLike | None) -> Floats:
    arrays.one_of(predictor, PREDICTORS, "predictor")
    if predictor in ("sei", "vi"):
        return np.sqrt(v) if predictor == "sei" else v
    if ni is None:
        raise BadInput(f"The predictor {predictor} needs sample sizes ni.")
    n = arrays.vector(ni, "ni")
    if n.shape != v.shape or not np.all((n > 0) & np.isfinite(n)):
        raise BadInput(f"ni must be {v.size} positive sample sizes, one for each study.")
    size = np.sqrt(n) if predictor.startswith("sqrt") else n
    return 1.0 / size if predictor.endswith("ninv") else size
