"""Single studies: influence, shrinkage, permutations, and numbers on the scale people read."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.stats import chi2

from synthesis.stats import (
    BadInput,
    TooFewStudies,
    back_transform,
    baujat,
    blup,
    cumulative,
    effect_sizes,
    harmonic_mean,
    influence,
    leave_one_out,
    meta_regression,
    permutation_test,
    pool,
    radial,
    study_intervals,
)
from synthesis.stats.model import Model
from synthesis.stats.tau2.quadratic import upper_tail
from tests.synthesis.stats.data import BCG, LATITUDE

EFFECTS = effect_sizes("RR", **BCG)
Y, V = EFFECTS.yi, EFFECTS.vi
X = np.column_stack([np.ones(13), LATITUDE])


def test_influence_of_a_regression_equals_refitting_without_each_study():
    found = influence(Y, V, X)
    full = meta_regression(Y, V, X)
    for i in (0, 7, 12):
        rest = meta_regression(np.delete(Y, i), np.delete(V, i), np.delete(X, i, 0))
        shift = full.beta - rest.beta
        assert found.tau2_deleted[i] == pytest.approx(rest.tau2, rel=1e-7)
        assert found.cook[i] == pytest.approx(shift @ np.linalg.solve(full.vcov, shift), rel=1e-6)
        predicted = X[i] @ rest.beta
        spread = np.sqrt(V[i] + rest.tau2 + X[i] @ rest.vcov @ X[i])
        assert found.rstudent[i] == pytest.approx((Y[i] - predicted) / spread, rel=1e-6)


def test_a_gross_outlier_is_flagged():
    found = influence([0.1, 0.15, 0.12, 0.08, 3.5, 0.11], [0.01, 0.02, 0.01, 0.02, 0.05, 0.01])
    assert np.flatnonzero(found.influential).tolist() == [4]


def test_a_study_that_alone_carries_a_coefficient_cannot_be_left_out():
    dummy = np.column_stack([np.ones(6), [1, 0, 0, 0, 0, 0]])
    with pytest.raises(TooFewStudies, match="Study 1 alone"):
        influence([1, 2, 3, 4, 5, 6], [1] * 6, dummy)


def test_baujat_shows_the_study_that_contributes_most():
    found = baujat([0.1, 0.15, 0.12, 0.08, 3.5, 0.11], [0.01, 0.02, 0.01, 0.02, 0.05, 0.01])
    assert int(np.argmax(found.x)) == 4


def test_the_radial_plot_of_bcg_stands_where_metafor_puts_it():
    """metafor 3.8-1: radial(rma(yi, vi)) of dat.bcg's log risk ratios."""
    sizes = effect_sizes(
        "RR", ai=[4, 6, 3, 62, 33, 180, 8, 505, 29, 17, 186, 5, 27],
        bi=[119, 300, 228, 13536, 5036, 1361, 2537, 87886, 7470, 1699, 50448, 2493, 16886],
        ci=[11, 29, 11, 248, 47, 372, 10, 499, 45, 65, 141, 3, 29],
        di=[128, 274, 209, 12619, 5761, 1079, 619, 87892, 7232, 1600, 27197, 2338, 17825],
    )  # fmt: skip
    found = radial(sizes.yi, sizes.vi)
    np.testing.assert_allclose(found.x[:3], [1.25114608293, 1.40327641718, 1.17152637802], rtol=1e-8)
    np.testing.assert_allclose(found.y[:3], [-1.11265839194, -2.22473851472, -1.57930325273], rtol=1e-8)


def test_shrunken_effects_lie_between_study_and_pooled_effect():
    found, mean = blup(Y, V), pool(Y, V).estimate
    assert np.all((found.estimate - Y) * (found.estimate - mean) <= 1e-12)


def test_an_order_that_is_not_one_is_refused():
    with pytest.raises(BadInput, match="every row once"):
        cumulative(Y, V, order=[0] * 13)
    with pytest.raises(TooFewStudies):
        leave_one_out([1], [1])


