"""Back-transformations: from the analysis scale to the scale people read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, ndtr, ndtri

from synthesis.stats import arrays
from synthesis.stats.arrays import Floats
from synthesis.stats.errors import BadInput

_SIMPLE: dict[str, Callable[[Floats], Floats]] = {
    "none": lambda z: z,
    "exp": np.exp,
    "ilogit": expit,
    "ztor": np.tanh,
    "iarcsin": lambda z: np.sin(np.clip(z, 0.0, np.pi / 2)) ** 2,
    "iabt": lambda z: -np.expm1(-z),
    "iahw": lambda z: 1.0 - (1.0 - z) ** 3,
    "isqrt": lambda z: np.maximum(z, 0.0) ** 2,
    "probit": ndtr,
}
TRANSFORMS = (*_SIMPLE, "ipft", "iirft", "ztor.int")
# Gauss–Hermite nodes: enough for tanh under a normal with standard deviation up to about 3.
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(151)


def back_transform(
    values: ArrayLike,
    transform: str,
    *,
    ni: ArrayLike | None = None,
    ti: ArrayLike | None = None,
    tau2: float | None = None,
) -> Floats:
    """Values on the analysis scale, back on the scale of the data; shape of `values`.

    transform   exp (ratios), ilogit (PLO), ztor (ZCOR), ztor.int (mean correlation over N(z, tau2)), iarcsin (PAS),
                ipft (PFT, needs ni), iirft (IRFT, needs ti), isqrt (IRS), iabt (ABT), iahw (AHW), probit, none
    ni, ti      one value, or one per value: the harmonic mean for a pooled PFT or IRFT. A pooled PFT may mislead
                when the ni differ a lot (Schwarzer 2019, Res Synth Methods 10:476); prefer PLO or PAS then.
    Values outside the range a transformation can reach are set to its edge. Raises BadInput.
    """
    z = np.asarray(values, dtype=np.float64)
    arrays.one_of(transform, TRANSFORMS, "back-transformation")
    if transform in _SIMPLE:
        return np.asarray(_SIMPLE[transform](z))
    if transform == "ipft":
        return _freeman_tukey(z, _needed(ni, "ni", transform))
    if transform == "iirft":
        return _freeman_tukey_rate(z, _needed(ti, "ti", transform))
    if tau2 is None or tau2 < 0:
        raise BadInput("ztor.int needs tau2, the variance to integrate over.")
    spread = np.sqrt(tau2) * _NODES
    return np.asarray((np.tanh(z[..., None] + spread) * _WEIGHTS).sum(-1) / _WEIGHTS.sum())


def harmonic_mean(values: ArrayLike) -> float:
    """k / Σ 1/x of positive numbers. Raises BadInput otherwise."""
    x = arrays.vector(values, "values")
    if x.size == 0 or not np.all(x > 0):
        raise BadInput("A harmonic mean needs positive numbers.")
    return float(x.size / (1.0 / x).sum())


def _needed(value: ArrayLike | None, name: str, transform: str) -> Floats:
    if value is None:
        raise BadInput(f"{transform} needs {name}.")
    return np.asarray(value, dtype=np.float64)


def _freeman_tukey(z: Floats, n: Floats) -> Floats:
    """Inverse of the double arcsine for n people. Source: Miller 1978, Am Stat 32:138."""
    low = np.arcsin(np.sqrt(1.0 / (n + 1))) / 2
    high = (np.arcsin(np.sqrt(n / (n + 1))) + np.pi / 2) / 2
    inside = np.clip(z, low, high)
    sine = np.sin(2 * inside)
    root = np.sqrt(np.maximum(0.0, 1 - (sine + (sine - 1 / sine) / n) ** 2))
    p = 0.5 * (1 - np.sign(np.cos(2 * inside)) * root)
    return np.where(z <= low, 0.0, np.where(z >= high, 1.0, p))


def _freeman_tukey_rate(z: Floats, t: Floats) -> Floats:
    """Inverse of the double square root for person-time t."""
    low = np.sqrt(1.0 / t) / 2
    inside = np.maximum(z, low)
    rate = (1 / t - 8 * inside**2 + 16 * t * inside**4) / (16 * inside**2 * t)
    return np.where(z <= low, 0.0, rate)


@dataclass(frozen=True, slots=True)
class StudyIntervals:
    """Per-study Wald results, all (k,): se, zi and p_value on the analysis scale, the rest back-transformed."""

    estimate: Floats
    se: Floats
    zi: Floats
    p_value: Floats
    ci_lb: Floats
    ci_ub: Floats


def study_intervals(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    level: float = 95.0,
    transform: str = "none",
    ni: ArrayLike | None = None,
    ti: ArrayLike | None = None,
) -> StudyIntervals:
    """Each study's own estimate, Wald interval and two-sided p. Raises BadInput, BadVariance."""
    y, v = arrays.effects(yi, vi)
    se = np.sqrt(v)
    z = float(-ndtri(arrays.level_fraction(level) / 2))
    shown = back_transform(np.stack([y, y - z * se, y + z * se]), transform, ni=ni, ti=ti)
    return StudyIntervals(shown[0], se, y / se, 2.0 * ndtr(-np.abs(y / se)), shown[1], shown[2])
