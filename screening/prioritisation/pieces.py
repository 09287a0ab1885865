"""Words cut into pieces, so that sumatriptan and rizatriptan, or walking and walked, have something in common."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from screening.prioritisation.counting import MOST

#: Letters of a piece; the two ends of a word are marked and count as letters.
LETTERS = 5
#: Texts at a time, which bounds the memory of a build.
CHUNK = 8000


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of numbered words.

    numbers  piece → its column, in the order of first appearance.
    table    (words, pieces) CSR of int32: how often a piece is in a word.
    """

    numbers: dict[str, int]
    table: Any


def pieces_of(word: str) -> list[str]:
    """All runs of five letters of a word with its ends marked; a word of up to three letters is one piece."""
    marked = f"<{word}>"
    return [marked[start : start + LETTERS] for start in range(max(1, len(marked) - LETTERS + 1))]


def cut(words: Iterable[str]) -> Pieces:
    """The pieces of words, one row for each word."""
    numbers: dict[str, int] = {}
    columns: list[int] = []
    ends = [0]
    for word in words:
        columns.extend([numbers.setdefault(piece, len(numbers)) for piece in pieces_of(word)])
        ends.append(len(columns))
    parts = (np.ones(len(columns), dtype=np.int32), np.array(columns, np.int32), np.array(ends, np.int32))
    table = sparse.csr_array(parts, shape=(len(ends) - 1, len(numbers)))
    table.sum_duplicates()
    return Pieces(numbers, table)


def count_pieces(words: Any, pieces: Pieces) -> list[Any]:
    """The pieces of texts, counted: from (texts, words) counts, CSR tables of uint16 for at most CHUNK texts each."""
    tables = []
    for start in range(0, words.shape[0], CHUNK):
        table = words[start : start + CHUNK].astype(np.int32) @ pieces.table
        table.sort_indices()
        table.data = np.minimum(table.data, MOST).astype(np.uint16)
        tables.append(table)
    return tables
