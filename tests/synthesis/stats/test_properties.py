"""What must hold for any data: order, unit and origin do not matter, and hostile numbers never yield a silent NaN."""

from __future__ import annotations

import dataclasses
import math
import warnings

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from synthesis.stats import (
    StatsError,
    cumulative,
    influence,
    leave_one_out,
    meta_regression,
    pool,
    subgroups,
    tau2_confidence,
)

METHODS = ("REML", "DL", "ML", "PM", "HE", "HS", "HSk", "SJ", "PMM", "DLIT", "SJIT")
TESTS = ("z", "t", "knha", "adhoc")
# Values a spreadsheet may hold: sane, tiny, huge, and not numbers at all.
HOSTILE = st.one_of(
    st.floats(-10, 10),
    st.floats(allow_nan=True, allow_infinity=True),
    st.sampled_from([0.0, -0.0, 1e-300, 5e-324, 1e300, 1e-12, 1e12]),
)
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def studies(draw, least=2, most=15):
    """Effects and variances on one scale, variances up to five orders apart."""
    k = draw(st.integers(least, most))
    y = draw(st.lists(st.integers(-400, 400).map(lambda i: i / 100), min_size=k, max_size=k))
    v = draw(st.lists(st.integers(-40, 10).map(lambda i: 10 ** (i / 10)), min_size=k, max_size=k))
    return np.array(y), np.array(v)


@QUICK
@given(studies(), st.sampled_from(METHODS))
def test_the_pooled_effect_lies_between_the_smallest_and_the_largest(data, method):
    y, v = data
    found = pool(y, v, tau2=method)
    slack = 1e-9 * (1 + np.abs(y).max())
    assert y.min() - slack <= found.estimate <= y.max() + slack
    assert found.tau2 >= 0
    assert 0 <= found.I2 <= 100
    assert found.weights.sum() == pytest.approx(100)


@QUICK
@given(studies(), st.sampled_from(METHODS), st.integers(-20, 20), st.integers(-6, 6))
def test_a_change_of_unit_and_origin_changes_nothing_else(data, method, shift, power):
    y, v = data
    plain, scale = pool(y, v, tau2=method, test="knha"), 2.0**power
    moved = pool((y + shift) * scale, v * scale**2, tau2=method, test="knha")
    size = max(v.max(), np.ptp(y) ** 2)
    assert moved.tau2 / scale**2 == pytest.approx(plain.tau2, rel=1e-6, abs=1e-9 * size)
    assert moved.estimate / scale - shift == pytest.approx(plain.estimate, rel=1e-6, abs=1e-6)
    assert moved.se / scale == pytest.approx(plain.se, rel=1e-5, abs=1e-7 * math.sqrt(size))


@QUICK
@given(studies(), st.sampled_from(METHODS), st.randoms())
def test_the_order_of_studies_does_not_matter(data, method, random):
    y, v = data
    order = list(range(y.size))
    random.shuffle(order)
    plain, shuffled = pool(y, v, tau2=method), pool(y[order], v[order], tau2=method)
    assert shuffled.tau2 == pytest.approx(plain.tau2, rel=1e-8, abs=1e-12 * v.max())
    assert shuffled.estimate == pytest.approx(plain.estimate, rel=1e-8, abs=1e-10)


@QUICK
@given(studies())
def test_dersimonian_laird_is_the_common_effect_when_q_does_not_exceed_its_df(data):
    y, v = data
    random, common = pool(y, v, tau2="DL"), pool(y, v, model="common")
    assert (random.tau2 == 0) == (common.Q_df >= common.Q)
    if random.tau2 == 0:
        assert (random.estimate, random.se) == (common.estimate, common.se)


