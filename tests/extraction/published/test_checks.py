"""Each check against numbers that others computed, and never against what rounding explains."""

from __future__ import annotations

import math

import pytest

from extraction.published import Status, Verdict, check_text
from extraction.published.checks.estimates import two_sided
from extraction.published.checks.heterogeneity import i_squared, p_of_q, q_of_i_squared, q_of_p
from extraction.published.checks.percentages import possible
from extraction.published.spans import Span, short

FAILS, PASSES, OPEN = Status.DOES_NOT_FOLLOW, Status.FOLLOWS, Status.CANNOT_BE_CHECKED


def status(*lines: str) -> Status:
    """What is said of the first line."""
    report = check_text("\n".join(lines))
    assert report.problems == ()
    return report.checked[0].status


def failing(*lines: str) -> Verdict:
    """The first check that the first line fails."""
    return next(one for one in check_text("\n".join(lines)).checked[0].verdicts if one.status is FAILS)


# Estimates. Altman & Bland 2011 (BMJ 343:d2304): SE from the width of the interval, and P = exp(−0.717 z − 0.416 z²).


def test_p_from_an_interval_is_that_of_altman_and_bland() -> None:
    for z in (0.5, 1.0, 1.96, 2.8, 3.2):
        assert two_sided(Span(z, z), None).middle == pytest.approx(
            math.exp(-0.717 * z - 0.416 * z * z), rel=0.06
        )
    # log 0.81 over (log 0.94 − log 0.70)/3.92
    assert status("1 | estimate | x | RR = 0.81, 95% CI = (0.70, 0.94), p = 0.005") is PASSES
    assert status("1 | estimate | x | RR = 0.81, 95% CI = (0.70, 0.94), z = -2.80") is PASSES
    assert status("1 | estimate | x | RR = 0.81, 95% CI = (0.70, 0.94), p = 0.05") is FAILS


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        # Cochrane CD005229 (PMC6769061): mean differences and Z
        ("MD = 3.21, 95% CI = (0.46, 5.96), z = 2.29, p = 0.022", PASSES),
        ("MD = -6.25, 95% CI = (-13.82, 1.31), z = 1.62", PASSES),
        ("MD = 2.70, 95% CI = (-3.10, 8.50), z = 0.91", PASSES),
        ("MD = 2.70, 95% CI = (-3.10, 8.50), z = 1.91", FAILS),
        # Cheah 2009 (doi 10.3109/17482960903082218): a t interval with 16 degrees of freedom
        ("MD = 6.1, 95% CI = (-8.58, 20.79), se = 6.93, df = 16", PASSES),
        ("MD = 6.1, 95% CI = (-8.58, 20.79), se = 6.93", FAILS),
        # the same p by another level of the interval
        ("MD = 3.21, 90% CI = (0.90, 5.52), p = 0.022", PASSES),
        ("MD = 3.21, 95% CI = (0.90, 5.52), p = 0.022", FAILS),
        ("SMD = 0.5, se = 0.25, z = 2.0", PASSES),
        ("SMD = 0.5, se = 0.25, z = 3.0", FAILS),
        ("SMD = 0.5, z = 1.0, p = 0.32", PASSES),
        ("SMD = 0.5, z = 1.0, p < 0.05", FAILS),
        ("SMD = 0.5, z = 1.0, p > 0.05", PASSES),
        ("OR = 2.0, 95% CI = (1.0, 4.0), p = 0.05", PASSES),
        ("OR = 2.5, 95% CI = (1.00, 4.00), p = 0.05", FAILS),
        ("OR = 0.1, 95% CI = (0.0, 4.0), p = 0.3", PASSES),
        ("OR = -2.0, 95% CI = (1.0, 4.0)", OPEN),
        ("SMD = 0.5, t = 2.5", OPEN),
        ("SMD = 0.5, t = 2.5, df = 9, p = 0.034", PASSES),
        ("SMD = 0.5, t = 2.5, k = 10, p = 0.034", PASSES),
        ("SMD = 0.5, t = 2.5, k = 10, p = 0.012", FAILS),
        ("SMD = 0.5", OPEN),
        ("SMD = 0.5, p = 0.01", OPEN),
    ],
)
def test_estimate_interval_and_test(line: str, expected: Status) -> None:
    assert status(f"1 | estimate | x | {line}") is expected


