"""The front door for arrays: everything that comes in is checked once, here."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from synthesis.stats.errors import BadInput, BadVariance, TooFewStudies

# What callers may hand in: numbers, with None where one is missing.
Numbers = ArrayLike | Sequence[float | None]
Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]

# The estimators form fourth powers of weights and squares of effects; within these a double holds them all.
LARGEST = 1e50
SMALLEST_VARIANCE = 1e-50
# Beyond this ratio of variances the small weights vanish in the rounding of the large ones.
WIDEST_RATIO = 1e10
# Residuals smaller than this share of the effects are rounding.
ROUNDING = 4e-16


def vector(values: Numbers, name: str) -> Floats:
    """One-dimensional float array; None becomes NaN. Raises BadInput when it is not a list of numbers."""
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise BadInput(f"{name} must be a list of numbers.") from error
    if array.ndim == 0:
        array = array.reshape(1)
    if array.ndim != 1:
        raise BadInput(f"{name} must be one-dimensional, not {array.ndim}-dimensional.")
    return array


def effects(yi: ArrayLike, vi: ArrayLike) -> tuple[Floats, Floats]:
    """Effects and sampling variances of the same length, all finite, all variances positive.

    Raises TooFewStudies when empty, BadVariance for a variance that cannot weigh a study, BadInput otherwise.
    """
    y, v = vector(yi, "yi"), vector(vi, "vi")
    if y.shape != v.shape:
        raise BadInput(f"yi has {y.size} values and vi has {v.size}; they must match study by study.")
    if y.size == 0:
        raise TooFewStudies("There is no study to pool.")
    if not np.all(np.abs(y) <= LARGEST):
        raise BadInput(
            f"yi must be finite numbers below {LARGEST:g}: see row {_first(~(np.abs(y) <= LARGEST))}."
        )
    wrong = ~((v >= SMALLEST_VARIANCE) & (v <= LARGEST))
    if wrong.any():
        rows = tuple(int(i) for i in np.flatnonzero(wrong))
        raise BadVariance(
            f"Sampling variances must be positive and finite (1e-50 to 1e50): see row {rows[0] + 1}.", rows
        )
    if v.max() > WIDEST_RATIO * v.min():
        low, high = int(v.argmin()), int(v.argmax())
        said = f"Variances span more than ten orders of magnitude: compare rows {low + 1} and {high + 1}."
        raise BadVariance(said, (low, high))
    return y, v


def quotient(numerator: Floats, denominator: Floats) -> Floats:
    """Elementwise quotient of a statistic and its standard error: 0 / 0 is 0, x / 0 is infinite with the sign of x."""
    numerator, denominator = np.broadcast_arrays(numerator, denominator)
    zero = denominator == 0
    with np.errstate(over="ignore"):
        result = numerator / np.where(zero, 1.0, denominator)
    return np.where(zero, np.where(numerator == 0, 0.0, np.copysign(np.inf, numerator)), result)


def weights(values: ArrayLike, k: int) -> Floats:
    """User weights, one per study: finite, not negative, not all zero."""
    w = vector(values, "weights")
    if w.size != k:
        raise BadInput(f"There are {w.size} weights for {k} studies.")
    if not (np.all(np.isfinite(w)) and np.all(w >= 0) and w.sum() > 0):
        raise BadInput("Weights must be finite and not negative, and at least one must be positive.")
    return w


def level_fraction(level: float) -> float:
    """Confidence level in percent (95) as the two-sided error 0.05. Raises BadInput outside (0, 100)."""
    if not 0 < level < 100:
        raise BadInput(f"The confidence level is a percentage between 0 and 100, not {level}.")
    return 1 - level / 100


def one_of(value: str, allowed: Sequence[str], what: str) -> str:
    """The value, when it is known. Raises BadInput naming the choices."""
    if value not in allowed:
        raise BadInput(f"{value!r} is not a {what}; choose one of {', '.join(allowed)}.")
    return value


def _first(mask: Bools) -> int:
    return int(np.flatnonzero(mask)[0]) + 1
