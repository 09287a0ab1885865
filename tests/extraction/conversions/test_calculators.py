"""Calculators: what a form may rely on, what wrong inputs are told, and what must hold where nobody published an example."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from extraction.conversions import Group, combine_groups
from extraction.conversions.calculators import CALCULATORS, Calculator, calculator_named, calculators_for
from extraction.conversions.groups import Count, combine_counts, share_counts, share_group
from extraction.conversions.survival import from_log_rank
from tests.house.tree import ROOT

EACH = pytest.mark.parametrize("calculator", CALCULATORS, ids=lambda calculator: calculator.key)
OUTPUTS = {"n", "events", "mean", "sd", "correlation", "estimate", "estimate-se"}


@EACH
def test_a_calculator_is_a_form_that_can_be_drawn(calculator: Calculator) -> None:
    keys = [field.key for field in calculator.inputs]
    assert len(keys) == len(set(keys))
    assert all(key.isidentifier() for key in keys)
    assert all(bool(field.choices) is (field.kind == "choice") for field in calculator.inputs)
    assert set(calculator.outputs) <= OUTPUTS
    assert calculator.name
    assert calculator.source


def test_a_calculator_is_found_by_its_key_and_by_what_it_fills() -> None:
    assert all(calculator_named(calculator.key) is calculator for calculator in CALCULATORS)
    assert "sd-from-se" in {calculator.key for calculator in calculators_for("sd")}
    assert all("events" in calculator.outputs for calculator in calculators_for("events"))
    with pytest.raises(ValueError, match="no calculator"):
        calculator_named("sd-from-thin-air")


@EACH
@settings(max_examples=40)
@given(data=st.data())
def test_any_input_gives_finite_numbers_or_a_sentence(calculator: Calculator, data: st.DataObject) -> None:
    numbers = st.none() | st.floats() | st.integers(-3, 400).map(float) | st.floats(0, 1)
    filled = {
        field.key: data.draw(
            st.sampled_from([value for value, _ in field.choices]) if field.choices else numbers
        )
        for field in calculator.inputs
    }
    try:
        computed = calculator.compute(filled)
    except ValueError as refused:
        told = str(refused)
    else:
        told = computed.method
        assert computed.values.keys() <= set(calculator.outputs)
        assert all(math.isfinite(value) for value in computed.values.values())
    assert told.endswith(".")


@pytest.mark.parametrize(
    ("key", "filled", "told"),
    [
        ("sd-from-se", {"se": 1}, "Fill in “Number of people”"),
        ("sd-from-se", {"se": 1, "n": "12"}, "must be a number"),
        ("sd-from-se", {"se": math.nan, "n": 12}, "must be a number"),
        ("sd-from-se", {"se": 1, "n": -2}, "must not be negative"),
        ("sd-from-se", {"se": 1, "n": 2, "m": 3}, "no field m"),
        ("sd-from-se", {"se": 1e308, "n": 1e308}, "too large"),
        ("sd-from-ci", {"ci_low": 2, "ci_high": 1, "n": 9}, "below"),
        ("sd-from-ci", {"ci_low": 1, "ci_high": 2, "n": 9, "quantile": "x"}, "offered"),
        ("sd-from-iqr", {"q1": 2, "q3": 2}, "below"),
        ("sd-from-range", {"minimum": 1, "maximum": 2, "n": 1}, "two people"),
        ("mean-sd-from-median", {"n": 9, "median": 2}, "quartiles"),
        ("mean-sd-from-median", {"n": 9, "median": 2, "q1": 1}, "quartiles"),
        ("mean-sd-quantile-estimation", {"n": 2, "median": 2, "q1": 1, "q3": 3}, "three people"),
        ("sd-of-change", {"sd_baseline": 1, "sd_final": 1, "correlation": 1.2}, "−1 and 1"),
        ("correlation-of-change", {"sd_baseline": 1, "sd_final": 1, "sd_change": 5}, "No correlation"),
        ("events-from-percent", {"percent": 101, "n": 9}, "between 0 and 100"),
        ("events-from-percent", {"percent": 10, "n": 0}, "people in it"),
        ("sd-from-p", {"estimate": 1, "p": 0, "n1": 9, "n2": 9}, "p value"),
        ("sd-from-t", {"estimate": 0, "t": 0, "n1": 9, "n2": 9}, "difference of zero"),
        ("estimate-from-ci", {"measure": "OR", "ci_low": 0, "ci_high": 2}, "above zero"),
        ("estimate-from-z", {"measure": "XX", "estimate": 1, "z": 2}, "offered"),
        ("odds-ratio", {"events1": 5, "n1": 4, "events2": 1, "n2": 4}, "none and all"),
        ("odds-ratio", {"events1": 0, "n1": 4, "events2": 0, "n2": 4}, "Nobody, or everybody"),
        ("risk-ratio", {"events1": 4, "n1": 4, "events2": 4, "n2": 4}, "Nobody, or everybody"),
        ("rate-ratio", {"events1": 0, "time1": 4, "events2": 0, "time2": 4}, "Nobody"),
        ("rate-difference", {"events1": 1, "time1": 0, "events2": 0, "time2": 4}, "person-time"),
        (
            "risk-ratio-from-odds-ratio",
            {"ratio": 2, "ci_low": 1, "ci_high": 4, "risk": 100},
            "between 0 and 1",
        ),
        ("smd-from-odds-ratio", {"log_ratio": 2, "se": 0}, "above zero"),
        ("hazard-ratio-from-log-rank", {"o_minus_e": 2, "v": 0}, "above zero"),
        ("hazard-ratio-from-ci", {"ratio": 0, "ci_low": 0, "ci_high": 1}, "above zero"),
        (
            "hazard-ratio-from-p-and-events",
            {"p": 0.1, "events1": 0, "events2": 3, "direction": "more"},
            "events",
        ),
        (
            "combine-means",
            {"n1": 1, "mean1": 1, "sd1": 1, "n2": 1, "mean2": 1, "sd2": 1, "n3": 4},
            "all of arm 3",
        ),
        ("combine-counts", {"n1": 1, "events1": 2, "n2": 1, "events2": 1}, "more people with the event"),
        ("share-control-means", {"n": 40, "mean": 1, "sd": 1, "parts": 1.5}, "whole number"),
        ("share-control-means", {"n": 40, "mean": 1, "sd": -1, "parts": 2}, "must not be negative"),
        ("hazard-ratio-from-events", {"ratio": 0.5, "events1": 1e300, "events2": 1e300}, "too large"),
        ("share-control-counts", {"n": 40, "events": 4, "parts": 1}, "two comparisons"),
        ("share-control-counts", {"n": 40, "events": 4, "parts": 0}, "two comparisons"),
        ("share-control-counts", {"n": 2, "events": 1, "parts": 3}, "not enough people"),
        ("units", {"value": 1, "from_unit": "kg", "to_unit": "cm"}, "measures"),
        ("units", {"value": 1, "from_unit": "mg/dL", "to_unit": "mmol/L"}, "molar mass"),
        ("units", {"value": 1, "from_unit": "kg**9", "to_unit": "kg"}, "offered"),
    ],
)
def test_wrong_inputs_are_told_in_a_sentence(
    key: str, filled: dict[str, float | str | None], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        calculator_named(key).compute(filled)


def test_every_calculator_is_documented_by_name_and_source() -> None:
    page = (ROOT / "docs" / "calculators.md").read_text()
    rows = {line.split(" | ")[0].removeprefix("| ") for line in page.splitlines() if line.startswith("| ")}
    assert {calculator.name for calculator in CALCULATORS} <= rows


# Where no example is published: identities.


def test_a_standard_deviation_comes_back_from_its_standard_error() -> None:
    people = np.arange(1.0, 30.0) ** 1.5
    se = float(stats.sem(people))
    computed = calculator_named("sd-from-se").compute({"se": se, "n": people.size})
    assert computed.values["sd"] == pytest.approx(people.std(ddof=1), rel=1e-12)


def test_a_standard_deviation_comes_back_from_the_interval_of_a_difference() -> None:
    one, other = np.array([3.0, 5, 9, 4, 7]), np.array([2.0, 6, 4, 8, 1, 5])
    interval = stats.ttest_ind(one, other).confidence_interval()
    pooled = math.sqrt((4 * one.var(ddof=1) + 5 * other.var(ddof=1)) / 9)
    computed = calculator_named("sd-from-difference-ci").compute(
        {"ci_low": float(interval.low), "ci_high": float(interval.high), "n1": 5, "n2": 6}
    )
    assert computed.values["sd"] == pytest.approx(pooled, rel=1e-10)


def test_merged_arms_are_the_people_of_all_arms() -> None:
    arms = [np.array([1.0, 4, 6]), np.array([2.0, 2, 9, 5]), np.array([7.0, 8])]
    filled = {
        f"{key}{at}": value
        for at, arm in enumerate(arms, 1)
        for key, value in (
            ("n", float(arm.size)),
            ("mean", float(arm.mean())),
            ("sd", float(arm.std(ddof=1))),
        )
    }
    everybody = np.concatenate(arms)
    computed = calculator_named("combine-means").compute(filled)
    assert computed.values == pytest.approx({"n": 9, "mean": everybody.mean(), "sd": everybody.std(ddof=1)})


@given(st.integers(2, 6), st.integers(6, 500), st.floats(-100, 100), st.floats(0, 50))
def test_the_shares_of_a_control_are_together_the_control(parts: int, n: int, mean: float, sd: float) -> None:
    share = share_group(Group(n, mean, sd), parts)
    assert (share.mean, share.sd) == (mean, sd)
    assert share.n * parts == pytest.approx(n)
    counted = share_counts(Count(n, n / 3, 7.0), parts)
    whole = combine_counts([counted] * parts)
    assert (whole.n, whole.events, whole.person_time) == pytest.approx((n, n / 3, 7))


def test_person_time_is_lost_when_one_arm_has_none() -> None:
    assert combine_counts([Count(5, 1, 10), Count(5, 1)]).person_time is None


def test_a_shared_control_keeps_its_effect_and_halves_what_it_says() -> None:
    whole = calculator_named("odds-ratio").compute({"events1": 10, "n1": 40, "events2": 20, "n2": 80})
    half = calculator_named("share-control-counts").compute({"n": 80, "events": 20, "parts": 2})
    with_half = calculator_named("odds-ratio").compute(
        {"events1": 10, "n1": 40, "events2": half.values["events"], "n2": half.values["n"]}
    )
    assert with_half.values["estimate"] == pytest.approx(whole.values["estimate"])
    assert with_half.values["estimate-se"] > whole.values["estimate-se"]


def test_an_odds_ratio_becomes_the_risk_ratio_of_the_same_table() -> None:
    table = {"events1": 12.0, "n1": 60.0, "events2": 24.0, "n2": 60.0}
    odds = math.exp(calculator_named("odds-ratio").compute(table).values["estimate"])
    given = {"ratio": odds, "ci_low": odds / 2, "ci_high": odds * 2, "risk": 40}
    computed = calculator_named("risk-ratio-from-odds-ratio").compute(given)
    assert computed.values["estimate"] == pytest.approx(
        calculator_named("risk-ratio").compute(table).values["estimate"]
    )


@given(st.floats(-30, 30), st.floats(0.1, 200))
def test_o_minus_e_and_v_come_back_from_the_log_hazard_ratio(o_minus_e: float, v: float) -> None:
    found = from_log_rank(o_minus_e, v)
    assert (found.o_minus_e, found.v) == pytest.approx((o_minus_e, v), rel=1e-9)


def test_a_log_rank_p_value_needs_to_be_told_the_direction() -> None:
    given = {"p": 0.03, "events1": 20.0, "events2": 30.0}
    fewer = calculator_named("hazard-ratio-from-p-and-events").compute(given | {"direction": "fewer"})
    more = calculator_named("hazard-ratio-from-p-and-events").compute(given | {"direction": "more"})
    assert fewer.values["estimate"] == -more.values["estimate"] < 0


@given(st.integers(1, 90), st.data())
def test_events_come_back_from_their_percentage(n: int, data: st.DataObject) -> None:
    events = data.draw(st.integers(0, n))
    computed = calculator_named("events-from-percent").compute(
        {"percent": round(100 * events / n, 1), "n": n}
    )
    assert computed.values["events"] == events
    assert computed.warnings == ()


@pytest.mark.parametrize(
    ("percent", "n", "warned"),
    [(33, 1000, "11 different"), (33.3, 100, "No whole number"), (50, 7, "No whole")],
)
def test_a_doubtful_percentage_is_doubted(percent: float, n: float, warned: str) -> None:
    computed = calculator_named("events-from-percent").compute({"percent": percent, "n": n})
    assert any(warned in said for said in computed.warnings)


def test_two_groups_of_one_person_can_be_merged() -> None:
    assert combine_groups([Group(1, 2, 0), Group(1, 4, 0)]).sd == pytest.approx(math.sqrt(2))
