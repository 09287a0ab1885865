"""Permutation tests of a pooled effect (sign flips) and of moderators (rows exchanged), exact or by sampling."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from synthesis.stats import arrays
from synthesis.stats.arrays import Floats, Ints
from synthesis.stats.batch import CELLS, fit_many
from synthesis.stats.errors import BadInput, TooFewStudies
from synthesis.stats.model import Basis, Model, orthonormal

# Permuted statistics within this of the observed one count as equal to it: they differ by rounding only.
SLACK = 1e-8
LARGEST_EXACT = 2_000_000


@dataclass(frozen=True, slots=True)
class PermutationTest:
    """statistic, p_value (p,): the observed test statistics and the share of arrangements at least as extreme.

    Q_moderators and its p are the joint test of all columns but the intercept (of the intercept when alone).
    """

    arrangements: int
    exact: bool
    statistic: Floats
    p_value: Floats
    Q_moderators: float
    Q_moderators_p: float


def permutation_test(
    yi: ArrayLike,
    vi: ArrayLike,
    X: ArrayLike | None = None,
    *,
    model: str = "random",
    tau2: str = "REML",
    test: str = "z",
    rng: np.random.Generator | None = None,
    samples: int = 1000,
) -> PermutationTest:
    """Permutation p values without normality of the estimate.

    yi, vi  (k,);  X (k, p) design with an intercept column first, or None to test the pooled effect
    rng     None runs every arrangement (2ᵏ sign flips, or all distinct orders of the rows of X);
            a generator draws `samples` arrangements, the observed one being the first of them
    Raises BadInput when there are too many arrangements for an exact test, TooFewStudies, BadVariance.
    Source: Higgins & Thompson 2004, Stat Med 23:1663; Follmann & Proschan 1999, Biometrics 55:732.
    """
    y, v = arrays.effects(yi, vi)
    method = "EE" if model == "common" else tau2
    basis = _basis(X, y.size)
    count = _signs(y.size) if basis is None else _orders(np.asarray(X))
    if rng is None and count > LARGEST_EXACT:
        raise BadInput(f"There are {count} arrangements; give rng to draw some of them.")
    parts = _sign_flips(y, count, rng, samples) if basis is None else _exchanges(np.asarray(X), rng, samples)
    observed: tuple[Floats, float] | None = None
    extreme, extreme_q, total = np.zeros(1 if basis is None else basis.Q.shape[1]), 0, 0
    for part in parts:
        statistic, q = _statistics(part, y, v, basis, method, test)
        if observed is None:
            observed = statistic[0], float(q[0])
        extreme = extreme + (np.abs(statistic) >= np.abs(observed[0]) - SLACK).sum(0)
        extreme_q += int((q >= observed[1] - SLACK).sum())
        total += len(part)
    assert observed is not None  # noqa: S101 - the observed arrangement always comes first
    return PermutationTest(total, rng is None, observed[0], extreme / total, observed[1], extreme_q / total)


def _basis(X: ArrayLike | None, k: int) -> Basis | None:
    if X is None:
        return None
    rows = np.asarray(X, dtype=np.float64)
    if rows.ndim != 2 or rows.shape[0] != k or not np.isfinite(rows).all():
        raise BadInput("X must be a (k, p) matrix of finite numbers.")
    if k <= rows.shape[1]:
        raise TooFewStudies("More studies than coefficients are needed.")
    return orthonormal(rows, tuple(f"column {j + 1}" for j in range(rows.shape[1])))


def _statistics(
    part: Floats | Ints, y: Floats, v: Floats, basis: Basis | None, method: str, test: str
) -> tuple[Floats, Floats]:
    """Test statistics (B, p) and joint statistics (B,) of arrangements: signs (B, k) or row orders (B, k)."""
    if basis is None:
        fits = fit_many(Model(y * part, v), method, test)
        with np.errstate(divide="ignore", invalid="ignore"):
            statistic = fits.beta / fits.se
        return statistic, statistic[:, 0] ** 2
    fits = fit_many(Model(np.broadcast_to(y, part.shape), v, basis.Q[part]), method, test)
    beta, cov = basis.coefficients(fits.beta), basis.covariance(fits.cov)
    se = np.sqrt(np.diagonal(cov, axis1=-2, axis2=-1))
    tested = beta[:, 1:]
    inverse = np.linalg.inv(cov[:, 1:, 1:])
    q = (tested[:, None, :] @ inverse @ tested[:, :, None])[:, 0, 0]
    return beta / se, q if test == "z" else q / tested.shape[1]


def _signs(k: int) -> int:
    return int(2**k)


def _sign_flips(y: Floats, count: int, rng: np.random.Generator | None, samples: int) -> Iterator[Floats]:
    size = max(1, CELLS // y.size)
    if rng is not None:
        flips = np.asarray(rng.integers(0, 2, (samples, y.size)) * -2.0 + 1.0, dtype=np.float64)
        flips[0] = 1.0
        yield from (flips[first : first + size] for first in range(0, samples, size))
        return
    bits = np.arange(y.size)
    for first in range(0, count, size):
        codes = np.arange(first, min(first + size, count))
        yield np.asarray(1.0 - 2.0 * ((codes[:, None] >> bits) & 1), dtype=np.float64)


def _kinds(X: Floats) -> Ints:
    """Equal rows of X get the same number: exchanging them changes nothing."""
    return np.unique(X, axis=0, return_inverse=True)[1].ravel()


def _orders(X: Floats) -> int:
    """How many distinct orders the rows of X have."""
    _, repeats = np.unique(_kinds(X), return_counts=True)
    return math.factorial(len(X)) // math.prod(math.factorial(int(r)) for r in repeats)


def _exchanges(X: Floats, rng: np.random.Generator | None, samples: int) -> Iterator[Ints]:
    """Row orders (B, k), the identity first."""
    k, size = len(X), max(1, CELLS // len(X))
    if rng is not None:
        orders = np.array([np.arange(k), *(rng.permutation(k) for _ in range(samples - 1))])
        yield from (orders[first : first + size] for first in range(0, samples, size))
        return
    kinds = _kinds(X)
    yield np.arange(k)[None, :]
    block: list[list[int]] = []
    for arrangement in _distinct(kinds.tolist()):
        if arrangement == kinds.tolist():
            continue
        block.append(_rows_of(arrangement, kinds))
        if len(block) == size:
            yield np.array(block)
            block = []
    if block:
        yield np.array(block)


def _rows_of(arrangement: list[int], kinds: Ints) -> list[int]:
    """A row of X for each place of an arrangement of kinds."""
    first = {int(kind): int(np.argmax(kinds == kind)) for kind in set(arrangement)}
    return [first[kind] for kind in arrangement]


def _distinct(kinds: list[int]) -> Iterator[list[int]]:
    """Every distinct order of a multiset, in lexicographic order (Knuth 7.2.1.2, algorithm L)."""
    a = sorted(kinds)
    while True:
        yield a.copy()
        j = len(a) - 2
        while j >= 0 and a[j] >= a[j + 1]:
            j -= 1
        if j < 0:
            return
        last = len(a) - 1
        while a[j] >= a[last]:
            last -= 1
        a[j], a[last] = a[last], a[j]
        a[j + 1 :] = reversed(a[j + 1 :])
