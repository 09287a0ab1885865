"""Required information size: how many participants a conclusive meta-analysis needs."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from synthesis.stats.errors import BadInput


def required_information(
    difference: float, variance: float, *, alpha: float = 0.05, power: float = 0.8
) -> float:
    """Participants (both groups together, equal sizes) to detect a difference in means: 4 (z_{α/2} + z_β)² σ² / δ².

    difference  smallest difference worth knowing, unit of the outcome;  variance  of the outcome among participants
    Raises BadInput. Source: Wetterslev 2008, J Clin Epidemiol 61:64.
    """
    if not (np.isfinite(difference) and difference != 0 and np.isfinite(variance) and variance > 0):
        raise BadInput("The difference must not be zero, and the variance must be positive.")
    if not (0 < alpha < 1 and 0 < power < 1):
        raise BadInput("alpha and power lie between 0 and 1.")
    if power <= alpha / 2:
        raise BadInput("The power must exceed half of alpha.")
    z = float(-ndtri(alpha / 2) + ndtri(power))
    return 4.0 * z * z * variance / (difference * difference)


def required_information_binary(
    control_risk: float, relative_reduction: float, *, alpha: float = 0.05, power: float = 0.8
) -> float:
    """The same for an event: δ is the risk difference, σ² = p(1 − p) at the mean risk p of both groups.

    control_risk in (0, 1);  relative_reduction 0.2 means 20 % fewer events, negative means more. Raises BadInput.
    """
    treated = control_risk * (1 - relative_reduction)
    if not (0 < control_risk < 1 and 0 < treated < 1):
        raise BadInput("Risks must lie between 0 and 1 in both groups.")
    mean = (control_risk + treated) / 2
    return required_information(control_risk - treated, mean * (1 - mean), alpha=alpha, power=power)
