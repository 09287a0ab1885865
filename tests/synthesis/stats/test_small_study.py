"""Small-study effects: what R and published examples say, what cannot be computed, and what must hold for any data."""

from __future__ import annotations

import dataclasses
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from synthesis.stats import (
    BadInput,
    NotDefined,
    RankDeficient,
    StatsError,
    TooFewStudies,
    egger,
    excess_significance,
    fail_safe_n,
    harbord,
    henmi_copas,
    macaskill,
    p_curve,
    pet_peese,
    peters,
    pool,
    rank_test,
    trim_and_fill,
)
from synthesis.stats.verification import verify
from tests.synthesis.stats.data import REFERENCE

FILE = REFERENCE / "small_study.json"
DATA = json.loads(FILE.read_text())
TRIALS = {name: np.array(column) for name, column in DATA["tables"]["trials"]["columns"].items()}
CELLS = tuple(TRIALS[name] for name in ("ai", "bi", "ci", "di"))
Y, V = TRIALS["yi"], TRIALS["vi"]

# Harrer et al. 2021, third-wave psychotherapies for students: standardised mean differences and standard errors.
THIRD_WAVE = np.array([
    [.7091362, .2608202], [.3548641, .1963624], [1.7911700, .3455692], [.1824552, .1177874], [.4218509, .1448128],
    [.6300000, .1960000], [.7248838, .2246641], [.5286638, .2104609], [.2840000, .1680000], [1.2750682, .3371997],
    [.1036082, .1947275], [.3883906, .2307689], [.5407398, .2443133], [.4261593, .2579379], [.5153969, .3512737],
    [1.4797260, .3152817], [.6125782, .2266834], [.6000000, .2490000],
]).T  # fmt: skip


def test_every_reference_case_passes():
    families = frozenset({"regtest", "ranktest", "trimfill", "fsn", "tes"})
    report = verify([FILE], families)
    assert [outcome for outcome in report.outcomes if outcome.status != "passed"] == []
    assert {tally.family for tally in report.tallies()} == families


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("harbord", harbord(*CELLS)),
        ("peters", peters(*CELLS)),
        ("macaskill_pooled", macaskill(*CELLS)),
        ("macaskill_inverse", macaskill(*CELLS, weights="inverse")),
    ],
)
def test_tests_on_counts_are_the_weighted_regressions_they_claim_to_be(name, found):
    line = DATA["regressions"][name]
    assert [found.statistic, found.df, found.p_value] == pytest.approx(
        [line["stat"], line["df"], line["pval"]]
    )
    assert found.beta == pytest.approx(line["beta"])
    assert found.se == pytest.approx(line["se"])


def test_studies_without_information_do_not_take_part_in_tests_on_counts():
    more = [np.append(column, added) for column, added in zip(CELLS, (0, 50, 0, 60), strict=True)]
    assert peters(*more) == peters(*CELLS)
    assert harbord(*more) == harbord(*CELLS)
    with pytest.raises(BadInput):
        harbord([1, -1, 2], [3, 4, 5], [1, 2, 3], [5, 5, 5])


def test_pet_and_peese_are_the_intercepts_of_two_regressions_and_one_is_chosen():
    found = pet_peese(Y, V)
    for fit, name in ((found.pet, "pet"), (found.peese, "peese")):
        line = DATA["regressions"][name]
        assert fit.beta == pytest.approx(line["beta"])
        assert fit.se == pytest.approx(line["se"])
    assert found.pet_p == pytest.approx(DATA["regressions"]["pet"]["pval"] / 2)
    assert found.chosen == ("PEESE" if found.pet_p < 0.05 else "PET")
    always = pet_peese(Y, V, alpha=0.999)
    assert (always.chosen, always.estimate) == ("PEESE", found.peese.beta[0])


def test_egger_gives_the_published_result():
    found = egger(THIRD_WAVE[0], THIRD_WAVE[1] ** 2)
    assert found.beta[1] == pytest.approx(4.111, abs=5e-4)
    assert found.statistic == pytest.approx(4.677, abs=5e-4)
    assert found.p_value == pytest.approx(0.0002524556, rel=1e-5)
    assert found.warnings == ()


def test_a_p_curve_gives_the_published_result():
    found = p_curve(THIRD_WAVE[0], THIRD_WAVE[1] ** 2)
    assert (found.k, found.significant, found.half) == (18, 11, 10)
    assert found.right_skew.p_binomial == pytest.approx(0.006, abs=5e-4)
    assert found.right_skew.z_full == pytest.approx(-5.943, abs=5e-4)
    assert found.right_skew.z_half == pytest.approx(-4.982, abs=5e-4)
    assert found.flatness.p_binomial == pytest.approx(0.975, abs=5e-4)
    assert found.flatness.z_full == pytest.approx(3.260, abs=5e-4)
    assert [found.power, found.power_lb, found.power_ub] == pytest.approx([0.84, 0.627, 0.946], abs=2e-3)
    assert found.evidence
    assert not found.inadequate


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_under_a_third_of_power_the_half_curve_of_flatness_is_centred(share):
    """One z at a quantile of the distribution it is compared with has that quantile's normal score."""
    mean = 1.5259  # two-sided power of one third at 5 %
    beyond = (norm.sf(2.2414 - mean) + norm.cdf(-2.2414 - mean)) * (1 - share)
    z = mean + norm.isf(beyond)
    assert p_curve([z], [1.0]).flatness.z_half == pytest.approx(norm.ppf(share), abs=5e-3)


