"""Pooling: the anchor numbers of the BCG trials, and documented answers where the data run out."""

from __future__ import annotations

import math

import numpy as np
import pytest

from synthesis.stats import (
    BadInput,
    BadVariance,
    Pooled,
    TooFewStudies,
    effect_sizes,
    pool,
    prediction_interval,
    tau2_confidence,
)
from synthesis.stats.tau2 import METHODS
from tests.synthesis.stats.data import BCG

EFFECTS = effect_sizes("RR", **BCG)
ITERATED = ("REML", "ML", "PM", "EB", "PMM", "DLIT", "SJIT")


def codes(result: Pooled) -> set[str]:
    return {caution.code for caution in result.warnings}


def test_dersimonian_laird_on_the_bcg_trials():
    found = pool(EFFECTS.yi, EFFECTS.vi, tau2="DL")
    assert (round(found.estimate, 4), round(found.ci_lb, 4), round(found.ci_ub, 4)) == (
        -0.7141,
        -1.0644,
        -0.3638,
    )
    assert round(found.I2, 1) == round(found.I2_Q, 1) == 92.1


def test_restricted_likelihood_on_the_bcg_trials_tells_both_kinds_of_i2_apart():
    found = pool(EFFECTS.yi, EFFECTS.vi)
    assert (round(found.estimate, 4), round(found.se, 4), round(found.tau2, 4)) == (-0.7145, 0.1798, 0.3132)
    assert (round(found.I2, 3), round(found.I2_Q, 3)) == (92.221, 92.117)


@pytest.mark.parametrize(
    ("df", "low", "high"), [(None, -1.867, 0.438), (12, -1.995, 0.566), (11, -2.008, 0.579)]
)
def test_prediction_intervals_by_their_degrees_of_freedom(df, low, high):
    found = prediction_interval(pool(EFFECTS.yi, EFFECTS.vi), df=df)
    assert (round(found[0], 3), round(found[1], 3)) == (low, high)


@pytest.mark.parametrize("method", ITERATED)
@pytest.mark.parametrize("scale", [1e-20, 1e-8, 1e9, 1e20])
def test_iterated_estimators_do_not_care_about_the_unit(method, scale):
    plain = pool(EFFECTS.yi, EFFECTS.vi, tau2=method)
    scaled = pool(EFFECTS.yi * scale, EFFECTS.vi * scale**2, tau2=method)
    assert scaled.tau2 == pytest.approx(plain.tau2 * scale**2, rel=1e-9)
    assert scaled.estimate == pytest.approx(plain.estimate * scale, rel=1e-9)


@pytest.mark.parametrize("method", [m for m in METHODS if not m.startswith("GENQ") and m != "EE"])
def test_one_study_is_its_own_result_with_a_caution(method):
    found = pool([0.5], [0.04], tau2=method, test="knha")
    assert (found.estimate, found.tau2, found.I2, found.Q, found.Q_p) == (0.5, 0.0, 0.0, 0.0, 1.0)
    assert found.se == pytest.approx(0.2)
    assert {"saturated", "normal_reference"} <= codes(found)


@pytest.mark.parametrize("method", [m for m in METHODS if not m.startswith("GENQ") and m != "EE"])
def test_identical_effects_have_no_heterogeneity(method):
    found = pool([0.4] * 5, [0.01, 0.02, 0.03, 0.04, 0.05], tau2=method)
    assert found.tau2 == 0
    assert found.estimate == pytest.approx(0.4)


def test_knapp_hartung_on_identical_effects_says_that_nothing_is_left():
    found = pool([0.4, 0.4, 0.4], [0.01, 0.02, 0.03], test="knha")
    assert found.statistic is None or found.se < 1e-12
    assert "zero_standard_error" in codes(found) or "knha_narrower" in codes(found)
    assert pool([0.4, 0.4, 0.4], [0.01, 0.02, 0.03], test="adhoc").se > 0.05


