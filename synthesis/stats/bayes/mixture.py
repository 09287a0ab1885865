"""What is asked of a posterior that is a mixture of normals: density, probabilities, quantiles, intervals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq, minimize_scalar
from scipy.special import ndtr

from synthesis.stats.arrays import Floats

Function = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Summary:
    """A posterior in six numbers: ci_lb and ci_ub hold `level` percent of the probability."""

    mode: float
    median: float
    mean: float
    sd: float
    ci_lb: float
    ci_ub: float


@dataclass(frozen=True, slots=True)
class NormalMixture:
    """Σ weight · N(mean, sd²); weight, mean, sd (m,), weights summing to one."""

    weight: Floats
    mean: Floats
    sd: Floats

    def density(self, x: ArrayLike) -> Floats:
        """Probability density at x, shape of x."""
        z = (np.asarray(x, dtype=np.float64)[..., None] - self.mean) / self.sd
        return np.asarray((self.weight / self.sd * np.exp(-0.5 * z * z)).sum(-1) / np.sqrt(2 * np.pi))

    def below(self, x: ArrayLike) -> Floats:
        """Probability of a value up to x, shape of x."""
        z = (np.asarray(x, dtype=np.float64)[..., None] - self.mean) / self.sd
        return np.asarray((self.weight * ndtr(z)).sum(-1))

    def expectation(self) -> float:
        """The mean of the mixture."""
        return float((self.weight * self.mean).sum())

    def spread(self) -> float:
        """The standard deviation of the mixture."""
        centre = self.expectation()
        return float(np.sqrt((self.weight * (self.sd**2 + (self.mean - centre) ** 2)).sum()))

    def quantile(self, p: float) -> float:
        """The value with probability p below it: Newton on the distribution function, kept inside a bracket."""
        low, high = self._bracket(p)
        x = min(max(self.expectation(), low), high)
        for _ in range(200):
            miss = float(self.below(x)) - p
            low, high = (low, x) if miss > 0 else (x, high)
            slope = float(self.density(x))
            step = x - miss / slope if slope > 0 else np.inf
            following = step if low < step < high else (low + high) / 2
            if abs(following - x) <= 1e-13 * max(abs(low), abs(high)):
                return following
            x = following
        return x

    def _bracket(self, p: float) -> tuple[float, float]:
        reach = 10.0
        while True:
            low, high = (self.mean - reach * self.sd).min(), (self.mean + reach * self.sd).max()
            if self.below(low) < p < self.below(high):
                return float(low), float(high)
            reach *= 2

    def summary(self, level: float, shortest: bool) -> Summary:
        """Mode, median, mean, SD and interval; level in percent."""
        low, high = interval(self.quantile, lambda x: float(self.density(x)), level, shortest)
        outer = (self.quantile(0.01), self.quantile(0.99))
        mode = peak(lambda x: float(self.density(x)), *outer)
        return Summary(mode, self.quantile(0.5), self.expectation(), self.spread(), low, high)


def interval(
    quantile: Function, density: Function, level: float, shortest: bool, floor: float | None = None
) -> tuple[float, float]:
    """The central interval, or the shortest: both ends are equally dense, or it starts at `floor`.

    floor   smallest possible value (0 for τ), None where there is none
    """
    alpha = 1 - level / 100.0
    if not shortest:
        return quantile(alpha / 2), quantile(1 - alpha / 2)

    def excess(p: float) -> float:
        low = quantile(p) if p > 0 or floor is None else floor
        return density(low) - density(quantile(p + 1 - alpha))

    first = 1e-7 * alpha
    if floor is not None and excess(0.0) >= 0:
        return floor, quantile(1 - alpha)
    if excess(first) >= 0 or excess(alpha - first) <= 0:
        return quantile(alpha / 2), quantile(1 - alpha / 2)
    p = _root(excess, first, alpha - first)
    return quantile(p), quantile(p + 1 - alpha)


def peak(density: Function, low: float, high: float) -> float:
    """Where a density of one hill is highest between low and high."""
    found = minimize_scalar(
        lambda x: -density(x), bounds=(low, high), method="bounded", options={"xatol": 1e-10 * (high - low)}
    )
    best = float(found.x)
    return low if density(low) >= density(best) else best


def _root(function: Function, low: float, high: float) -> float:
    return float(brentq(function, low, high, xtol=1e-13 * max(abs(low), abs(high)), rtol=1e-13, maxiter=300))
