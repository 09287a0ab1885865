"""Mantel–Haenszel and Peto: counts pooled without sampling variances."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from synthesis.stats import BadInput, NotDefined, TooFewStudies, mantel_haenszel, peto
from tests.synthesis.stats.data import BCG

# Sparse trials: no event in one arm or in both.
SPARSE: dict[str, Any] = {
    "ai": [0, 0, 1, 2, 0],
    "bi": [20, 30, 39, 23, 60],
    "ci": [0, 2, 3, 0, 0],
    "di": [22, 26, 36, 27, 61],
}
NO_TREATED_EVENT: dict[str, Any] = {"ai": [0, 0, 0], "bi": [40, 50, 60], "ci": [1, 2, 3], "di": [40, 47, 59]}
NOTHING: dict[str, Any] = {"ai": [0, 0], "bi": [40, 50], "ci": [0, 0], "di": [41, 49]}


def test_one_table_pools_to_its_own_odds_ratio_and_risk_difference():
    table: dict[str, Any] = {"ai": [10], "bi": [20], "ci": [5], "di": [30]}
    assert mantel_haenszel("OR", **table).estimate == pytest.approx(np.log(10 * 30 / (20 * 5)))
    assert mantel_haenszel("RD", **table).estimate == pytest.approx(10 / 30 - 5 / 35)


def test_swapping_the_groups_turns_the_sign_of_a_log_ratio():
    swapped: dict[str, Any] = {"ai": BCG["ci"], "bi": BCG["di"], "ci": BCG["ai"], "di": BCG["bi"]}
    for measure in ("OR", "RR", "RD"):
        one, other = mantel_haenszel(measure, **BCG), mantel_haenszel(measure, **swapped)
        assert one.estimate is not None
        assert other.estimate is not None
        assert one.estimate == pytest.approx(-other.estimate)
        assert one.se == pytest.approx(other.se)


def test_double_zero_studies_change_no_odds_ratio():
    kept = [1, 2, 3]
    fewer: dict[str, Any] = {name: [column[i] for i in kept] for name, column in SPARSE.items()}
    assert mantel_haenszel("OR", **SPARSE).estimate == pytest.approx(mantel_haenszel("OR", **fewer).estimate)
    assert peto(**SPARSE).estimate == pytest.approx(peto(**fewer).estimate)
    assert (peto(**SPARSE).k, peto(**SPARSE).k_pos) == (5, 3)


def test_the_continuity_correction_touches_the_test_and_never_the_estimate():
    with_it, without = mantel_haenszel("OR", **BCG), mantel_haenszel("OR", correct=False, **BCG)
    assert with_it.estimate == without.estimate
    assert with_it.cmh is not None
    assert without.cmh is not None
    assert with_it.cmh.statistic < without.cmh.statistic


def test_without_an_event_in_one_group_there_is_no_ratio_but_still_a_test():
    found = mantel_haenszel("OR", **NO_TREATED_EVENT)
    assert (found.estimate, found.se, found.Q) == (None, None, None)
    assert "not_estimable" in {caution.code for caution in found.warnings}
    assert found.cmh is not None
    assert found.cmh.p_value == pytest.approx(0.0417, abs=1e-4)


def test_without_any_event_only_the_risk_difference_is_known():
    assert mantel_haenszel("RD", **NOTHING).estimate == 0
    assert mantel_haenszel("OR", **NOTHING).estimate is None
    with pytest.raises(TooFewStudies, match="information"):
        mantel_haenszel("OR", drop00=(True, True), **NOTHING)
    with pytest.raises(NotDefined, match="both outcomes"):
        peto(**NOTHING)


def test_equal_odds_ratios_are_homogeneous():
    table: dict[str, Any] = {"ai": [10, 20], "bi": [20, 40], "ci": [5, 10], "di": [30, 60]}
    found = mantel_haenszel("OR", **table)
    assert found.breslow_day is not None
    assert found.tarone is not None
    assert found.breslow_day.statistic == pytest.approx(0, abs=1e-9)
    assert found.tarone.p_value == pytest.approx(1)


def test_a_rate_ratio_is_one_where_the_rates_are_equal():
    found = mantel_haenszel("IRR", x1i=[10, 20], t1i=[100, 200], x2i=[5, 40], t2i=[50, 400])
    assert found.estimate == pytest.approx(0, abs=1e-12)


def test_peto_warns_of_large_effects_and_unbalanced_groups():
    found = peto(ai=[40], bi=[10], ci=[10], di=[300])
    assert {caution.code for caution in found.warnings} == {"peto_large_effect", "peto_unbalanced"}


@pytest.mark.parametrize(
    "call",
    [
        lambda: mantel_haenszel("SMD", **BCG),
        lambda: mantel_haenszel("OR", ai=[1], bi=[1], ci=[1]),
        lambda: peto(ai=[1], bi=[1], ci=[1]),
        lambda: peto(ai=[1, 2], bi=[1], ci=[1], di=[1]),
        lambda: peto(ai=[-1], bi=[1], ci=[1], di=[1]),
    ],
)
def test_impossible_counts_are_refused(call):
    with pytest.raises(BadInput):
        call()
