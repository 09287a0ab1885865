"""The order of reading: what it learns, that it repeats itself, and why a record stands where it stands."""

from __future__ import annotations

import json
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.prioritisation import (
    BadLabel,
    Ranking,
    Space,
    Text,
    UnknownRow,
    Way,
    build,
    cold_start,
    explain,
    mix,
    rank,
)
from tests.screening.prioritisation.made_up import OFF_TOPIC, ON_TOPIC, a_pile

TEXTS, LABELS = a_pile(120, 15)
SPACE = build(TEXTS)
INCLUDED = [row for row, label in enumerate(LABELS) if label]
EXCLUDED = [row for row, label in enumerate(LABELS) if not label]
SOME = {row: LABELS[row] for row in [*INCLUDED[:3], *EXCLUDED[:10]]}


def included_among_first(ranking: Ranking, n: int) -> int:
    """How many of the first n rows are on the topic."""
    return sum(LABELS[row] for row in ranking.rows[:n])


def test_what_is_like_the_included_comes_first() -> None:
    ranking = rank(SPACE, SOME, seed=1)
    assert included_among_first(ranking, 12) == 12
    assert sorted([*ranking.rows.tolist(), *SOME]) == list(range(120))


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.integers(0, 119), st.integers(0, 1)), st.integers(0, 2**40))
def test_the_same_labels_and_seed_give_the_same_order_to_the_byte(labels: dict[int, int], seed: int) -> None:
    one = rank(SPACE, labels, seed=seed)
    turned = dict(reversed(labels.items()))
    again = rank(Space.from_bytes(SPACE.to_bytes()), turned, seed=seed)
    assert one.rows.tobytes() == again.rows.tobytes()
    assert one.scores.tobytes() == again.scores.tobytes()
    assert one.model == again.model
    assert sorted(one.rows.tolist()) == [row for row in range(120) if row not in labels]


def test_only_included_records_are_enough_to_start() -> None:
    assert included_among_first(rank(SPACE, dict.fromkeys(INCLUDED[:2], 1), seed=3), 13) >= 12


def test_only_excluded_records_bring_forward_what_is_unlike_them() -> None:
    assert included_among_first(rank(SPACE, dict.fromkeys(EXCLUDED[:30], 0), seed=3), 15) >= 12


@pytest.mark.parametrize(
    "order", [lambda seed: cold_start(SPACE, "", seed=seed), lambda seed: rank(SPACE, {}, seed=seed)]
)
def test_without_labels_question_or_seeds_the_order_is_random_and_repeats(
    order: Callable[[int], Ranking],
) -> None:
    one, again, other = (order(seed).rows.tolist() for seed in (1, 1, 2))
    assert one == again != other
    assert sorted(one) == list(range(120))


def test_a_question_orders_the_pile_before_anybody_voted() -> None:
    assert included_among_first(cold_start(SPACE, "Exercise and muscle strength in sclerosis"), 15) >= 12


def test_seed_records_order_the_pile_and_are_left_out_of_it() -> None:
    ranking = cold_start(SPACE, "", INCLUDED[:2])
    assert included_among_first(ranking, 13) >= 12
    assert not set(INCLUDED[:2]) & set(ranking.rows.tolist())


def test_records_without_words_stay_in_the_pile() -> None:
    space = build([*TEXTS, Text("", ""), Text("?", "!")])
    assert {120, 121} <= set(rank(space, SOME, seed=1).rows.tolist())


def test_a_pile_without_any_word_is_ordered_by_the_seed() -> None:
    space = build([Text("", "")] * 9)
    assert sorted(rank(space, {0: 1, 1: 0}, seed=1).rows.tolist()) == list(range(2, 9))
    assert sorted(cold_start(space, "gait", [3]).rows.tolist()) == [0, 1, 2, 4, 5, 6, 7, 8]


def test_when_everything_is_read_nothing_is_left_to_order() -> None:
    assert rank(SPACE, dict(enumerate(LABELS)), seed=1).rows.tolist() == []
    assert rank(SPACE, dict.fromkeys(range(120), 1), seed=1).rows.tolist() == []


@pytest.mark.parametrize("row", [-1, 120])
def test_a_row_that_is_not_there_is_refused(row: int) -> None:
    with pytest.raises(UnknownRow):
        rank(SPACE, {row: 1}, seed=1)
    with pytest.raises(UnknownRow):
        cold_start(SPACE, "", [row])