def test_an_interval_of_hartung_and_knapp_is_known_by_the_number_of_studies() -> None:
    # estimate ± t(0.975; 3) SE with SE 0.1: 0.5 ± 0.318; t = 5, p = 0.0154
    line = "1 | estimate | x | SMD = 0.500, 95% CI = (0.182, 0.818), p = 0.0154"
    assert status(line) is FAILS
    assert status(f"{line}, k = 4") is PASSES


def test_a_one_sided_p_is_recognised() -> None:
    verdict = failing("1 | estimate | x | SMD = 0.5, z = 1.80, p = 0.036")
    assert verdict.usual_cause == "A one-sided p"


def test_p_values_are_those_of_the_tables() -> None:
    assert two_sided(Span(1.959964, 1.959964), None).middle == pytest.approx(0.05, abs=1e-7)
    assert two_sided(Span(2.262157, 2.262157), 9).middle == pytest.approx(0.05, abs=1e-7)
    assert two_sided(Span(-0.1, 3), 9).high == 1


# Heterogeneity: metafor 3.8-1, rma(yi, vi, data = dat.bcg): Q(12) = 152.2330, p < .0001; I² from Q 92.12 %.


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Q = 152.233, df = 12, p < 0.0001, I² = 92.12%", PASSES),
        ("Q = 152.233, k = 13, I2 = 92%", PASSES),
        ("Q = 152.233, df = 12, I² = 29.12%", FAILS),
        ("Q = 152.233, df = 13, k = 13, I² = 91%", FAILS),
        ("Q = 8.0, df = 10, I² = 0%, p = 0.63", PASSES),
        ("Q = 8.0, df = 10, I² = 0%, p = 0.06", FAILS),
        ("I2 = 50%, k = 5, p = 0.09", PASSES),
        ("I2 = 50%, k = 5, p = 0.9", FAILS),
        ("I2 > 50%, k = 11, p < 0.1", PASSES),
        ("I2 < 50%, k = 2, p > 0.1", PASSES),
        ("I2 > 90%, k = 11, p > 0.1", FAILS),
        ("I2 = 0%, k = 5, p = 0.2", FAILS),
        ("Q = 8.0, df = 10, tau2 = 0.3", OPEN),
        ("Q = 8.0, df = 10, tau2 = -0.3", FAILS),
        ("I2 = 0%, k = 1", FAILS),
        ("I2 = 30%", OPEN),
        ("k = 4", OPEN),
    ],
)
def test_q_p_and_i_squared(line: str, expected: Status) -> None:
    assert status(f"1 | heterogeneity | x | {line}") is expected


def test_the_way_from_q_to_i_squared_and_back() -> None:
    assert i_squared(Span(152.233, 152.233), 12).middle == pytest.approx(92.1173, abs=1e-4)
    for df in (1, 4, 30):
        for i2 in (0.1, 25.0, 92.0):
            q = q_of_i_squared(Span(i2, i2), df).middle if i2 else 0.0
            assert i_squared(Span(q, q), df).high == pytest.approx(i2)
            p = p_of_q(Span(q, q), df).high
            assert q_of_p(p, df) == pytest.approx(q)
    assert q_of_i_squared(Span(100, 100), 3).high == math.inf


# Percentages: brute force is the reference.


@pytest.mark.parametrize("decimals", [0, 1, 2])
def test_a_percentage_is_possible_exactly_when_some_count_gives_it(decimals: int) -> None:
    half = 0.5 / 10**decimals
    for n in (1, 7, 16, 24, 40):
        given = {k: 100 * k / n for k in range(n + 1)}
        for tenth in range(0, 1001, 13):
            percent = round(tenth / 10, decimals)
            span = Span(percent - half, percent + half).within(0, 100)
            expected = any(span.low - 1e-9 <= value <= span.high + 1e-9 for value in given.values())
            assert (possible(span, n, n, None) is not None) == expected, (percent, n)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("percent = 61.1 | n = 18", PASSES),
        ("percent = 61.1 | n = 36", PASSES),
        ("percent = 61.1 | n = 16", FAILS),
        ("percent = 61.1 | n = 40", FAILS),
        ("percent = 61 | n = 18", PASSES),
        ("percent = 61.1 | n = 18 | k = 11", PASSES),
        ("percent = 61.1 | n = 18 | k = 12", FAILS),
        ("percent = 0 | n = 12", PASSES),
        ("percent = 100 | n = 1", PASSES),
        ("percent = 50 | n = 0", FAILS),
        ("percent < 5 | n = 12", PASSES),
        ("percent = 12.3 | n = 900000000", PASSES),
        ("percent = 61.1", OPEN),
    ],
)
def test_percentages_of_a_known_number(line: str, expected: Status) -> None:
    assert status(f"1 | percent | x | {line}") is expected