def test_a_p_curve_needs_a_significant_study_and_says_when_it_has_few():
    with pytest.raises(TooFewStudies):
        p_curve([0.1, -0.2], [1.0, 1.0])
    assert [note.code for note in p_curve([3.0, 2.5], [1.0, 1.0]).warnings] == ["few_significant_studies"]


def test_henmi_and_copas_keep_the_common_effect_and_widen_its_interval():
    found, common = henmi_copas(Y, V), pool(Y, V, model="common")
    assert found.estimate == pytest.approx(common.estimate)
    assert found.tau2 == pytest.approx(pool(Y, V, tau2="DL").tau2)
    assert found.ci_ub - found.ci_lb > common.ci_ub - common.ci_lb


def test_equal_studies_have_no_funnel():
    y, v = [-0.2, 0.1, 0.4, 0.3, 0.9, 0], [0.04] * 6
    with pytest.raises(RankDeficient):
        egger(y, v)
    with pytest.raises(NotDefined):
        rank_test(y, v)
    with pytest.raises(NotDefined, match="name one"):
        trim_and_fill(y, v)
    # Two studies lie equally far from the centre; the one on the side that is full comes first.
    assert trim_and_fill(y, v, side="right", model="common").k0 == 1


def test_filled_studies_mirror_the_trimmed_ones():
    found = trim_and_fill(Y, V, side="right", model="common")
    assert found.k0 == found.filled_yi.size > 0
    centre = (found.filled_yi + np.sort(Y)[: found.k0][::-1]) / 2
    assert np.ptp(centre) == pytest.approx(0, abs=1e-12)
    assert found.pooled.k == found.k + found.k0


def test_ties_leave_the_rank_test_to_the_normal_approximation():
    found = rank_test([0.1, 0.5, 0.3, 0.9], [0.1, 0.1, 0.2, 0.3])
    assert not found.exact
    assert "ties" in [note.code for note in found.warnings]


def test_adding_the_fail_safe_number_of_null_studies_undoes_significance():
    y, v = np.array([0.5, 0.7, 0.4, 0.9]), np.full(4, 0.04)
    n = fail_safe_n(y, v).n
    for added, significant in ((n - 1, True), (n, False)):
        z = (y / np.sqrt(v)).sum() / math.sqrt(4 + added)
        assert bool(norm.sf(z) < 0.05) == significant
    assert fail_safe_n(y, v, type="Orwin", target=0.125).n == 16


def test_the_limit_estimate_is_where_the_excess_stops_being_significant():
    y, v = np.array([0.5, 0.3, 0.8, 0.25, 0.9]), np.array([0.04, 0.01, 0.09, 0.01, 0.1])
    found = excess_significance(y, v, theta=0.1, test="exact")
    assert found.p_value < 0.1
    again = excess_significance(y, v, theta=found.limit, test="exact")
    assert again.p_value == pytest.approx(0.1)


def test_certain_significance_has_an_exact_test_but_no_chi_square():
    y, v = np.array([5.0, 6.0, 5.5]), np.full(3, 1e-4)
    with pytest.raises(NotDefined, match="exact"):
        excess_significance(y, v)
    assert excess_significance(y, v, test="exact").p_value == pytest.approx(1)
    assert excess_significance(y, v, test="binom").p_value == pytest.approx(1)


@pytest.mark.parametrize(
    "call",
    [
        lambda: egger(Y, V, predictor="ni"),
        lambda: egger(Y, V, predictor="ni", ni=np.zeros(Y.size)),
        lambda: egger(Y[:2], V[:2]),
        lambda: egger(Y, V, model="glm"),
        lambda: fail_safe_n(Y, V, alpha=0),
        lambda: fail_safe_n(Y, V, type="Orwin", target=0),
        lambda: excess_significance(Y, V, tau2=-1),
        lambda: henmi_copas([1], [1]),
        lambda: rank_test([1], [1]),
        lambda: trim_and_fill(Y, V, side="up"),
        lambda: macaskill(*CELLS, weights="none"),
        lambda: pet_peese(Y, V, alpha=2),
        lambda: p_curve(Y, V, alpha=1),
    ],
)
def test_what_cannot_be_computed_is_refused_with_a_reason(call):
    with pytest.raises(StatsError, match=r"\w+ \w+"):
        call()


NUMBERS = (
    st.floats(allow_nan=True, allow_infinity=True) | st.floats(-5, 5) | st.sampled_from([0.0, 1e-12, 1e12])
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(NUMBERS, NUMBERS | st.floats(0.001, 3)), min_size=1, max_size=8))
def test_hostile_numbers_are_refused_or_give_numbers(rows):
    y, v = np.array(rows).T
    for method in (
        egger,
        rank_test,
        fail_safe_n,
        henmi_copas,
        pet_peese,
        excess_significance,
        trim_and_fill,
        p_curve,
    ):
        try:
            found = method(y, v)
        except StatsError:
            continue
        values = [value for value in dataclasses.asdict(found).values() if isinstance(value, float)]
        assert not any(math.isnan(value) for value in values), (method.__name__, found)
