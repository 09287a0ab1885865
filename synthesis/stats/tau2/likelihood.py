"""Maximum likelihood estimation of τ²: every local maximum is bracketed, the highest one wins."""

from __future__ import annotations

import numpy as np

from synthesis.stats.arrays import Bools, Floats
from synthesis.stats.model import Model
from synthesis.stats.tau2.roots import falling_root

# The score is a sum of terms that each bend over about one unit of log τ²; steps of 0.4 see every bend.
STEP = 0.4
# Below this share of the smallest variance the score is a straight line.
LOWEST = 0.01
# Grid points × studies held in memory at once.
BLOCK = 2_000_000


def maximise(model: Model, restricted: bool) -> Floats:
    """τ² ≥ 0 with the highest (restricted) likelihood, shape (…).

    The score is positive only below a bound that follows from the data, so the search interval is exact; on a grid
    over it each fall of the score through zero brackets one local maximum, found by safeguarded Newton. Where
    several exist (or the boundary is one), the log-likelihoods decide. No starting value, no step length to choose.
    Source: Viechtbauer 2005, J Educ Behav Stat 30:261. Checked: metafor 3.8-1, docs/methods.md.
    """
    bound = _upper_bound(model, restricted)
    best = np.zeros_like(bound)
    if not np.any(bound > 0):
        return best
    # One grid for all data sets: with shared variances its weights are computed once.
    lowest = float(model.v.min())
    top = max(float(bound.max()), lowest) * (1 + 1e-9)
    count = int(np.ceil(np.log(top / (LOWEST * lowest)) / STEP)) + 2
    rise = np.exp(np.linspace(np.log(LOWEST * lowest), np.log(top), count))
    grid = np.concatenate([[0.0], rise])
    scores = _grid_scores(model, grid, restricted)
    falls = (scores[..., :-1] > 0) & (scores[..., 1:] <= 0) & (bound > 0)[..., None]
    return _highest(model, restricted, np.broadcast_to(grid, scores.shape), falls, scores[..., 0] <= 0)


def log_likelihood(model: Model, tau2: Floats | float, restricted: bool, r: Floats | None = None) -> Floats:
    """Log-likelihood at τ², shape (…), for the residuals r of another fit or else with β profiled out.

    The restricted likelihood is that of the error contrasts for an orthonormal design: add ½ log |X'X| for metafor's.
    """
    at = model.at(tau2)
    logs = np.log(at.w if model.keep is None else np.where(at.w > 0, at.w, 1.0)).sum(-1)
    rss = at.rss() if r is None else (at.w * r * r).sum(-1)
    value = 0.5 * (logs - rss - model.k() * np.log(2 * np.pi))
    if not restricted:
        return np.asarray(value)
    return np.asarray(value + 0.5 * (model.p * np.log(2 * np.pi) - model.log_determinant(at)))


def score(model: Model, tau2: Floats | float, restricted: bool) -> tuple[Floats, Floats]:
    """First and second derivative of the profile log-likelihood in τ²."""
    at = model.at(tau2)
    wr = at.w * at.r
    if restricted:
        trace, trace2 = model.trace_p(at), model.trace_pdpe(at, 1.0, 1.0)
    else:
        trace, trace2 = at.w.sum(-1), (at.w * at.w).sum(-1)
    return 0.5 * ((wr * wr).sum(-1) - trace), 0.5 * trace2 - model.cubic(at)


