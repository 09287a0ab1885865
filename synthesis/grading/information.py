"""The optimal information size: as many people as one trial with enough power would need.

Source: Guyatt et al. 2011, GRADE guidelines 6, J Clin Epidemiol 64:1283; Pogue & Yusuf 1997, Control Clin Trials 18:580.
"""

from __future__ import annotations

import math
from statistics import NormalDist


def of_means(delta: float, *, alpha: float = 0.05, power: float = 0.8) -> int:
    """People in both arms together to find a difference of `delta` standard deviations.

    N = 4·(z₁₋α/₂ + z₁₋β)² / Δ², two-sided, arms of equal size. Raises ValueError unless delta > 0.
    """
    if not delta > 0:
        raise ValueError("The difference to be found is above zero.")
    return math.ceil(4 * (_z(1 - alpha / 2) + _z(power)) ** 2 / delta**2)


def of_risks(acr: float, reduction: float, *, alpha: float = 0.05, power: float = 0.8) -> int:
    """People in both arms together to find a relative risk reduction, arms of equal size, two-sided.

    n an arm = (z₁₋α/₂·√(2·p̄·(1−p̄)) + z₁₋β·√(p₁(1−p₁) + p₂(1−p₂)))² / (p₁−p₂)², without continuity correction
    (Fleiss 1981, Statistical Methods for Rates and Proportions, 2nd ed., equation 3.14; R's power.prop.test).
    acr           risk with the comparator, 0 < acr < 1
    reduction     relative, 0 < reduction ≤ 1. Raises ValueError outside of these.
    """
    if not (0 < acr < 1 and 0 < reduction <= 1):
        raise ValueError("A risk lies between 0 and 1, and so does its relative reduction.")
    one, two = acr, acr * (1 - reduction)
    mean = (one + two) / 2
    spread = math.sqrt(2 * mean * (1 - mean)), math.sqrt(one * (1 - one) + two * (1 - two))
    n = ((_z(1 - alpha / 2) * spread[0] + _z(power) * spread[1]) / (one - two)) ** 2
    return 2 * math.ceil(n)


def _z(probability: float) -> float:
    return NormalDist().inv_cdf(probability)
