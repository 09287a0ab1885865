"""Pooling effects into one: common effect or random effects, with every estimator of τ²."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from synthesis.stats import arrays
from synthesis.stats.arrays import Floats
from synthesis.stats.cautions import Caution
from synthesis.stats.errors import BadInput
from synthesis.stats.fitting import Fitted, Likelihood, critical, fit_model, q_based_i2, reference
from synthesis.stats.model import Model

MODELS = ("random", "common")


@dataclass(frozen=True, slots=True)
class Pooled:
    """A pooled effect with everything a reader may ask about it. Effects are on the analysis scale (log ratios …).

    level        of all intervals, in percent;  p_value two-sided;  statistic_df None for the normal distribution
    s2w          factor on the squared standard error (Knapp–Hartung), else 1
    I2, H2       from τ² (I² in percent);  I2_Q from Q, which other programs print
    pi_*         prediction interval for a new study's true effect; pi_df None for the normal distribution;
                 None for a common effect, where it does not exist
    weights      (k,) in percent
    """

    model: str
    method: str
    test: str
    level: float
    k: int
    estimate: float
    se: float
    ci_lb: float
    ci_ub: float
    statistic: float | None
    statistic_df: int | None
    p_value: float
    s2w: float
    tau2: float
    se_tau2: float | None
    I2: float
    H2: float
    I2_Q: float
    Q: float
    Q_df: int
    Q_p: float
    pi_lb: float | None
    pi_ub: float | None
    pi_df: float | None
    typical_variance: float | None
    weights: Floats
    likelihood: Likelihood
    warnings: tuple[Caution, ...]


def pool(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    model: str = "random",
    tau2: str = "REML",
    test: str = "z",
    level: float = 95.0,
    weighted: bool = True,
    weights: ArrayLike | None = None,
) -> Pooled:
    """Pool effects by inverse variance.

    yi, vi    (k,) effects and sampling variances (unit of yi squared)
    model     "random", or "common" for one true effect in all studies
    tau2      estimator: REML, DL, ML, PM, EB, HE, HS, HSk, SJ, PMM, GENQ, GENQM, DLIT, SJIT
    test      "z", "t", "knha" (Knapp–Hartung) or "adhoc" (Knapp–Hartung that never narrows the interval)
    weighted  False pools with equal weights; weights (k,) pools with the caller's (and feeds GENQ and GENQM)
    The prediction interval uses the test's distribution: normal for z, t with k − 1 df otherwise
    (prediction_interval changes that).
    Raises TooFewStudies without studies, BadVariance, BadInput. k = 1 is allowed: τ² = 0 with a caution.
    Source: docs/methods.md. Checked: metafor 3.8-1 rma.uni, relative error below 1e-9.
    """
    y, v = arrays.effects(yi, vi)
    arrays.one_of(model, MODELS, "model")
    arrays.level_fraction(level)
    given = None if weights is None else arrays.weights(weights, y.size)
    method = "EE" if model == "common" else tau2
    genq = given if method in ("GENQ", "GENQM") else None
    if method in ("GENQ", "GENQM") and genq is None:
        raise BadInput(f"{method} needs weights, one for each study.")
    if not weighted:
        given = np.ones_like(y)
    fitted = fit_model(Model(y, v), method, weights=given, genq=genq)
    return from_fit(fitted, model, test, level)


_NO_UNCERTAINTY = Caution(
    "zero_standard_error", "The studies agree exactly, so this test leaves no uncertainty; use test='adhoc'."
)


def from_fit(fitted: Fitted, model: str, test: str, level: float) -> Pooled:
    """The result of an intercept-only fit."""
    ref = reference(fitted, test)
    estimate = float(fitted.used.beta)
    se = float(np.sqrt(ref.s2w * fitted.cov))
    margin = ref.quantile(level) * se
    statistic = estimate / se if se > 0 else None
    pooled = Pooled(
        model=model,
        method=fitted.method,
        test=ref.name,
        level=level,
        k=fitted.model.y.size,
        estimate=estimate,
        se=se,
        ci_lb=estimate - margin,
        ci_ub=estimate + margin,
        statistic=statistic,
        statistic_df=ref.df,
        p_value=float(ref.p_value(statistic)) if statistic is not None else float(estimate == 0),
        s2w=ref.s2w,
        tau2=fitted.tau2.value,
        se_tau2=fitted.tau2.se,
        I2=fitted.I2,
        H2=fitted.H2,
        I2_Q=q_based_i2(fitted.Q, fitted.Q_df),
        Q=fitted.Q,
        Q_df=fitted.Q_df,
        Q_p=fitted.Q_p,
        pi_lb=None,
        pi_ub=None,
        pi_df=ref.df,
        typical_variance=fitted.typical_variance if fitted.Q_df > 0 else None,
        weights=100.0 * fitted.used.w / fitted.used.w.sum(),
        likelihood=fitted.likelihood,
        warnings=fitted.warnings + ref.warnings + (() if se > 0 else (_NO_UNCERTAINTY,)),
    )
    if model == "common":
        return pooled
    low, high = prediction_interval(pooled, df=ref.df)
    return replace(pooled, pi_lb=low, pi_ub=high)


def prediction_interval(
    pooled: Pooled, *, df: float | None = None, level: float | None = None
) -> tuple[float, float]:
    """Interval for the true effect of a new study: estimate ± c √(se² + τ²).

    df     of the t distribution for c (k − 2: Higgins 2009; k − 1: Partlett & Riley 2017); None for the normal
    level  in percent, default the result's. Raises BadInput for df ≤ 0 or a common-effect result.
    """
    if pooled.model == "common":
        raise BadInput(
            "A common-effect model has no prediction interval: it says all studies share one effect."
        )
    if df is not None and df <= 0:
        raise BadInput("A prediction interval with t needs at least one degree of freedom.")
    wanted = pooled.level if level is None else level
    arrays.level_fraction(wanted)
    margin = critical(df, wanted) * float(np.sqrt(pooled.se**2 + pooled.tau2))
    return pooled.estimate - margin, pooled.estimate + margin
