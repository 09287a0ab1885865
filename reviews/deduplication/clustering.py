"""From links to clusters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable


def cluster(
    ids: Iterable[int], *, same: Iterable[tuple[int, int]], different: Iterable[tuple[int, int]] = ()
) -> dict[int, int]:
    """Map every id to the smallest id of its cluster.

    same       pairs that belong together, the strongest first: they are merged in this order.
    different  pairs that somebody told apart; a merge that would join such a pair is left out.
    Raises KeyError for a pair with an id that is not among `ids`.
    """
    members: dict[int, set[int]] = {number: {number} for number in ids}
    apart: dict[int, set[int]] = defaultdict(set)
    for left, right in different:
        apart[left].add(right)
        apart[right].add(left)
    for left, right in same:
        small, large = sorted((members[left], members[right]), key=len)
        if small is large or any(not apart[number].isdisjoint(large) for number in small if number in apart):
            continue
        large |= small
        for number in small:
            members[number] = large
    canonical: dict[int, int] = {}
    for number, group in members.items():
        if number not in canonical:
            canonical.update(dict.fromkeys(group, min(group)))
    return canonical
