"""An arm or a contrast as printed becomes one that can be analysed: what is read is kept, what is missing is computed."""

from __future__ import annotations

import math
from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.conversions.completing import (
    ReportedArm,
    ReportedContrast,
    complete_arm,
    complete_contrast,
)


def test_what_was_read_is_kept_without_a_word() -> None:
    arm = complete_arm(
        ReportedArm(n=20, events=7, percent=35, mean=1, sd=2, se=0.447, person_time=12, median=1, q1=0, q3=2)
    )
    assert (arm.n, arm.events, arm.mean, arm.sd, arm.person_time) == (20, 7, 1, 2, 12)
    assert arm.methods == arm.warnings == ()


FIVE = {"n": 60, "median": 10, "q1": 8, "q3": 12.2, "minimum": 4, "maximum": 16.5}


@pytest.mark.parametrize(
    ("printed", "source"),
    [
        ({"mean": 10, "sd": 3, "se": 9, "ci_low": 9, "ci_high": 11} | FIVE, ""),
        ({"mean": 10, "se": 9, "ci_low": 9, "ci_high": 11} | FIVE, "SD = SE × √n (Handbook 6.5.2.2)."),
        ({"mean": 10, "ci_low": 9, "ci_high": 11} | FIVE, "SD = √n × (upper − lower limit"),
        (FIVE, "SD from the quartiles and the range (Shi 2020)."),
        (FIVE | {"minimum": None}, "SD from the quartiles (Wan 2014)."),
        (FIVE | {"q3": None}, "SD from the range (Wan 2014)."),
    ],
)
def test_a_standard_deviation_comes_from_the_best_that_is_printed(
    printed: dict[str, float | None], source: str
) -> None:
    arm = complete_arm(ReportedArm(**printed))
    assert arm.sd is not None
    assert [said for said in arm.methods if said.startswith("SD")] == [
        said for said in arm.methods if source and source in said
    ]
    assert any(source in said for said in arm.methods) is bool(source)


def test_without_the_number_of_people_nothing_is_made_up() -> None:
    arm = complete_arm(ReportedArm(se=1, percent=30, median=4, q1=3, q3=6))
    assert (arm.n, arm.events, arm.mean, arm.sd) == (None, None, None, None)


def test_a_median_alone_is_not_a_mean() -> None:
    assert complete_arm(ReportedArm(n=30, median=4)).mean is None


def test_a_lone_end_of_the_range_is_left_out() -> None:
    with_it = complete_arm(ReportedArm(n=30, median=4, q1=3, q3=5, maximum=9))
    without = complete_arm(ReportedArm(n=30, median=4, q1=3, q3=5))
    assert with_it == without


@pytest.mark.parametrize(
    ("printed", "warned"),
    [
        ({"n": 30, "sd": -1}, "negative"),
        ({"n": 30, "se": -1}, "negative"),
        ({"n": 30, "ci_low": 3, "ci_high": 2}, "below"),
        ({"n": 1, "ci_low": 3, "ci_high": 4}, "two people"),
        ({"n": 30, "median": 1, "q1": 2, "q3": 3}, "order"),
        ({"n": 30, "median": 2, "q1": 2, "q3": 2}, "equal"),
        ({"n": 30, "percent": 120}, "percentage"),
        ({"n": 1e300, "se": 1e300}, "too large"),
        ({"n": 100, "median": 4, "q1": 2, "q3": 9}, "skewed"),
        ({"n": 4, "median": 4, "q1": 2, "q3": 6}, "fewer than 5"),
        ({"n": 30, "mean": 2.4, "ci_low": 2, "ci_high": 4}, "middle"),
    ],
)
def test_what_cannot_be_is_told_and_never_raised(printed: dict[str, float], warned: str) -> None:
    assert any(warned in said for said in complete_arm(ReportedArm(**printed)).warnings)


NUMBERS = st.none() | st.floats()


@given(st.builds(ReportedArm, **dict.fromkeys(ReportedArm.__dataclass_fields__, NUMBERS)))
def test_no_arm_stops_the_computing(arm: ReportedArm) -> None:
    done = complete_arm(arm)
    assert all(value is None or math.isfinite(value) for value in astuple(done)[:5])


