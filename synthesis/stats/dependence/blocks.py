"""Rows that depend on each other form blocks; blocks of one size are computed together as one array.

The covariance of the effects is block diagonal: V links rows by sampling error, random effects link rows that share
a level. Blocks are the connected components of those links, so nested models cost Σ n³ over blocks, not k³.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from synthesis.stats import arrays
from synthesis.stats.arrays import Floats, Ints
from synthesis.stats.dependence.terms import Level, Term
from synthesis.stats.errors import BadInput, BadVariance

Sampling: TypeAlias = "Floats | sparse.csr_array"


@dataclass(frozen=True, slots=True)
class Batch:
    """Blocks of one size s: rows (B, s) of the data, their effects (B, s), design (B, s, p) and V (B, s, s).

    same   per term (B, s, s): 1 where two rows share the level (or the outer group), else 0
    cell   per term (B, s, s): index of the pair of inner levels in the flattened G; None for a Level
    """

    rows: Ints
    y: Floats
    X: Floats
    V: Floats
    same: tuple[Floats, ...]
    cell: tuple[Ints | None, ...]


def sampling_covariance(V: ArrayLike | sparse.csr_array, k: int) -> Sampling:
    """V checked: (k,) variances, or a symmetric (k, k) matrix, dense or sparse, with a positive diagonal.

    Raises BadVariance for a diagonal that cannot weigh a row, BadInput for another shape or an asymmetric matrix.
    """
    if sparse.issparse(V):
        matrix = sparse.csr_array(V, dtype=np.float64)
        gap, diagonal = abs(matrix - matrix.T), matrix.diagonal()
        asymmetric = float(gap.max()) if gap.nnz else 0.0
    else:
        dense = np.asarray(V, dtype=np.float64)
        if dense.ndim == 1:
            return arrays.effects(np.zeros(dense.shape), dense)[1]
        if dense.ndim != 2 or dense.shape[0] != dense.shape[1]:
            raise BadInput("V must be a list of variances or a square matrix.")
        if not np.isfinite(dense).all():
            raise BadVariance("V must not have missing or infinite values.")
        asymmetric, diagonal = float(np.abs(dense - dense.T).max()), np.diag(dense)
        matrix = sparse.csr_array(dense)
    if matrix.shape != (k, k):
        raise BadInput(f"V has {matrix.shape[0]} rows for {k} effects.")
    arrays.effects(np.zeros(k), diagonal)
    if asymmetric > 1e-8 * float(np.max(diagonal)):
        raise BadInput("V must be symmetric.")
    return matrix


def batches(y: Floats, X: Floats, V: Sampling, terms: Sequence[Term]) -> tuple[Batch, ...]:
    """The blocks of these data, smallest first."""
    label = _components(y.size, V, terms)
    order = np.argsort(label, kind="stable")
    sizes = np.bincount(label)
    members = np.split(order, np.cumsum(sizes)[:-1])
    made = []
    for size in np.unique(sizes):
        rows = np.array([block for block in members if block.size == size], dtype=np.intp)
        made.append(_batch(rows, y, X, V, terms))
    return tuple(made)


def _components(k: int, V: Sampling, terms: Sequence[Term]) -> Ints:
    heads, tails, offset = [np.arange(k)], [np.arange(k)], k
    for term in terms:
        codes = term.codes if isinstance(term, Level) else term.outer
        heads.append(np.arange(k))
        tails.append(codes + offset)
        offset += int(codes.max()) + 1
    if not isinstance(V, np.ndarray):
        links = V.tocoo()
        apart = links.data != 0
        heads.append(links.coords[0][apart])
        tails.append(links.coords[1][apart])
    head, tail = np.concatenate(heads), np.concatenate(tails)
    graph = sparse.coo_array((np.ones(head.size), (head, tail)), shape=(offset, offset))
    return np.asarray(connected_components(graph, directed=False)[1][:k], dtype=np.intp)


def _batch(rows: Ints, y: Floats, X: Floats, V: Sampling, terms: Sequence[Term]) -> Batch:
    same: list[Floats] = []
    cell: list[Ints | None] = []
    for term in terms:
        codes = term.codes if isinstance(term, Level) else term.outer
        here = codes[rows]
        same.append((here[:, :, None] == here[:, None, :]).astype(np.float64))
        if isinstance(term, Level):
            cell.append(None)
        else:
            inner = term.inner[rows]
            cell.append(inner[:, :, None] * len(term.names) + inner[:, None, :])
    size = rows.shape[1]
    if isinstance(V, np.ndarray):
        within = np.zeros((*rows.shape, size))
        within[:, np.arange(size), np.arange(size)] = V[rows]
    else:
        within = np.array([V[block][:, block].toarray() for block in rows])
    return Batch(rows, y[rows], X[rows], within, tuple(same), tuple(cell))
