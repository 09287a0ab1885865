"""Adaptive Gauss–Legendre panels on [0, ∞): one set of nodes that serves every posterior integral."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from synthesis.stats.arrays import Bools, Floats
from synthesis.stats.errors import NotConverged

LogDensity = Callable[[Floats], Floats]

_POINTS = 16
_X, _W = np.polynomial.legendre.leggauss(_POINTS)
# A panel is halved while its integral and that of its halves differ by more than this share of the whole.
TOLERANCE = 1e-13
DEEPEST = 60


@dataclass(frozen=True, slots=True)
class Panels:
    """∫ exp(log density) over [0, upper) as panels of nodes.

    tau, weight (m, 16) nodes and their share of the integral (summing to one);  edges (m + 1,) in τ
    log_total   log of the integral;  log_density the integrand's logarithm
    """

    tau: Floats
    weight: Floats
    edges: Floats
    log_total: float
    scale: float
    log_density: LogDensity

    def below(self, x: float) -> float:
        """Share of the integral below x."""
        if x <= 0:
            return 0.0
        i = int(np.searchsorted(self.edges, x, side="right")) - 1
        if i >= len(self.tau):
            return 1.0
        low, high = _squeeze(np.array([self.edges[i], x]), self.scale)
        _, log_mass = _evaluated(self.log_density, np.array([low]), np.array([high]), self.scale)
        return float(self.weight[:i].sum() + np.exp(log_mass - self.log_total).sum())

    def density(self, x: Floats) -> Floats:
        """Normalised density at x ≥ 0."""
        with np.errstate(divide="ignore"):
            return np.asarray(np.exp(self.log_density(np.asarray(x, dtype=np.float64)) - self.log_total))


def panels(log_density: LogDensity, scale: float, upper: float = np.inf) -> Panels:
    """Integrate exp(log_density) over [0, upper) with τ = scale · x / (1 − x).

    scale   where the mass is, within a few orders of magnitude. Raises NotConverged.
    """
    end = 1.0 if not np.isfinite(upper) else float(_squeeze(np.array([upper]), scale)[0])
    cuts = np.linspace(0.0, end, 17)
    low, high = cuts[:-1], cuts[1:]
    kept: list[tuple[Floats, Floats]] = []
    for _ in range(DEEPEST):
        _, coarse = _evaluated(log_density, low, high, scale)
        middle = (low + high) / 2
        _, left = _evaluated(log_density, low, middle, scale)
        _, right = _evaluated(log_density, middle, high, scale)
        settled = _settled(coarse, left, right, [mass for _, mass in kept])
        kept.append((np.column_stack([low, high])[settled], coarse[settled]))
        low, high = _halves(low, middle, high, ~settled)
        if low.size == 0:
            return _assembled(log_density, np.concatenate([bounds for bounds, _ in kept]), scale)
    raise NotConverged("The posterior of tau could not be integrated: its mass has no resolvable scale.")


def _settled(coarse: Floats, left: Floats, right: Floats, before: list[Floats]) -> Bools:
    peak = max(float(np.max(mass)) for mass in (coarse, left, right, *(m for m in before if m.size)))
    if not np.isfinite(peak):
        raise NotConverged("The posterior density of tau is not finite.")
    whole = sum(float(np.exp(mass - peak).sum()) for mass in (left, right, *before))
    one = np.exp(coarse - peak).sum(1)
    two = np.exp(left - peak).sum(1) + np.exp(right - peak).sum(1)
    return np.asarray(np.abs(one - two) <= TOLERANCE * whole)


def _halves(low: Floats, middle: Floats, high: Floats, chosen: Bools) -> tuple[Floats, Floats]:
    return (
        np.concatenate([low[chosen], middle[chosen]]),
        np.concatenate([middle[chosen], high[chosen]]),
    )


def _assembled(log_density: LogDensity, bounds: Floats, scale: float) -> Panels:
    bounds = bounds[bounds[:, 0].argsort()]
    tau, mass = _evaluated(log_density, bounds[:, 0], bounds[:, 1], scale)
    peak = float(mass.max())
    total = peak + float(np.log(np.exp(mass - peak).sum()))
    with np.errstate(divide="ignore"):
        edges = scale * np.append(bounds[:, 0], bounds[-1, 1]) / (1 - np.append(bounds[:, 0], bounds[-1, 1]))
    return Panels(tau, np.exp(mass - total), edges, total, scale, log_density)


def _evaluated(log_density: LogDensity, low: Floats, high: Floats, scale: float) -> tuple[Floats, Floats]:
    """Nodes τ and log of (density × weight × slope of the substitution), (panels, 16) each."""
    half = (high - low)[:, None] / 2
    x = (high + low)[:, None] / 2 + half * _X
    tau = scale * x / (1 - x)
    with np.errstate(divide="ignore"):
        return tau, log_density(tau) + np.log(half * _W) + np.log(scale) - 2 * np.log1p(-x)


def _squeeze(tau: Floats, scale: float) -> Floats:
    return np.asarray(tau / (tau + scale))