@given(
    st.builds(
        ReportedContrast,
        **dict.fromkeys(ReportedContrast.__dataclass_fields__.keys() - {"measure"}, NUMBERS),
        measure=st.sampled_from(["MD", "SMD", "OR", "HR", "ZCOR", "RD", "?"]),
    )
)
def test_no_contrast_stops_the_computing(contrast: ReportedContrast) -> None:
    done = complete_contrast(contrast)
    assert done.estimate is None or math.isfinite(done.estimate)
    assert done.se is None or (math.isfinite(done.se) and done.se > 0)


def test_a_mean_difference_with_a_p_value_has_the_handbooks_standard_error() -> None:
    # Cochrane Handbook 6.5.2.3: MD 3.8, p = 0.008, 25 and 22 people: t = 2.78, SE = 1.37
    done = complete_contrast(ReportedContrast(measure="MD", estimate=3.8, p=0.008, n1=25, n2=22))
    assert done.se == pytest.approx(1.37, abs=0.005)
    assert done.methods == (
        "SE = |estimate| / t of the two-sided p value on 45 degrees of freedom (Handbook 6.5.2.3).",
    )


@pytest.mark.parametrize(
    ("printed", "variance"), [({"ci_low": 0.33, "ci_high": 1.22}, 0.1113), ({"p": 0.17}, 0.1058)]
)
def test_an_odds_ratio_has_the_variance_of_metafors_manual(
    printed: dict[str, float], variance: float
) -> None:
    # metafor, help page of conv.wald: OR 0.64 [0.33, 1.22]; OR 0.64, p = 0.17
    done = complete_contrast(ReportedContrast(measure="OR", estimate=0.64, **printed))
    assert done.estimate == pytest.approx(-0.4463, abs=5e-5)
    assert done.se is not None
    assert done.se**2 == pytest.approx(variance, abs=5e-5)


@pytest.mark.parametrize(
    ("printed", "source"),
    [
        ({"ci_low": 0.4, "ci_high": 3.6, "t": 1, "z": 1, "f": 1, "p": 0.5}, "confidence interval"),
        ({"t": 2, "z": 1, "f": 1, "p": 0.5}, "estimate / t|"),
        ({"z": 2, "f": 1, "p": 0.5}, "estimate / z|"),
        ({"f": 4, "p": 0.5}, "√F"),
        ({"p": 0.05}, "p value"),
    ],
)
def test_a_standard_error_comes_from_the_best_that_is_printed(printed: dict[str, float], source: str) -> None:
    done = complete_contrast(ReportedContrast(measure="MD", estimate=2, n1=40, n2=40, **printed))
    assert len(done.methods) == 1
    assert source in done.methods[0]
    assert done.se == pytest.approx(1, rel=0.25)


def test_a_measure_is_known_in_any_case() -> None:
    printed = {"estimate": 0.64, "ci_low": 0.33, "ci_high": 1.22}
    small = complete_contrast(ReportedContrast(measure="or", **printed))
    large = complete_contrast(ReportedContrast(measure="OR", **printed))
    assert (small.estimate, small.se) == (large.estimate, large.se)


def test_an_estimate_that_is_not_printed_is_the_middle_of_the_interval() -> None:
    done = complete_contrast(ReportedContrast(measure="RR", ci_low=0.5, ci_high=2))
    assert done.estimate == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("printed", "warned"),
    [
        ({"estimate": 0, "ci_low": 0.5, "ci_high": 2}, "above zero"),
        ({"estimate": 1, "ci_low": 2, "ci_high": 0.5}, "below"),
        ({"estimate": 1.8, "ci_low": 0.5, "ci_high": 2}, "middle"),
        ({"estimate": 1, "ci_low": 0.5, "ci_high": 2, "se": 1.4}, "differ"),
        ({"estimate": 2, "se": 0}, "above zero"),
        ({"estimate": 2, "p": 0}, "p value"),
        ({"estimate": 1, "z": 2}, "difference of zero"),
        ({"estimate": 2, "p": 5e-324}, "extreme"),
    ],
)
def test_what_contradicts_itself_is_told(printed: dict[str, float], warned: str) -> None:
    done = complete_contrast(ReportedContrast(measure="OR", **printed))
    assert any(warned in said for said in done.warnings)
