"""Group-sequential boundaries by alpha spending, integrated numerically from look to look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from synthesis.stats import arrays
from synthesis.stats.arrays import Floats
from synthesis.stats.errors import BadInput

SPENDING = ("obrien-fleming", "pocock")
# Beyond this the normal density adds nothing, and a look that may spend less than this spends nothing.
FARTHEST = 8.5
NEGLIGIBLE = 1e-14
# Nodes per standard deviation of the shortest step; two looks closer than the limit would need too many of them.
DENSITY = 12
MOST_NODES = 3000
NODES_OF_GAUSS = 16


@dataclass(frozen=True, slots=True)
class Boundaries:
    """Two-sided symmetric boundaries of |Z| at information fractions, all (n,).

    critical  infinite where (almost) nothing may be spent yet;  spent: cumulative two-sided type I error
    nominal   two-sided p value that the boundary asks for
    """

    spending: str
    alpha: float
    fraction: Floats
    critical: Floats
    spent: Floats
    nominal: Floats


def spent(fraction: Floats, alpha: float, spending: str) -> Floats:
    """Cumulative two-sided error at information fractions, half of it on each side.

    obrien-fleming  2·2[1 − Φ(z_{1 − α/4} / √t)]: the one-sided function of Lan & DeMets at α/2, on both sides
    pocock          α log(1 + (e − 1) t)
    """
    t = np.minimum(fraction, 1.0)
    if spending == "pocock":
        return np.asarray(alpha * np.log1p((np.e - 1) * t))
    return np.asarray(4.0 * ndtr(float(ndtri(alpha / 4)) / np.sqrt(t)))


def spending_boundaries(
    fraction: ArrayLike, *, alpha: float = 0.05, spending: str = "obrien-fleming"
) -> Boundaries:
    """Boundaries for looks at increasing information fractions in (0, 1].

    Under no effect Z_k √t_k is Brownian motion at t_k; each boundary spends exactly what its look may.
    Raises BadInput for fractions that do not increase within (0, 1], or α outside (0, 1).
    Source: Lan & DeMets 1983, Biometrika 70:659; Armitage, McPherson & Rowe 1969, J R Stat Soc A 132:235.
    Checked: ldbounds / gsDesign for five equal looks at 0.05: 4.8769, 3.3569, 2.6803, 2.2898, 2.0310.
    """
    t = arrays.vector(fraction, "fraction")
    arrays.one_of(spending, SPENDING, "spending function")
    if not 0 < alpha < 1:
        raise BadInput("alpha must lie between 0 and 1.")
    if t.size == 0 or not (np.all(np.isfinite(t)) and t[0] > 0 and t[-1] <= 1 and np.all(np.diff(t) > 0)):
        raise BadInput("Information fractions must increase and lie above 0 and up to 1.")
    total = spent(t, alpha, spending)
    critical = _critical(t, np.diff(total, prepend=0.0))
    return Boundaries(spending, alpha, t, critical, total, 2 * ndtr(-critical))


@dataclass(frozen=True, slots=True)
class _Alive:
    """Density of S = Z√t among paths that have not crossed: nodes, weight × density."""

    at: Floats
    mass: Floats


def _critical(t: Floats, allowance: Floats) -> Floats:
    alive = _Alive(np.zeros(1), np.ones(1))
    before, result = 0.0, np.empty(t.size)
    for k in range(t.size):
        sd = float(np.sqrt(t[k] - before))
        edge = FARTHEST * float(np.sqrt(t[k]))
        if allowance[k] > NEGLIGIBLE:
            edge = _edge(_crossing(alive, sd), float(allowance[k]), edge)
            result[k] = edge / np.sqrt(t[k])
        else:
            result[k] = np.inf
        before = float(t[k])
        if k + 1 < t.size:
            alive = _moved(alive, sd, edge, float(np.sqrt(t[k + 1] - t[k])))
    return result


def _crossing(alive: _Alive, sd: float) -> Callable[[float], float]:
    def outside(edge: float) -> float:
        return float((alive.mass * (ndtr((alive.at - edge) / sd) + ndtr((-edge - alive.at) / sd))).sum())

    return outside


def _edge(outside: Callable[[float], float], allowance: float, far: float) -> float:
    if outside(0.0) <= allowance:
        return 0.0
    if outside(far) >= allowance:
        return far
    return float(brentq(lambda edge: outside(edge) - allowance, 0.0, far, xtol=1e-14, rtol=1e-13))


def _moved(alive: _Alive, sd: float, edge: float, following: float) -> _Alive:
    """The density one look later, inside (−edge, edge), on nodes fine enough for this and the following step."""
    wanted = min(MOST_NODES, max(64.0, DENSITY * 2 * edge / min(sd, following)))
    panels = int(np.ceil(wanted / NODES_OF_GAUSS))
    x, w = np.polynomial.legendre.leggauss(NODES_OF_GAUSS)
    cuts = np.linspace(-edge, edge, panels + 1)
    half = (cuts[1] - cuts[0]) / 2
    at = (((cuts[:-1] + cuts[1:]) / 2)[:, None] + half * x).ravel()
    steps = (at[:, None] - alive.at) / sd
    density = np.exp(-0.5 * steps * steps) @ alive.mass / (sd * np.sqrt(2 * np.pi))
    return _Alive(at, density * np.tile(half * w, panels))
