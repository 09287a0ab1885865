"""Distributions of counts as exponential families in their natural parameter: log f = yη − K(η) + c."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, gammaln

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
    first = np.maximum(0.0, m - n2)
    width = (np.minimum(n1, m) - first).astype(np.intp) + 1
    begin = np.concatenate([[0], np.cumsum(width)[:-1]])
    owner = np.repeat(np.arange(ai.size), width)
    # The supports of all studies in one row: they differ too much in width for a rectangle.
    x = np.arange(owner.size) - begin[owner] + first[owner]
    ways = log_choose(n1[owner], x) + log_choose(n2[owner], m[owner] - x)

    def cumulant(eta: Floats) -> tuple[Floats, Floats, Floats]:
        terms = ways[:, None] + x[:, None] * eta[owner, 0]
        top = np.maximum.reduceat(terms, begin)
        share = np.exp(terms - top[owner])
        total = np.add.reduceat(share, begin)
        mean = np.add.reduceat(share * x[:, None], begin) / total
        apart = x[:, None] - mean[owner]
        variance = np.add.reduceat(share * apart * apart, begin) / total
        return (top + np.log(total))[:, None], mean[:, None], variance[:, None]

    return Counts(ai[:, None], log_choose(n1, ai) + log_choose(n2, ci), cumulant)


def log_choose(n: Floats, y: Floats) -> Floats:
    """Log of the number of ways to choose y of n."""
    return np.asarray(gammaln(n + 1) - gammaln(y + 1) - gammaln(n - y + 1))
