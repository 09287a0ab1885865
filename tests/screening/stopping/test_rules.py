"""Other rules, and capture–recapture."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.stopping import BadReading, Reading, recapture, rules
from tests.screening.agreement.reference import TWO, close
from tests.screening.stopping.sequences import CASES, reading


@pytest.mark.parametrize("name", CASES)
def test_the_knee_is_that_of_the_reference(name: str) -> None:
    expected, found = CASES[name]["knee"], rules.knee(reading(name))
    if expected is None:
        assert found is None
        return
    assert found is not None
    assert (found.at, found.found, found.threshold) == (
        expected["knee"],
        expected["relevant_at_knee"],
        expected["threshold"],
    )
    assert found.ratio == pytest.approx(expected["ratio"], rel=1e-12)
    assert found.is_met == (expected["ratio"] >= expected["threshold"])


@pytest.mark.parametrize("name", CASES)
def test_the_run_of_irrelevant_records_is_counted(name: str) -> None:
    assert reading(name).in_a_row == CASES[name]["consecutive_irrelevant"]
    assert (reading(name).read, reading(name).found) == (
        CASES[name]["screened"],
        CASES[name]["relevant_seen"],
    )


def test_a_curve_without_a_bend_has_no_knee() -> None:
    assert (
        rules.knee(Reading.of([True, True, True], total=9)) is None
        or not rules.knee(  # type: ignore[union-attr]
            Reading.of([True, True, True], total=9)
        ).is_met
    )
    assert rules.knee(Reading.of([False] * 5, total=9)) is None
    assert rules.knee(Reading.of([], total=9)) is None


def test_the_budget_is_met_after_three_quarters_or_a_knee() -> None:
    assert rules.budget_is_met(Reading.of([False] * 75, total=100))
    assert not rules.budget_is_met(Reading.of([False] * 74, total=100))
    bent = Reading.of([True] * 20 + [False] * 480, total=1000)
    assert rules.budget_is_met(bent)
    assert not rules.budget_is_met(bent.after(499))


@pytest.mark.parametrize(("found", "needed"), [(0, 2399), (5, 2405), (1, 2401), (10, 2411)])
def test_rule_2399_is_rounded_up_in_whole_numbers(found: int, needed: int) -> None:
    assert rules.rule_2399(Reading.of([True] * found, total=5000)) == needed


def test_safe_says_what_is_met_and_what_only_the_team_can_say() -> None:
    read = Reading.of([True] * 10 + [False] * 60, total=600)
    checks = rules.safe_checklist(read, expected_relevant=20, key_found=2, key_total=3, random_sample=0)
    assert [check.is_met for check in checks] == [False, False, True, True, True, None, None]
    unknown = rules.safe_checklist(read, expected_relevant=None, key_found=0, key_total=0)
    assert [check.is_met for check in unknown[:3]] == [None, None, None]
    short = rules.safe_checklist(read.after(59), expected_relevant=30, key_found=3, key_total=3, in_a_row=50)
    assert [check.is_met for check in short[1:5]] == [True, False, False, False]
    with pytest.raises(BadReading):
        rules.safe_checklist(read, expected_relevant=None, key_found=2, key_total=1)


def test_a_control_set_that_is_too_small_certifies_nothing() -> None:
    assert rules.control_positives_needed(58, target="0.95", confidence="0.95") is None
    assert (
        rules.control_positives_needed(59, target="0.95", confidence="0.95") == 59
    )  # 0.95 ** 59 < 0.05 first


@given(st.integers(0, 150), st.sampled_from(["0.5", "0.8", "0.95"]))
def test_the_control_positives_are_the_least_that_do(positives: int, target: str) -> None:
    needed = rules.control_positives_needed(positives, target=target, confidence="0.95")
    tau = float(target)

    def below(j: int) -> float:
        return sum(math.comb(positives, x) * tau**x * (1 - tau) ** (positives - x) for x in range(j))

    if needed is None:
        assert below(positives) < 0.95
    else:
        assert below(needed) >= 0.95 - 1e-9
        assert below(needed - 1) < 0.95 + 1e-9


def test_the_target_rule_asks_for_sixty() -> None:
    assert rules.target_sample(target="0.95", confidence="0.95") == 60  # −ln 0.05 / 0.05 = 59.9


def test_quant_is_the_share_of_the_probabilities_that_was_read() -> None:
    found = rules.quant([1.0, 0.8], [0.1, 0.1])
    assert found is not None
    assert found.recall == pytest.approx(0.9)
    assert found.careful == pytest.approx(0.9 - 2 * math.sqrt((0.2**2 * 0.16 + 1.8**2 * 0.18) / 2.0**4))
    assert rules.quant([1.0], []) == rules.Quant(1.0, 1.0)
    assert rules.quant([], [0.0]) is None
    for wrong in ([1.5], [-0.1], [float("nan")]):
        with pytest.raises(BadReading):
            rules.quant(wrong, [])


@pytest.mark.parametrize("name", [name for name in TWO if "lincoln_petersen_N" in TWO[name]["expected"]])
def test_recapture_is_that_of_the_reference(name: str) -> None:
    expected, counts = TWO[name]["expected"], TWO[name]["table"]
    found = recapture(both=counts[0][0], first_only=counts[0][1], second_only=counts[1][0])
    petersen = expected["lincoln_petersen_N"]
    assert found.lincoln_petersen == (None if petersen is None else close(petersen))
    assert found.chapman == close(expected["chapman_N"])
    assert found.chapman_variance == close(expected["chapman_var"])
    if expected["chao_lower_bound_N"] is not None:
        assert found.chao == close(expected["chao_lower_bound_N"])


def test_chao_is_bias_corrected_where_nothing_was_found_twice() -> None:
    assert recapture(both=0, first_only=5, second_only=5).chao == 10 + 10 * 9 / 4


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300))
def test_no_estimate_is_below_what_was_seen(both: int, first: int, second: int) -> None:
    found = recapture(both=both, first_only=first, second_only=second)
    assert found.seen == both + first + second
    assert found.seen <= found.low <= found.high
    assert found.chao >= found.seen
    assert found.missed >= 0
    mirrored = recapture(both=both, first_only=second, second_only=first)
    assert mirrored.chapman == pytest.approx(found.chapman)
    assert mirrored.chao == found.chao


def test_counts_below_zero_are_refused() -> None:
    with pytest.raises(BadReading):
        recapture(both=-1, first_only=0, second_only=0)
