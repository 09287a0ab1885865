"""What any number of raters said about many things, with gaps: the counts per thing, equal ones put together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screening.agreement.errors import BadCounts
from screening.agreement.table import PairTable

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ratings:
    """Things rated, by their counts.

    patterns  (u, q) whole numbers: how many raters put a thing into each of q categories;
    times     (u,) how many things have that pattern.

    A hundred thousand records screened by two people have six patterns, so every coefficient is a small sum. Who did
    not rate a thing is simply not counted: gaps need no special value. Things nobody rated are left out.
    """

    patterns: Whole
    times: Whole

    @classmethod
    def from_counts(cls, counts: Iterable[Sequence[int]]) -> Ratings:
        """One sequence of q counts for each thing. Raises BadCounts when they differ in length or one is negative."""
        return cls._of(Counter(tuple(int(count) for count in row) for row in counts))

    @classmethod
    def from_words(
        cls, things: Iterable[Iterable[Hashable | None]], *, categories: Sequence[Hashable]
    ) -> Ratings:
        """For each thing, what its raters said; None is a rater who said nothing."""
        place = {category: at for at, category in enumerate(categories)}
        found: Counter[tuple[int, ...]] = Counter()
        for words in things:
            row = [0] * len(categories)
            for word in words:
                if word is None:
                    continue
                if word not in place:
                    raise BadCounts(f"{word!r} is not one of the categories.")
                row[place[word]] += 1
            found[tuple(row)] += 1
        return cls._of(found)

    @classmethod
    def from_pair(cls, table: PairTable) -> Ratings:
        """Two raters of the same things."""
        found: Counter[tuple[int, ...]] = Counter()
        for i, row in enumerate(table.counts):
            for j, count in enumerate(row):
                pattern = [0] * table.size
                pattern[i] += 1
                pattern[j] += 1
                found[tuple(pattern)] += count
        return cls._of(found)

    @classmethod
    def _of(cls, found: Counter[tuple[int, ...]]) -> Ratings:
        rated = {pattern: times for pattern, times in found.items() if sum(pattern) and times}
        sizes = {len(pattern) for pattern in found}
        if len(sizes) > 1 or 0 in sizes:
            raise BadCounts("Every thing has one count for each category.")
        if any(count < 0 for pattern in found for count in pattern):
            raise BadCounts("Nobody rates a thing less than zero times.")
        q = sizes.pop() if sizes else 0
        patterns = np.array(sorted(rated), dtype=np.int64).reshape(len(rated), q)
        return cls(patterns, np.array([rated[tuple(row)] for row in patterns.tolist()], dtype=np.int64))

    @property
    def q(self) -> int:
        """How many categories there are, used or not."""
        return int(self.patterns.shape[1])

    @property
    def n(self) -> int:
        """How many things were rated by anybody."""
        return int(self.times.sum())

    @property
    def raters(self) -> Whole:
        """(u,) how many rated a thing of each pattern."""
        found: Whole = self.patterns.sum(axis=1)
        return found

    @property
    def totals(self) -> Whole:
        """(q,) how many ratings each category got."""
        found: Whole = self.times @ self.patterns
        return found

    def pairable(self) -> Ratings:
        """Only things that two or more rated: with one rating there is nothing to agree with."""
        shared = self.raters >= 2
        return Ratings(self.patterns[shared], self.times[shared])
