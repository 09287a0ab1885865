"""Tails of the hypergeometric distribution for many urns at once, exact enough to be tiny."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

#: Terms below this share of the sum change no digit of a double.
NEGLIGIBLE = 1e-18


def at_least(found: Whole, *, urn: Whole, marked: Whole, drawn: Whole) -> Floats:
    """P(X ≥ found) for X the marked balls among `drawn` out of an urn of `urn` with `marked` marked; all arrays (k,).

    Sums the shorter way: upwards from `found` where that is beyond the mean, else downwards from found − 1 and one minus it.
    Neighbouring terms are ratios of whole numbers, so relative precision is kept where the tail is tiny.
    """
    low, high = np.maximum(0, drawn + marked - urn), np.minimum(marked, drawn)
    result = np.where(found <= low, 1.0, 0.0)
    inside = (found > low) & (found <= high)
    if not inside.any():
        return result
    x, m, k, n = found[inside], urn[inside], marked[inside], drawn[inside]
    upper = x * m > n * k
    sums = np.empty(len(x))
    for part, start, step in ((upper, x, 1), (~upper, x - 1, -1)):
        if part.any():
            sums[part] = _sum_from(start[part], step, m[part], k[part], n[part])
    result[inside] = np.where(upper, sums, 1 - sums)
    return np.clip(result, 0.0, 1.0)


def _sum_from(x: Whole, step: int, urn: Whole, marked: Whole, drawn: Whole) -> Floats:
    """Σ P(X = x), P(X = x + step), … until nothing is added any more; terms fall from the first on."""
    m, k, n = urn.astype(float), marked.astype(float), drawn.astype(float)
    at = x.astype(float)
    first = np.exp(_log_mass(at, m, k, n))
    term, total = np.ones_like(at), np.ones_like(at)
    while True:
        if step > 0:
            ratio = (k - at) * (n - at) / ((at + 1) * (m - k - n + at + 1))
        else:
            ratio = at * (m - k - n + at) / ((k - at + 1) * (n - at + 1))
        term = term * np.maximum(ratio, 0.0)
        if (term <= NEGLIGIBLE * total).all():
            result: Floats = first * total
            return result
        total = total + term
        at = at + step


def _log_mass(x: Floats, m: Floats, k: Floats, n: Floats) -> Floats:
    found: Floats = _log_choose(k, x) + _log_choose(m - k, n - x) - _log_choose(m, n)
    return found


def _log_choose(n: Floats, k: Floats) -> Floats:
    found: Floats = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return found
