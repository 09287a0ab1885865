"""Henmi and Copas: the common-effect estimate, which favours large studies, with an interval that allows for heterogeneity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import gammainc

from synthesis.stats import arrays
from synthesis.stats.arrays import Floats
from synthesis.stats.errors import TooFewStudies
from synthesis.stats.model import Model
from synthesis.stats.tau2 import estimate as estimate_tau2

# The standard normal density beyond this adds less than 1e-16.
FARTHEST = 9.0
PANELS, NODES = 12, 24


@dataclass(frozen=True, slots=True)
class HenmiCopas:
    """Estimate with common-effect weights; se and interval account for τ² (DerSimonian–Laird)."""

    level: float
    k: int
    estimate: float
    se: float
    ci_lb: float
    ci_ub: float
    tau2: float


@dataclass(frozen=True, slots=True)
class _Moments:
    """Moments of the weights w, a study counting in proportion to its own weight, in a unit that makes their sum 1.

    mean      E[w] (the paper's W2);  spread  Var(w) = W3 − W2²;  cubic  E[w (w − E[w])²] = W4 − 2 W2 W3 + W2³
    others    E[1 − w] = W1 − W2;  cross  E[w (1 − w)] − Var(w) = W1 W2 − 2 W3 + W2²
    Written as means of non-negative terms they keep their digits when one study has nearly all the weight.
    """

    k: int
    tau2: float
    mean: float
    spread: float
    cubic: float
    others: float
    cross: float

    @classmethod
    def of(cls, share: Floats, tau2: float) -> _Moments:
        """share (k,) weights that sum to 1, tau2 in their unit."""
        before = np.concatenate([[0.0], np.cumsum(share)[:-1]])
        rest = before + np.concatenate([np.cumsum(share[::-1])[::-1][1:], [0.0]])
        mean = float((share * share).sum())
        away = share - mean
        spread, others = float((share * away * away).sum()), float((share * rest).sum())
        cubic = float((share * share * away * away).sum())
        return cls(
            share.size, tau2, mean, spread, cubic, others, float((share * share * rest).sum()) - spread
        )

    @property
    def ratio(self) -> float:
        """Variance of R = √Σw (estimate − θ): 1 + τ² E[w]."""
        return 1.0 + self.tau2 * self.mean


def henmi_copas(yi: ArrayLike, vi: ArrayLike, *, level: float = 95.0) -> HenmiCopas:
    """Random-effects interval around the common-effect estimate, robust against the loss of small studies.

    yi, vi   (k,) effects and sampling variances, k ≥ 2
    The distribution of (estimate − θ) / se is found by integrating over R = √W1 (estimate − θ), given which Q is
    close to a gamma variable with the same two moments.
    Raises TooFewStudies, BadVariance, BadInput. Source: Henmi & Copas 2010, Stat Med 29:2969, sections 3 and 4.
    Checked: metafor 3.8-1 hc with tight integration.
    """
    y, v = arrays.effects(yi, vi)
    alpha = arrays.level_fraction(level)
    if y.size < 2:
        raise TooFewStudies("The method of Henmi and Copas needs at least two studies.")
    model = Model(y, v)
    fit = model.at(0.0)
    tau2 = estimate_tau2("DL", model).value
    total = float(fit.w.sum())
    moments = _Moments.of(fit.w / total, tau2 * total)
    se = float(np.sqrt(moments.ratio / total))
    margin = _quantile(moments, alpha / 2.0) * float(np.sqrt(moments.ratio)) * se
    centre = float(fit.beta)
    return HenmiCopas(level, y.size, centre, se, centre - margin, centre + margin, tau2)


def _quantile(m: _Moments, tail: float) -> float:
    """x with P(R / √VR > x and Q below what then makes the ratio exceed) = tail; falls from ½ to 0 in x."""

    def excess(log_x: float) -> float:
        return _upper_tail(m, float(np.exp(log_x))) - tail

    low = float(np.log(1e-9) - 0.5 * np.log(m.ratio))  # x is a quantile of order 1 over √ratio
    return float(np.exp(brentq(excess, low, np.log(FARTHEST - 1.0), xtol=1e-13, rtol=1e-13)))


def _upper_tail(m: _Moments, x: float) -> float:
    """∫ from x of P(Q < q(r / x) given r) φ(r) dr by Gauss–Legendre panels, finer where the probability starts to rise."""
    edges = x + (FARTHEST - x) * np.linspace(0.0, 1.0, PANELS + 1) ** 3
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    half = np.diff(edges)[:, None] / 2.0
    r = (edges[:-1, None] + half * (nodes + 1.0)).ravel()
    values = _q_below(m, r, x) * np.exp(-0.5 * r * r) / np.sqrt(2.0 * np.pi)
    return float((values.reshape(PANELS, NODES) * weights * half).sum())


def _q_below(m: _Moments, r: Floats, x: float) -> Floats:
    """P(Q < q | R = r √ratio), Q gamma with the conditional mean and variance, q where √(1 + τ̂² E[w]) = r / x."""
    q = m.others / m.mean * ((r / x) ** 2 - 1.0) + (m.k - 1)
    t, V = m.tau2, m.ratio
    mean = (m.k - 1) + t * m.others + t**2 * m.spread * (r * r - 1.0) / V
    # The variance is a constant plus a multiple of r²; both are non-negative, which rounding must not undo.
    bent = m.cubic + t * max(m.mean * m.cubic - m.spread**2, 0.0)
    by_r = 4.0 * t**2 / V * (m.spread + t * bent / V)
    at_zero = (
        2.0 * (m.k - 1) + 4.0 * t * m.others + 2.0 * t**2 * m.cross
        - 4.0 * t**2 / V * (m.spread + t * m.cubic) + 2.0 * (t * t * m.spread / V) ** 2
    )  # fmt: skip
    variance = max(at_zero, 0.0) + by_r * r * r
    return np.asarray(gammainc(mean**2 / variance, q * mean / variance))
