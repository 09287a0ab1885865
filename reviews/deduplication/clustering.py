"""From links to clusters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from reviews.deduplication.key import Band, Link
from reviews.deduplication.rules import strength

Pair = tuple[int, int]


def cluster(
    ids: Iterable[int],
    *,
    same: Iterable[Pair],
    different: Iterable[Pair] = (),
    strengths: Mapping[Pair, Any] | None = None,
) -> dict[int, int]:
    """Map every id to the smallest id of its cluster.

    same       pairs that belong together, the strongest first: they are merged in this order.
    different  pairs that were told apart; a merge that would join such a pair is left out (`questions` asks about it).
    strengths  how strong each pair of `same` is, smaller for stronger.  Pairs of one strength are merged together, or,
               where that would join a pair told apart, not at all: so neither the order of the pairs nor the numbering
               of the records matters.  Without it the place in `same` counts.
    Raises KeyError for a pair with an id that is not among `ids`.
    """
    members: dict[int, set[int]] = {number: {number} for number in ids}
    apart: dict[int, set[int]] = defaultdict(set)
    for left, right in different:
        apart[left].add(right)
        apart[right].add(left)
    for tier in _tiers(same, strengths):
        for groups in _joined(tier, members):
            union = set().union(*groups)
            if any(not apart[number].isdisjoint(union) for number in union if number in apart):
                continue
            for number in union:
                members[number] = union
    canonical: dict[int, int] = {}
    for number, group in members.items():
        if number not in canonical:
            canonical.update(dict.fromkeys(group, min(group)))
    return canonical


def cluster_links(ids: Iterable[int], links: Iterable[Link]) -> dict[int, int]:
    """The clusters that links of all bands make: `cluster` by the strength of rule and score."""
    found = {(link.a, link.b): link for link in links}
    same = {pair: strength(link) for pair, link in found.items() if link.band is Band.SAME}
    different = [pair for pair, link in found.items() if link.band is Band.DIFFERENT]
    return cluster(ids, same=same, different=different, strengths=same)


def _tiers(same: Iterable[Pair], strengths: Mapping[Pair, Any] | None) -> Iterable[list[Pair]]:
    if strengths is None:
        return ([pair] for pair in same)
    ranked = sorted(same, key=strengths.__getitem__)
    return (list(tier) for _, tier in groupby(ranked, key=strengths.__getitem__))


def _joined(pairs: list[Pair], members: Mapping[int, set[int]]) -> Iterable[list[set[int]]]:
    """The groups that the pairs connect, each with the clusters it would join; single ones are left out."""
    parts: dict[int, list[set[int]]] = {}
    for pair in pairs:
        left, right = (parts.setdefault(id(members[end]), [members[end]]) for end in pair)
        if left is right:
            continue
        small, large = sorted((left, right), key=len)
        large += small
        parts.update(dict.fromkeys(map(id, small), large))
    unique = {id(part): part for part in parts.values()}
    return [part for part in unique.values() if len(part) > 1]