def test_sign_flips_equal_counting_by_hand():
    y, v = Y[:5], V[:5]
    signs = itertools.product([1, -1], repeat=5)
    results = [pool(y * np.array(sign), v, tau2="DL") for sign in signs]
    sizes = [abs(result.estimate / result.se) for result in results]
    share = np.mean([size >= sizes[0] - 1e-8 for size in sizes])
    found = permutation_test(y, v, tau2="DL")
    assert (found.arrangements, found.exact) == (32, True)
    assert found.p_value[0] == pytest.approx(share)


def test_equal_rows_of_a_design_are_not_exchanged_twice():
    group = np.column_stack([np.ones(7), [0, 0, 1, 1, 1, 1, 1]])
    assert permutation_test(Y[:7], V[:7], group, tau2="DL").arrangements == 21


def test_sampled_permutations_repeat_with_the_same_generator():
    one, two = (permutation_test(Y, V, X, rng=np.random.default_rng(7), samples=200) for _ in range(2))
    assert one.p_value.tolist() == two.p_value.tolist()
    assert (one.arrangements, one.exact) == (200, False)
    assert one.p_value[1] < 0.05


def test_too_many_arrangements_ask_for_a_generator():
    with pytest.raises(BadInput, match="give rng"):
        permutation_test(np.tile(Y, 3), np.tile(V, 3))


@pytest.mark.parametrize(
    ("df", "q"), [(1, 0.001), (1, 3.84), (2, 20.0), (9, 2.0), (30, 30.0), (30, 90.0), (200, 260.0)]
)
def test_the_quadratic_form_is_chi_squared_where_all_variances_are_equal(df, q):
    model = Model(np.zeros(df + 1), np.full(df + 1, 0.3))
    assert upper_tail(model, 1 / model.v, 0.0, q) == pytest.approx(chi2.sf(q, df), rel=1e-9, abs=1e-13)


@pytest.mark.parametrize(
    ("measure", "transform", "columns", "expected"),
    [
        ("PLO", "ilogit", {"xi": [3], "ni": [40]}, 3 / 40),
        ("PLN", "exp", {"xi": [3], "ni": [40]}, 3 / 40),
        ("PAS", "iarcsin", {"xi": [3], "ni": [40]}, 3 / 40),
        ("PFT", "ipft", {"xi": [3], "ni": [40]}, 3 / 40),
        ("IRLN", "exp", {"xi": [3], "ti": [40]}, 3 / 40),
        ("IRS", "isqrt", {"xi": [3], "ti": [40]}, 3 / 40),
        ("IRFT", "iirft", {"xi": [3], "ti": [40]}, 3 / 40),
        ("ZCOR", "ztor", {"ri": [0.4], "ni": [40]}, 0.4),
        ("ABT", "iabt", {"ai": [0.8], "mi": [5], "ni": [90]}, 0.8),
        ("AHW", "iahw", {"ai": [0.8], "mi": [5], "ni": [90]}, 0.8),
    ],
)
def test_back_transforming_one_study_gives_what_it_reported(measure, transform, columns, expected):
    found = effect_sizes(measure, **columns)
    shown = study_intervals(
        found.yi, found.vi, transform=transform, ni=columns.get("ni"), ti=columns.get("ti")
    )
    assert shown.estimate[0] == pytest.approx(expected)
    assert shown.ci_lb[0] < expected < shown.ci_ub[0]


def test_values_beyond_the_reach_of_a_transformation_stop_at_its_edge():
    assert back_transform([-1.0, 5.0], "ipft", ni=20).tolist() == [0.0, 1.0]
    assert back_transform([-1.0, 5.0], "iarcsin").tolist() == [0.0, 1.0]
    assert back_transform(-1.0, "iirft", ti=20) == 0


def test_a_correlation_averaged_over_studies_is_closer_to_zero():
    assert 0 < back_transform(0.8, "ztor.int", tau2=0.5) < back_transform(0.8, "ztor")
    assert back_transform(0.8, "ztor.int", tau2=0.0) == pytest.approx(np.tanh(0.8))


@pytest.mark.parametrize(
    "call",
    [
        lambda: back_transform(1.0, "nosuch"),
        lambda: back_transform(1.0, "ipft"),
        lambda: back_transform(1.0, "ztor.int"),
        lambda: harmonic_mean([0, 1]),
    ],
)
def test_back_transformations_ask_for_what_they_need(call):
    with pytest.raises(BadInput):
        call()
