"""Many records at once: from shared block names to the pairs that are worth judging, in compact arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from reviews.deduplication.blocking import names_of
from reviews.deduplication.features import Outline

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

# Titles less alike than the first are looked at only if something else than the title suggests it: the volume, then
# an identifier or the pages.
_ALIKE = 90.0
_SIMILAR = 72.0
_HARDLY = 60.0
_START = 40
_SMALL_BLOCK = 64
_PAIRS_AT_ONCE = 1 << 18
# Beyond this size a block says little (ten thousand abstracts that begin alike): its members are compared with those next
# to them only, in the order of their titles, years and pages.
_LARGEST_BLOCK = 400
_NEIGHBOURS = 20


class Table:
    """Outlines of records in columns: equal numbers for equal values, 0 for a value that a record does not have."""

    def __init__(self, outlines: Sequence[Outline]) -> None:
        self.outlines = outlines
        self.titles = [outline.titles[0] for outline in outlines]
        self.starts = _codes(title[:_START] for title in self.titles)
        self.doi = _codes(outline.doi for outline in outlines)
        self.pmid = _codes(outline.pmid for outline in outlines)
        self.trial = _codes(outline.trial for outline in outlines)
        self.opening = _codes(outline.opening for outline in outlines)
        self.volume = _codes(outline.volume for outline in outlines)
        self.first = _codes(outline.start for outline in outlines)
        self.last = _codes(outline.end for outline in outlines)
        self.family = _codes(outline.family for outline in outlines)
        self.year = np.fromiter((outline.year for outline in outlines), np.int64, len(outlines))
        self.foreign = _flags(map(_is_foreign, outlines))
        self.bilingual = _flags(len(outline.titles) > 1 for outline in outlines)
        self.blocks = _Blocks(map(names_of, outlines), len(outlines), self._place)

    def _place(self, row: int) -> tuple[str, int, str, str, str]:
        """Sorts records so that those that are alike stand together, whatever order they came in."""
        it = self.outlines[row]
        return it.titles[0], it.year, it.volume, it.start, it.family


def pairs_among(table: Table) -> Numbers:
    """The pairs of rows (i < j) that share a block and are worth judging; shape (pairs, 2), sorted."""
    return _worthwhile(table, table.blocks.pairs())


def pairs_of(table: Table, rows: Iterable[int]) -> Numbers:
    """The pairs that `pairs_among` finds and that have one of these rows at one end at least."""
    marked = np.zeros(len(table.outlines), np.bool_)
    marked[list(rows)] = True
    return _worthwhile(table, table.blocks.pairs(marked))


def _is_foreign(outline: Outline) -> bool:
    """A title in another language is compared by its place, and so is one that is missing."""
    return outline.is_translated or outline.tongue in {"other", "script"} or not outline.words


def _flags(values: Iterable[bool]) -> Flags:
    return np.fromiter(values, np.bool_)


def _codes(values: Iterable[str]) -> Numbers:
    known = {"": 0}
    return np.fromiter((known.setdefault(value, len(known)) for value in values), np.int64)


class _Blocks:
    """The members of every block that has more than one."""

    def __init__(
        self, names: Iterable[tuple[int, ...]], rows: int, place: Callable[[int], tuple[str | int, ...]]
    ) -> None:
        self._place = place
        counts = np.zeros(rows, np.int64)
        flat = np.fromiter(_counted(names, counts), np.int64)
        owners = np.repeat(np.arange(rows, dtype=np.int32), counts)
        order = np.argsort(flat, kind="stable")
        flat = flat[order]
        self._owners = owners[order]
        borders = (
            np.flatnonzero(np.diff(flat, prepend=flat[:1] - 1 if len(flat) else 0)) if len(flat) else flat
        )
        sizes = np.diff(np.append(borders, len(flat)))
        self._starts, self._sizes = borders[sizes > 1], sizes[sizes > 1]

    def pairs(self, marked: Flags | None = None) -> Iterator[tuple[Numbers, Numbers]]:
        """Pairs of members, some many at a time, a pair once for each block; with a marked row if rows are marked."""
        starts, sizes = self._starts, self._sizes
        if marked is not None and len(starts):
            touched = (
                np.add.reduceat(marked[self._owners], np.stack([starts, starts + sizes], 1).ravel()[:-1])[::2]
                > 0
            )
            starts, sizes = starts[touched], sizes[touched]
        for size in np.unique(sizes):
            alike = starts[sizes == size]
            parts = (
                self._of_small(alike, int(size)) if size <= _SMALL_BLOCK else self._of_large(alike, int(size))
            )
            for left, right in parts:
                if marked is not None:
                    wanted = marked[left] | marked[right]
                    left, right = left[wanted], right[wanted]
                yield left, right

    def _of_small(self, starts: Numbers, size: int) -> Iterator[tuple[Numbers, Numbers]]:
        upper, lower = np.triu_indices(size, 1)
        step = max(1, _PAIRS_AT_ONCE // len(upper))
        for at in range(0, len(starts), step):
            members = self._owners[starts[at : at + step, None] + np.arange(size)].astype(np.int64)
            yield members[:, upper].ravel(), members[:, lower].ravel()

    def _of_large(self, starts: Numbers, size: int) -> Iterator[tuple[Numbers, Numbers]]:
        for start in starts:
            members = self._owners[start : start + size].astype(np.int64)
            if size > _LARGEST_BLOCK:
                ordered = np.array(sorted(members.tolist(), key=self._place), np.int64)
                for away in range(1, _NEIGHBOURS + 1):
                    yield ordered[:-away], ordered[away:]
                continue
            for at in range(size - 1):
                yield np.full(size - at - 1, members[at]), members[at + 1 :]


def _counted(names: Iterable[tuple[int, ...]], counts: Numbers) -> Iterator[int]:
    for row, found in enumerate(names):
        counts[row] = len(found)
        yield from found


def _worthwhile(table: Table, parts: Iterable[tuple[Numbers, Numbers]]) -> Numbers:
    """The pairs worth judging, each once."""
    rows = max(len(table.outlines), 1)
    found: list[Numbers] = []
    for codes in _gathered(parts, rows):
        left, right = codes // rows, codes % rows
        found.append(codes[_promising(table, left, right)])
    codes = np.unique(np.concatenate(found)) if found else np.empty(0, np.int64)
    return np.stack([codes // rows, codes % rows], 1)


def _gathered(parts: Iterable[tuple[Numbers, Numbers]], rows: int) -> Iterator[Numbers]:
    """Pairs as single numbers, without repetition, in portions that fit into memory."""
    waiting: list[Numbers] = []
    size = 0
    for left, right in parts:
        waiting.append(np.minimum(left, right) * rows + np.maximum(left, right))
        size += len(left)
        if size >= _PAIRS_AT_ONCE:
            yield np.unique(np.concatenate(waiting))
            waiting, size = [], 0
    if waiting:
        yield np.unique(np.concatenate(waiting))


def _promising(table: Table, left: Numbers, right: Numbers) -> Flags:
    """Whether a pair can come to anything, from the two records alone."""

    def equal(column: Numbers) -> Flags:
        same: Flags = (column[left] == column[right]) & (column[left] != 0)
        return same

    titles = table.titles
    likeness: npt.NDArray[np.float32] = process.cpdist(
        [titles[row] for row in left], [titles[row] for row in right], scorer=fuzz.ratio, score_cutoff=_HARDLY
    )
    same_page, same_end, same_family = equal(table.first), equal(table.last), equal(table.family)
    foreign = table.foreign[left] | table.foreign[right]
    hardly = (likeness >= _HARDLY) | foreign
    same_doi = equal(table.doi) & (hardly | same_page | same_end)
    same_volume = equal(table.volume)
    same_place = same_page & same_volume & (foreign | (same_end & same_family))
    found = (likeness >= _ALIKE) | ((likeness >= _SIMILAR) & same_volume) | same_place | same_doi
    found |= equal(table.pmid) | equal(table.trial) | table.bilingual[left] | table.bilingual[right]
    found |= equal(table.opening) & hardly
    # One without its subtitle.
    rest = np.flatnonzero(~found & (same_family | equal(table.starts) | (likeness >= _SIMILAR)))
    for at in rest:
        one, other = titles[left[at]], titles[right[at]]
        found[at] = other.startswith(one) or one.startswith(other)
    result: Flags = found
    return result
