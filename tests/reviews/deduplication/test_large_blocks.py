"""Blocks in which thousands of records say nearly the same are not compared pair by pair."""

from __future__ import annotations

from reviews.deduplication import Key, cluster, find_links
from reviews.deduplication.features import outline_of
from reviews.deduplication.pairing import Table, pairs_among


def key(number: int, title: str) -> Key:
    abstract = "An abstract that begins like all the others, and goes on like them. " * 3
    return Key(number, title, (f"Author, A{number}",), 1990, "", "", "", "", "", abstract=abstract)


def test_pairs_grow_with_the_records_and_not_with_their_square() -> None:
    outlines = [outline_of(key(n, f"Study number {n} of exercise in disease {n}")) for n in range(1500)]
    assert len(pairs_among(Table(outlines))) < 20 * 4 * 1500


def test_twins_in_a_large_block_are_found_whatever_the_order() -> None:
    records = [key(n, f"Study number {n} of exercise in disease {n}") for n in range(1, 1200)]
    twin = Key(
        5000, records[7].title, records[7].authors, 1990, "", "", "", "", "", abstract=records[7].abstract
    )
    for keys in ([*records, twin], [twin, *reversed(records)]):
        links = find_links(keys)
        same = [(link.a, link.b) for link in links if link.band == "same"]
        clusters = cluster([key.id for key in keys], same=same)
        assert clusters[5000] == 8
        assert len(set(clusters.values())) == len(records)
