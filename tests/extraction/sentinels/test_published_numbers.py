"""Numbers of published trials of exercise in ALS, with what is known about them."""

from __future__ import annotations

import pytest

from extraction.sentinels import Characteristic, check_result, printed
from tests.extraction.sentinels.made import contrast, group, kinds, means, result


def test_standard_errors_of_ferri_entered_as_deviations_are_recognised_by_the_p_value() -> None:
    # Ferri A et al., Front Physiol 2019;10:1537: change −4.7 ± 2.6 % v −23.0 ± 5.6 %, 8 v 8, p = 0.007. As SD t = 8.38; as SEM t = 2.96.
    row = result(
        *means(("−4.7", "2.6", "8"), ("−23.0", "5.6", "8")), metric="change", contrast=contrast(p="0.007")
    )
    (one,) = [found for found in check_result(row) if found.kind == "se-as-sd-by-p"]
    assert one.severity == "serious"
    assert "8.38" in one.found
    assert "2.96" in one.found
    assert "√n is 2.83" in one.how_far


def test_ferri_with_deviations_raises_nothing() -> None:
    # The same with SD = SEM·√8; t = 2.96, p = 0.010, and rounding of the SEMs (2.6, 5.6) makes 0.007 a note at most.
    row = result(
        *means(("−4.7", "7.35", "8"), ("−23.0", "15.84", "8")), metric="change", contrast=contrast(p="0.010")
    )
    assert kinds(row) == set()


@pytest.mark.parametrize(
    ("one", "other", "p"),
    [
        # Lunetta C et al., J Neurol 2016;263(1), ALSFRS-R at 6 and 12 months
        (("32.8", "6.5", "30"), ("28.7", "7.5", "30"), "0.0298"),
        (("27.5", "7.6", "30"), ("23.3", "7.6", "30"), "0.0338"),
        # Braga ACM et al., Neurol Res Int 2018:8218697, table 2
        (("42.92", "3.51", "24"), ("41.13", "4.83", "24"), "0.14"),
        (("40.25", "5.00", "24"), ("37.25", "4.9", "24"), "0.042"),
        (("34.1", "7.1", "24"), ("29.5", "7.7", "24"), "0.035"),
        (("1.01", "0.92", "24"), ("1.28", "1.10", "24"), "0.36"),
        (("99.64", "21.8", "24"), ("80.0", "21.0", "24"), "0.002"),
    ],
)
def test_p_values_that_rounding_explains_are_left_alone(
    one: tuple[str, str, str], other: tuple[str, str, str], p: str
) -> None:
    assert kinds(result(*means(one, other), contrast=contrast(p=p))) == set()


def test_the_misprinted_p_of_bragas_abstract_is_noted() -> None:
    # The abstract has 0.02 for the table's 0.002; computed 0.0026.
    row = result(*means(("99.64", "21.8", "24"), ("80.0", "21.0", "24")), contrast=contrast(p="0.02"))
    assert kinds(row, "note") == {"p-from-means"}
    assert kinds(row, "serious") == set()


def test_bragas_final_difference_was_there_before_the_exercise() -> None:
    # Table 2: 40.25 ± 5.00 v 37.25 ± 4.9 at the start (d 0.606), 34.1 ± 7.1 v 29.5 ± 7.7 at the end (d 0.621).
    row = result(
        *means(("34.1", "7.1", "24"), ("29.5", "7.7", "24")),
        baseline=means(("40.25", "5.00", "24"), ("37.25", "4.9", "24")),
    )
    (one,) = check_result(row)
    assert one.kind == "baseline-explains"
    assert one.severity == "note"  # 3.0 of 4.6 points are 65 %
    assert "65.2 %" in one.how_far
    worse = result(*row.groups, baseline=means(("41.25", "5.00", "24"), ("37.25", "4.9", "24")))
    assert kinds(worse, "serious") == {"baseline-explains"}


def test_a_baseline_difference_the_other_way_explains_nothing() -> None:
    row = result(
        *means(("34.1", "7.1", "24"), ("29.5", "7.7", "24")),
        baseline=means(("37.25", "5.00", "24"), ("40.25", "4.9", "24")),
    )
    assert kinds(row) == set()


@pytest.mark.parametrize(
    ("estimate", "low", "high", "z", "p"),
    [
        ("0.499", "0.055", "0.943", "2.20", "0.028"),
        ("0.967", "0.448", "1.487", "3.65", "<0.001"),
        ("0.500", "0.043", "0.957", "2.14", "0.032"),
    ],
)
def test_pooled_results_of_ren_2025_follow_from_each_other(
    estimate: str, low: str, high: str, z: str, p: str
) -> None:
    # Ren S et al., Front Neurol 2025;16:1499407, abstract and results.
    row = result(contrast=contrast("SMD", estimate=estimate, ci_low=low, ci_high=high, z=z, p=p))
    assert kinds(row) == set()


