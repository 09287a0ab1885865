"""How much confounding, and which subsets, it takes to change a conclusion."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from synthesis.stats import BadInput, TooFewStudies, e_value, gosh, pool
from tests.synthesis.stats.data import REFERENCE

CASES = json.loads((REFERENCE / "beyond.json").read_text())


def test_the_example_of_vanderweele_and_ding():
    # Ann Intern Med 2017: maternal feeding and infant death, RR 3.9 (1.8 to 8.7): E-values 7.26 and 3.0.
    found = e_value(3.9, ci_lb=1.8, ci_ub=8.7)
    assert found.estimate == pytest.approx(7.26, abs=0.005)
    assert found.limit == pytest.approx(3.0, abs=1e-12)


def test_smoking_and_lung_cancer():
    # The same paper: RR 10.73 (8.02 to 14.36): 20.9 and 15.5.
    found = e_value(10.73, ci_lb=8.02, ci_ub=14.36)
    assert (found.estimate, found.limit) == pytest.approx((20.9, 15.5), abs=0.05)


def test_protective_effects_are_turned_and_null_ones_need_nothing():
    assert e_value(0.5).estimate == pytest.approx(e_value(2.0).estimate)
    assert e_value(0.5, ci_lb=0.3, ci_ub=0.8).limit == pytest.approx(e_value(1.25).estimate)
    assert e_value(1.0).estimate == 1.0
    assert e_value(1.3, ci_lb=0.9, ci_ub=1.9).limit == 1.0
    assert e_value(2.0, true=2.0).estimate == 1.0


def test_other_measures_become_risk_ratios_first():
    assert e_value(4.0, measure="OR").risk_ratio == 4.0
    assert e_value(4.0, measure="OR", common=True).risk_ratio == 2.0
    assert e_value(2.0, measure="HR", common=True).risk_ratio == pytest.approx(
        (1 - 0.5 ** math.sqrt(2)) / (1 - 0.5 ** math.sqrt(0.5))
    )
    found = e_value(0.5, measure="SMD", se=0.1)
    assert found.risk_ratio == pytest.approx(math.exp(0.455))
    assert (found.ci_lb, found.ci_ub) == pytest.approx((math.exp(0.455 - 0.178), math.exp(0.455 + 0.178)))


@pytest.mark.parametrize(
    ("estimate", "options"),
    [
        (0.0, {}),
        (-2.0, {}),
        (math.nan, {}),
        (2.0, {"ci_lb": 1.0}),
        (2.0, {"ci_lb": 3.0, "ci_ub": 4.0}),
        (2.0, {"measure": "RD"}),
        (2.0, {"se": 0.1}),
        (2.0, {"true": 0.0}),
        (0.2, {"measure": "SMD", "ci_lb": 0.1, "ci_ub": 0.3}),
        (0.2, {"measure": "SMD", "se": -1.0}),
        (1e4, {"measure": "SMD"}),
    ],
)
def test_numbers_that_are_not_ratios_are_refused(estimate, options):
    with pytest.raises(BadInput):
        e_value(estimate, **options)


@pytest.mark.parametrize("method", ["DL", "EE"])
def test_every_subset_has_the_fit_of_metafor(method):
    options = {"model": "common"} if method == "EE" else {"tau2": method}
    found = gosh(CASES["data"]["yi"], CASES["data"]["vi"], **options)
    expected = CASES["gosh"][method]
    members = np.array(expected["included"], dtype=int)
    rows = (members * 2 ** np.arange(7)).sum(1) - 1
    assert sorted(rows) == list(range(127))
    for ours, theirs in (("k", "k"), ("estimate", "estimate"), ("tau2", "tau2"), ("I2", "I2"), ("Q", "QE")):
        if theirs in expected["res"]:
            np.testing.assert_allclose(getattr(found, ours)[rows], expected["res"][theirs], atol=1e-9)


def test_a_sample_of_subsets_is_what_the_generator_makes_and_each_is_its_own_fit():
    y, v = np.array(CASES["data"]["yi"]), np.array(CASES["data"]["vi"])
    found, again = (gosh(y, v, rng=np.random.default_rng(7), samples=300) for _ in range(2))
    np.testing.assert_array_equal(found.included, again.included)
    assert not found.exact
    for chosen, estimate, tau2 in list(zip(found.included, found.estimate, found.tau2, strict=True))[:40]:
        own = pool(y[chosen], v[chosen])
        assert (estimate, tau2) == pytest.approx((own.estimate, own.tau2), abs=1e-8)
    sizes = np.bincount(found.included.sum(1), minlength=8)[1:]
    assert (sizes > 15).all()  # every size is drawn about 300 / 7 times


def test_subsets_without_number_are_refused():
    with pytest.raises(BadInput):
        gosh(np.zeros(25), np.ones(25))
    with pytest.raises(BadInput):
        gosh([0.1, 0.2], [1.0, 1.0], rng=np.random.default_rng(1), samples=0)
    with pytest.raises(TooFewStudies):
        gosh([0.1], [1.0])
