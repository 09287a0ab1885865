"""The tetrachoric correlation of one 2×2 table by maximum likelihood."""

from __future__ import annotations

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import log_ndtr, ndtr, ndtri


def tetrachoric(a: float, b: float, c: float, d: float) -> tuple[float, float]:
    """Correlation and sampling variance; NaN where it is not defined.

    a, b, c, d  cell counts. With two thresholds and one correlation the bivariate normal reproduces the four
    proportions exactly, so the ML estimate solves Φ₂(h, k; r) = d / n with h, k fixed by the margins.
    A table with an empty diagonal puts r at ±1, where no variance exists.
    Source: Pearson 1900; variance by the delta method on multinomial cells (Hamdan 1970, Biometrika 57:212).
    """
    n = a + b + c + d
    if not np.isfinite(n) or n <= 0 or min(a + b, c + d, a + c, b + d) <= 0:
        return float("nan"), float("nan")
    if b == 0 or c == 0:
        return (1.0, float("nan")) if a > 0 and d > 0 else (float("nan"), float("nan"))
    if a == 0 or d == 0:
        return -1.0, float("nan")
    h, k = float(ndtri((c + d) / n)), float(ndtri((b + d) / n))
    target = d / n
    base = float(np.exp(log_ndtr(h) + log_ndtr(k)))
    r = _solve(h, k, target - base)
    return r, _variance(a, b, c, d, h, k, r)


def _density(h: float, k: float, r: float) -> float:
    """Bivariate normal density at (h, k): the derivative of Φ₂(h, k; r) in r (Plackett 1954)."""
    rest = 1 - r * r
    return float(np.exp(-(h * h - 2 * r * h * k + k * k) / (2 * rest)) / (2 * np.pi * np.sqrt(rest)))


def _excess(h: float, k: float, r: float) -> float:
    """Φ₂(h, k; r) − Φ(h)Φ(k), with r = sin θ so that the integrand stays smooth up to |r| = 1."""

    def integrand(theta: float) -> float:
        cos2 = np.cos(theta) ** 2
        return float(np.exp(-(h * h - 2 * h * k * np.sin(theta) + k * k) / (2 * cos2)) / (2 * np.pi))

    value, _ = quad(integrand, 0.0, float(np.arcsin(r)), epsabs=1e-15, epsrel=1e-13, limit=200)
    return float(value)


def _solve(h: float, k: float, excess: float) -> float:
    edge = 1 - 1e-14
    low, high = _excess(h, k, -edge) - excess, _excess(h, k, edge) - excess
    if low >= 0:
        return -1.0
    if high <= 0:
        return 1.0
    return float(brentq(lambda r: _excess(h, k, r) - excess, -edge, edge, xtol=1e-15, rtol=1e-14))


def _variance(a: float, b: float, c: float, d: float, h: float, k: float, r: float) -> float:
    """Delta method: r moves with the cells directly and through both thresholds."""
    if abs(r) >= 1:
        return float("nan")
    n = a + b + c + d
    root = np.sqrt(1 - r * r)
    by_h = float(ndtr((k - r * h) / root))
    by_k = float(ndtr((h - r * k) / root))
    # gradient of Φ₂(h, k; r) − d/n = 0 with respect to the cell proportions (a, b, c, d)
    gradient = np.array([0.0, -by_k, -by_h, 1 - by_h - by_k]) / _density(h, k, r)
    p = np.array([a, b, c, d]) / n
    return float((np.sum(p * gradient**2) - np.sum(p * gradient) ** 2) / n)


def log_likelihood(cells: tuple[float, float, float, float], r: float) -> float:
    """Multinomial log-likelihood of the table at correlation r, thresholds at the margins (|r| < 1)."""
    a, b, c, d = cells
    n = a + b + c + d
    h, k = float(ndtri((c + d) / n)), float(ndtri((b + d) / n))
    both = float(np.exp(log_ndtr(h) + log_ndtr(k))) + _excess(h, k, r)
    chances = (1 - (c + d) / n - (b + d) / n + both, (b + d) / n - both, (c + d) / n - both, both)
    return float(sum(x * np.log(q) for x, q in zip(cells, chances, strict=True) if x > 0 and q > 0))