def test_an_estimate_that_is_not_in_the_middle_of_its_interval_is_noted() -> None:
    # Ren 2025, range of the sensitivity analysis: −0.256 [−0.898, 0.202], middle −0.348.
    row = result(contrast=contrast("SMD", estimate="−0.256", ci_low="−0.898", ci_high="0.202"))
    (one,) = check_result(row)
    assert one.kind == "ci-off-centre"
    assert "−0.348" in one.expected


def test_a_p_that_cannot_be_that_of_its_t_is_serious() -> None:
    # Ren 2025, meta-regression on age: t = −0.23, p = 0.051; with 9 degrees of freedom p is 0.82.
    row = result(contrast=contrast(t="−0.23", df="9", p="0.051"))
    (one,) = check_result(row)
    assert (one.kind, one.severity) == ("p-from-statistic", "serious")
    assert "0.82" in one.expected


def test_a_t_interval_with_the_degrees_of_freedom_of_the_trial_is_accepted() -> None:
    # Cheah BC et al., Amyotroph Lateral Scler 2009;10:384–392: MIP 6.1, SEM 6.93, −8.58 to 20.79, p 0.39, 9 v 10.
    row = result(
        group("experimental", n="9"),
        group("control", n="10"),
        contrast=contrast(estimate="6.1", ci_low="−8.58", ci_high="20.79", se="6.93", p="0.39"),
    )
    assert kinds(row) == set()


@pytest.mark.parametrize(
    ("estimate", "low", "high", "p"),
    [("−1.07", "−2.6", "0.5", "0.172"), ("0.24", "−0.7", "1.1", None), ("−0.51", "−1.4", "0.38", None)],
)
def test_slopes_of_van_groenestijn_are_accepted(estimate: str, low: str, high: str, p: str | None) -> None:
    # van Groenestijn AC et al., Neurorehabil Neural Repair 2019, abstract; 27 v 30.
    numbers = {"estimate": estimate, "ci_low": low, "ci_high": high} | ({"p": p} if p else {})
    row = result(
        group("experimental", n="27"), group("control", n="30"), metric="slope", contrast=contrast(**numbers)
    )
    assert kinds(row) == set()


def test_61_1_percent_of_16_women_is_impossible() -> None:
    # Ren 2025, table 1, for Kalron A et al., J Neurol 2021: 61.1 % needs 11 of 18 or 22 of 36; 16 were randomised to each arm.
    row = result(group("experimental", n="16", percent="61.1"))
    assert kinds(row, "serious") == {"grim-percent"}
    assert kinds(result(group("experimental", n="18", percent="61.1"))) == set()
    assert kinds(result(group("experimental", n="36", percent="61.1"))) == set()


def test_bragas_age_at_onset_is_no_age() -> None:
    # Ren 2025 gives 63.2 as mean age; in Braga 2018 63.21 is the age at onset.
    age = Characteristic("Age, mean", printed("63.2", key="age", quote="Age at onset (years) 63.21 ± 10.3"))
    assert kinds(result(characteristics=(age,)), "serious") == {"label-age-at-onset"}
    both = Characteristic("Age, mean", printed("63.2", quote="Age 65.1; age at onset 63.21"))
    onset = Characteristic("Age at onset", printed("63.2", quote="age at onset 63.21"))
    assert kinds(result(characteristics=(both, onset))) == set()


def test_an_egger_test_that_is_significant_has_an_interval_without_zero() -> None:
    # Ren 2025, claim 24: p < 0.05 and an interval that includes 0 come from one t test and exclude each other.
    row = result(contrast=contrast(estimate="1.204", ci_low="−0.512", ci_high="2.920", df="9", p="0.01"))
    assert kinds(row, "serious") == {"p-from-estimate"}


def test_ten_standard_deviations_are_not_a_treatment_effect() -> None:
    # Ren 2025, d = 10.629 [6.572, 14.686] with 8 v 8.
    row = result(*means(("20.0", "1.0", "8"), ("9.4", "1.0", "8")))
    assert kinds(row, "serious") == {"smd-above-3"}
    tiny = result(*means(("6.91", "0.311", "2"), ("5.95", "0.198", "2")))
    assert kinds(tiny, "serious") == set()
