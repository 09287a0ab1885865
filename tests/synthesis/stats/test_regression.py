"""Meta-regression, its designs and tests."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from synthesis.stats import (
    BadInput,
    RankDeficient,
    TooFewStudies,
    design,
    effect_sizes,
    likelihood_ratio,
    meta_regression,
    pool,
    subgroups,
)
from tests.synthesis.stats.data import BCG, LATITUDE

EFFECTS = effect_sizes("RR", **BCG)
Y, V = EFFECTS.yi, EFFECTS.vi
ONES = np.ones(13)
DATA: dict[str, list[Any]] = {
    "dose": [1.0, 2.0, 3.0, 4.0],
    "arm": ["b", "a", "C", "b"],
    "site": ["x", "y", "x", "y"],
}


def test_an_intercept_alone_is_pooling():
    pooled, found = pool(Y, V, test="knha"), meta_regression(Y, V, ONES[:, None], test="knha")
    assert found.names == ("intrcpt",)
    assert found.moderators is None
    assert (found.beta[0], found.se[0], found.tau2) == pytest.approx(
        (pooled.estimate, pooled.se, pooled.tau2)
    )
    assert found.likelihood.ll == pytest.approx(pooled.likelihood.ll)


def test_latitude_explains_most_of_the_heterogeneity_of_the_bcg_trials():
    found = meta_regression(Y, V, np.column_stack([ONES, LATITUDE]))
    assert found.R2 is not None
    assert round(found.R2, 1) == 75.6
    assert round(float(found.beta[1]), 4) == -0.0291
    assert found.moderators is not None
    assert round(found.moderators.statistic, 2) == 16.36


@pytest.mark.parametrize("offset", [0.0, 2000.0, 1e7])
def test_an_uncentred_moderator_costs_no_digits(offset):
    centred = meta_regression(Y, V, np.column_stack([ONES, LATITUDE]))
    moved = meta_regression(Y, V, np.column_stack([ONES, LATITUDE + offset]))
    assert moved.beta[1] == pytest.approx(centred.beta[1], rel=1e-7)
    assert moved.tau2 == pytest.approx(centred.tau2, rel=1e-7)


def test_predictions_at_the_studies_lie_on_the_line():
    found = meta_regression(Y, V, np.column_stack([ONES, LATITUDE]), test="knha")
    at = found.predict([[1, 13], [1, 55]])
    assert at.estimate == pytest.approx(found.beta[0] + found.beta[1] * np.array([13, 55]))
    assert np.all(at.pi_lb < at.ci_lb)
    assert np.all(at.ci_ub < at.pi_ub)


def test_columns_that_repeat_others_are_named():
    with pytest.raises(RankDeficient, match="twice") as caught:
        meta_regression(
            Y, V, np.column_stack([ONES, LATITUDE, 2 * LATITUDE]), names=("intrcpt", "lat", "twice")
        )
    assert caught.value.columns == ("twice",)


def test_as_many_coefficients_as_studies_need_a_common_effect():
    X = np.eye(3)
    with pytest.raises(TooFewStudies):
        meta_regression(Y[:3], V[:3], X)
    assert meta_regression(Y[:3], V[:3], X, model="common").beta == pytest.approx(Y[:3])


def test_the_likelihood_ratio_compares_nested_models_only():
    X = np.column_stack([ONES, LATITUDE])
    found = likelihood_ratio(Y, V, X, ONES[:, None])
    assert found.df == 1
    assert found.statistic == pytest.approx(2 * (found.full.likelihood.ll - found.reduced.likelihood.ll))
    with pytest.raises(BadInput):
        likelihood_ratio(Y, V, X, X)


def test_vif_is_one_for_unrelated_moderators():
    x = np.array([-1.0, -1, 1, 1])
    z = np.array([-1.0, 1, -1, 1])
    found = meta_regression(Y[:4], [1.0] * 4, np.column_stack([np.ones(4), x, z]))
    assert found.vif() == pytest.approx({"x1": 1.0, "x2": 1.0})


@pytest.mark.parametrize(
    ("formula", "names"),
    [
        ("~ dose", ["intrcpt", "dose"]),
        ("~ arm", ["intrcpt", "armb", "armC"]),
        ("~ dose * site", ["intrcpt", "dose", "sitey", "dose:sitey"]),
        ("~ 0 + arm", ["arma", "armb", "armC"]),
        ("~ arm - 1", ["arma", "armb", "armC"]),
        ("~ dose + I(dose^2)", ["intrcpt", "dose", "I(dose^2)"]),
        ("~ 0 + site + site:I(dose - 2)", ["sitex", "sitey", "sitex:I(dose - 2)", "sitey:I(dose - 2)"]),
        ("~ 1", ["intrcpt"]),
    ],
)
def test_formulas_are_coded_as_r_codes_them(formula, names):
    made = design(formula, DATA)
    assert list(made.names) == names
    assert made.X.shape == (4, len(names))


def test_rows_that_miss_a_moderator_are_left_out():
    made = design("~ dose", {"dose": [1.0, None, 3.0]})
    assert made.rows == (0, 2)


@pytest.mark.parametrize("formula", ["~ nosuch", "~ dose - site", "~ I(dose", "~ I(__import__('os'))"])
def test_formulas_that_cannot_be_read_are_refused(formula):
    with pytest.raises(BadInput):
        design(formula, DATA)


def test_subgroups_are_pooled_apart_and_compared():
    labels = ["far" if latitude > 33 else "near" for latitude in LATITUDE]
    found = subgroups(Y, V, labels)
    far = pool(Y[LATITUDE > 33], V[LATITUDE > 33])
    assert found.levels == ("far", "near")
    assert found.groups[0].estimate == far.estimate
    assert found.between.df == 1
    assert found.common is not None
    assert found.contrast is not None
    assert found.common.beta == pytest.approx([found.contrast.beta[0], found.contrast.beta.sum()])


def test_one_level_is_no_subgroup_analysis():
    with pytest.raises(BadInput, match="two levels"):
        subgroups(Y, V, ["a"] * 13)