def test_a_percentage_of_the_women_is_no_more_than_the_women() -> None:
    line = "1 | percent | x | percent = 75.0 | studies = 27 | arm = exp | of = women"
    assert status(line, "27 | study | K | exp = 16 | ctl = 16 | women = 12") is PASSES
    assert status(line, "27 | study | K | exp = 16 | ctl = 16 | women = 2") is FAILS
    assert status(line, "27 | study | K | ctl = 16") is OPEN


# Counting and lists.


def test_people_may_be_fewer_than_were_randomised_but_not_more() -> None:
    known = (
        "11 | study | A | exp = 10 | ctl = 12",
        "12 | study | B | total = 20",
        "2 | studies | all of them | list = 11, 12",
    )
    for total, expected in ((42, PASSES), (30, PASSES), (43, FAILS)):
        line = f"1 | participants | x | total = {total} | studies = all of them"
        assert status(line, *known) is expected
    assert status("1 | participants | x | exp = 31 | ctl = 1 | studies = all of them", *known) is FAILS
    assert status("1 | participants | x | total = 30 | studies = all of them, 13") is OPEN
    assert status("1 | participants | x | total = 30 | studies = 11, 13", *known) is OPEN
    assert status("1 | participants | x | total = 30 | exp = 10 | ctl = 10") is FAILS


def test_the_facts_about_a_study_are_only_shown_when_they_contradict_themselves() -> None:
    assert check_text("11 | study | Braga | exp = 24 | ctl = 24 | total = 48").checked == ()
    assert status("11 | study | Braga | exp = 24 | ctl = 24 | total = 47") is FAILS
    assert status("Braga 2018 | study | | exp = 24 | ctl = 24 | total = 47") is FAILS


def test_what_is_removed_is_the_difference() -> None:
    assert status("2 | flow | x | steps = 238 > 160 > 12 | removed = 78, 148") is PASSES
    assert status("2 | flow | x | steps = 238 → 160 → 12 | removed = 78, 184") is FAILS
    assert status("2 | flow | x | steps = 238 -> 160 -> 12 | removed = 78") is FAILS


def test_a_list_has_each_study_once_and_within_the_whole() -> None:
    assert status("1 | studies | x | count = 3 | list = 1, 2, 2") is FAILS
    assert status("1 | studies | x | count = 2 | list = 1, 2 | within = 1-5") is PASSES
    assert status("1 | studies | x | count = 2 | list = 1, 7 | within = 1-5") is FAILS


def test_groups_are_apart_and_cover_the_whole() -> None:
    assert status("1 | partition | x | a = 2 (1, 2) | b = 1 (3) | whole = 1-3 | categories = 2") is PASSES
    assert status("1 | partition | x | a = 2 (1, 2) | b = 2 (2, 3) | whole = 1-3") is FAILS
    assert status("1 | partition | x | a = (1, 2) | whole = 1-3") is FAILS
    assert status("1 | partition | x | a = (1, 2) | b = (3, 4) | whole = 1-3") is FAILS
    assert status("1 | partition | x | a = (1, 2) | categories = 3") is FAILS


def test_a_range_is_that_of_what_is_known() -> None:
    known = ("1 | study | A | age = 50.72", "2 | study | B | age = 63.2")
    assert status("5 | range | x | attribute = age | low = 50.7 (1) | high = 63.2 (2)", *known) is PASSES
    assert status("5 | range | x | attribute = age | low = 50.8 (1) | high = 63.2 (2)", *known) is FAILS
    assert status("5 | range | x | attribute = age | low = 50.7 | high = 60", *known) is FAILS
    assert status("5 | range | x | attribute = age | low = 60 | high = 50", *known) is FAILS
    assert status("5 | range | x | attribute = weight | low = 50 | high = 60", *known) is OPEN


