"""Absolute effects beside worked numbers."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthesis.grading import NoRisk, Span, absolute, odds_ratio_of_smd, on_scale, size_in_words
from synthesis.grading.absolute import of_thousand

RISK = st.floats(0.001, 0.999)
RATIO = st.floats(0.01, 100)


@pytest.mark.parametrize(
    ("measure", "effect", "acr", "per_thousand"),
    [
        # Handbook 15.4.4: 24 and 62 fewer per 1000 at a comparator risk of 0.3.
        ("RR", 0.92, 0.3, -24),
        ("OR", 0.73, 0.3, -62),
        # 1 − 0.8^0.75 = 0.154.
        ("HR", 0.75, 0.2, -46),
        ("RD", -0.05, 0.2, -50),
    ],
)
def test_an_effect_is_so_many_fewer_per_thousand(
    measure: str, effect: float, acr: float, per_thousand: int
) -> None:
    found = absolute(measure, Span(effect, effect, effect), acr)
    assert round(1000 * found.difference.estimate) == per_thousand


def test_the_interval_is_the_relative_one_at_the_same_risk() -> None:
    found = absolute("RR", Span(0.5, 0.25, 2.0), 0.1)
    assert found.intervention == Span(0.05, 0.025, 0.2)
    assert found.difference.low == pytest.approx(-0.075)
    assert found.difference.high == pytest.approx(0.1)
    assert not found.is_capped


def test_a_risk_above_one_is_set_to_one_and_said() -> None:
    found = absolute("RR", Span(2, 1.5, 3), 0.6)
    assert (found.intervention.estimate, found.intervention.high) == (1, 1)
    assert found.intervention.low == pytest.approx(0.9)
    assert found.is_capped


@pytest.mark.parametrize("acr", [0, 1, 1.5, -0.1, math.nan, math.inf])
def test_a_risk_outside_of_zero_to_one_is_refused(acr: float) -> None:
    with pytest.raises(NoRisk):
        absolute("RR", Span(1, 1, 1), acr)


@pytest.mark.parametrize("measure", ["RR", "OR", "HR"])
@given(acr=RISK)
def test_a_ratio_of_one_changes_nothing(measure: str, acr: float) -> None:
    assert absolute(measure, Span(1, 1, 1), acr).difference.estimate == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("measure", ["RR", "OR", "HR"])
@given(acr=RISK, ratio=RATIO, width=st.floats(1, 5))
def test_risks_stay_risks_and_limits_in_order(measure: str, acr: float, ratio: float, width: float) -> None:
    found = absolute(measure, Span(ratio, ratio / width, ratio * width), acr)
    risk = found.intervention
    assert 0 <= risk.low <= risk.estimate <= risk.high <= 1
    assert risk.estimate - acr == pytest.approx(found.difference.estimate)


@given(acr=RISK, ratio=RATIO)
def test_an_odds_ratio_comes_back_from_its_risk(acr: float, ratio: float) -> None:
    risk = absolute("OR", Span(ratio, ratio, ratio), acr).intervention.estimate
    assert risk / (1 - risk) / (acr / (1 - acr)) == pytest.approx(ratio, rel=1e-6)


def test_a_standardised_difference_on_a_scale_of_ten_points() -> None:
    assert on_scale(Span(-0.5, -0.8, -0.2), 10) == Span(-5, -8, -2)


@pytest.mark.parametrize("sd", [0, -1, math.nan, math.inf])
def test_a_scale_has_a_spread(sd: float) -> None:
    with pytest.raises(ValueError, match="above zero"):
        on_scale(Span(0, 0, 0), sd)


def test_a_standardised_difference_as_an_odds_ratio() -> None:
    # π/√3 = 1.8138; exp(0.9069) = 2.4766.
    assert odds_ratio_of_smd(0.5) == pytest.approx(2.4766, abs=5e-5)
    assert odds_ratio_of_smd(-0.5) == pytest.approx(1 / odds_ratio_of_smd(0.5))


@pytest.mark.parametrize(
    ("smd", "word"), [(0.1, "trivial"), (-0.2, "small"), (0.5, "moderate"), (-0.81, "large")]
)
def test_a_standardised_difference_in_words(smd: float, word: str) -> None:
    assert size_in_words(smd) == word


@pytest.mark.parametrize(
    ("risk", "told"),
    [(0.1234, "123"), (0.00996, "10"), (0.0051, "5.1"), (0.0004, "0.4"), (0, "0"), (1, "1000")],
)
def test_few_people_of_a_thousand_have_a_decimal(risk: float, told: str) -> None:
    assert of_thousand(risk) == told


def test_a_limit_beyond_all_numbers_is_a_very_large_one() -> None:
    assert math.isfinite(odds_ratio_of_smd(1e6))
    assert odds_ratio_of_smd(-1e6) == 0
    assert absolute("OR", Span(1, odds_ratio_of_smd(-1e6), odds_ratio_of_smd(1e6)), 0.2).intervention == Span(
        0.2, 0, 1
    )
