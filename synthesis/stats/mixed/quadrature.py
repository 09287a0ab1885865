"""The marginal likelihood of each study: its random effects integrated out by adaptive Gauss–Hermite quadrature.

Around the mode b̂ of each study's integrand, b = b̂ + Cx with CC' the inverse curvature there, the integral becomes
Σ_q w_q exp(½x_q² …) over a product grid of nodes x_q. One node per dimension is Laplace's approximation.
Source: Pinheiro & Bates 1995, J Comput Graph Stat 4:12. All studies are computed together.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from synthesis.stats.arrays import Floats
from synthesis.stats.mixed.families import Counts

MODE_STEPS = 100


@dataclass(frozen=True, slots=True)
class Integrated:
    """log-likelihoods of the studies (k,), and what they are at the modes of the random effects (k,)."""

    log_likelihood: Floats
    conditional: Floats


@lru_cache(maxsize=32)
def _grid(nodes: int, dimensions: int) -> tuple[Floats, Floats]:
    """Points (D, Q) and log weights (Q,) that integrate f(x) φ(x), with −log φ's ½x² added back."""
    x, w = np.polynomial.hermite_e.hermegauss(nodes)
    logs = np.log(w) - 0.5 * np.log(2 * np.pi) + 0.5 * x * x
    points = np.array(list(itertools.product(x, repeat=dimensions))).T
    weights = np.array([sum(pick) for pick in itertools.product(logs, repeat=dimensions)])
    return points, weights


def integrate(counts: Counts, eta: Floats, A: Floats, nodes: int) -> Integrated:
    """Integrate over b ~ N(0, I) with linear predictors η (k, R) + A b, A (R, D); nodes per dimension."""
    if not A.any():
        plain = counts.log_density(eta[:, :, None])[:, 0]
        return Integrated(plain, plain)
    mode, H = _modes(counts, eta, A)
    C = np.swapaxes(np.linalg.inv(np.linalg.cholesky(H)), -1, -2)
    points, weights = _grid(nodes, A.shape[1])
    b = mode[:, :, None] + C @ points
    height = counts.log_density(eta[:, :, None] + A @ b) - 0.5 * (b * b).sum(1) + weights
    top = height.max(1)
    value = top + np.log(np.exp(height - top[:, None]).sum(1))
    value = value + np.log(np.diagonal(C, axis1=-2, axis2=-1)).sum(1)
    at_mode = counts.log_density(eta[:, :, None] + A @ mode[:, :, None])[:, 0]
    return Integrated(value, at_mode)


def _modes(counts: Counts, eta: Floats, A: Floats) -> tuple[Floats, Floats]:
    """Modes (k, D) and curvatures (k, D, D). The integrand is log-concave, so damped Newton cannot miss."""
    k, D = eta.shape[0], A.shape[1]
    b = np.zeros((k, D))
    K, mean, variance = counts.cumulant(eta[:, :, None])
    height = _penalised(counts, eta, b, K)
    H = np.eye(D) + np.einsum("rd,kr,re->kde", A, variance[..., 0], A)
    for _ in range(MODE_STEPS):
        slope = (counts.y - mean[..., 0]) @ A - b
        step = np.linalg.solve(H, slope[..., None])[..., 0]
        length = np.ones(k)
        for _ in range(40):
            trial = b + length[:, None] * step
            shifted = eta + trial @ A.T
            K, mean, variance = counts.cumulant(shifted[:, :, None])
            reached = _penalised(counts, shifted, trial, K)
            worse = ~(reached >= height - 1e-12 * (1 + np.abs(height)))
            if not worse.any():
                break
            length = np.where(worse, length / 2, length)
        b, height = trial, reached
        H = np.eye(D) + np.einsum("rd,kr,re->kde", A, variance[..., 0], A)
        if np.abs(step * length[:, None]).max() <= 1e-10 * (1 + np.abs(b).max()):
            break
    return b, H


def _penalised(counts: Counts, eta: Floats, b: Floats, K: Floats) -> Floats:
    return np.asarray((counts.y * eta - K[..., 0]).sum(1) - 0.5 * (b * b).sum(1))