# Rules, pooled results, regressions, tests.


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("fixed = I2 < 50 | random = I2 >= 50", PASSES),
        ("fixed = I2 < 50 | random = I2 > 50", FAILS),
        ("fixed = I2 <= 50 | random = I2 >= 50", FAILS),
        ("fixed = I² < 50% and p > 0.1 | random = I² ≥ 50% or p ≤ 0.1", PASSES),
        ("fixed = I2 < 50 and p > 0.1 | random = I2 >= 50 and p <= 0.1", FAILS),
        ("fixed = I2 < 50 or p > 0.1 | random = I2 >= 50 and p <= 0.1", PASSES),
        ("fixed = p > 0.1 | random = p < 0.1", FAILS),
        ("small = n < 10 | middle = n >= 10 and n < 50 | large = n >= 50", PASSES),
        ("small = n < 10 | large = n >= 50", FAILS),
        # I² above 90 % with p above 0.5 occurs with no number of studies: nothing is chosen there, and nothing needs to be
        ("odd = I2 > 90 and p > 0.5 | usual = I2 <= 90 or p <= 0.5", PASSES),
        ("usual = I2 <= 90 or p <= 0.5", PASSES),
        (" | ".join(f"c{n} = v{n} < 1 or v{n} > 2" for n in range(9)), OPEN),
    ],
)
def test_a_rule_chooses_once_in_every_case(rule: str, expected: Status) -> None:
    assert status(f"19 | rule | x | {rule}") is expected


def test_an_example_of_a_case_without_choice_is_one_that_occurs() -> None:
    verdict = failing("19 | rule | x | fixed = I2 < 50 and p > 0.1 | random = I2 >= 50 and p <= 0.1")
    # 2 studies with p = 0.11: Q = 2.554 (chi-squared with 1 degree of freedom), I² = (Q − 1)/Q
    assert "I² = 60.85 % and p = 0.11 (for example 2 studies with Q = 2.554)" in verdict.found


def test_one_study_is_not_pooled() -> None:
    assert status("1 | pooled | x | k = 1") is FAILS
    assert status("1 | pooled | x | k = 2") is PASSES
    assert status("1 | pooled | x | k = 3 | studies = 1, 2") is FAILS


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        # metafor 3.8-1, dat.bcg on latitude (REML): b −0.0291, se 0.0072, z −4.0411, p < .0001; with test = "t": df 11, p 0.0019
        ("coef = -0.0291, se = 0.0072, z = -4.04, p < 0.0001, k = 13", PASSES),
        ("t = -4.04, p = 0.0019, k = 13", PASSES),
        ("t = -4.04, p = 0.0019, df = 11, k = 13", PASSES),
        ("t = -4.04, p = 0.0019, df = 12, k = 13", FAILS),
        ("t = -4.04, p < 0.0001, k = 13", FAILS),
        ("coef = -0.0291, 95% CI = (-0.0432, -0.0150), z = -4.04", PASSES),
        ("coef = -0.0291, se = 0.0072, z = -2.04", FAILS),
        ("t = -0.23, p = 0.051, k = 11", FAILS),
        ("t = -2.25, p = 0.051, k = 11", PASSES),
        ("t = -2.25, p = 0.051", OPEN),
        ("t = 3, p = 0.2, k = 2", FAILS),
    ],
)
def test_a_coefficient_and_its_p(line: str, expected: Status) -> None:
    assert status(f"22 | regression | x | {line}") is expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("p < 0.05 | includes null = yes", FAILS),
        ("p < 0.05 | includes null = no", PASSES),
        ("p > 0.05 | includes null = yes", PASSES),
        ("p = 0.62 | includes null = no", FAILS),
        ("p = 0.04 | 95% CI = -0.1 to 3.0", FAILS),
        ("p = 0.04 | 95% CI = 0.1 to 3.0", PASSES),
        ("p = 0.04 | 90% CI = 0.1 to 3.0", PASSES),
        ("p = 0.08 | 95% CI = 0.6 to 0.9 | null = 1", FAILS),
        # rounding leaves these open
        ("p = 0.05 | includes null = yes", OPEN),
        ("p = 0.04 | 95% CI = 0.0 to 3.0", OPEN),
        ("p < 0.1 | includes null = yes", OPEN),
    ],
)
def test_a_test_and_its_interval_say_the_same(line: str, expected: Status) -> None:
    assert status(f"24 | test | x | {line}") is expected


def test_numbers_are_shown_as_a_reader_writes_them() -> None:
    assert [short(number) for number in (0.81953, -0.23, 10.629, 123456.7, math.inf)] == [
        "0.8195",
        "−0.23",
        "10.63",
        "123457",
        "any number",
    ]
