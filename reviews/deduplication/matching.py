"""Find the links: block on exact keys, judge the pairs of a block, keep what does not contradict itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from itertools import chain, combinations, pairwise

from reviews.deduplication.comparing import Features, features_of
from reviews.deduplication.key import Key, Link
from reviews.deduplication.normalising import digits_key, doi_key, normalise_title
from reviews.deduplication.rules import judge, strength, veto

# The name of a block → the ids of its members.
Blocks = dict[str, list[int]]

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
    by_id = _by_id(keys)
    return _links(by_id, _blocks(by_id))


def find_links_against(new: Iterable[Key], known: Iterable[Key]) -> list[Link]:
    """Every link of `find_links(new + known)` that `find_links(known)` does not have, in the same order.

    It may hold a DIFFERENT link between two known records which a new one connects.
    What must be among the known: see `block_names`.
    Raises ValueError if two keys have the same id.
    """
    old = list(known)
    before = set(find_links(old))
    return [link for link in find_links([*new, *old]) if link not in before]


def _by_id(keys: Iterable[Key]) -> dict[int, Key]:
    """The keys by their ids, in the order of the ids, so that no other order can matter."""
    ordered = sorted(keys, key=lambda key: key.id)
    if any(one.id == other.id for one, other in pairwise(ordered)):
        raise ValueError("Two records have the same id.")
    return {key.id: key for key in ordered}


def block_names(key: Key) -> tuple[int, ...]:
    """The names of a record's blocks: signed 64-bit numbers that are the same for ever, from this record alone.

    Records are compared only if they share a name.  So it is enough to hand to `find_links_against` as known: every
    record that shares a name with a new one, and all records of the clusters that these are in.
    """
    digests = (blake2b(name.encode(), digest_size=8).digest() for name in _names_of_blocks(key))
    return tuple(sorted({int.from_bytes(digest, "big", signed=True) for digest in digests}))


def _names_of_blocks(key: Key) -> Iterator[str]:
    if key.doi and (doi := doi_key(key.doi)):
        yield f"doi:{doi}"
    if key.pmid and (pmid := digits_key(key.pmid)):
        yield f"pmid:{pmid}"
    if title := normalise_title(key.title).replace(" ", ""):
        yield f"title:{title}"


def _blocks(by_id: Mapping[int, Key]) -> Blocks:
    """The blocks with more than one member."""
    blocks: Blocks = defaultdict(list)
    for key in by_id.values():
        for name in _names_of_blocks(key):
            blocks[name].append(key.id)
    return {name: members for name, members in blocks.items() if len(members) > 1}


def _links(by_id: Mapping[int, Key], blocks: Blocks) -> list[Link]:
    """Judge the pairs of each block; features are made only of records that share a block."""
    records = {
        number: features_of(by_id[number]) for number in sorted({*chain.from_iterable(blocks.values())})
    }
    groups = {name: [records[number] for number in members] for name, members in blocks.items()}
    shared = _shared(groups)
    judged: dict[tuple[int, int], Link | None] = {}
    for members in groups.values():
        for left, right in _pairs(members):
            pair = (left.key.id, right.key.id)
            if pair not in judged:
                judged[pair] = judge(left, right, shared=shared)
    found = sorted(
        (link for link in judged.values() if link), key=lambda link: (strength(link), link.a, link.b)
    )
    return _consistent(found, records)


def _shared(groups: Mapping[str, list[Features]]) -> frozenset[str]:
    """DOIs of containers, and titles that stand for many articles."""
    shared: set[str] = set()
    for name, members in groups.items():
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
