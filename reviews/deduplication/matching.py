"""Find the links: block on exact keys, judge the pairs of a block, keep what does not contradict itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations, pairwise

from reviews.deduplication.comparing import Features, features_of
from reviews.deduplication.key import Key, Link
from reviews.deduplication.rules import judge, strength, veto

Blocks = dict[str, list[Features]]

# Larger blocks are compared along their sorted order only: the same row 10 000 times is no reason for 50 million pairs.
LARGEST_BLOCK = 400
_NEIGHBOURS = 20
# From this many distinct titles on a DOI is that of a book or a supplement.
_TITLES_OF_A_CONTAINER = 3
# From this many places (year, volume, first page) on a title is one that many articles share.
_PLACES_OF_A_SHARED_TITLE = 5


def find_links(keys: Iterable[Key]) -> list[Link]:
    """Every link among the records, the strongest first; the same for any order of the same records.

    Where A and B, and B and C, would be linked but A and C must not be (two DOIs), the weaker link is left out.
    Raises ValueError if two keys have the same id.
    """
    records = _features(keys)
    return _links(records, _blocks(records))


def find_links_against(new: Iterable[Key], known: Iterable[Key]) -> list[Link]:
    """The links of `find_links(new + known)` that have a new record at one end at least.

    Only records that share a key with a new one, directly or through others, are compared.
    Raises ValueError if two keys have the same id.
    """
    fresh = {key.id: key for key in new}
    records = _features([*fresh.values(), *known])
    blocks = _blocks(records)
    reached = _reached(records, blocks, set(fresh))
    links = _links([record for record in records if record.key.id in reached], blocks, within=reached)
    return [link for link in links if link.a in fresh or link.b in fresh]


def _features(keys: Iterable[Key]) -> list[Features]:
    records = sorted(map(features_of, keys), key=lambda record: record.key.id)
    if any(one.key.id == other.key.id for one, other in pairwise(records)):
        raise ValueError("Two records have the same id.")
    return records


def _names_of_blocks(record: Features) -> Iterator[str]:
    if record.doi:
        yield f"doi:{record.doi}"
    if record.pmid:
        yield f"pmid:{record.pmid}"
    if record.compact:
        yield f"title:{record.compact}"


def _blocks(records: Iterable[Features]) -> Blocks:
    blocks: Blocks = defaultdict(list)
    for record in records:
        for name in _names_of_blocks(record):
            blocks[name].append(record)
    return {name: members for name, members in blocks.items() if len(members) > 1}


def _reached(records: Iterable[Features], blocks: Blocks, start: set[int]) -> set[int]:
    """The records connected to the first ones by shared keys."""
    by_id = {record.key.id: record for record in records}
    reached, waiting = set(start), list(start)
    seen: set[str] = set()
    while waiting:
        for name in _names_of_blocks(by_id[waiting.pop()]):
            if name in blocks and name not in seen:
                seen.add(name)
                for member in blocks[name]:
                    if member.key.id not in reached:
                        reached.add(member.key.id)
                        waiting.append(member.key.id)
    return reached


def _links(records: list[Features], blocks: Blocks, *, within: set[int] | None = None) -> list[Link]:
    shared = _shared(blocks)
    judged: dict[tuple[int, int], Link | None] = {}
    for members in blocks.values():
        if within is not None and members[0].key.id not in within:
            continue
        for left, right in _pairs(members):
            pair = (left.key.id, right.key.id)
            if pair not in judged:
                judged[pair] = judge(left, right, shared=shared)
    found = sorted((link for link in judged.values() if link), key=strength)
    return _consistent(found, {record.key.id: record for record in records})


def _shared(blocks: Blocks) -> frozenset[str]:
    """DOIs of containers, and titles that stand for many articles."""
    shared: set[str] = set()
    for name, members in blocks.items():
        kind, _, value = name.partition(":")
        if kind == "doi" and len({member.compact for member in members}) >= _TITLES_OF_A_CONTAINER:
            shared.add(value)
        if kind == "title" and len({(member.key.year, member.volume) for member in members}) > 1:
            shared.add(f"recurring:{value}")
        places = {(member.key.year, member.volume, member.start) for member in members}
        if kind == "title" and len(places) >= _PLACES_OF_A_SHARED_TITLE:
            shared.add(value)
    return frozenset(shared)


def _pairs(members: list[Features]) -> Iterator[tuple[Features, Features]]:
    """Pairs of a block, the smaller id first."""
    if len(members) <= LARGEST_BLOCK:
        yield from combinations(members, 2)
        return
    ordered = sorted(members, key=lambda record: (record.compact, record.start, record.volume, record.key.id))
    for at, record in enumerate(ordered):
        for other in ordered[at + 1 : at + 1 + _NEIGHBOURS]:
            yield (record, other) if record.key.id < other.key.id else (other, record)


def _consistent(links: list[Link], records: dict[int, Features]) -> list[Link]:
    """The links, but those that would put two records under one roof that a veto keeps apart."""
    groups: dict[int, list[int]] = {}
    kept: list[Link] = []
    for link in links:
        one, other = groups.get(link.a, [link.a]), groups.get(link.b, [link.b])
        if one is not other:
            if any(veto(records[left], records[right]) for left in one for right in other):
                continue
            one = one + other
            groups.update(dict.fromkeys(one, one))
        kept.append(link)
    return kept
