"""The marginal normal model y ~ N(Xβ, Σ(θ)), Σ = V + random effects: likelihood, score and fit, block by block.

ML: −½ [k log 2π + log|Σ| + r'Σ⁻¹r];  REML adds −½ log|X'Σ⁻¹X| and loses p log 2π. The score in Σ is
½ (Σ⁻¹rr'Σ⁻¹ − Σ⁻¹ + [REML] Σ⁻¹X(X'Σ⁻¹X)⁻¹X'Σ⁻¹), contracted with ∂Σ/∂θ. Source: Harville 1977, JASA 72:320.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synthesis.stats.arrays import Floats
from synthesis.stats.dependence.blocks import Batch
from synthesis.stats.dependence.structures import STRUCTURES, Covariance, lowest
from synthesis.stats.dependence.terms import Level, Structured, Term

Shares = Sequence[float | Covariance]


@dataclass(frozen=True, slots=True)
class Marginal:
    """Data in blocks and the random effects that add to V. X is orthonormal over all rows."""

    batches: tuple[Batch, ...]
    terms: tuple[Term, ...]
    k: int
    p: int

    def kinds(self) -> tuple[str, ...]:
        """The kind of every free parameter, term by term."""
        found: list[str] = []
        for term in self.terms:
            if isinstance(term, Level):
                found.append("sd")
            else:
                found += STRUCTURES[term.structure].kinds(len(term.names))
        return tuple(found)

    def shares(self, x: Floats) -> list[float | Covariance]:
        """What each term adds to the covariance at these free parameters: σ², or G with its derivatives."""
        made: list[float | Covariance] = []
        at = 0
        for term in self.terms:
            if isinstance(term, Level):
                made.append(float(x[at] ** 2))
                at += 1
                continue
            structure, m = STRUCTURES[term.structure], len(term.names)
            count = len(structure.kinds(m))
            low = lowest(term.structure, together(term))
            made.append(structure.at(x[at : at + count], np.array(term.positions), low))
            at += count
        return made


def together(term: Structured) -> int:
    """The largest number of different inner levels in one outer group."""
    pairs = np.unique(np.stack([term.outer, term.inner]), axis=1)
    return int(np.bincount(pairs[0]).max())


@dataclass(frozen=True, slots=True)
class Block:
    """One batch weighed: Σ⁻¹ (B, s, s), Σ⁻¹X (B, s, p), residuals r (B, s)."""

    inverse: Floats
    wx: Floats
    r: Floats


@dataclass(frozen=True, slots=True)
class Weighed:
    """Generalised least squares at one Σ: beta (p,), cov (p, p) = (X'Σ⁻¹X)⁻¹, rss = r'Σ⁻¹r, log|Σ|."""

    beta: Floats
    cov: Floats
    rss: float
    log_det: float
    blocks: tuple[Block, ...]


def covariance(batch: Batch, shares: Shares) -> Floats:
    """Σ of one batch, (B, s, s)."""
    total = batch.V.copy()
    for share, same, cell in zip(shares, batch.same, batch.cell, strict=True):
        if isinstance(share, Covariance):
            assert cell is not None  # noqa: S101 - structured terms have cells
            total += same * share.G.ravel()[cell]
        else:
            total += share * same
    return total


def weigh(model: Marginal, shares: Shares) -> Weighed | None:
    """The fit at these shares; None when Σ is not positive definite."""
    gram, moment = np.zeros((model.p, model.p)), np.zeros(model.p)
    log_det, kept = 0.0, []
    for batch in model.batches:
        try:
            L = np.linalg.cholesky(covariance(batch, shares))
        except np.linalg.LinAlgError:
            return None
        log_det += 2 * float(np.log(np.diagonal(L, axis1=-2, axis2=-1)).sum())
        half = np.linalg.inv(L)
        inverse = np.swapaxes(half, -1, -2) @ half
        wx = inverse @ batch.X
        gram += np.einsum("bsp,bsq->pq", batch.X, wx)
        moment += np.einsum("bsp,bs->p", wx, batch.y)
        kept.append((batch, inverse, wx))
    cov = np.linalg.inv(gram)
    cov = (cov + cov.T) / 2
    beta = cov @ moment
    blocks, rss = [], 0.0
    for batch, inverse, wx in kept:
        r = batch.y - batch.X @ beta
        rss += float((r * (inverse @ r[..., None])[..., 0]).sum())
        blocks.append(Block(inverse, wx, r))
    return Weighed(beta, cov, rss, log_det, tuple(blocks))


def log_likelihood(model: Marginal, fit: Weighed, restricted: bool) -> float:
    """Log-likelihood; the restricted one is that of the error contrasts of the orthonormal design."""
    n = model.k - model.p if restricted else model.k
    value = -0.5 * (n * np.log(2 * np.pi) + fit.log_det + fit.rss)
    return float(value + 0.5 * np.linalg.slogdet(fit.cov)[1]) if restricted else float(value)


def slopes(model: Marginal, fit: Weighed, shares: Shares, x: Floats, restricted: bool) -> Floats:
    """The score in the free parameters, shape (m,)."""
    totals: list[Floats] = [
        np.zeros(share.G.size) if isinstance(share, Covariance) else np.zeros(1) for share in shares
    ]
    for batch, block in zip(model.batches, fit.blocks, strict=True):
        u = (block.inverse @ block.r[..., None])[..., 0]
        score = u[:, :, None] * u[:, None, :] - block.inverse
        if restricted:
            score = score + block.wx @ fit.cov @ np.swapaxes(block.wx, -1, -2)
        for total, same, cell in zip(totals, batch.same, batch.cell, strict=True):
            weights = (0.5 * score * same).ravel()
            if cell is None:
                total[0] += weights.sum()
            else:
                total += np.bincount(cell.ravel(), weights, minlength=total.size)
    made: list[Floats] = []
    at = 0
    for share, total in zip(shares, totals, strict=True):
        if isinstance(share, Covariance):
            made.append(share.slopes.reshape(len(share.slopes), -1) @ total)
        else:
            made.append(2 * x[at : at + 1] * total)
        at += made[-1].size
    return np.concatenate(made) if made else np.zeros(0)
