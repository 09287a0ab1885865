"""Draws by lot: the same again from the same seed, uniform over what they are about, and shares that are kept."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.sampling import BITS, Readers, chances, draw, falls_within, sample, title_place

SEEDS = st.integers(0, 2**53)
WEIGHTS = st.dictionaries(st.integers(1, 9), st.integers(0, 100), min_size=1, max_size=6)


def test_a_draw_can_be_repeated_on_any_machine() -> None:
    assert draw(7, "check", 12) == 2880581021956758070
    assert draw(8, "check", 12) != draw(7, "check", 12) != draw(7, "check", 13)


@given(SEEDS, st.integers(0, 10**9))
def test_a_draw_fits_its_column(seed: int, key: int) -> None:
    assert 0 <= draw(seed, key) < 1 << BITS < 1 << 63


def test_a_share_of_ten_percent_is_about_ten_percent_and_grows_by_adding() -> None:
    ten = {key for key in range(20_000) if falls_within(5, 10, "check", key)}
    thirty = {key for key in range(20_000) if falls_within(5, 30, "check", key)}
    # Standard deviation of a binomial with n = 20,000, p = 0.1 is 42.
    assert abs(len(ten) - 2_000) < 4 * 42
    assert ten < thirty
    assert all(falls_within(5, 100, "check", key) for key in range(200))
    assert not any(falls_within(5, 0, "check", key) for key in range(200))


@given(SEEDS, st.sets(st.integers(1, 10**6), max_size=60), st.integers(0, 70))
def test_a_sample_does_not_depend_on_the_order_of_its_records(seed: int, keys: set[int], size: int) -> None:
    drawn = sample(seed, keys, size)
    assert drawn == sample(seed, sorted(keys, reverse=True), size)
    assert len(drawn) == len(set(drawn)) == min(size, len(keys))
    assert keys.issuperset(drawn)


@given(WEIGHTS, st.integers(1, 4))
def test_chances_sum_to_the_number_of_readers_and_exceed_nothing(weights: dict[int, int], n: int) -> None:
    found = chances(weights, n)
    able = [person for person, weight in weights.items() if weight]
    assert sum(found.values()) == min(n, len(able))
    assert all(0 <= chance <= 1 for chance in found.values())
    for one in able:
        for two in able:
            if weights[one] <= weights[two]:
                assert found[one] <= found[two]


def test_shares_are_what_was_written_down() -> None:
    assert chances({1: 60, 2: 40}, 1) == {1: Fraction(3, 5), 2: Fraction(2, 5)}
    assert chances({1: 100, 2: 50, 3: 50}, 2) == {1: 1, 2: Fraction(1, 2), 3: Fraction(1, 2)}
    assert chances({1: 90, 2: 5, 3: 5}, 2) == {1: 1, 2: Fraction(1, 2), 3: Fraction(1, 2)}


@given(SEEDS, WEIGHTS, st.integers(1, 4), st.integers(1, 10**6))
def test_each_record_gets_so_many_different_readers(
    seed: int, weights: dict[int, int], n: int, key: int
) -> None:
    readers = Readers(seed, weights, n).of(key)
    able = {person for person, weight in weights.items() if weight}
    assert len(readers) == len(set(readers)) == min(n, len(able))
    assert able.issuperset(readers)


@pytest.mark.parametrize(
    ("weights", "n"), [({1: 60, 2: 40}, 1), ({1: 3, 2: 2, 3: 1}, 2), ({1: 1, 2: 1, 3: 1}, 2)]
)
def test_over_many_records_everybody_reads_their_share(weights: dict[int, int], n: int) -> None:
    readers, number = Readers(11, weights, n), 6_000
    read = [readers.of(key) for key in range(number)]
    for person, chance in chances(weights, n).items():
        expected = float(chance) * number
        spread = (number * float(chance) * (1 - float(chance))) ** 0.5
        assert abs(sum(person in of for of in read) - expected) <= 4 * spread + 1e-9
    if weights == {1: 1, 2: 1, 3: 1}:
        assert {tuple(of) for of in read} == {(1, 2), (1, 3), (2, 3)}


@given(st.lists(st.text("abcxyz 019-", max_size=12), max_size=8))
def test_titles_stand_in_the_order_of_the_alphabet(titles: list[str]) -> None:
    def key(title: str) -> str:
        return "".join(letter for letter in title if letter.isalnum())[:11]

    by_place = sorted(titles, key=lambda title: (title_place(title), titles.index(title)))
    assert [key(title) for title in by_place] == sorted(key(title) for title in titles)


def test_accents_and_capitals_do_not_count_for_the_order() -> None:
    assert title_place("Über Übung") == title_place("uber ubung")
    assert 0 <= title_place("") < title_place("0") < title_place("z" * 50) < 1 << 62
