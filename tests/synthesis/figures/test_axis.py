"""Axes: round ticks with room between them, and ends that leave the estimates readable."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthesis.figures.axis import MOST_TICKS, TICK_GAP, Axis, choose_bounds, tick_label, ticks
from synthesis.figures.typesetting import measure

WIDTH = 240.0


@st.composite
def axes(draw: st.DrawFn) -> Axis:
    if draw(st.booleans()):
        low = 10 ** draw(st.floats(-6, 5))
        return Axis("log", low, low * 10 ** draw(st.floats(0.02, 9)), 0, WIDTH)
    low = draw(st.floats(-1e5, 1e5))
    return Axis("linear", low, low + 10 ** draw(st.floats(-2, 6)), 0, WIDTH)


@given(axes())
def test_ticks_are_few_in_order_on_the_axis_and_have_room(axis: Axis) -> None:
    values = ticks(axis, 8.5)
    assert 2 <= len(values) <= MOST_TICKS
    assert values == sorted(set(values))
    assert all(axis.holds(value) for value in values)
    labels = [tick_label(value, values) for value in values]
    assert len(set(labels)) == len(labels)
    if len(values) > 2:
        ends = [(axis.at(v), measure(label, 8.5) / 2) for v, label in zip(values, labels, strict=True)]
        assert all(x2 - w2 - x1 - w1 >= TICK_GAP for (x1, w1), (x2, w2) in itertools.pairwise(ends))


@given(axes())
def test_a_label_reads_as_its_tick(axis: Axis) -> None:
    values = ticks(axis, 8.5)
    if values == [axis.low, axis.high]:
        return  # an axis too short for round ticks names its ends, rounded
    for value in values:
        assert float(tick_label(value, values).replace("−", "-")) == pytest.approx(value, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (0.1, 10, ["0.1", "0.2", "0.5", "1", "2", "5", "10"]),
        (0.01, 100, ["0.01", "0.1", "1", "10", "100"]),
        (0.8, 1.3, ["0.8", "0.9", "1", "1.1", "1.2", "1.3"]),
        (0.02, 2, ["0.02", "0.05", "0.1", "0.2", "0.5", "1", "2"]),
    ],
)
def test_log_ticks_are_those_a_journal_prints(low: float, high: float, labels: list[str]) -> None:
    values = ticks(Axis("log", low, high, 0, WIDTH), 8.5)
    assert [tick_label(v, values) for v in values] == labels


def test_linear_ticks_have_a_true_minus_sign() -> None:
    values = ticks(Axis("linear", -4.2, 1.9, 0, WIDTH), 8.5)
    assert [tick_label(v, values) for v in values] == ["−4", "−3", "−2", "−1", "0", "1"]


ESTIMATES = st.lists(st.floats(-5, 5), min_size=1, max_size=30)


@given(ESTIMATES, st.floats(0.01, 5))
def test_no_effect_and_the_pooled_result_are_always_on_the_axis(points: list[float], half: float) -> None:
    estimates = [math.exp(point) for point in points]
    intervals = [(math.exp(p - half), math.exp(p + half)) for p in points]
    low, high = choose_bounds("log", 1, estimates, intervals, [0.5, 0.4, 0.6])
    assert low < 0.4
    assert high > 1


@given(ESTIMATES)
def test_estimates_that_agree_are_all_on_the_axis(points: list[float]) -> None:
    low, high = choose_bounds("linear", 0, points, [(p - 5, p + 5) for p in points], [])
    assert all(low <= point <= high for point in points)


def test_an_outlier_does_not_squeeze_the_rest() -> None:
    estimates = [0.8, 0.9, 1.1, 1.2, 1e6]
    intervals = [(e / 2, e * 2) for e in estimates]
    _, high = choose_bounds("log", 1, estimates, intervals, [1.0])
    assert high < 10


def test_infinite_bounds_do_not_stretch_the_axis() -> None:
    low, high = choose_bounds("log", 1, [0.5, 2], [(0, 4), (0.3, math.inf)], [])
    assert low > 0.01
    assert high < 100


def test_one_study_keeps_its_whole_interval() -> None:
    low, high = choose_bounds("linear", 0, [-1.2], [(-4, 1.6)], [])
    assert low < -4
    assert high > 1.6
