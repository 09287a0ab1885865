"""Links and clusters do not depend on the order of the records, on batches, or on how things are spelled."""

from __future__ import annotations

import random
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.deduplication import (
    Band,
    Key,
    Verdict,
    cluster,
    cluster_links,
    differences,
    find_links,
    find_links_against,
    normalise_title,
    questions,
)
from tests.reviews.deduplication.test_rules import ARTICLE

KEYS = st.lists(
    st.builds(
        Key,
        id=st.just(0),
        title=st.sampled_from(
            ["Walking slowly in the morning", "Éxercise β and α for all", "Editorial", "", "Réponse: none"]
        ),
        authors=st.sampled_from([(), ("Example, A",), ("Example, A", "Muster, B"), ("Nobody, N",)]),
        year=st.sampled_from([None, 2019, 2020]),
        journal=st.sampled_from(["", "J Exp", "Journal of Experiments"]),
        volume=st.sampled_from(["", "1"]),
        pages=st.sampled_from(["", "1-9", "7"]),
        doi=st.sampled_from(["", "", "10.5555/a", "10.5555/b"]),
        pmid=st.sampled_from(["", "", "1", "2"]),
    ),
    max_size=12,
).map(lambda keys: [replace(key, id=number) for number, key in enumerate(keys)])


def clusters(keys: list[Key]) -> dict[int, int]:
    return cluster_links([key.id for key in keys], find_links(keys))


@settings(max_examples=200, deadline=None)
@given(KEYS, st.randoms())
def test_the_order_of_the_records_does_not_matter(keys: list[Key], chance: random.Random) -> None:
    shuffled = chance.sample(keys, len(keys))
    assert find_links(shuffled) == find_links(keys)


@settings(max_examples=200, deadline=None)
@given(KEYS)
def test_unrelated_records_change_nothing(keys: list[Key]) -> None:
    strangers = [
        replace(ARTICLE, id=1000 + n, title=f"Stranger number {n} of many", doi=f"10.5555/x{n}")
        for n in range(5)
    ]
    assert find_links([*keys, *strangers]) == find_links(keys)


@settings(max_examples=300, deadline=None)
@given(KEYS, st.integers(0, 12))
def test_new_records_find_the_links_that_all_records_together_would(keys: list[Key], cut: int) -> None:
    known, new = keys[:cut], keys[cut:]
    fresh = {key.id for key in new}
    expected = [link for link in find_links(keys) if link.a in fresh or link.b in fresh]
    assert find_links_against(new, known) == expected


@settings(max_examples=200, deadline=None)
@given(KEYS)
def test_spelling_changes_no_cluster(keys: list[Key]) -> None:
    rewritten = [
        replace(
            key,
            title=unicodedata.normalize("NFD", key.title.upper()).replace("&", "&amp;"),
            doi=key.doi and f"https://doi.org/{key.doi.upper()}",
            pages=key.pages.replace("-", "\u2013"),
        )
        for key in keys
    ]
    assert clusters(rewritten) == clusters(keys)


@settings(max_examples=200, deadline=None)
@given(KEYS)
def test_no_cluster_holds_two_pubmed_numbers(keys: list[Key]) -> None:
    found = clusters(keys)
    by_id = {key.id: key for key in keys}
    for canonical in set(found.values()):
        members = [by_id[number] for number, head in found.items() if head == canonical]
        assert len({key.pmid for key in members if key.pmid}) <= 1


def test_a_record_between_two_dois_is_a_question() -> None:
    rich = replace(ARTICLE, pages="")
    bare = replace(rich, id=2, doi="")
    other = replace(rich, id=3, doi="10.5555/other")
    links = find_links([rich, bare, other])
    assert [(link.a, link.b, link.band) for link in links] == [
        (1, 2, Band.SAME),
        (2, 3, Band.SAME),
        (1, 3, Band.DIFFERENT),
    ]
    found = cluster_links([1, 2, 3], links)
    assert found == {1: 1, 2: 2, 3: 3}
    (question,) = questions(links, found)
    assert question.members == (1, 2, 3)
    assert questions(links, found, answered=[(1, 2), (2, 3)]) == []


def test_two_records_with_one_id_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="same id"):
        find_links([ARTICLE, ARTICLE])


def test_ten_thousand_equal_rows_make_one_cluster() -> None:
    keys = [replace(ARTICLE, id=number, doi="") for number in range(2000)]
    assert set(clusters(keys).values()) == {0}


def test_a_cluster_is_named_by_its_smallest_id() -> None:
    assert cluster([5, 3, 9, 7], same=[(9, 5), (5, 3)]) == {5: 3, 3: 3, 9: 3, 7: 7}


def test_records_told_apart_are_never_joined_not_even_through_others() -> None:
    found = cluster(range(4), same=[(0, 1), (1, 2), (2, 3)], different=[(0, 2)])
    assert found == {0: 0, 1: 0, 2: 2, 3: 2}


def test_an_unknown_id_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        cluster([1], same=[(1, 2)])


PAIRS = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] != pair[1]), max_size=12
)


@settings(max_examples=300, deadline=None)
@given(PAIRS, PAIRS)
def test_clusters_respect_every_pair_told_apart(
    same: list[tuple[int, int]], different: list[tuple[int, int]]
) -> None:
    found = cluster(range(10), same=same, different=different)
    assert all(found[left] != found[right] for left, right in different)
    assert all(found[head] == head <= number for number, head in found.items())
    swapped = [(right, left) for left, right in same]
    assert cluster(reversed(range(10)), same=swapped, different=different) == found


def test_titles_are_the_same_however_they_are_dressed() -> None:
    plain = normalise_title("Effects of beta blockers: a made-up review")
    for text in (
        "The effects of β\u2010blockers: a made\u2013up review.",
        "EFFECTS OF BETA-BLOCKERS; A MADE-UP REVIEW",
        "Effects of <i>beta</i> blockers:&nbsp;a made-up review [Review] [12 refs]",
        "[Effects of beta blockers: a made-up review.] [Chinese]",
    ):
        assert normalise_title(text).removeprefix("the ") == plain


def test_differences_mark_the_words_that_differ() -> None:
    other = replace(
        ARTICLE,
        id=2,
        title=ARTICLE.title.replace("trial", "review"),
        pages="288\u201397",
        pmid="7",
        year=None,
    )
    found = {item.field: item for item in differences(ARTICLE, other)}
    assert [piece.text for piece in found["title"].left if piece.differs] == ["trial"]
    assert [piece.text for piece in found["title"].right if piece.differs] == ["review"]
    assert "".join(piece.text for piece in found["title"].right) == other.title
    assert found["pages"].verdict == Verdict.EQUIVALENT
    assert found["doi"].verdict == Verdict.SAME
    assert found["pmid"].verdict == Verdict.ONLY_RIGHT
    assert found["year"].verdict == Verdict.ONLY_LEFT
    assert found["title"].verdict == Verdict.DIFFERENT
