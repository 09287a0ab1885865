"""Maximising a smooth function of a few parameters: several starts, quasi-Newton, then Newton until rounding.

Parameters are chosen by the callers so that every real number is allowed and boundaries are reached at finite
points (a standard deviation may be negative: only its square counts), so no bounds are needed here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from synthesis.stats.arrays import Floats
from synthesis.stats.errors import NotConverged

Value = Callable[[Floats], float]
Sloped = Callable[[Floats], tuple[float, Floats]]

# Relative step of central differences: the cube root of rounding balances truncation against cancellation.
STEP = 6e-6
POLISH_STEPS = 12


@dataclass(frozen=True, slots=True)
class Maximum:
    """x (m,) where the function is highest, its value, and the Hessian (m, m) there.

    steepness   how far above this point the local quadratic still reaches: 0 at an exact maximum
    """

    x: Floats
    value: float
    hessian: Floats
    steepness: float


def maximise(function: Sloped, starts: Sequence[Floats], *, tolerance: float = 1e-7) -> Maximum:
    """The highest point reached from any start. function returns value and gradient (m,); −inf marks the impossible.

    Raises NotConverged when the best point is not stationary: the quadratic there promises more than `tolerance`.
    """
    best: Floats | None = None
    height = -np.inf
    for start in starts:
        x, value = climb(function, np.asarray(start, dtype=np.float64))
        if value > height + 1e-10 * max(1.0, abs(height)) or best is None:
            best, height = x, value
    if best is None or not np.isfinite(height):
        raise NotConverged("The likelihood is not finite at any starting value.")
    found = _polish(function, best)
    if found.steepness > tolerance * max(1.0, abs(found.value)):
        raise NotConverged("The likelihood has no maximum that could be reached.", found.value)
    return found


def sloped(value: Value) -> Sloped:
    """A function with its gradient by central differences."""

    def both(x: Floats) -> tuple[float, Floats]:
        centre = value(x)
        if not np.isfinite(centre):
            return -np.inf, np.zeros_like(x)
        return centre, gradient(value, x)

    return both


def gradient(value: Value, x: Floats) -> Floats:
    """Central differences of value at x, shape (m,)."""
    slopes = np.empty(x.size)
    for j in range(x.size):
        step = np.zeros_like(x)
        step[j] = STEP * max(1.0, abs(float(x[j])))
        slopes[j] = (value(x + step) - value(x - step)) / (2 * step[j])
    return slopes


def hessian(function: Sloped, x: Floats) -> Floats:
    """Central differences of the gradient, made symmetric, shape (m, m)."""
    rows = np.empty((x.size, x.size))
    for j in range(x.size):
        step = np.zeros_like(x)
        step[j] = 10 * STEP * max(1.0, abs(float(x[j])))
        rows[j] = (function(x + step)[1] - function(x - step)[1]) / (2 * step[j])
    return (rows + rows.T) / 2


def climb(function: Sloped, start: Floats) -> tuple[Floats, float]:
    """Quasi-Newton from one start: the point reached and the value there."""
    if start.size == 0:
        return start, function(start)[0]

    def downhill(x: Floats) -> tuple[float, Floats]:
        value, slopes = function(x)
        return (-value, -slopes) if np.isfinite(value) else (1e300, np.zeros_like(x))

    found = minimize(downhill, start, jac=True, method="BFGS", options={"gtol": 1e-6, "maxiter": 300})
    return np.asarray(found.x), -float(found.fun)


def _polish(function: Sloped, x: Floats) -> Maximum:
    """Newton with halving. Directions in which the function is not bent downwards are left alone."""
    value, slopes = function(x)
    curvature, promise = hessian(function, x), 0.0
    for _ in range(POLISH_STEPS if x.size else 0):
        values, vectors = np.linalg.eigh(curvature)
        along = vectors.T @ slopes
        bent = values < -1e-9 * max(1.0, float(np.abs(values).max()))
        move = np.where(bent, along / np.where(bent, -values, 1.0), along * (np.abs(along) > 1e-5))
        promise = float(np.abs(along * move).sum()) / 2
        if promise <= 1e-14 * max(1.0, abs(value)):
            break
        x, value, slopes, moved = _shortened(function, x, value, slopes, vectors @ move)
        if not moved:
            break
        curvature = hessian(function, x)
    return Maximum(x, value, curvature, promise)


def _shortened(
    function: Sloped, x: Floats, value: float, slopes: Floats, move: Floats
) -> tuple[Floats, float, Floats, bool]:
    for _ in range(30):
        there, slope = function(x + move)
        if there >= value:
            return x + move, there, slope, True
        move = move / 2
    return x, value, slopes, False
