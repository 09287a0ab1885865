"""The space that the ranker works in: every text as a vector, kept, loaded and extended without counting anew."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from screening.prioritisation.counting import Counts, Text, count, key_of
from screening.prioritisation.pieces import Pieces, count_pieces, cut, pieces_of
from screening.prioritisation.weighting import Weighting, stacked, texts_with, weighting

#: Changes whenever the same texts would give other vectors; a stored space of another version is refused.
VERSION = "words-pieces-1"
#: Words and pieces weigh the same, and the whole vector has length 1.
HALF = np.float32(0.5**0.5)


class OutdatedSpace(ValueError):
    """Stored bytes are no space of this version: build it again."""


@dataclass(frozen=True, slots=True)
class Block:
    """One half of the vectors: its columns and (texts, columns) CSR of float32, rows of length √½."""

    weighting: Weighting
    vectors: Any


@dataclass(frozen=True)
class Space:
    """Texts as vectors of two halves: words and pairs of words, then pieces of words.

    counts     the terms of every text, as counted.
    data_hash  SHA-256 over the version and the texts in their order.
    """

    counts: Counts
    data_hash: str

    def __len__(self) -> int:
        """How many texts."""
        return int(self.counts.table.shape[0])

    @property
    def name(self) -> str:
        """Version and data in one line, for the record of a ranking."""
        return f"{VERSION}:{self.data_hash[:16]}"

    @cached_property
    def terms(self) -> Block:
        """Words and pairs of neighbouring words."""
        found = weighting(texts_with(self.counts.table), len(self))
        vectors = found.vectors(self.counts.table)
        vectors.data *= HALF
        return Block(found, vectors)

    @cached_property
    def cut_words(self) -> Pieces:
        """The pieces of every word."""
        return cut(self.counts.words)

    @cached_property
    def pieces(self) -> Block:
        """Pieces of words."""
        tables = count_pieces(self.counts.of_words, self.cut_words)
        width = len(self.cut_words.numbers)
        found = weighting(
            sum((texts_with(table) for table in tables), start=np.zeros(width, np.int64)), len(self)
        )
        vectors = stacked(found, tables)
        vectors.data *= HALF
        return Block(found, vectors)

    @property
    def width(self) -> int:
        """Columns of the whole vectors."""
        return len(self.terms.weighting.kept) + len(self.pieces.weighting.kept)

    def rows(self, rows: np.ndarray) -> Any:
        """(rows, width) whole vectors of some texts, CSR of float32."""
        halves = [self.terms.vectors[rows], self.pieces.vectors[rows]]
        return sparse.csr_array(sparse.hstack(halves, format="csr"))

    def scores(self, weights: np.ndarray) -> np.ndarray:
        """(texts,) the product of every vector with weights (width,), float64."""
        split = len(self.terms.weighting.kept)
        found = self.terms.vectors @ weights[:split] + self.pieces.vectors @ weights[split:]
        return np.asarray(found, dtype=np.float64)

    def of_text(self, text: str) -> Any:
        """(1, width) the vector of a text that is no record, such as the question; a word unknown here has pieces still."""
        alone = count([Text("", text)])
        known = {word: number for number, word in enumerate(self.counts.words)}
        terms, pieces = np.zeros(len(self.counts.keys)), np.zeros(len(self.cut_words.numbers))
        for column, value in zip(alone.table.indices, alone.table.data, strict=True):
            words = alone.term(int(column)).split()
            key = key_of([known.get(word, -1) for word in words])
            place = int(np.searchsorted(self.counts.keys, key))
            if place < len(terms) and self.counts.keys[place] == key:
                terms[place] += value
            for piece in pieces_of(words[0]) if len(words) == 1 else ():
                if piece in self.cut_words.numbers:
                    pieces[self.cut_words.numbers[piece]] += value
        halves = [
            block.weighting.vectors(sparse.csr_array(counted.reshape(1, -1))) * HALF
            for block, counted in ((self.terms, terms), (self.pieces, pieces))
        ]
        return sparse.csr_array(sparse.hstack(halves, format="csr"))

    def extended(self, texts: Iterable[Text]) -> Space:
        """The same space with further texts below; equal to building from all of them."""
        new = list(texts)
        return Space(count(new, onto=self.counts), _hash_of(new, self.data_hash))

    def to_bytes(self) -> bytes:
        """The counts, to be kept; `from_bytes` is its inverse."""
        table, file = self.counts.table, io.BytesIO()
        np.savez_compressed(
            file,
            version=np.array(VERSION),
            data_hash=np.array(self.data_hash),
            words=np.frombuffer("\n".join(self.counts.words).encode(), dtype=np.uint8),
            keys=self.counts.keys,
            data=table.data,
            indices=table.indices,
            starts=table.indptr,
        )
        return file.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> Space:
        """A kept space.  Raises OutdatedSpace when it is of another version or no space at all."""
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as kept:
                parts = dict(kept)
            words = tuple(parts["words"].tobytes().decode().split("\n")) if len(parts["words"]) else ()
            shape = (len(parts["starts"]) - 1, len(parts["keys"]))
            table = sparse.csr_array((parts["data"], parts["indices"], parts["starts"]), shape=shape)
        except (KeyError, OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
            raise OutdatedSpace("The stored bytes are no space.") from error
        if str(parts["version"]) != VERSION:
            raise OutdatedSpace(f"The stored space is {parts['version']}, not {VERSION}.")
        return cls(Counts(words, parts["keys"], table), str(parts["data_hash"]))


def build(texts: Iterable[Text]) -> Space:
    """Count texts into a space; row i is the i-th text."""
    listed = list(texts)
    return Space(count(listed), _hash_of(listed, hashlib.sha256(VERSION.encode()).hexdigest()))


def _hash_of(texts: list[Text], before: str) -> str:
    """A chain over the texts, so that extending gives the hash that building from all gives."""
    digest = before
    for text in texts:
        content = "\x1f".join((digest, text.title, text.abstract, text.keywords))
        digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
    return digest
