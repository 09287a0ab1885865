"""Safeguarded root finding: Newton inside a bracket that can only shrink, for one or many functions at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from synthesis.stats.arrays import Floats
from synthesis.stats.errors import NotConverged

RELATIVE = 1e-13
ITERATIONS = 200
Slope = Callable[[Floats], tuple[Floats, Floats]]


def falling_root(function: Slope, low: Floats, high: Floats, start: Floats | None = None) -> Floats:
    """Where each function falls through zero between low (f ≥ 0) and high (f ≤ 0).

    function   takes points (…) and returns values and slopes (…); low, high (…), elementwise low ≤ high
    A Newton step that leaves the bracket, or does not halve it fast enough, is replaced by bisection; the bracket
    makes failure impossible for a continuous function. A step below 1e-13 of the root ends it: the next one would be rounding.
    Raises NotConverged after 200 steps (bisection needs about 60 for a bracket within one decade).
    """
    low, high = np.array(low, dtype=np.float64), np.array(high, dtype=np.float64)
    if low.ndim == 0:
        middle = (low + high) / 2 if start is None else start
        return np.asarray(_single(function, float(low), float(high), float(middle)))
    x = (low + high) / 2 if start is None else np.clip(start, low, high)
    previous = high - low
    for _ in range(ITERATIONS):
        value, slope = function(x)
        low, high = np.where(value >= 0, x, low), np.where(value <= 0, x, high)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = x - value / slope
        width = high - low
        inside = (step >= low) & (step <= high) & (np.abs(step - x) <= 0.75 * previous)
        following = np.where(inside, step, low + width / 2)
        moved = np.abs(following - x)
        x, previous = following, np.maximum(moved, width / 2)
        if np.all((moved <= RELATIVE * np.abs(x)) | (width <= RELATIVE * np.abs(x))):
            return x
    raise NotConverged("The root was not found to full precision.", float(np.max(x)))


def _single(function: Slope, low: float, high: float, x: float) -> float:
    """The same steps for one function, on plain floats: array bookkeeping would cost more than the function."""
    previous = high - low
    for _ in range(ITERATIONS):
        value, slope = (float(part) for part in function(np.asarray(x)))
        low, high = (x if value >= 0 else low), (x if value <= 0 else high)
        width = high - low
        step = x - value / slope if slope != 0 else high + 1.0
        inside = low <= step <= high and abs(step - x) <= 0.75 * previous
        following = step if inside else low + width / 2
        moved = abs(following - x)
        x, previous = following, max(moved, width / 2)
        if moved <= RELATIVE * abs(x) or width <= RELATIVE * abs(x):
            return x
    raise NotConverged("The root was not found to full precision.", x)
