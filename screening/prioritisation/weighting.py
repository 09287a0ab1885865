"""From counts to vectors: what is rare says more, what is repeated says little more, and long texts weigh no more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

#: A column in fewer texts than this, or in nearly all of them, tells hardly two texts apart …
FEWEST_TEXTS, LARGEST_SHARE = 2, 0.95
#: … and in a large pile neither does one that is not in one of so many texts.
ONE_IN = 10_000


@dataclass(frozen=True, slots=True)
class Weighting:
    """Which columns of a table count, and how much.

    kept  ascending columns.
    idf   float32, ln((1 + n) / (1 + texts with the column)) + 1 for each kept column.
    """

    kept: np.ndarray
    idf: np.ndarray

    def vectors(self, table: Any) -> Any:
        """(rows, kept) CSR of float32: (1 + ln count) × idf, each row of length 1, or 0 where nothing is kept."""
        place = np.full(table.shape[1], -1, dtype=np.int32)
        place[self.kept] = np.arange(len(self.kept), dtype=np.int32)
        columns = place[table.indices]
        stays = columns >= 0
        starts = np.concatenate([[0], np.cumsum(stays, dtype=np.int32)])[table.indptr].astype(np.int32)
        columns = columns[stays]
        values = np.log(table.data[stays], dtype=np.float32)
        values += 1
        values *= self.idf[columns]
        filled = np.flatnonzero(np.diff(starts))
        if len(filled):
            lengths = np.sqrt(np.add.reduceat(values**2, starts[filled]))
            values /= np.repeat(lengths, np.diff(starts)[filled])
        return sparse.csr_array((values, columns, starts), shape=(table.shape[0], len(self.kept)))


def stacked(found: Weighting, tables: list[Any]) -> Any:
    """The vectors of tables of counts, one below the other.  Empties the list as it goes, to need the memory once."""
    texts = sum(table.shape[0] for table in tables)
    most = sum(table.nnz for table in tables)
    values, columns = np.empty(most, np.float32), np.empty(most, np.int32)
    starts, row, end = np.zeros(texts + 1, np.int32), 0, 0
    tables.reverse()
    while tables:
        part = found.vectors(tables.pop())
        values[end : end + part.nnz], columns[end : end + part.nnz] = part.data, part.indices
        starts[row + 1 : row + 1 + part.shape[0]] = end + part.indptr[1:]
        row, end = row + part.shape[0], end + part.nnz
    return sparse.csr_array((values[:end], columns[:end], starts), shape=(texts, len(found.kept)))


def weighting(texts_with: np.ndarray, n: int) -> Weighting:
    """The weighting of columns of which each is in so many of n texts."""
    fewest = max(FEWEST_TEXTS, n // ONE_IN)
    kept = np.flatnonzero((texts_with >= fewest) & (texts_with <= LARGEST_SHARE * n))
    if not len(kept):
        kept = np.flatnonzero(texts_with)
    idf = np.log((1 + n) / (1 + texts_with[kept])) + 1
    return Weighting(kept, idf.astype(np.float32))


def texts_with(table: Any) -> np.ndarray:
    """In how many rows each column of a table of counts is."""
    return np.bincount(table.indices, minlength=table.shape[1])