def test_a_negative_moment_estimate_is_set_to_zero_aloud():
    found = pool([0.1, 0.2, 0.15], [0.05, 0.02, 0.1], tau2="DL")
    assert found.tau2 == 0
    assert "tau2_truncated" in codes(found)


def test_the_global_maximum_wins_where_the_restricted_likelihood_has_two():
    # Small precise studies agree, imprecise ones scatter: one maximum at zero, one far away.
    y = np.array([0.0, 0.001, -0.001, 6.0, -6.0, 5.5])
    v = np.array([1e-6, 1e-6, 1e-6, 8.0, 8.0, 8.0])
    found = pool(y, v)
    grid = np.concatenate([[0.0], np.geomspace(1e-9, 1e4, 4001)])

    def likelihood(t: float) -> float:
        w = 1 / (v + t)
        mean = (w * y).sum() / w.sum()
        return float(0.5 * (np.log(w).sum() - np.log(w.sum()) - (w * (y - mean) ** 2).sum()))

    assert likelihood(found.tau2) >= max(likelihood(t) for t in grid) - 1e-9


def test_a_million_studies_are_pooled_in_one_go():
    i = np.arange(1, 1_000_001)
    v = 0.005 + 0.15 * (i * 0.618 % 1) ** 2
    found = pool(0.3 + np.sqrt(v + 0.04) * np.cos(i * 1.7), v)
    assert found.k == 1_000_000
    assert math.isfinite(found.tau2)


@pytest.mark.parametrize("bad", [0.0, -0.1, float("nan"), float("inf"), None])
def test_a_variance_that_cannot_weigh_is_refused_with_its_row(bad):
    with pytest.raises(BadVariance, match="row 2") as caught:
        pool([0.1, 0.2], [0.1, bad])
    assert caught.value.rows == (1,)


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: pool([], []), TooFewStudies, "no study"),
        (lambda: pool([1, 2], [1]), BadInput, "match study by study"),
        (lambda: pool([float("inf")], [1]), BadInput, "finite"),
        (lambda: pool([1], [1], tau2="XX"), BadInput, "estimator"),
        (lambda: pool([1], [1], model="mixed"), BadInput, "model"),
        (lambda: pool([1], [1], test="F"), BadInput, "test"),
        (lambda: pool([1], [1], level=100), BadInput, "level"),
        (lambda: pool([1, 2], [1, 1], tau2="GENQ"), BadInput, "needs weights"),
        (lambda: pool([1, 2], [1, 1], weights=[1, -1]), BadInput, "not negative"),
        (lambda: pool([[1]], [[1]]), BadInput, "one-dimensional"),
        (
            lambda: prediction_interval(pool([1, 2], [1, 1], model="common")),
            BadInput,
            "no prediction interval",
        ),
        (lambda: prediction_interval(pool([1, 2], [1, 1]), df=0), BadInput, "degree of freedom"),
        (lambda: tau2_confidence([1], [1]), TooFewStudies, "more studies"),
        (lambda: tau2_confidence([1, 2], [1, 1], type="PL", method="DL"), BadInput, "ML or REML"),
    ],
)
def test_refusals_are_typed_and_say_why(call, error, says):
    with pytest.raises(error, match=says):
        call()


def test_studies_that_agree_better_than_chance_leave_an_empty_interval():
    found = tau2_confidence([0.1, 0.1001, 0.1002, 0.0999, 0.1], [1.0, 1.1, 0.9, 1.0, 1.2])
    assert found.empty
    assert [caution.code for caution in found.warnings] == ["empty_interval"]


def test_the_generalised_q_interval_equals_the_q_profile_where_all_variances_are_equal():
    y, v = [-0.2, 0.1, 0.4, 0.3, 0.9, 0.0], [0.04] * 6
    profile, exact = tau2_confidence(y, v), tau2_confidence(y, v, type="GENQ")
    assert exact.lb == pytest.approx(profile.lb, rel=1e-9)
    assert exact.ub == pytest.approx(profile.ub, rel=1e-9)
