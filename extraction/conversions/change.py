"""Change from baseline: its mean and standard deviation, and the correlation that ties them to the two ends.

Source: Cochrane Handbook, version 6.5, section 6.5.2.8.
"""

from __future__ import annotations

import math


def sd_of_change(sd_baseline: float, sd_final: float, correlation: float) -> float:
    """SD² = SD_b² + SD_f² − 2 r SD_b SD_f. Raises ValueError unless both SDs ≥ 0 and −1 ≤ r ≤ 1."""
    _check(sd_baseline, sd_final)
    if not -1 <= correlation <= 1:
        raise ValueError("A correlation must lie between −1 and 1.")
    squared = sd_baseline**2 + sd_final**2 - 2 * correlation * sd_baseline * sd_final
    return math.sqrt(max(squared, 0.0))


def correlation_of_ends(sd_baseline: float, sd_final: float, sd_change: float) -> float:
    """r = (SD_b² + SD_f² − SD_c²) / (2 SD_b SD_f), from a study that prints all three.

    Raises ValueError unless all are above zero and some correlation between −1 and 1 can join them.
    """
    _check(sd_baseline, sd_final)
    if not (sd_baseline > 0 and sd_final > 0 and sd_change >= 0):
        raise ValueError("The standard deviations must be above zero.")
    correlation = (sd_baseline**2 + sd_final**2 - sd_change**2) / (2 * sd_baseline * sd_final)
    if not -1 <= correlation <= 1:
        raise ValueError(
            "No correlation joins these standard deviations: one may be a standard error, or of other people."
        )
    return correlation


def _check(sd_baseline: float, sd_final: float) -> None:
    if not (sd_baseline >= 0 and sd_final >= 0):
        raise ValueError("A standard deviation must not be negative.")
