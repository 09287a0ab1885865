"""Covariance structures of correlated random effects: free parameters to matrix, and its derivatives.

Free parameters are any real numbers. Variances are squares, correlations waves between their limits, so that a
variance of zero or a correlation of one is an ordinary point and not infinitely far away.
Source: metafor's struct argument; Viechtbauer 2010, J Stat Softw 36(3); Pinheiro & Bates 1996, Stat Comput 6:289.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from synthesis.stats.arrays import Floats


@dataclass(frozen=True, slots=True)
class Covariance:
    """G (m, m) at some free parameters, its derivatives slopes (q, m, m), and what a reader calls them.

    tau2  variances;  rho correlations, row by row of the upper triangle where there are several
    """

    G: Floats
    slopes: Floats
    tau2: tuple[float, ...]
    rho: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Structure:
    """How many free parameters m inner levels need, and the covariance at them.

    at     takes the parameters, the positions (m,) of the levels, and the lowest correlation allowed
    kinds  for each parameter "sd" (a standard deviation in the unit of the effects) or "wave" (a correlation)
    """

    kinds: Callable[[int], tuple[str, ...]]
    at: Callable[[Floats, Floats, float], Covariance]


def _wave(z: float, low: float) -> tuple[float, float]:
    """A correlation in [low, 1] and its derivative."""
    return low + (1 - low) * (1 + np.sin(z)) / 2, (1 - low) * np.cos(z) / 2


def wave_of(rho: float, low: float) -> float:
    """The free parameter of a correlation."""
    return float(np.arcsin(np.clip(2 * (rho - low) / (1 - low) - 1, -1, 1)))


def lowest(structure: str, m: int) -> float:
    """The smallest correlation a structure can have when at most m levels meet in one group."""
    if structure in ("CS", "HCS"):
        return -1.0 / (m - 1) if m > 1 else 0.0
    return 0.0 if structure == "CAR" else -1.0


def _correlations(structure: str, z: float, positions: Floats, low: float) -> tuple[Floats, Floats, float]:
    """Correlation matrix, its derivative in z, and ρ."""
    m = positions.size
    rho, slope = _wave(z, low)
    if structure in ("CS", "HCS"):
        off = 1.0 - np.eye(m)
        return np.eye(m) + rho * off, slope * off, rho
    rho = max(rho, 1e-12) if structure == "CAR" else rho
    gap = np.abs(positions[:, None] - positions[None, :])
    apart = gap > 0
    with np.errstate(all="ignore"):
        slopes = np.where(apart, gap * np.power(rho, np.where(apart, gap - 1, 0.0)), 0.0)
        return np.where(apart, np.power(rho, gap), 1.0), slope * slopes, rho


def _correlated(structure: str, equal: bool) -> Structure:
    """CS, AR, CAR (one variance) and HCS, HAR (one variance per level): variances first, the correlation last."""

    def kinds(m: int) -> tuple[str, ...]:
        return ("sd",) * (1 if equal else m) + (("wave",) if m > 1 else ())

    def at(x: Floats, positions: Floats, low: float) -> Covariance:
        m = positions.size
        if m == 1:
            return Covariance(np.array([[x[0] ** 2]]), np.array([[[2 * x[0]]]]), (float(x[0] ** 2),), ())
        R, dR, rho = _correlations(structure, float(x[-1]), positions, low)
        sd = np.full(m, x[0]) if equal else x[:-1]
        outer = np.outer(sd, sd)
        each = [R * (np.outer(e, sd) + np.outer(sd, e)) for e in np.eye(m)]
        slopes = [2 * x[0] * R] if equal else each
        variances = (x[0] ** 2,) if equal else tuple(sd**2)
        return Covariance(
            R * outer, np.array([*slopes, dR * outer]), tuple(float(v) for v in variances), (float(rho),)
        )

    return Structure(kinds, at)


def _diagonal(equal: bool) -> Structure:
    """ID and DIAG: independent inner levels."""

    def kinds(m: int) -> tuple[str, ...]:
        return ("sd",) * (1 if equal else m)

    def at(x: Floats, positions: Floats, low: float) -> Covariance:
        m = positions.size
        sd = np.full(m, x[0]) if equal else x
        slopes = (
            [2 * x[0] * np.eye(m)]
            if equal
            else [2 * s * np.diag(e) for s, e in zip(sd, np.eye(m), strict=True)]
        )
        variances = (x[0] ** 2,) if equal else tuple(sd**2)
        return Covariance(np.diag(sd**2), np.array(slopes), tuple(float(v) for v in variances), ())

    return Structure(kinds, at)


def _unstructured() -> Structure:
    """UN: G = LL' with L lower triangular, filled row by row."""

    def kinds(m: int) -> tuple[str, ...]:
        return tuple("sd" if i == j else "covariance" for i in range(m) for j in range(i + 1))

    def at(x: Floats, positions: Floats, low: float) -> Covariance:
        m = positions.size
        places = [(i, j) for i in range(m) for j in range(i + 1)]
        L = np.zeros((m, m))
        for value, place in zip(x, places, strict=True):
            L[place] = value
        slopes = np.zeros((len(places), m, m))
        for n, (i, j) in enumerate(places):
            slopes[n, i, :] += L[:, j]
            slopes[n, :, i] += L[:, j]
        G = L @ L.T
        sd = np.sqrt(np.diag(G))
        with np.errstate(divide="ignore", invalid="ignore"):
            R = np.nan_to_num(G / np.outer(sd, sd))
        upper = np.triu_indices(m, 1)
        return Covariance(G, slopes, tuple(float(v) for v in sd**2), tuple(float(r) for r in R[upper]))

    return Structure(kinds, at)


STRUCTURES: dict[str, Structure] = {
    "CS": _correlated("CS", equal=True),
    "HCS": _correlated("HCS", equal=False),
    "AR": _correlated("AR", equal=True),
    "HAR": _correlated("HAR", equal=False),
    "CAR": _correlated("CAR", equal=True),
    "UN": _unstructured(),
    "ID": _diagonal(equal=True),
    "DIAG": _diagonal(equal=False),
}
