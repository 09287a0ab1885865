"""From what papers print to what an analysis needs."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.conversions import (
    Group,
    NotANumber,
    combine_groups,
    parse_number,
    same_after_rounding,
    sd_from_se,
    se_from_ci,
)


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("12.5", 12.5),
        ("−4.7", -4.7),
        ("–0.3", -0.3),
        (" 7 ", 7),
        ("1 234", 1234),
        ("3·21", 3.21),
        (".5", 0.5),
        ("1e-3", 0.001),
    ],
)
def test_a_printed_number_is_read_as_it_is_meant(printed: str, meant: float) -> None:
    assert parse_number(printed) == meant


@pytest.mark.parametrize("printed", ["1,234", "4,5", "<0.001", "12 (3)", "", "n/a", "1e999", "--3", "٣"])
def test_what_would_have_to_be_guessed_is_refused(printed: str) -> None:
    with pytest.raises(NotANumber):
        parse_number(printed)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("34.1", "34.12", True),
        ("34.12", "34.1", True),
        ("34.1", "34.15", True),
        ("34.1", "34.16", False),
        ("34.1", "34.2", False),
        ("−4.7", "-4.70", True),
        ("5", "4.5", True),
        ("1000", "1e3", True),
        ("0", "0.4", True),
        ("24", "25", False),
    ],
)
def test_numbers_are_the_same_when_rounding_explains_the_difference(one: str, other: str, same: bool) -> None:
    assert same_after_rounding(one, other) is same


@given(st.decimals(-1000, 1000, places=4), st.integers(0, 3))
def test_a_number_is_the_same_as_itself_rounded(number: Decimal, places: int) -> None:
    assert same_after_rounding(str(number), f"{number:.{places}f}")


@given(st.text(max_size=20))
def test_any_text_is_a_finite_number_or_refused(text: str) -> None:
    try:
        number = parse_number(text)
    except NotANumber:
        return
    assert math.isfinite(number)


def test_ferris_standard_error_becomes_the_standard_deviation_of_eight_people() -> None:
    # Ferri 2019, change in ALSFRS-R: −4.7 ± 2.6 (SEM) in 8 people
    assert sd_from_se(2.6, 8) == pytest.approx(7.354, abs=5e-4)


def test_a_standard_error_comes_from_a_confidence_interval() -> None:
    # Cochrane CD005229, ALSFRS at 3 months: MD 3.21 [0.46, 5.96]
    assert se_from_ci(0.46, 5.96) == pytest.approx(1.4031, abs=5e-5)


@pytest.mark.parametrize(("low", "high", "level"), [(2, 1, 95), (1, 1, 95), (0, 1, 0), (0, 1, 100)])
def test_an_impossible_interval_is_refused(low: float, high: float, level: float) -> None:
    with pytest.raises(ValueError, match=r"limit|level"):
        se_from_ci(low, high, level=level)


@given(st.lists(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=8), min_size=1, max_size=4))
def test_combined_groups_have_the_moments_of_all_their_people(groups: list[list[float]]) -> None:
    parts = [Group(len(people), float(np.mean(people)), float(np.std(people, ddof=1))) for people in groups]
    everybody = np.concatenate(groups)
    whole = combine_groups(parts)
    assert whole.n == everybody.size
    assert whole.mean == pytest.approx(everybody.mean(), rel=1e-9, abs=1e-9)
    assert whole.sd == pytest.approx(np.std(everybody, ddof=1), rel=1e-7, abs=1e-6)
