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
    """Power sums of the weights: W1 = Σw, Wj = Σw^j / Σw, and τ² times a scale that makes Σw/k one."""

    k: int
    tau2: float
    W1: float
    W2: float
    W3: float
    W4: float

    @property
    def VR(self) -> float:  # noqa: N802 - the paper's symbol
        """Variance of R = √W1 (estimate − θ)."""
        return 1.0 + self.tau2 * self.W2


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
    w, unit = fit.w, float(fit.w.mean())
    share = w / unit  # sums of fourth powers stay in range whatever the scale of the effects
    total = float(share.sum())
    sums = [float((share**j).sum()) / total for j in (2, 3, 4)]
    moments = _Moments(y.size, tau2 * unit, total, *sums)
    se = float(np.sqrt(moments.VR / w.sum()))
    margin = _quantile(moments, alpha / 2.0) * float(np.sqrt(moments.VR)) * se
    centre = float(fit.beta)
    return HenmiCopas(level, y.size, centre, se, centre - margin, centre + margin, tau2)


def _quantile(m: _Moments, tail: float) -> float:
    """x with P(R / √VR > x and Q below what then makes the ratio exceed) = tail; falls from ½ to 0 in x."""

    def excess(x: float) -> float:
        return _upper_tail(m, x) - tail

    return float(brentq(excess, 1e-6, FARTHEST - 1.0, xtol=1e-13, rtol=1e-13))


def _upper_tail(m: _Moments, x: float) -> float:
    """∫ from x of P(Q < q(r / x) given r) φ(r) dr by Gauss–Legendre panels, finer where the probability starts to rise."""
    edges = x + (FARTHEST - x) * np.linspace(0.0, 1.0, PANELS + 1) ** 3
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    half = np.diff(edges)[:, None] / 2.0
    r = (edges[:-1, None] + half * (nodes + 1.0)).ravel()
    values = _q_below(m, r, x) * np.exp(-0.5 * r * r) / np.sqrt(2.0 * np.pi)
    return float((values.reshape(PANELS, NODES) * weights * half).sum())


def _q_below(m: _Moments, r: Floats, x: float) -> Floats:
    """P(Q < q | R = r √VR), Q gamma with the conditional mean and variance, q the value at which √(1 + τ̂²W2) = r / x."""
    q = (m.W1 / m.W2 - 1.0) * ((r / x) ** 2 - 1.0) + (m.k - 1)
    t, V = m.tau2, m.VR
    bend = (r * r - 1.0) / V  # r² / VR² − 1 / VR on the standardised scale
    a, b = m.W3 - m.W2**2, m.W4 - 2.0 * m.W2 * m.W3 + m.W2**3
    mean = (m.k - 1) + t * (m.W1 - m.W2) + t**2 * bend * a
    variance = (
        2.0 * (m.k - 1)
        + 4.0 * t * (m.W1 - m.W2)
        + 2.0 * t**2 * (m.W1 * m.W2 - 2.0 * m.W3 + m.W2**2)
        + 4.0 * t**2 * bend * a
        + 4.0 * t**3 * bend * b
        + 2.0 * t**4 * (1.0 - 2.0 * r * r) / V**2 * a**2
    )
    return np.asarray(gammainc(mean**2 / variance, q * mean / variance))