@QUICK
@given(studies(least=3, most=8), st.sampled_from(METHODS), st.sampled_from(TESTS))
def test_leaving_one_out_equals_that_many_separate_fits(data, method, test):
    y, v = data
    series = leave_one_out(y, v, tau2=method, test=test)
    for i in range(y.size):
        alone = pool(np.delete(y, i), np.delete(v, i), tau2=method, test=test)
        size = max(v.max(), np.ptp(y) ** 2)
        assert series.tau2[i] == pytest.approx(alone.tau2, rel=1e-7, abs=1e-11 * size)
        assert series.estimate[i] == pytest.approx(alone.estimate, rel=1e-7, abs=1e-9)
        assert series.se[i] == pytest.approx(alone.se, rel=1e-6, abs=1e-9)


@QUICK
@given(studies(), st.sampled_from(METHODS))
def test_the_last_cumulative_result_is_the_pooled_one(data, method):
    y, v = data
    series, all_in = cumulative(y, v, tau2=method), pool(y, v, tau2=method)
    assert series.estimate[-1] == pytest.approx(all_in.estimate, rel=1e-7, abs=1e-9)
    assert series.estimate[0] == pytest.approx(y[0], rel=1e-14)
    assert series.tau2[0] == 0


@QUICK
@given(studies(), st.sampled_from(["QP", "PL", "GENQ"]))
def test_an_interval_for_tau2_holds_in_order_and_widens_with_the_level(data, kind):
    y, v = data
    narrow, wide = tau2_confidence(y, v, type=kind, level=80), tau2_confidence(y, v, type=kind, level=95)
    assert 0 <= wide.lb <= narrow.lb * (1 + 1e-7) + 1e-12
    assert narrow.empty or narrow.lb <= narrow.ub * (1 + 1e-9)
    assert narrow.ub <= wide.ub * (1 + 1e-7) + 1e-12


@QUICK
@given(studies(), st.sampled_from(["REML", "ML"]))
def test_no_other_tau2_is_more_likely(data, method):
    y, v = data
    found = pool(y, v, tau2=method)
    restricted = method == "REML"

    def height(t: float) -> float:
        w = 1 / (v + t)
        mean = (w * y).sum() / w.sum()
        value = np.log(w).sum() - (w * (y - mean) ** 2).sum()
        return float(value - (np.log(w.sum()) if restricted else 0.0)) / 2

    others = [0.0, *np.geomspace(1e-6 * v.min(), 1e3 * (v.max() + np.ptp(y) ** 2), 200)]
    assert height(found.tau2) >= max(height(t) for t in others) - 1e-7


@pytest.mark.slow
@settings(max_examples=10_000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(HOSTILE, HOSTILE), max_size=8),
    st.sampled_from(METHODS),
    st.sampled_from(TESTS),
    st.booleans(),
)
def test_hostile_numbers_give_a_typed_error_or_finite_results(rows, method, test, common):
    y, v = [row[0] for row in rows], [row[1] for row in rows]
    options = {"model": "common" if common else "random", "tau2": method, "test": test}
    X = np.column_stack([np.ones(len(y)), np.arange(len(y))])
    labels = ["a" if i % 2 else "b" for i in range(len(y))]
    calls = (
        lambda: pool(y, v, **options),
        lambda: leave_one_out(y, v, **options),
        lambda: cumulative(y, v, **options),
        lambda: meta_regression(y, v, X, **options),
        lambda: subgroups(y, v, labels, **options),
        lambda: influence(y, v, **options),
        lambda: tau2_confidence(y, v),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for call in calls:
            try:
                found = call()
            except StatsError:
                continue
            assert_no_nan(found, type(found).__name__)


def assert_no_nan(value: object, path: str) -> None:
    """No number anywhere in a result is NaN."""
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            assert_no_nan(getattr(value, field.name), f"{path}.{field.name}")
    elif isinstance(value, np.ndarray) and value.dtype.kind == "f":
        assert not np.isnan(value).any(), path
    elif isinstance(value, float):
        assert not math.isnan(value), path
    elif isinstance(value, tuple):
        for item in value:
            assert_no_nan(item, path)
