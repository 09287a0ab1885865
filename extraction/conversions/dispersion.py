"""Standard deviations and standard errors from what is printed in their place.

Source: Cochrane Handbook for Systematic Reviews of Interventions, version 6.5, sections 6.3 and 6.5.2.
"""

from __future__ import annotations

import math

from scipy.special import ndtri, stdtrit


def sd_from_se(se: float, n: float) -> float:
    """Standard deviation of a group of `n` people whose mean has standard error `se` (in the unit of the mean).

    SD = SE √n (Handbook 6.5.2.2). Raises ValueError unless se ≥ 0 and n > 0.
    """
    if not (se >= 0 and n > 0):
        raise ValueError("A standard error must not be negative, and the group must have people in it.")
    return se * math.sqrt(n)


def se_from_ci(low: float, high: float, *, level: float = 95) -> float:
    """Standard error of an estimate whose normal confidence interval at `level` percent runs from `low` to `high`.

    SE = (high − low) / (2 z), z the normal quantile (Handbook 6.3.1); for a ratio give the logarithms of the limits.
    Raises ValueError unless low < high and 0 < level < 100.
    """
    return _width(low, high, level) / (2 * float(ndtri(0.5 + level / 200)))


def se_from_t_ci(low: float, high: float, *, df: float, level: float = 95) -> float:
    """Standard error of an estimate whose confidence interval was made with Student's t on `df` degrees of freedom.

    SE = (high − low) / (2 t) (Handbook 6.5.2.3). Raises ValueError unless low < high, df > 0 and 0 < level < 100.
    """
    if not df > 0:
        raise ValueError("The degrees of freedom must be more than zero.")
    return _width(low, high, level) / (2 * float(stdtrit(df, 0.5 + level / 200)))


def sd_from_ci(low: float, high: float, n: float, *, level: float = 95, normal: bool = False) -> float:
    """Standard deviation of `n` people from the confidence interval of their mean.

    SD = √n (high − low) / (2 t), t on n − 1 degrees of freedom, or the normal quantile when `normal` (Handbook 6.5.2.2).
    Raises ValueError unless low < high, 0 < level < 100 and n ≥ 2.
    """
    if not n >= 2:
        raise ValueError("A confidence interval of a mean needs a group of at least two people.")
    se = se_from_ci(low, high, level=level) if normal else se_from_t_ci(low, high, df=n - 1, level=level)
    return sd_from_se(se, n)


def se_from_statistic(estimate: float, statistic: float) -> float:
    """Standard error of an estimate (log for ratios) from its t or z statistic.

    SE = |estimate / statistic| (Handbook 6.3.1, 6.5.2.3). Raises ValueError where either is zero: a difference of exactly
    zero has a statistic of zero whatever its error.
    """
    if estimate == 0 or statistic == 0:
        raise ValueError("A test of a difference of zero says nothing about its standard error.")
    return abs(estimate / statistic)


def se_from_f(estimate: float, f: float) -> float:
    """Standard error of a difference between two groups from F on 1 and some degrees of freedom.

    F = t², so SE = |estimate| / √F. Raises ValueError unless F > 0.
    """
    if not f > 0:
        raise ValueError("F must be more than zero.")
    return se_from_statistic(estimate, math.sqrt(f))


def se_from_p(estimate: float, p: float, *, df: float | None = None) -> float:
    """Standard error of an estimate (log for ratios) from a two-sided p value.

    SE = |estimate| / q, q the quantile 1 − p/2 of the normal distribution, or of t when `df` is given (Handbook 6.3.1,
    6.5.2.3). Raises ValueError unless 0 < p < 1.
    """
    if not 0 < p < 1:
        raise ValueError(
            "A p value must lie between 0 and 1; for “p < 0.001” enter 0.001 and note that it is a bound."
        )
    if df is None:
        return se_from_statistic(estimate, -float(ndtri(p / 2)))
    if not df > 0:
        raise ValueError("The degrees of freedom must be more than zero.")
    return se_from_statistic(estimate, -float(stdtrit(df, p / 2)))


def sd_from_se_of_difference(se: float, n1: float, n2: float) -> float:
    """Standard deviation within two groups from the standard error of the difference between their means.

    SD = SE / √(1/n1 + 1/n2), one for both groups (Handbook 6.5.2.3). Raises ValueError unless se ≥ 0 and both groups have people.
    """
    if not (se >= 0 and n1 > 0 and n2 > 0):
        raise ValueError("A standard error must not be negative, and both groups must have people in them.")
    return se / math.sqrt(1 / n1 + 1 / n2)


def _width(low: float, high: float, level: float) -> float:
    if not low < high:
        raise ValueError("The lower limit must lie below the upper one.")
    if not 0 < level < 100:
        raise ValueError("The confidence level must lie between 0 and 100 percent.")
    return high - low
