"""What two raters agree on, against other programs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.agreement import BadCounts, PairTable, pair
from tests.screening.agreement.reference import TWO, close, table

SQUARE = [name for name, case in TWO.items() if len(case["table"]) == 2]
tables_of_two = st.lists(st.lists(st.integers(0, 200), min_size=2, max_size=2), min_size=2, max_size=2)
tables_of_three = st.lists(st.lists(st.integers(0, 50), min_size=3, max_size=3), min_size=3, max_size=3)


@pytest.mark.parametrize("name", TWO)
def test_kappa_and_its_interval_are_those_of_other_programs(name: str) -> None:
    expected, kappa = TWO[name]["expected"], pair.cohen(table(name))
    if expected["kappa"] is None:
        assert not kappa.is_defined
        assert (kappa.se, kappa.low, kappa.high) == (None, None, None)
        assert pair.kappa_max(table(name)) is None
        return
    assert kappa.value == close(expected["kappa"])
    assert kappa.se == close(expected["kappa_se"])
    assert (kappa.low, kappa.high) == (close(expected["kappa_ci95"][0]), close(expected["kappa_ci95"][1]))
    assert pair.kappa_max(table(name)) == close(expected["kappa_max"])


@pytest.mark.parametrize("name", [name for name in TWO if TWO[name]["vcd"]["vcd_ase"] is not None])
@pytest.mark.parametrize("weights", ["linear", "quadratic"])
def test_weighted_kappa_is_that_of_vcd(name: str, weights: pair.Weights) -> None:
    vcd, short = TWO[name]["vcd"], {"linear": "linear", "quadratic": "quad"}[weights]
    kappa = pair.weighted_cohen(table(name), weights=weights)
    assert kappa.value == close(
        vcd[f"vcd_wk_{short}"], digits=7
    )  # vcd's values were printed with seven digits
    assert kappa.se == close(vcd[f"vcd_wk_{short}_ase"], digits=7)


def test_weighted_kappa_of_three_words_to_eight_digits() -> None:
    expected = TWO["three_way_include_maybe_exclude"]["expected"]
    words = table("three_way_include_maybe_exclude")
    assert pair.weighted_cohen(words, weights="linear").value == close(expected["weighted_kappa_linear"])
    assert pair.weighted_cohen(words, weights="quadratic").value == close(
        expected["weighted_kappa_quadratic"]
    )


@pytest.mark.parametrize("name", TWO)
def test_chance_corrected_coefficients_are_those_of_irrcac(name: str) -> None:
    case, words = TWO[name], table(name)
    assert pair.percent(words) == close(case["expected"]["po"])
    assert pair.brennan_prediger(words).value == close(case["expected"]["pabak"])
    assert pair.gwet_ac1(words).value == close(case["expected"]["gwet_ac1"])
    assert pair.gwet_ac1(words).se == close(case["irrCAC"]["gwet"]["se"])
    low, high = case["irrCAC"]["gwet"]["ci95"]
    assert (pair.gwet_ac1(words).low, pair.gwet_ac1(words).high) == (close(low), close(high))
    pi = case["expected"]["scott_pi"]
    assert pair.scott_pi(words) == (None if pi is None else close(pi))


@pytest.mark.parametrize("name", SQUARE)
def test_what_explains_a_kappa_is_told_beside_it(name: str) -> None:
    expected, words = TWO[name]["expected"], table(name)
    for category, key in ((0, "positive_agreement"), (1, "negative_agreement")):
        share = expected[key]
        assert pair.specific_agreement(words, category) == (None if share is None else close(share))
    assert pair.prevalence_index(words) == close(expected["prevalence_index"])
    assert pair.bias_index(words) == close(expected["bias_index"])
    assert pair.brennan_prediger(words).se == close(expected["pabak_se"])
    chi2 = expected["mcnemar_chi2_nocc"]
    assert pair.mcnemar(words).chi2 == (None if chi2 is None else close(chi2))


def test_mcnemar_knows_who_is_stricter_and_how_surely() -> None:
    stricter = pair.mcnemar(PairTable.of([[80, 10], [5, 5]]))
    assert (stricter.first_only, stricter.second_only) == (10, 5)
    assert stricter.p == close(0.1967056024589)  # chi-squared 5/3 on one degree of freedom
    assert stricter.exact_p == close(2 * sum([1, 15, 105, 455, 1365, 3003]) / 2**15)
    assert pair.mcnemar(PairTable.of([[80, 5], [5, 5]])).exact_p == 1.0


def test_the_exact_p_goes_over_smoothly_into_the_normal_law() -> None:
    below, above = (
        pair.mcnemar(PairTable.of([[0, 1050], [950, 0]])),
        pair.mcnemar(PairTable.of([[0, 1051], [950, 0]])),
    )
    assert below.exact_p == pytest.approx(above.exact_p, rel=0.06)
    assert pair.mcnemar(PairTable.of([[0, 1500], [1500, 0]])).exact_p == 1.0


def test_nothing_rated_is_not_defined_anywhere() -> None:
    nothing = PairTable.of([[0, 0], [0, 0]])
    values = [pair.cohen(nothing).value, pair.weighted_cohen(nothing).value, pair.gwet_ac1(nothing).value]
    values += [pair.brennan_prediger(nothing).value, pair.percent(nothing), pair.scott_pi(nothing)]
    values += [pair.kappa_max(nothing), pair.prevalence_index(nothing), pair.bias_index(nothing)]
    values += [pair.specific_agreement(nothing, 0), pair.mcnemar(nothing).chi2]
    assert values == [None] * len(values)


def test_one_rated_thing_has_no_spread_between_things() -> None:
    assert pair.gwet_ac1(PairTable.of([[1, 0], [0, 0]])).se is None


@pytest.mark.parametrize("counts", [[[1]], [[1, 2]], [[1, 2], [3]], [[1, -1], [0, 0]], []])
def test_what_is_no_table_is_refused(counts: list[list[int]]) -> None:
    with pytest.raises(BadCounts):
        PairTable.of(counts)


def test_a_word_nobody_named_is_refused() -> None:
    with pytest.raises(BadCounts):
        PairTable.from_pairs([("include", "perhaps")], categories=["include", "exclude"])


def test_indices_of_two_words_refuse_a_table_of_three() -> None:
    for index in (pair.prevalence_index, pair.bias_index, pair.mcnemar):
        with pytest.raises(BadCounts):
            index(table("three_way_include_maybe_exclude"))


def test_collapsing_counts_maybe_as_a_pass() -> None:
    collapsed = table("three_way_include_maybe_exclude").collapsed(positive=[0, 1])
    assert collapsed.counts == ((40, 11), (8, 141))


@given(tables_of_three)
def test_exchanging_the_raters_changes_no_coefficient(counts: list[list[int]]) -> None:
    one = PairTable.of(counts)
    two = one.swapped()
    for coefficient in (pair.cohen, pair.weighted_cohen, pair.gwet_ac1, pair.brennan_prediger):
        a, b = coefficient(one), coefficient(two)
        assert a.value == pytest.approx(b.value, abs=1e-12)
        assert a.se == pytest.approx(b.se, abs=1e-9)


@given(tables_of_two)
def test_coefficients_stay_in_their_range_and_are_one_only_for_full_agreement(
    counts: list[list[int]],
) -> None:
    words = PairTable.of(counts)
    disagreed = words.n - words.agreed
    for value in (
        pair.cohen(words).value,
        pair.gwet_ac1(words).value,
        pair.scott_pi(words),
        pair.brennan_prediger(words).value,
    ):
        if value is not None:
            assert -1 - 1e-12 <= value <= 1 + 1e-12
            assert (value > 1 - 1e-12) == (disagreed == 0)


@given(tables_of_two)
def test_kappa_never_exceeds_what_its_margins_allow(counts: list[list[int]]) -> None:
    kappa, most = pair.cohen(PairTable.of(counts)).value, pair.kappa_max(PairTable.of(counts))
    assert (kappa is None) == (most is None)
    if kappa is not None and most is not None:
        assert kappa <= most + 1e-12
