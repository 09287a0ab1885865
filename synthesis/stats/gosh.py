"""Graphical display of study heterogeneity (GOSH): the model fitted to every subset of the studies, or to a sample."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from synthesis.stats import arrays
from synthesis.stats.arrays import Bools, Floats
from synthesis.stats.batch import CELLS, Fits, fit_many
from synthesis.stats.errors import BadInput, TooFewStudies
from synthesis.stats.model import Model

# All subsets of 20 studies are a million fits.
LARGEST_EXACT = 20


@dataclass(frozen=True, slots=True)
class Gosh:
    """One fit per subset, (n,) each: k studies, estimate, tau2, I2 (percent, from τ²; from Q for a common effect), Q.

    included  (n, k) which studies the subset holds;  exact: all 2ᵏ − 1 subsets, in binary order of membership
    """

    method: str
    exact: bool
    included: Bools
    k: Floats
    estimate: Floats
    tau2: Floats
    I2: Floats
    Q: Floats


def gosh(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    model: str = "random",
    tau2: str = "REML",
    rng: np.random.Generator | None = None,
    samples: int = 100_000,
) -> Gosh:
    """Pool every subset of the studies, or a random sample of subsets; all fits vectorised, O(k) each.

    yi, vi  (k,);  rng  None for all 2ᵏ − 1 subsets (k ≤ 20), else a generator that draws `samples` of them:
    a size uniform on 1 … k, then the studies, so that small and large subsets are seen alike.
    Raises BadInput for an exact run with too many studies or samples < 1, TooFewStudies for k < 2, BadVariance.
    Source: Olkin, Dahabreh & Trikalinos 2012, Res Synth Methods 3:214. Checked: metafor 3.8-1 gosh, all subsets.
    """
    y, v = arrays.effects(yi, vi)
    arrays.one_of(model, ("random", "common"), "model")
    if y.size < 2:
        raise TooFewStudies("Subsets need at least two studies.")
    method = "EE" if model == "common" else tau2
    included = _every(y.size) if rng is None else _drawn(y.size, rng, samples)
    size = max(1, CELLS // y.size)
    parts = [_fitted(y, v, included[i : i + size], method) for i in range(0, len(included), size)]
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return Gosh(method, rng is None, included, *columns)


def _every(k: int) -> Bools:
    if k > LARGEST_EXACT:
        raise BadInput(f"{k} studies have 2^{k} subsets: hand in a generator to draw a sample of them.")
    members = np.arange(1, 2**k)[:, None] >> np.arange(k)
    return (members & 1).astype(bool)


def _drawn(k: int, rng: np.random.Generator, samples: int) -> Bools:
    if samples < 1:
        raise BadInput("At least one subset must be drawn.")
    sizes = rng.integers(1, k + 1, size=samples)
    ranks = rng.random((samples, k)).argsort(axis=1).argsort(axis=1)
    return np.asarray(ranks < sizes[:, None])


def _fitted(y: Floats, v: Floats, included: Bools, method: str) -> tuple[Floats, ...]:
    keep = included.astype(np.float64)
    fits = fit_many(Model(np.broadcast_to(y, keep.shape), v, None, keep), method, "z")
    return fits.k, fits.beta[:, 0], fits.tau2, _i2(fits, method), fits.Q


def _i2(fits: Fits, method: str) -> Floats:
    """I² in percent; 0 where a subset holds one study."""
    with np.errstate(divide="ignore", invalid="ignore"):
        if method == "EE":
            share = np.maximum(0.0, (fits.Q - fits.df) / fits.Q)
            return np.where((fits.df > 0) & (fits.Q > 0), 100.0 * share, 0.0)
        return np.where(fits.df > 0, 100.0 * fits.tau2 / (fits.tau2 + fits.typical), 0.0)
