"""Wald tests and intervals for models that know their coefficients and covariance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, fdtrc, ndtr, stdtr

from synthesis.stats.arrays import Floats
from synthesis.stats.errors import BadInput
from synthesis.stats.fitting import critical
from synthesis.stats.regression import WaldTest


@dataclass(frozen=True, slots=True)
class Tested:
    """Standard errors, statistics, two-sided p values and limits of coefficients, all (p,)."""

    se: Floats
    statistic: Floats
    p_value: Floats
    ci_lb: Floats
    ci_ub: Floats


def tested(beta: Floats, vcov: Floats, df: int | None, level: float) -> Tested:
    """Each coefficient against zero: normal for df None, else t. level in percent."""
    se = np.sqrt(np.diag(vcov))
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = beta / se
    tail, margin = -np.abs(statistic), critical(df, level) * se
    p_value = np.asarray(2 * (ndtr(tail) if df is None else stdtr(df, tail)))
    return Tested(se, statistic, p_value, beta - margin, beta + margin)


def slopes_of(names: tuple[str, ...]) -> tuple[int, ...]:
    """The columns that a test of moderators is about: all but the intercept, or the intercept where it is alone."""
    return tuple(j for j, name in enumerate(names) if name != "intrcpt") or (0,)


def joint_test(beta: Floats, vcov: Floats, columns: tuple[int, ...], df: int | None) -> WaldTest:
    """β'Σ⁻¹β of the chosen coefficients (0-based): χ² for df None, else F with df denominator degrees of freedom.

    Raises BadInput for no column or an unknown one. Correlations are inverted, so that units do not matter.
    """
    if not columns or not all(0 <= c < beta.size for c in columns):
        raise BadInput("A joint test needs columns of this design.")
    chosen = list(columns)
    scale = np.sqrt(np.diag(vcov)[chosen])
    z = beta[chosen] / scale
    q = float(z @ np.linalg.solve(vcov[np.ix_(chosen, chosen)] / np.outer(scale, scale), z))
    m = len(chosen)
    if df is None:
        return WaldTest(columns, q, m, None, float(chdtrc(m, q)))
    return WaldTest(columns, q / m, m, df, float(fdtrc(m, df, q / m)))
