"""Boundaries, information sizes and a cumulative meta-analysis read as a trial."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from synthesis.stats import (
    BadInput,
    TrialSequential,
    effect_sizes,
    pool,
    required_information,
    required_information_binary,
    spending_boundaries,
    trial_sequential,
)
from tests.synthesis.stats.data import BCG

FIVE = [0.2, 0.4, 0.6, 0.8, 1.0]
EFFECTS = effect_sizes("RR", **BCG)
PEOPLE = np.array([sum(row) for row in zip(*BCG.values(), strict=True)], dtype=float)


def test_five_looks_have_the_boundaries_of_lan_and_demets():
    # ldbounds and gsDesign, two-sided 0.05: O'Brien–Fleming-like and Pocock-like spending.
    strict = spending_boundaries(FIVE).critical
    np.testing.assert_allclose(strict, [4.8769, 3.3569, 2.6803, 2.2898, 2.0310], atol=2e-4)
    level = spending_boundaries(FIVE, spending="pocock").critical
    np.testing.assert_allclose(level, [2.4380, 2.4268, 2.4102, 2.3966, 2.3860], atol=2e-4)


def test_one_look_at_the_end_is_the_ordinary_test():
    assert spending_boundaries([1.0]).critical[0] == pytest.approx(1.959963984540054)


@pytest.mark.parametrize("spending", ["obrien-fleming", "pocock"])
def test_paths_without_effect_cross_as_often_as_was_spent(spending):
    found = spending_boundaries([0.25, 0.3, 0.7, 1.0], spending=spending)
    rng = np.random.default_rng(20261120)
    steps = rng.normal(size=(400_000, 4)) * np.sqrt(np.diff(found.fraction, prepend=0.0))
    z = np.abs(steps.cumsum(1)) / np.sqrt(found.fraction)
    crossed = np.maximum.accumulate(z >= found.critical, axis=1).mean(0)
    np.testing.assert_allclose(crossed, found.spent, atol=4 * np.sqrt(0.05 * 0.95 / 400_000))


def test_early_looks_may_spend_nothing_and_the_last_looks_like_the_ordinary_test():
    found = spending_boundaries(np.linspace(0.02, 1, 25))
    assert np.isinf(found.critical[0])
    assert found.nominal[0] == 0.0
    assert (np.diff(found.critical[np.isfinite(found.critical)]) < 0).all()
    assert found.spent[-1] == pytest.approx(0.05)


@pytest.mark.parametrize("fraction", [[], [0.5, 0.5], [0.5, 0.4], [0.0, 1.0], [0.5, 1.1], [np.nan]])
def test_fractions_that_do_not_increase_to_one_are_refused(fraction):
    with pytest.raises(BadInput):
        spending_boundaries(fraction)


def test_the_required_information_of_a_common_example():
    # 10 % against 8 %, 90 % power: 4 (1.959964 + 1.281552)² 0.09 · 0.91 / 0.02².
    needed = required_information_binary(0.10, 0.20, power=0.9)
    assert needed == pytest.approx(4 * (1.959964 + 1.281552) ** 2 * 0.0819 / 0.0004, rel=1e-6)
    assert required_information(0.5, 1.0, power=0.8) == pytest.approx(
        125.6, abs=0.05
    )  # 63 a group, Cohen 1988: 64 by t


@pytest.mark.parametrize("call", [(0.0, 1.0), (1.0, 0.0), (np.nan, 1.0)])
def test_no_difference_needs_infinite_information(call):
    with pytest.raises(BadInput):
        required_information(*call)
    with pytest.raises(BadInput):
        required_information_binary(0.5, -1.0)


def sequential(**options: Any) -> TrialSequential:
    return trial_sequential(EFFECTS.yi, EFFECTS.vi, PEOPLE, **{"required": 20_000.0, **options})


def test_diversity_is_the_growth_of_the_variance_and_divides_the_requirement():
    found = sequential()
    common, random = (pool(EFFECTS.yi, EFFECTS.vi, model=m, tau2="DL") for m in ("common", "random"))
    assert found.diversity == pytest.approx(1 - (common.se / random.se) ** 2)
    assert found.required == pytest.approx(20_000 / (1 - found.diversity))
    assert sequential(diversity=0.5).required == pytest.approx(40_000)
    assert sequential(adjust="none").required == 20_000


def test_each_look_has_the_boundary_of_its_information():
    found = sequential()
    looks = spending_boundaries(found.fraction).critical
    np.testing.assert_allclose(found.boundary, looks)
    assert found.z[-1] == pytest.approx(found.estimate / pool(EFFECTS.yi, EFFECTS.vi, tau2="DL").se)
    assert found.first_crossing == int(np.flatnonzero(np.abs(found.z) >= looks)[0]) + 1
    assert found.ci_ub - found.estimate == pytest.approx(
        found.boundary[-1] * pool(EFFECTS.yi, EFFECTS.vi, tau2="DL").se
    )


def test_beyond_the_required_information_the_ordinary_test_holds():
    found = sequential(adjust="none")
    late = found.fraction >= 1
    assert late.any()
    assert found.reached
    np.testing.assert_allclose(found.boundary[late], 1.959963984540054)


def test_a_look_without_new_information_keeps_its_boundary():
    n = np.append(PEOPLE[:-1], 1e-9)
    found = trial_sequential(EFFECTS.yi, EFFECTS.vi, n, required=1e6, adjust="none")
    assert found.boundary[-1] == found.boundary[-2]


def test_too_little_information_is_said():
    found = sequential(required=1e9, adjust="none")
    assert "too_little_information" in {caution.code for caution in found.warnings}
    assert np.isinf(found.boundary).all()
    assert np.isinf(found.ci_ub)
    assert found.first_crossing is None


@pytest.mark.parametrize(
    "options",
    [{"required": 0.0}, {"diversity": 1.0}, {"adjust": "I2"}, {"alpha": 0.0}, {"spending": "linear"}],
)
def test_impossible_plans_are_refused(options):
    with pytest.raises(BadInput):
        sequential(**options)
    with pytest.raises(BadInput):
        trial_sequential(EFFECTS.yi, EFFECTS.vi, PEOPLE[1:], required=1e4)
