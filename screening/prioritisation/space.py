"""The space that rankers work in: every text as a vector, kept, loaded and extended without counting anew."""

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

from screening.prioritisation.counting import Counts, Text, count

#: Changes whenever the same texts would give other vectors; a stored space of another version is refused.
VERSION = "words-1"
#: A term in one text only, or in nearly all of them, tells no two texts apart.
FEWEST_TEXTS, LARGEST_SHARE = 2, 0.95


class OutdatedSpace(ValueError):
    """Stored bytes are no space of this version: build it again."""


@dataclass(frozen=True)
class Space:
    """Texts as vectors.

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
    def kept(self) -> np.ndarray:
        """The columns of the counts that vectors have, ascending."""
        texts = np.bincount(self.counts.table.indices, minlength=len(self.counts.keys))
        kept = np.flatnonzero((texts >= FEWEST_TEXTS) & (texts <= LARGEST_SHARE * len(self)))
        return kept if len(kept) else np.arange(len(self.counts.keys))

    @cached_property
    def idf(self) -> np.ndarray:
        """ln((1 + n) / (1 + texts with the term)) + 1 of the kept columns, float32."""
        texts = np.bincount(self.counts.table.indices, minlength=len(self.counts.keys))[self.kept]
        found: np.ndarray = (np.log((1 + len(self)) / (1 + texts)) + 1).astype(np.float32)
        return found

    @cached_property
    def vectors(self) -> Any:
        """(texts, kept) CSR of float32: (1 + ln count) × idf, each row of length 1 (0 for a text without a term)."""
        return self.weighted(self.counts.table)

    def weighted(self, table: Any) -> Any:
        """Vectors of rows of counts over the columns of this space."""
        place = np.full(len(self.counts.keys), -1, dtype=np.int32)
        place[self.kept] = np.arange(len(self.kept), dtype=np.int32)
        columns = place[table.indices]
        stays = columns >= 0
        starts = np.concatenate([[0], np.cumsum(stays)])[table.indptr].astype(np.int32)
        columns = columns[stays]
        values = (1 + np.log(table.data[stays].astype(np.float32))) * self.idf[columns]
        squares = (
            np.add.reduceat(np.append(values**2, np.float32(0)), starts[:-1]) if len(starts) > 1 else values
        )
        lengths = np.where(np.diff(starts) > 0, np.sqrt(squares), 1)
        values /= np.repeat(lengths, np.diff(starts)).astype(np.float32)
        return sparse.csr_array((values, columns, starts), shape=(table.shape[0], len(self.kept)))

    def of_text(self, text: str) -> Any:
        """(1, kept) the vector of a text that is no record, such as the question; words unknown here are left out."""
        alone = count([Text("", text)])
        known = {word: number for number, word in enumerate(self.counts.words)}
        columns, values = [], []
        for column, value in zip(alone.table.indices, alone.table.data, strict=True):
            numbers = [known.get(word, -1) for word in alone.term(column).split()]
            key = numbers[0] if len(numbers) == 1 else ((numbers[0] + 1) << 32) | max(numbers[1], 0)
            place = int(np.searchsorted(self.counts.keys, key))
            if min(numbers) >= 0 and place < len(self.counts.keys) and self.counts.keys[place] == key:
                columns.append(place)
                values.append(value)
        shape = (1, len(self.counts.keys))
        table = sparse.csr_array((values, (np.zeros(len(columns), dtype=int), columns)), shape=shape)
        return self.weighted(table.tocsr())

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
            data=table.data.astype(np.uint16) if table.data.max(initial=0) < 1 << 16 else table.data,
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
            data = parts["data"].astype(np.int32)
            table = sparse.csr_array((data, parts["indices"], parts["starts"]), shape=shape)
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
