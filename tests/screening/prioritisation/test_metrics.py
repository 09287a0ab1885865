"""Metrics against numbers worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.prioritisation.metrics import (
    NothingIncluded,
    recall_after,
    recall_curve,
    time_to_discovery,
    work_saved,
)

#: 20 records; included at places 1, 3, 4 and 10.
READ = [1, 0, 1, 1, 0, 0, 0, 0, 0, 1] + [0] * 10


def test_work_saved_counts_what_is_unread_when_enough_is_found() -> None:
    # ⌈0.95 × 4⌉ = 4 are found after 10 of 20: half is unread, less the 5 % that missing 5 % would save anyhow.
    assert work_saved(READ) == pytest.approx(0.5 - 0.05)
    # ⌈0.75 × 4⌉ = 3 are found after 4.
    assert work_saved(READ, Fraction(3, 4)) == pytest.approx(16 / 20 - 0.25)
    assert work_saved(READ, Fraction(1)) == pytest.approx(0.5)


def test_the_number_to_find_is_rounded_up_exactly() -> None:
    # 0.95 × 20 is 19, which binary fractions put a little above 19.
    labels = [1] * 19 + [0] * 80 + [1]
    assert work_saved(labels) == pytest.approx(0.81 - 0.05)


def test_work_lost_is_negative() -> None:
    assert work_saved([0] * 19 + [1]) == pytest.approx(-0.05)


def test_recall_after_a_tenth() -> None:
    assert recall_after(READ) == 1 / 4  # 2 records read
    assert recall_after(READ, Fraction(1, 5)) == 3 / 4  # 4 records read
    assert recall_after([1, 0, 0]) == 0  # a tenth of 3 is no record


def test_time_to_discovery_is_the_mean_place_by_the_size() -> None:
    assert time_to_discovery(READ) == pytest.approx((1 + 3 + 4 + 10) / 4 / 20)


def test_the_curve_starts_at_nothing_and_ends_at_everything() -> None:
    assert recall_curve(READ, 4) == [(0, 0), (5, 0.75), (10, 1), (15, 1), (20, 1)]
    assert recall_curve([0, 1], 100) == [(0, 0), (1, 0), (2, 1)]


@pytest.mark.parametrize("metric", [work_saved, recall_after, time_to_discovery, recall_curve])
def test_nothing_to_find_is_refused(metric: object) -> None:
    assert callable(metric)
    with pytest.raises(NothingIncluded):
        metric([0, 0, 0])


@given(st.lists(st.integers(0, 1), min_size=1).filter(any))
def test_reading_the_included_first_is_never_beaten(labels: list[int]) -> None:
    best = sorted(labels, reverse=True)
    assert work_saved(labels) <= work_saved(best)
    assert recall_after(labels) <= recall_after(best)
    assert time_to_discovery(labels) >= time_to_discovery(best)
