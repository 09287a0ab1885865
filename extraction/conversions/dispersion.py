"""Standard deviations and standard errors from what is printed in their place.

Source: Cochrane Handbook for Systematic Reviews of Interventions, version 6.5, section 6.5.2.
"""

from __future__ import annotations

import math

from scipy.special import ndtri


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
    if not low < high:
        raise ValueError("The lower limit must lie below the upper one.")
    if not 0 < level < 100:
        raise ValueError("The confidence level must lie between 0 and 100 percent.")
    return (high - low) / (2 * float(ndtri(0.5 + level / 200)))
