"""Words and pairs of neighbouring words, counted: the sparse table that everything else is computed from."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from scipy import sparse

#: A word is two or more letters or digits; single letters carry no topic.
WORD = re.compile(r"\w\w+")
#: A word of a title counts this often: a title is the authors' own summary.
TITLE_WEIGHT = 3
#: Texts counted at a time, which bounds the memory of a build.
CHUNK = 4000
#: Nobody counts further.
MOST = (1 << 16) - 1
_PAIR = 32  # a pair's key is (left + 1) << 32 | right, a single word's its number


@dataclass(frozen=True, slots=True)
class Text:
    """What is known of a record before anybody has read it."""

    title: str
    abstract: str
    keywords: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """How often each term stands in each text, titles weighted.

    words   every word, numbered in the order of first appearance.
    keys    (terms,) int64, ascending: the word's number, or a pair's two numbers in one.
    table   (texts, terms) CSR of uint16; rows in the order of the texts.
    """

    words: tuple[str, ...]
    keys: np.ndarray
    table: Any

    @property
    def of_words(self) -> Any:
        """(texts, words) the columns of single words, which come first: their keys are the smallest."""
        n = len(self.words)
        stays = self.table.indices < n
        starts = np.concatenate([[0], np.cumsum(stays, dtype=np.int32)])[self.table.indptr].astype(np.int32)
        return sparse.csr_array(
            (self.table.data[stays], self.table.indices[stays], starts), shape=(self.table.shape[0], n)
        )

    def term(self, column: int) -> str:
        """The word, or the two words, of a column."""
        key = int(self.keys[column])
        left, right = (key >> _PAIR) - 1, key & ((1 << _PAIR) - 1)
        return self.words[right] if left < 0 else f"{self.words[left]} {self.words[right]}"


def key_of(numbers: Sequence[int]) -> int:
    """The key of one word or of two neighbours, by their numbers; −1 when one of them is −1, which is no word."""
    if min(numbers) < 0:
        return -1
    return numbers[0] if len(numbers) == 1 else ((numbers[0] + 1) << _PAIR) | numbers[1]


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, in order."""
    return WORD.findall(text.lower())


def count(texts: Iterable[Text], onto: Counts | None = None) -> Counts:
    """Count the terms of texts; with `onto`, as further rows below those already counted.

    Counting in two goes gives the same as counting all at once, to the byte.
    """
    numbers: defaultdict[str, int] = defaultdict()
    numbers.default_factory = numbers.__len__
    parts: list[tuple[np.ndarray, Any]] = []
    if onto is not None:
        for word in onto.words:
            numbers[word]
        parts.append((onto.keys, onto.table))
    pending = iter(texts)
    while chunk := list(islice(pending, CHUNK)):
        parts.append(_counted(chunk, numbers))
    return _joined(tuple(numbers), parts)


def _counted(texts: Sequence[Text], numbers: defaultdict[str, int]) -> tuple[np.ndarray, Any]:
    """Keys and table of one chunk.  A pair never reaches from a title into its abstract."""
    flat: list[int] = []
    ends = np.empty(3 * len(texts), dtype=np.int64)
    number = numbers.__getitem__
    for row, text in enumerate(texts):
        for place, content in enumerate((text.title, text.abstract, text.keywords)):
            flat.extend(map(number, words_of(content)))
            ends[3 * row + place] = len(flat)
    ids = np.array(flat, dtype=np.int64)
    part = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
    together = part[1:] == part[:-1]
    pairs = (((ids[:-1] + 1) << _PAIR) | ids[1:])[together]
    keys, columns = np.unique(np.concatenate([ids, pairs]), return_inverse=True)
    part = np.concatenate([part, part[1:][together]])
    weights = np.where(part % 3 == 0, TITLE_WEIGHT, 1).astype(np.int32)
    table = sparse.csr_array((weights, (part // 3, columns)), shape=(len(texts), len(keys)))
    table.sum_duplicates()
    table.data = np.minimum(table.data, MOST).astype(np.uint16)
    return keys, table


def _joined(words: tuple[str, ...], parts: list[tuple[np.ndarray, Any]]) -> Counts:
    """The parts' tables one below the other, over the terms of all."""
    keys = np.sort(np.concatenate([np.empty(0, dtype=np.int64), *(own for own, _ in parts)]))
    keys = keys[np.diff(keys, prepend=-1) > 0]
    data, indices, lengths = [np.empty(0, np.uint16)], [np.empty(0, np.int32)], [np.zeros(1, np.int64)]
    for own, table in parts:
        # Both lists of keys ascend, so columns stay in order within a row.
        indices.append(np.searchsorted(keys, own).astype(np.int32)[table.indices])
        data.append(table.data)
        lengths.append(np.diff(table.indptr))
    starts = np.cumsum(np.concatenate(lengths)).astype(np.int32)
    shape = (len(starts) - 1, len(keys))
    joined = sparse.csr_array((np.concatenate(data), np.concatenate(indices), starts), shape=shape)
    return Counts(words, keys, joined)