def test_a_label_that_is_neither_in_nor_out_is_refused() -> None:
    with pytest.raises(BadLabel):
        rank(SPACE, {1: 2}, seed=1)


def test_a_ranking_says_what_made_it_in_words_that_can_be_stored() -> None:
    model = json.loads(json.dumps(rank(SPACE, SOME, seed=9).model))
    assert (model["included"], model["excluded"], model["seed"]) == (3, 10, 9)
    assert model["data_hash"] == SPACE.data_hash


def test_the_model_tells_apart_other_labels_with_the_same_counts() -> None:
    turned = {row: 1 - label if row in (INCLUDED[0], EXCLUDED[0]) else label for row, label in SOME.items()}
    assert rank(SPACE, SOME, seed=1).model["labels_hash"] != rank(SPACE, turned, seed=1).model["labels_hash"]


def test_the_words_that_moved_a_record_up_are_of_the_topic() -> None:
    ranking = rank(SPACE, SOME, seed=1)
    best, last = int(ranking.rows[0]), int(ranking.rows[-1])
    up, down = explain(SPACE, ranking, best, terms=8), explain(SPACE, ranking, last, terms=8)
    assert sum(weight for term, weight in up if set(term.split()) & set(ON_TOPIC)) > 0
    assert sum(weight for term, weight in down if set(term.split()) & set(OFF_TOPIC)) < 0
    assert [abs(weight) for _, weight in up] == sorted((abs(weight) for _, weight in up), reverse=True)
    assert up[0][1] > 0 > down[0][1]


def test_the_parts_of_a_score_add_up_to_it() -> None:
    ranking = rank(SPACE, SOME, seed=1)
    parts = explain(SPACE, ranking, int(ranking.rows[5]), terms=10_000)
    assert sum(weight for _, weight in parts) == pytest.approx(ranking.scores[5], abs=1e-5)


def test_a_word_never_read_before_speaks_through_its_pieces() -> None:
    space = build(
        [*(Text("", f"walking {other}") for other in OFF_TOPIC), Text("", "walkers"), Text("", "tractor")]
    )
    labels = dict.fromkeys(range(len(OFF_TOPIC)), 1)
    ranking = rank(space, labels, seed=1)
    assert ranking.rows[0] == len(OFF_TOPIC)
    assert explain(space, ranking, len(OFF_TOPIC))[0][0] == "walkers"


def test_a_record_without_words_has_nothing_to_explain() -> None:
    space = build([*TEXTS, Text("", "")])
    assert explain(space, rank(space, SOME, seed=1), 120) == ()


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 1), st.integers(0, 2**32))
def test_a_mixed_order_holds_every_row_once(share: float, seed: int) -> None:
    ranking = rank(SPACE, SOME, seed=1)
    mixed = mix(ranking, share, seed)
    assert sorted(place.row for place in mixed) == sorted(ranking.rows.tolist())
    assert mixed == mix(ranking, share, seed)
    by_relevance = [place.row for place in mixed if place.way is Way.RELEVANCE]
    places = {int(row): place for place, row in enumerate(ranking.rows)}
    assert by_relevance == sorted(by_relevance, key=places.__getitem__)


def test_nothing_random_is_the_ranking_and_all_random_is_not() -> None:
    ranking = rank(SPACE, SOME, seed=1)
    assert [place.row for place in mix(ranking, 0, 1)] == ranking.rows.tolist()
    assert {place.way for place in mix(ranking, 1, 1)} == {Way.RANDOM}


def test_the_random_ones_among_the_first_are_a_fair_sample_of_the_rest() -> None:
    ranking = rank(SPACE, SOME, seed=1)
    first = np.array([mix(ranking, 0.5, seed)[0] for seed in range(600)])
    drawn = [place.row for place in first if place.way is Way.RANDOM]
    # 12 of 107 rows are on the topic: the share among random first places is within 4 standard errors of it.
    expected = 12 / 107
    assert abs(np.mean([LABELS[row] for row in drawn]) - expected) < 4 * (expected / len(drawn)) ** 0.5


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan")])
def test_a_share_is_a_share(share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        mix(rank(SPACE, SOME, seed=1), share, 1)
