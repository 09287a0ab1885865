"""How the pooled effect depends on single studies: leaving each out, or adding one after another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from synthesis.stats import arrays
from synthesis.stats.arrays import Floats
from synthesis.stats.batch import Fits, critical_values, fit_many, p_values, q_p_values
from synthesis.stats.errors import BadInput, TooFewStudies
from synthesis.stats.fitting import TESTS
from synthesis.stats.model import Model
from synthesis.stats.tau2 import METHODS


@dataclass(frozen=True, slots=True)
class Series:
    """One pooled result per row, all (n,): for leave-one-out in study order, for cumulative in the order given.

    statistic is infinite (or 0, with the estimate) where the standard error is zero. I2 in percent.
    """

    method: str
    test: str
    level: float
    k: Floats
    estimate: Floats
    se: Floats
    statistic: Floats
    p_value: Floats
    ci_lb: Floats
    ci_ub: Floats
    tau2: Floats
    I2: Floats
    H2: Floats
    Q: Floats
    Q_p: Floats


def leave_one_out(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    model: str = "random",
    tau2: str = "REML",
    test: str = "z",
    level: float = 95.0,
) -> Series:
    """The pooled effect without each study in turn, all fits in one vectorised pass. Options as in pool.

    Raises TooFewStudies below two studies, BadVariance, BadInput. Equals k separate calls of pool.
    """
    y, v, method = _checked(yi, vi, model, tau2, test, level)
    k = y.size
    if k < 2:
        raise TooFewStudies("Leaving one out needs at least two studies.")
    keep = 1.0 - np.eye(k)
    return _series(
        fit_many(Model(np.broadcast_to(y, (k, k)), v, None, keep), method, test), method, test, level
    )


def cumulative(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    order: ArrayLike | None = None,
    model: str = "random",
    tau2: str = "REML",
    test: str = "z",
    level: float = 95.0,
) -> Series:
    """The pooled effect as studies come in. order (k,): 0-based rows in the order of arrival, default as given.

    Raises BadInput when order is not a permutation of the rows, BadVariance, TooFewStudies.
    """
    y, v, method = _checked(yi, vi, model, tau2, test, level)
    k = y.size
    rows = np.arange(k) if order is None else np.asarray(order, dtype=np.intp)
    if rows.shape != (k,) or not np.array_equal(np.sort(rows), np.arange(k)):
        raise BadInput("order must name every row once.")
    keep = np.tril(np.ones((k, k)))
    fits = fit_many(Model(np.broadcast_to(y[rows], (k, k)), v[rows], None, keep), method, test)
    return _series(fits, method, test, level)


def _checked(
    yi: ArrayLike, vi: ArrayLike, model: str, tau2: str, test: str, level: float
) -> tuple[Floats, Floats, str]:
    y, v = arrays.effects(yi, vi)
    arrays.one_of(model, ("random", "common"), "model")
    arrays.one_of(tau2, METHODS, "estimator of tau²")
    arrays.one_of(test, TESTS, "test")
    arrays.level_fraction(level)
    return y, v, "EE" if model == "common" else tau2


def _series(fits: Fits, method: str, test: str, level: float) -> Series:
    estimate, se = fits.beta[:, 0], fits.se[:, 0]
    statistic = arrays.quotient(estimate, se)
    with np.errstate(divide="ignore", invalid="ignore"):
        if method == "EE":
            h2 = np.where(fits.df > 0, fits.Q / fits.df, 1.0)
            i2 = np.where(fits.Q > 0, np.maximum(0.0, 100.0 * (fits.Q - fits.df) / fits.Q), 0.0)
        else:
            h2 = np.where(fits.df > 0, fits.tau2 / fits.typical + 1.0, 1.0)
            i2 = np.where(fits.df > 0, 100.0 * fits.tau2 / (fits.tau2 + fits.typical), 0.0)
    margin = critical_values(fits.df, test, level) * se
    return Series(
        method=method,
        test=test,
        level=level,
        k=fits.k,
        estimate=estimate,
        se=se,
        statistic=statistic,
        p_value=p_values(statistic, fits.df, test),
        ci_lb=estimate - margin,
        ci_ub=estimate + margin,
        tau2=fits.tau2,
        I2=i2,
        H2=h2,
        Q=fits.Q,
        Q_p=q_p_values(fits),
    )
