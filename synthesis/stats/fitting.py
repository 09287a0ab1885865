"""One fitted model, whatever the question: τ², coefficients, heterogeneity, likelihood. pool and meta_regression read it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, ndtr, ndtri, stdtr, stdtrit

from synthesis.stats.arrays import Floats, one_of
from synthesis.stats.cautions import Caution
from synthesis.stats.model import Fit, Model
from synthesis.stats.tau2 import METHODS, Tau2, estimate
from synthesis.stats.tau2.likelihood import log_likelihood

TESTS = ("z", "t", "knha", "adhoc")


@dataclass(frozen=True, slots=True)
class Likelihood:
    """Fit statistics of ML or REML: log-likelihood, deviance and information criteria."""

    kind: str
    ll: float
    deviance: float
    aic: float
    bic: float
    aicc: float


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model with its numbers. X in `model` is orthonormal when there are moderators; beta and cov live on it.

    fixed   the fit with weights 1 / v, which Q comes from;  used  the fit with the weights that pool
    cov     covariance of beta before the test's scale factor
    """

    model: Model
    method: str
    tau2: Tau2
    used: Fit
    cov: Floats
    Q: float
    Q_df: int
    Q_p: float
    typical_variance: float
    I2: float
    H2: float
    likelihood: Likelihood
    warnings: tuple[Caution, ...]


def fit_model(
    model: Model, method: str, *, weights: Floats | None = None, genq: Floats | None = None
) -> Fitted:
    """Fit one data set. weights (k,) replace the inverse-variance weights; genq (k,) are for GENQ and GENQM."""
    one_of(method, METHODS, "estimator of tau²")
    k, df = model.y.shape[-1], model.y.shape[-1] - model.p
    tau2 = estimate(method, model, genq) if df > 0 else Tau2(0.0, None, 0.0)
    efficient = model.at(tau2.value)
    used, cov = efficient, efficient.cov
    if weights is not None:
        used = model.weighted(weights)
        cov = model.sandwich(used, weights * weights * (model.v + tau2.value))
    fixed = model.at(0.0)
    q = float(fixed.rss()) if df > 0 else 0.0
    q_p = float(chdtrc(df, q)) if df > 0 else 1.0
    typical, i2, h2 = _heterogeneity(model, fixed, method, tau2.value, (q, df))
    return Fitted(
        model=model,
        method=method,
        tau2=tau2,
        used=used,
        cov=np.asarray(cov),
        Q=q,
        Q_df=df,
        Q_p=q_p,
        typical_variance=typical,
        I2=i2,
        H2=h2,
        likelihood=_likelihood(model, method, tau2.value, used, k),
        warnings=_cautions(k, df, method, tau2),
    )


def _heterogeneity(
    model: Model, fixed: Fit, method: str, tau2: float, q: tuple[float, int]
) -> tuple[float, float, float]:
    """Typical sampling variance, I² (percent) and H². Source: Higgins & Thompson 2002, Stat Med 21:1539."""
    if q[1] <= 0:
        return float("nan"), 0.0, 1.0
    typical = q[1] / float(model.trace_p(fixed))
    if method == "EE":
        ratio = q[0] / q[1]
        return typical, q_based_i2(*q), ratio
    return typical, 100.0 * tau2 / (typical + tau2), tau2 / typical + 1.0


def q_based_i2(q: float, df: int) -> float:
    """I² in percent from Q, as RevMan before 2025, meta and Stata print it."""
    return max(0.0, 100.0 * (q - df) / q) if q > 0 else 0.0


def _likelihood(model: Model, method: str, tau2: float, used: Fit, k: int) -> Likelihood:
    restricted = method == "REML"
    ll = float(log_likelihood(model, tau2, restricted, used.r))
    if restricted and model.X is None:
        ll += 0.5 * float(np.log(k))  # ½ log |X'X| of a column of ones
    saturated = -0.5 * float(k * np.log(2 * np.pi) + np.log(model.v).sum())
    deviance = -2.0 * ll if restricted else -2.0 * (ll - saturated)
    parameters = model.p + (method != "EE")
    n = k - model.p if restricted else k
    larger = max(n, parameters + 2)
    bic = -2.0 * ll + parameters * float(np.log(n)) if n > 0 else -np.inf
    aicc = -2.0 * ll + 2.0 * parameters * larger / (larger - parameters - 1)
    return Likelihood("REML" if restricted else "ML", ll, deviance, -2.0 * ll + 2.0 * parameters, bic, aicc)


def _cautions(k: int, df: int, method: str, tau2: Tau2) -> tuple[Caution, ...]:
    found = []
    if df <= 0:
        found.append(
            Caution("saturated", "As many coefficients as studies: heterogeneity cannot be estimated.")
        )
    elif method != "EE" and k < 5:
        found.append(Caution("few_studies", f"Between-study variance rests on {k} studies only."))
    if tau2.untruncated < 0:
        found.append(Caution("tau2_truncated", "The estimate of tau² was negative and is set to zero."))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Reference:
    """The distribution a test refers to and the factor on the covariance. df None means standard normal."""

    name: str
    df: int | None
    s2w: float
    warnings: tuple[Caution, ...]

    def quantile(self, level: float) -> float:
        """The two-sided critical value for a level in percent."""
        return critical(self.df, level)

    def p_value(self, statistic: Floats | float) -> Floats:
        """Two-sided p of a statistic."""
        tail = -np.abs(statistic)
        return np.asarray(2.0 * (ndtr(tail) if self.df is None else stdtr(self.df, tail)))


def critical(df: float | None, level: float) -> float:
    """Two-sided critical value: standard normal for df None, else t."""
    tail = (1.0 - level / 100.0) / 2.0
    return float(-ndtri(tail) if df is None else -stdtrit(df, tail))


def reference(fitted: Fitted, test: str) -> Reference:
    """What a test does: z and t keep the covariance; knha rescales it by the residual mean square; adhoc never shrinks it.

    Source: Knapp & Hartung 2003, Stat Med 22:2693; floor: Rover 2015, BMC Med Res Methodol 15:99.
    """
    one_of(test, TESTS, "test")
    df = fitted.Q_df
    if df <= 0 or test == "z":
        note = Caution("normal_reference", "One study: the test uses the normal distribution.")
        return Reference("z", None, 1.0, (note,) if test != "z" else ())
    if test == "t":
        return Reference("t", df, 1.0, ())
    s2w = float(
        fitted.model.mean_square(fitted.model.at(fitted.tau2.value))
    )  # efficient, also when others pool
    if test == "adhoc":
        return Reference("adhoc", df, max(1.0, s2w), ())
    warnings = []
    if s2w < 1:
        warnings.append(
            Caution(
                "knha_narrower",
                "Knapp–Hartung made the interval narrower than the plain one; consider adhoc.",
            )
        )
    return Reference("knha", df, s2w, tuple(warnings))
