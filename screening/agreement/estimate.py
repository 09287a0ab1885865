"""A coefficient with its uncertainty."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from scipy.special import stdtrit


@dataclass(frozen=True, slots=True)
class Estimate:
    """A coefficient. `value` is None when it is 0/0: *not defined*, which is neither no agreement nor perfect one.

    `se` is its standard error and `low`, `high` its confidence interval; each None where it cannot be had.
    All without unit.
    """

    value: float | None
    se: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def is_defined(self) -> bool:
        """Is there a value at all?"""
        return self.value is not None


UNDEFINED = Estimate(None)


def by_normal(value: float, variance: float, *, level: float = 0.95) -> Estimate:
    """value ± z · √variance; a variance below zero by rounding counts as zero."""
    se = math.sqrt(max(variance, 0.0))
    half = NormalDist().inv_cdf((1 + level) / 2) * se
    return Estimate(value, se, value - half, value + half)


def by_t(value: float, variance: float, *, df: int, level: float = 0.95) -> Estimate:
    """value ± t(df) · √variance, cut at 1; without degrees of freedom no uncertainty is stated."""
    if df < 1:
        return Estimate(value)
    se = math.sqrt(max(variance, 0.0))
    half = float(stdtrit(df, (1 + level) / 2)) * se
    return Estimate(value, se, value - half, min(value + half, 1.0))
