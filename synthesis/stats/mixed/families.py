"""Distributions of counts as exponential families in their natural parameter: log f = yη − K(η) + c."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, gammaln, logsumexp

from synthesis.stats.arrays import Floats

# η (k, R, Q) → K, its first derivative (the mean) and its second (the variance), each (k, R, Q).
Cumulant = Callable[[Floats], tuple[Floats, Floats, Floats]]
# Beyond these an exponential overflows; a likelihood has long been flat.
ETA = 500.0


@dataclass(frozen=True, slots=True)
class Counts:
    """k studies with R counts each. y (k, R); constant (k,) the part of log f that η does not touch."""

    y: Floats
    constant: Floats
    cumulant: Cumulant

    def log_density(self, eta: Floats) -> Floats:
        """Σ over the counts of a study of log f at η (k, R, Q), shape (k, Q)."""
        K = self.cumulant(eta)[0]
        return np.asarray((self.y[:, :, None] * eta - K).sum(1) + self.constant[:, None])


def binomial(y: Floats, n: Floats) -> Counts:
    """y events among n, both (k, R); η is the log odds."""

    def cumulant(eta: Floats) -> tuple[Floats, Floats, Floats]:
        p = expit(eta)
        size = n[:, :, None]
        return size * np.logaddexp(0.0, eta), size * p, size * p * (1 - p)

    return Counts(y, log_choose(n, y).sum(1), cumulant)


def poisson(y: Floats) -> Counts:
    """y events (k, R); η is the log of the expected number, log time included."""

    def cumulant(eta: Floats) -> tuple[Floats, Floats, Floats]:
        mean = np.exp(np.clip(eta, -ETA, ETA))
        return mean, mean, mean

    return Counts(y, -gammaln(y + 1).sum(1), cumulant)


def hypergeometric(ai: Floats, bi: Floats, ci: Floats, di: Floats) -> Counts:
    """ai events in the first group given both margins of the table, each (k,); η is the log odds ratio.

    Fisher's noncentral hypergeometric distribution. Source: Stijnen, Hamza & Özdemir 2010, Stat Med 29:3046.
    """
    n1, n2, m = ai + bi, ci + di, ai + ci
    first, last = np.maximum(0.0, m - n2), np.minimum(n1, m)
    x = first[:, None] + np.arange(int((last - first).max()) + 1, dtype=np.float64)
    inside = x <= last[:, None]
    with np.errstate(all="ignore"):
        ways = log_choose(n1[:, None], x) + log_choose(n2[:, None], m[:, None] - x)
    ways = np.where(inside, ways, -np.inf)
    x = np.where(inside, x, 0.0)

    def cumulant(eta: Floats) -> tuple[Floats, Floats, Floats]:
        K, mean, variance = (np.empty_like(eta) for _ in range(3))
        for q in range(eta.shape[-1]):  # one node at a time: supports may be thousands wide
            terms = ways + x * eta[:, 0, q, None]
            K[:, 0, q] = logsumexp(terms, axis=1)
            share = np.exp(terms - K[:, 0, q, None])
            mean[:, 0, q] = (share * x).sum(1)
            variance[:, 0, q] = (share * (x - mean[:, 0, q, None]) ** 2).sum(1)
        return K, mean, variance

    return Counts(ai[:, None], log_choose(n1, ai) + log_choose(n2, ci), cumulant)


def log_choose(n: Floats, y: Floats) -> Floats:
    """Log of the number of ways to choose y of n."""
    return np.asarray(gammaln(n + 1) - gammaln(y + 1) - gammaln(n - y + 1))
