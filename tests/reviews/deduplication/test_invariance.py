"""Clusters do not depend on the order of the records, on batches, on strangers, or on how things are spelled."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.deduplication import Band, Key, Link, block_names, cluster_links, find_links, find_links_against
from reviews.deduplication.__main__ import keys_from
from tests.reviews.deduplication.library import REWRITES, clusters, difficult, groups, plain

LIBRARY = [*difficult(), *(replace(key, id=key.id + 1000) for key in plain(100))]
#: A library is too large to be shrunk, so only the seed of chance is drawn.
SEEDS = st.integers(0, 1 << 32).map(random.Random)
EXPECTED = groups(clusters(LIBRARY))


def test_the_made_up_library_has_something_to_lose() -> None:
    assert sum(len(group) > 1 for group in EXPECTED) > 20
    assert {link.band for link in find_links(LIBRARY)} == set(Band)


@pytest.mark.parametrize("way", REWRITES)
def test_another_spelling_of_everything_changes_no_cluster(way: str) -> None:
    assert groups(clusters([REWRITES[way](key) for key in LIBRARY])) == EXPECTED


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_another_spelling_of_some_records_changes_no_cluster(chance: random.Random) -> None:
    ways: list[Callable[[Key], Key]] = [*REWRITES.values(), lambda key: key]
    written = [chance.choice(ways)(key) for key in LIBRARY]
    assert groups(clusters(written)) == EXPECTED


@settings(max_examples=15, deadline=None)
@given(SEEDS)
def test_another_numbering_changes_no_cluster(chance: random.Random) -> None:
    numbers = chance.sample(range(10_000), len(LIBRARY))
    renumbered = [replace(key, id=number) for key, number in zip(LIBRARY, numbers, strict=True)]
    back = {number: key.id for key, number in zip(LIBRARY, numbers, strict=True)}
    found = groups(clusters(chance.sample(renumbered, len(renumbered))))
    assert {frozenset(back[number] for number in group) for group in found} == EXPECTED


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000))
def test_unrelated_records_change_no_link(seed: int) -> None:
    strangers = [replace(key, id=key.id + 5000, title=f"{key.title} {seed}") for key in plain(60, seed + 10)]
    before = find_links(LIBRARY)
    after = [link for link in find_links([*LIBRARY, *strangers]) if max(link.a, link.b) < 5000]
    assert after == before


def known_to(new: list[Key], old: list[Key], links: Iterable[Link]) -> list[Key]:
    """What a caller with an index hands in: records with a block in common, and what hangs together with them."""
    names = {name for key in new for name in block_names(key)}
    near = {key.id for key in old if not names.isdisjoint(block_names(key))}
    pairs = [(link.a, link.b) for link in links if link.band is Band.SAME]
    while more := {number for pair in pairs if not near.isdisjoint(pair) for number in pair} - near:
        near |= more
    return [key for key in old if key.id in near]


def in_batches(keys: list[Key], batches: Iterable[int]) -> list[Link]:
    """The last links about each pair when the records come batch by batch, each looked up by its blocks."""
    old: list[Key] = []
    links: dict[tuple[int, int], Link] = {}
    for batch in sorted(set(batches)):
        new = [key for key, other in zip(keys, batches, strict=True) if other == batch]
        found = find_links_against(new, known_to(new, old, links.values()))
        links |= {(link.a, link.b): link for link in found}
        old += new
    return list(links.values())


@settings(max_examples=20, deadline=None)
@given(SEEDS)
def test_importing_in_batches_finds_every_link(chance: random.Random) -> None:
    links = in_batches(LIBRARY, [chance.randrange(4) for _ in LIBRARY])
    assert groups(cluster_links([key.id for key in LIBRARY], links)) == EXPECTED
    assert set(links) == set(find_links(LIBRARY))


LABELLED = sorted(Path(folder).glob("*/records.csv")) if (folder := os.environ.get("DEDUP_DATA")) else []


@pytest.mark.slow
@pytest.mark.skipif(not LABELLED, reason="DEDUP_DATA names no folder of labelled data sets")
@pytest.mark.parametrize("path", LABELLED, ids=lambda path: path.parent.name)
def test_the_same_holds_for_labelled_records(path: Path) -> None:
    _, keys = keys_from(path)
    expected = groups(clusters(keys))
    for way, rewrite in REWRITES.items():
        assert groups(clusters([rewrite(key) for key in keys])) == expected, way
    chance = random.Random(path.parent.name)  # noqa: S311
    numbers = chance.sample(range(len(keys)), len(keys))
    renumbered = [replace(key, id=number) for key, number in zip(keys, numbers, strict=True)]
    back = {number: key.id for key, number in zip(keys, numbers, strict=True)}
    found = groups(clusters(renumbered))
    assert {frozenset(back[number] for number in group) for group in found} == expected
    mixed = [chance.choice([*REWRITES.values()])(key) for key in keys]
    assert groups(clusters(mixed)) == expected
    links = in_batches(keys, [chance.randrange(3) for _ in keys])
    assert set(links) == set(find_links(keys))
