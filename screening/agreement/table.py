"""The square table of two raters: how often one said i and the other said j about the same thing."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from screening.agreement.errors import BadCounts


@dataclass(frozen=True, slots=True)
class PairTable:
    """Counts of two raters: `counts[i][j]` is how often the first said category i and the second category j.

    Integers throughout, so that "0/0" is found exactly. Raises BadCounts for a table that is not square, has fewer
    than two categories, or a negative count.
    """

    counts: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        size = len(self.counts)
        if size < 2:
            raise BadCounts("A table of agreement needs two categories or more.")
        if any(len(row) != size for row in self.counts):
            raise BadCounts("A table of agreement has as many columns as rows.")
        if any(count < 0 or count != int(count) for row in self.counts for count in row):
            raise BadCounts("A table of agreement holds whole numbers, none below zero.")

    @classmethod
    def of(cls, counts: Sequence[Sequence[int]]) -> PairTable:
        """From nested sequences of whole numbers."""
        return cls(tuple(tuple(int(count) for count in row) for row in counts))

    @classmethod
    def from_pairs(
        cls, pairs: Iterable[tuple[Hashable, Hashable]], *, categories: Sequence[Hashable]
    ) -> PairTable:
        """Count pairs of words of two raters on the same things. Raises BadCounts for a word not in `categories`."""
        place = {category: at for at, category in enumerate(categories)}
        counts = [[0] * len(categories) for _ in categories]
        for one, two in pairs:
            if one not in place or two not in place:
                raise BadCounts(f"{one!r} or {two!r} is not one of the categories.")
            counts[place[one]][place[two]] += 1
        return cls.of(counts)

    @property
    def size(self) -> int:
        """How many categories (q)."""
        return len(self.counts)

    @property
    def n(self) -> int:
        """How many things both rated."""
        return sum(map(sum, self.counts))

    @property
    def rows(self) -> tuple[int, ...]:
        """How often the first rater used each category."""
        return tuple(sum(row) for row in self.counts)

    @property
    def columns(self) -> tuple[int, ...]:
        """How often the second rater used each category."""
        return tuple(map(sum, zip(*self.counts, strict=True)))

    @property
    def agreed(self) -> int:
        """How often both used the same category."""
        return sum(self.counts[k][k] for k in range(self.size))

    def collapsed(self, *, positive: Iterable[int]) -> PairTable:
        """Two categories instead of many: `positive` ones (by place) first, all others second."""
        inside = set(positive)
        counts = [[0, 0], [0, 0]]
        for i, row in enumerate(self.counts):
            for j, count in enumerate(row):
                counts[i not in inside][j not in inside] += count
        return PairTable.of(counts)

    def swapped(self) -> PairTable:
        """The same table with the raters exchanged."""
        return PairTable(tuple(zip(*self.counts, strict=True)))
