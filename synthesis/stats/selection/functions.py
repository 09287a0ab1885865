"""Selection functions: the relative chance w(p) that a study with this p-value is seen, and its slopes.

Sources: Vevea & Hedges 1995 (steps), Citkowicz & Vevea 2017 (beta), Preston, Ashby & Smyth 2004 (half-normal, negative
exponential, logistic), Begg & Mazumdar 1994 (negative exponential power); the power function is metafor's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from synthesis.stats.arrays import Floats, Ints

# Log weights (…) and their slopes (m, …) at p and 1 − p (…), for parameters (m,) and a factor on the severity (…).
Curve = Callable[[Floats, Floats, Floats, Floats | float], tuple[Floats, Floats]]
# Beyond these bounds the likelihood is flat and a parameter says "none" or "all" (metafor's limits).
LARGEST = 100.0
SMALLEST_STEP = 1e-10


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of selection function.

    curve   its logarithm;  smallest (m,) lower bounds;  neutral (m,) parameters that mean no selection
    on_log  parameters are searched on the log scale: they are positive and act as powers or factors
    censor  p-values are kept this far from 0 and 1, where the function would be infinite
    severe  takes a measure of imprecision as a factor, and a threshold below which all studies are seen
    """

    curve: Curve
    smallest: tuple[float, ...]
    neutral: tuple[float, ...]
    on_log: bool = False
    censor: float = 0.0
    severe: bool = True


def _beta(p: Floats, q: Floats, delta: Floats, c: Floats | float) -> tuple[Floats, Floats]:
    slopes = np.array([np.log(p), np.log(q)])
    return (delta[0] - 1.0) * slopes[0] + (delta[1] - 1.0) * slopes[1], slopes


def _half_normal(p: Floats, q: Floats, delta: Floats, c: Floats | float) -> tuple[Floats, Floats]:
    slope = -c * p * p
    return delta[0] * slope, slope[None]


def _negative_exponential(p: Floats, q: Floats, delta: Floats, c: Floats | float) -> tuple[Floats, Floats]:
    slope = -c * p
    return delta[0] * slope, slope[None]


def _logistic(p: Floats, q: Floats, delta: Floats, c: Floats | float) -> tuple[Floats, Floats]:
    x = delta[0] * c * p
    less = np.exp(-x)
    return np.log(2.0) - x - np.log1p(less), (-c * p / (1.0 + less))[None]


def _power(p: Floats, q: Floats, delta: Floats, c: Floats | float) -> tuple[Floats, Floats]:
    slope = c * np.log(q)
    return delta[0] * slope, slope[None]


def _exponential_power(p: Floats, q: Floats, delta: Floats, c: Floats | float) -> tuple[Floats, Floats]:
    logs = np.log(np.maximum(p, np.finfo(np.float64).tiny))
    raised = c * np.exp(logs / delta[1])
    return -delta[0] * raised, np.array([-raised, delta[0] * raised * logs / delta[1] ** 2])


TYPES: dict[str, Kind] = {
    "beta": Kind(_beta, (1e-5, 1e-5), (1.0, 1.0), on_log=True, censor=1e-5, severe=False),
    "halfnorm": Kind(_half_normal, (0.0,), (0.0,)),
    "negexp": Kind(_negative_exponential, (0.0,), (0.0,)),
    "logistic": Kind(_logistic, (0.0,), (0.0,)),
    "power": Kind(_power, (0.0,), (0.0,), censor=1e-5),
    "negexppow": Kind(_exponential_power, (0.0, 1e-3), (0.0, 1.0)),
}


def step_kind(intervals: int) -> Kind:
    """The step function with one parameter for each interval of p; the groups of the points come in place of p."""

    def curve(p: Floats, q: Floats, delta: Floats, c: Floats | float) -> tuple[Floats, Floats]:
        group: Ints = p.astype(np.intp)
        slopes = (group == np.arange(intervals)[:, None]) / delta[:, None]
        return np.log(delta)[group], slopes

    return Kind(curve, (SMALLEST_STEP,) * intervals, (1.0,) * intervals, on_log=True, severe=False)


@dataclass(frozen=True, slots=True)
class Cover:
    """How the line of z = y / √v is covered to integrate w(p(z)): pieces where w is constant, and nodes between.

    low, high (J,) ends of the pieces;  z, log_mass (Q,) quadrature nodes and the logs of their weights
    p, q (J + Q,) p-value and its complement, pieces first (steps: p holds the number of the interval)
    certain (J + Q,) where the threshold makes every study seen
    """

    low: Floats
    high: Floats
    z: Floats
    log_mass: Floats
    p: Floats
    q: Floats
    certain: Floats


def step_cover(steps: Floats, two_sided: bool) -> Cover:
    """Pieces of the line on which the step function is constant. steps (c,) ascending, the last one 1."""
    edges = np.concatenate([[0.0], steps])
    cuts = -ndtri(edges / 2.0) if two_sided else -ndtri(edges)  # falling from infinity
    if two_sided:
        cuts[-1] = 0.0
    low, high, group = cuts[1:], cuts[:-1], np.arange(steps.size, dtype=np.float64)
    if two_sided:
        low, high, group = np.concatenate([low, -high]), np.concatenate([high, -low]), np.tile(group, 2)
    none = np.empty(0)
    return Cover(low, high, none, none, group, group, np.zeros(group.size))
