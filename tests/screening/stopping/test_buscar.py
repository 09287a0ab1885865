"""The test of Callaghan and Müller-Hansen, against reference values and against itself written out."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.stopping import BadReading, Reading, buscar, course, first_met, places, still_to_read
from tests.screening.stopping.sequences import CASES, p_over_every_urn, reading, readings

TARGETS = ["0.8", "0.9", "0.95", "0.99"]
targets = st.sampled_from(["0.5", "0.8", "0.95", "2/3"])


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("target", TARGETS)
def test_p_is_that_of_the_reference(name: str, target: str) -> None:
    expected = CASES[name]["p"][target]
    assert buscar.p_value(reading(name), target=target) == pytest.approx(expected, rel=1e-9, abs=1e-300)


@given(readings(most=20), targets)
def test_p_is_the_smallest_over_every_urn(given_reading: Reading, target: str) -> None:
    total = buscar.least_total_below(given_reading.found, target)
    if total - given_reading.found > given_reading.unread:
        assert buscar.p_value(given_reading, target=target) == (0.0 if given_reading.read else 1.0)
        return
    slow = p_over_every_urn(given_reading, total)
    assert buscar.p_value(given_reading, target=target) == pytest.approx(float(slow), rel=1e-9, abs=1e-15)


@pytest.mark.parametrize(
    ("found", "target", "least"), [(19, "0.95", 21), (57, "0.95", 61), (0, "0.8", 1), (9, "0.9", 11)]
)
def test_the_least_total_is_found_without_rounding(found: int, target: str, least: int) -> None:
    assert buscar.least_total_below(found, target) == least


@given(readings(), targets)
def test_p_falls_while_irrelevant_records_are_read(given_reading: Reading, target: str) -> None:
    if given_reading.read and given_reading.unread:
        more = Reading(given_reading.total, given_reading.read + 1, given_reading.finds)
        assert buscar.p_value(more, target=target) <= buscar.p_value(given_reading, target=target) + 1e-12


@given(readings())
def test_p_falls_as_the_hypothesis_grows_bolder(given_reading: Reading) -> None:
    totals = range(given_reading.found, given_reading.found + given_reading.unread + 1)
    values = [buscar.p_of_total(given_reading, total) for total in totals]
    assert all(later <= earlier + 1e-12 for earlier, later in pairwise(values))


@given(readings(), st.sampled_from(["0.5", "0.9", "0.95"]), st.integers(0, 30))
def test_the_band_ends_at_the_largest_number_that_is_not_ruled_out(
    given_reading: Reading, confidence: str, near: int
) -> None:
    alpha = float(1 - Fraction(confidence))
    totals = range(given_reading.found, given_reading.found + given_reading.unread + 1)
    not_ruled_out = [total for total in totals if buscar.p_of_total(given_reading, total) >= alpha]
    found = buscar.most_relevant(given_reading, confidence=confidence, near=near)
    assert found == max(not_ruled_out, default=given_reading.found)


@given(readings(), targets, st.sampled_from(["0.8", "0.95"]))
def test_the_test_is_passed_just_when_the_band_lies_above_the_target(
    given_reading: Reading, target: str, confidence: str
) -> None:
    if given_reading.read == 0:
        return
    passed = buscar.p_value(given_reading, target=target) < float(1 - Fraction(confidence))
    least = buscar.least_recall(given_reading, confidence=confidence)
    assert passed == (least is None or least >= Fraction(target))


@given(readings(), targets, st.sampled_from(["0.8", "0.95"]))
def test_the_first_pass_is_the_first(given_reading: Reading, target: str, confidence: str) -> None:
    alpha = float(1 - Fraction(confidence))
    read = range(1, given_reading.read + 1)
    passed = [n for n in read if buscar.p_value(given_reading.after(n), target=target) < alpha]
    assert first_met(given_reading, target=target, confidence=confidence) == (passed[0] if passed else None)


@given(readings(), targets)
def test_what_is_still_to_be_read_is_just_enough(given_reading: Reading, target: str) -> None:
    more = still_to_read(given_reading, target=target, confidence="0.95")
    then = Reading(given_reading.total, given_reading.read + more, given_reading.finds)
    if then.unread:
        assert buscar.p_value(then, target=target) < 0.05
    if more and given_reading.read + more > 1:
        before = Reading(given_reading.total, given_reading.read + more - 1, given_reading.finds)
        assert buscar.p_value(before, target=target) >= 0.05


def test_nothing_read_says_nothing_and_all_read_says_all() -> None:
    nothing = Reading.of([], total=100)
    assert buscar.p_value(nothing, target="0.95") == 1.0
    assert buscar.least_recall(nothing, confidence="0.95") == 0
    everything = Reading.of([True, False, True], total=3)
    assert buscar.p_value(everything, target="0.95") == 0.0
    assert buscar.least_recall(everything, confidence="0.95") == 1
    assert buscar.least_recall(Reading.of([False], total=1), confidence="0.95") is None


def test_a_course_has_few_points_and_ends_where_the_reading_ends() -> None:
    moments = course(reading("generated_1600"), target="0.95", confidence="0.95", points=50)
    assert [moment.read for moment in moments] == list(range(50, 1601, 50))
    assert moments[-1].found == 100
    assert moments[-1].p == pytest.approx(CASES["generated_1600"]["p"]["0.95"], rel=1e-9)
    assert moments[-1].least_recall == float(Fraction(100, 102))
    assert course(Reading.of([], total=5), target="0.95", confidence="0.95") == []


@given(st.integers(0, 3000), st.integers(2, 60))
def test_places_are_few_and_stay_while_more_is_read(read: int, points: int) -> None:
    here = places(Reading(5000, read, Reading.of([], total=0).finds), points=points)
    assert len(here) <= points + 1
    assert here[-1:] == ([read] if read else [])
    step = here[0] if here else 1
    assert all(place % step == 0 for place in here[:-1])


@pytest.mark.parametrize("wrong", ["0", "1", "1.2", "-0.5", "a", "1/0"])
def test_a_target_that_is_no_share_is_refused(wrong: str) -> None:
    with pytest.raises(BadReading):
        buscar.p_value(reading("late_find"), target=wrong)


def test_readings_that_cannot_be_are_refused() -> None:
    with pytest.raises(BadReading):
        Reading.of([True, False], total=1)
    with pytest.raises(BadReading):
        Reading(10, 5, Reading.of([True] * 6, total=10).finds)
    with pytest.raises(BadReading):
        buscar.p_of_total(reading("late_find"), 3)


def test_fifty_thousand_records_with_thousands_of_finds_are_tested() -> None:
    finds = {n * n // 250 + n for n in range(1, 2501)}
    read = Reading.of((place in finds for place in range(1, 30_001)), total=50_000)
    assert read.found == 2500
    missing, last = buscar.least_total_below(2500, "0.95") - 2500, max(finds)
    # No urn has a larger say than the smallest: that of the last find, exactly, is at least p.
    last_urn = Fraction(comb(50_000 - last - missing, 30_000 - last), comb(50_000 - last, 30_000 - last))
    p = buscar.p_value(read, target="0.95")
    assert 0 < p <= float(last_urn) * (1 + 1e-9)
    assert p == pytest.approx(buscar.p_of_total(read, 2500 + missing), rel=1e-12)
    assert first_met(read, target="0.95", confidence="0.5") == next(
        (n for n in range(last, 30_001) if buscar.p_value(read.after(n), target="0.95") < 0.5), None
    )
