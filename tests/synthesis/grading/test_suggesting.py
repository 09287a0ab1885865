"""What numbers speak for."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from synthesis.grading import Basis, Evidence, Span, StudyEvidence, suggest_all, suggest_imprecision_2011
from synthesis.grading.evidence import Suggestion
from synthesis.grading.information import of_means, of_risks


def log_span(estimate: float, low: float, high: float) -> Span:
    """A ratio on the analysis scale."""
    return Span(estimate, low, high).through(math.log)


def evidence(*biases: str, measure: str = "RR", **changes: Any) -> Evidence:
    """Studies of equal weight that agree, with a precise and moderate effect."""
    studies = tuple(
        StudyEvidence(f"Study {number}", log_span(0.8, 0.7, 0.9), 100 / len(biases), bias)
        for number, bias in enumerate(biases, start=1)
    )
    made = Evidence(measure, studies, log_span(0.8, 0.75, 0.85), i2=0.0, participants=5000, events=900)
    return replace(made, **changes)


def suggested(
    domain: str, found: Evidence, basis: Basis | None = None, kind: str = "randomised"
) -> Suggestion:
    """The suggestion for one domain."""
    return suggest_all(found, basis or Basis(), {kind})[domain]


def test_the_information_size_for_means_is_that_of_the_guideline() -> None:
    assert (of_means(0.2), of_means(0.5)) == (785, 126)


def test_the_information_size_for_risks_is_that_of_power_prop_test() -> None:
    # R: power.prop.test(p1 = .5, p2 = .75, power = .9) gives n = 76.7 in each arm (from its documentation).
    assert of_risks(0.75, 1 / 3, power=0.9) == 2 * 77


@pytest.mark.parametrize(("acr", "reduction"), [(0, 0.25), (1, 0.25), (0.2, 0), (0.2, 1.5)])
def test_no_information_size_without_a_risk(acr: float, reduction: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        of_risks(acr, reduction)


@pytest.mark.parametrize(
    ("kinds", "change"), [({"randomised"}, 0), ({"robins"}, 0), ({"other"}, -2), ({"randomised", "other"}, None), (set(), None), ({"unknown"}, None), ({"unjudged"}, None)]
)  # fmt: skip
def test_where_evidence_starts(kinds: set[str], change: int | None) -> None:
    assert suggest_all(evidence("low"), Basis(), kinds)["design"].change == change


@pytest.mark.parametrize(
    ("biases", "change"),
    [
        (["low"] * 4, 0),
        (["low"] * 3 + ["high"], 0),
        (["low", "low", "high", "high"], -1),
        (["some"] * 3 + ["low"], -1),
        (["high"] * 3 + ["low"], -2),
        (["", "", "low", "low"], None),
        ([""] + ["low"] * 3, 0),
    ],
)
def test_risk_of_bias_goes_by_weight(biases: list[str], change: int | None) -> None:
    assert suggested("bias", evidence(*biases)).change == change


def test_shares_of_weight_are_told() -> None:
    found = suggested("bias", evidence("low", "high", "high", "some"))
    assert found.numbers["weight, high risk, %"] == pytest.approx(50)
    assert "50 % of the weight" in found.reasons[0]


def apart(**changes: Any) -> Evidence:
    """Two studies whose intervals do not overlap, and much heterogeneity."""
    two = (
        StudyEvidence("One", log_span(0.3, 0.2, 0.4), 50),
        StudyEvidence("Two", log_span(1.2, 1.1, 1.3), 50),
    )
    made = Evidence("RR", two, log_span(0.6, 0.4, 0.9), tuple(math.log(x) for x in (0.2, 2)), i2=80.0)  # type: ignore[arg-type]
    return replace(made, **changes)


def test_all_signs_of_inconsistency_with_considerable_heterogeneity_are_two_levels() -> None:
    assert suggested("inconsistency", apart()).change == -2
    assert suggested("inconsistency", apart(i2=60.0)).change == -1


def test_one_sign_of_inconsistency_is_not_enough() -> None:
    assert suggested("inconsistency", apart(i2=10.0, prediction=None)).change == 0
    assert suggested("inconsistency", evidence("low", "low", i2=60.0)).change == 0


def test_heterogeneity_that_changes_no_conclusion_is_not_inconsistency() -> None:
    far = StudyEvidence("Two", log_span(0.7, 0.65, 0.75), 50)
    one = apart(studies=(apart().studies[0], far), prediction=(math.log(0.2), math.log(0.95)))
    assert suggested("inconsistency", one).change == 0
    # With thresholds the same heterogeneity matters: a new one may well prevent fewer than 15 of 1000.
    assert suggested("inconsistency", one, Basis(acr=0.2, thresholds=(15,))).change == -2


def test_one_study_does_not_disagree_with_itself() -> None:
    assert suggested("inconsistency", evidence("low")).change == 0


@pytest.mark.parametrize(
    ("limits", "thresholds", "change"),
    [
        ((0.75, 0.85), (20,), 0),  # 50 to 30 fewer per 1000
        ((0.75, 0.95), (20,), -1),  # 50 to 10 fewer
        ((0.75, 1.05), (20,), -1),  # 50 fewer to 10 more: the threshold counts, not no effect
        ((0.75, 1.25), (20,), -2),
        ((0.5, 1.25), (20, 60), -3),
        ((0.2, 2.5), (20, 60), -3),
        ((0.75, 1.05), (), -1),
        ((0.75, 0.95), (), 0),
    ],
)
def test_imprecision_counts_the_thresholds_inside_the_interval(
    limits: tuple[float, float], thresholds: tuple[float, ...], change: int
) -> None:
    found = evidence("low", "low", effect=log_span(0.8, *limits))
    assert suggested("imprecision", found, Basis(acr=0.2, thresholds=thresholds)).change == change


@pytest.mark.parametrize(("people", "change"), [(100, -2), (1500, -1), (1_000_000, 0), (None, 0)])
def test_a_large_effect_is_asked_for_its_information_size(people: int | None, change: int) -> None:
    found = evidence("low", "low", effect=log_span(0.4, 0.3, 0.5), participants=people)
    size = of_risks(0.2, 0.25)
    assert 1500 < size < 3000
    assert suggested("imprecision", found, Basis(acr=0.2, thresholds=(20,))).change == change


def test_a_moderate_effect_is_not_asked_for_its_information_size() -> None:
    found = evidence("low", "low", participants=100)
    assert suggested("imprecision", found, Basis(acr=0.2)).change == 0


def test_thresholds_of_a_standardised_difference_are_on_the_scale_that_was_named() -> None:
    found = evidence("low", "low", measure="SMD", effect=Span(-0.5, -0.9, -0.1))
    assert suggested("imprecision", found, Basis(thresholds=(2,), sd=10)).change == -1
    assert suggested("imprecision", found, Basis(thresholds=(0.05,))).change == 0


def test_without_a_risk_thresholds_per_thousand_cannot_be_used() -> None:
    found = evidence("low", "low", effect=log_span(0.8, 0.6, 1.1))
    assert suggested("imprecision", found, Basis(thresholds=(20,))).change == -1


@pytest.mark.parametrize(
    ("changes", "change"),
    [
        ({}, 0),
        ({"participants": 100}, -1),
        ({"effect": log_span(0.9, 0.7, 1.1)}, -1),
        ({"effect": log_span(0.9, 0.7, 1.3)}, -2),
        ({"effect": log_span(0.9, 0.8, 1.1)}, 0),
        ({"participants": None, "events": 200}, -1),
        ({"participants": None, "events": 300}, 0),
    ],
)
def test_imprecision_as_in_2011(changes: dict[str, Any], change: int) -> None:
    assert suggest_imprecision_2011(evidence("low", "low", **changes), Basis(acr=0.2)).change == change


def test_nothing_is_suggested_about_publication_bias_below_ten_studies() -> None:
    found = suggested("publication", evidence(*["low"] * 9, egger_p=0.001))
    assert found.change is None
    assert "Not assessable from 9 studies" in found.reasons[0]


@pytest.mark.parametrize(("p", "change"), [(0.04, -1), (0.5, 0), (None, None)])
def test_egger_speaks_from_ten_studies_on(p: float | None, change: int | None) -> None:
    assert suggested("publication", evidence(*["low"] * 10, egger_p=p)).change == change


@pytest.mark.parametrize(("ratio", "change"), [(0.8, 0), (0.45, 1), (2.1, 1), (0.19, 2), (5.1, 2)])
def test_a_large_effect(ratio: float, change: int) -> None:
    found = evidence("low", effect=log_span(ratio, ratio, ratio))
    assert suggested("large", found, kind="other").change == change
    assert suggested("large", found).change == 0, "randomised trials start high"


def test_an_odds_ratio_is_judged_as_a_risk_ratio() -> None:
    found = evidence("low", measure="OR", effect=log_span(3, 2, 4))
    # At a risk of one half an odds ratio of 3 is a risk ratio of 1.5.
    assert suggested("large", found, Basis(acr=0.5)).numbers["risk ratio"] == pytest.approx(1.5)
    assert suggested("large", found, Basis(acr=0.5), kind="other").change == 0
    assert suggested("large", found, kind="other").change == 1


def test_only_people_judge_indirectness_dose_and_confounding() -> None:
    found = suggest_all(evidence("low"), Basis(), {"randomised"})
    assert [found[key].change for key in ("indirectness", "dose", "confounding")] == [None, None, None]


def test_without_any_study_nothing_is_suggested() -> None:
    empty = Evidence("RR", (), None)
    assert {one.change for one in suggest_all(empty, Basis(), set()).values()} == {None}
    assert suggest_imprecision_2011(empty, Basis()).change is None


def test_without_a_pooled_effect_imprecision_and_inconsistency_are_left_to_people() -> None:
    found = evidence("low", "low", effect=None)
    assert suggested("imprecision", found).change is None
    assert suggested("inconsistency", found).change is None
    assert suggested("bias", found).change == 0