def _highest(model: Model, restricted: bool, grid: Floats, falls: Bools, at_zero: Bools) -> Floats:
    """The best among the bracketed maxima and, where the score starts negative, zero."""
    best = np.zeros(grid.shape[:-1])
    count = falls.sum(-1)
    contested = bool(np.any(count + at_zero > 1))
    height = np.where(at_zero, log_likelihood(model, 0.0, restricted), -np.inf) if contested else np.empty(0)
    order = np.cumsum(falls, axis=-1)
    for nth in range(1, int(np.max(count, initial=0)) + 1):
        here = count >= nth
        j = np.argmax(falls & (order == nth), axis=-1)[..., None]
        low = np.take_along_axis(grid, j, -1)[..., 0]
        high = np.take_along_axis(grid, j + 1, -1)[..., 0]
        root = np.zeros_like(best)
        part = model if best.ndim == 0 or here.all() else model.subset(here)
        if part is model:
            root = falling_root(lambda t: score(model, t, restricted), low, high)
        else:
            root[here] = falling_root(lambda t, part=part: score(part, t, restricted), low[here], high[here])  # type: ignore[misc]
        if not contested:
            best = root
            continue
        value = np.where(here, log_likelihood(model, root, restricted), -np.inf)
        best, height = np.where(value > height, root, best), np.maximum(value, height)
    return best


def _masked_min(model: Model) -> Floats:
    v = model.v if model.keep is None else np.where(model.keep > 0, model.v, np.inf)
    return np.asarray(np.broadcast_to(v.min(-1), model.y.shape[:-1]))


def _upper_bound(model: Model, restricted: bool) -> Floats:
    """Above this τ² the score is negative: y'PPy ≤ RSS / (τ² + min v)² and tr P ≥ df / (τ² + max v)."""
    ones = np.ones_like(model.y) if model.keep is None else model.keep
    rss = (ones * model.weighted(ones).r ** 2).sum(-1)
    df = model.df() if restricted else model.k()
    low = _masked_min(model)
    v = model.v if model.keep is None else np.where(model.keep > 0, model.v, 0.0)
    spread = v.max(-1) - low
    root = np.sqrt(rss * rss + 4 * df * rss * spread)
    return np.asarray(np.maximum((rss + root) / (2 * df) - low, 0.0))


def _grid_scores(model: Model, grid: Floats, restricted: bool) -> Floats:
    """The score on a grid (G,), shape (…, G), through products of weights with cross products of the data."""
    keep = np.ones_like(model.y) if model.keep is None else model.keep
    columns = np.ones((*model.y.shape, 1)) if model.X is None else model.X
    columns = np.broadcast_to(columns, (*model.y.shape, model.p))
    centred = model.weighted(keep).r
    data = np.concatenate([columns, centred[..., None]], axis=-1) * keep[..., None]
    size = data.shape[-1]
    products = (data[..., :, None] * data[..., None, :]).reshape(*data.shape[:-1], size * size)
    products = np.concatenate([products, keep[..., None]], axis=-1)
    scores = np.empty((*model.y.shape[:-1], grid.size))
    rows = max(1, BLOCK // max(1, model.v.size, keep.size if model.keep is not None else 0))
    for first in range(0, grid.size, rows):
        part = slice(first, first + rows)
        w = 1.0 / (model.v[..., None, :] + grid[part, None])
        sums = w @ products
        shape = (*sums.shape[:-1], size, size)
        one, two = sums[..., :-1].reshape(shape), ((w * w) @ products[..., :-1]).reshape(shape)
        scores[..., part] = _moment_score(one, two, sums[..., -1], restricted)
    return scores


def _moment_score(one: Floats, two: Floats, total: Floats, restricted: bool) -> Floats:
    p = one.shape[-1] - 1
    cov = np.linalg.inv(one[..., :p, :p]) if p > 1 else 1.0 / one[..., :1, :1]
    beta = cov @ one[..., :p, p:]
    square = two[..., p, p] - 2 * (np.swapaxes(beta, -1, -2) @ two[..., :p, p:])[..., 0, 0]
    square = square + (np.swapaxes(beta, -1, -2) @ two[..., :p, :p] @ beta)[..., 0, 0]
    if not restricted:
        return np.asarray(0.5 * (square - total))
    return np.asarray(0.5 * (square - total + np.trace(cov @ two[..., :p, :p], axis1=-2, axis2=-1)))
