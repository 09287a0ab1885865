"""Single numbers, counts, ranges, whole-number means: what is possible and what is not."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.sentinels import (
    Contrast,
    Group,
    Printed,
    Result,
    Unreadable,
    check_result,
    check_review,
    printed,
)
from tests.extraction.sentinels.made import contrast, group, kinds, means, result


@pytest.mark.parametrize(
    ("text", "value", "decimals", "relation"),
    [
        ("34.10", 34.1, 2, "="),
        ("−4.7", -4.7, 1, "="),
        ("·03", 0.03, 2, "="),
        ("12 500", 12500, 0, "="),
        ("1.2e-5", 1.2e-5, 6, "="),
        ("1.2e3", 1200, -2, "="),
        ("61.1 %", 61.1, 1, "="),
        ("p < 0.001", 0.001, 3, "<"),
        ("P=.04", 0.04, 2, "="),
        ("≥0.05", 0.05, 2, ">"),
        ("- 3", -3, 0, "="),
    ],
)
def test_numbers_are_read_as_papers_print_them(text: str, value: float, decimals: int, relation: str) -> None:
    one = printed(text)
    assert (one.value, one.decimals, one.relation) == (value, decimals, relation)
    assert str(one) == text


@pytest.mark.parametrize(
    "text",
    ["", "1,5", "n.s.", "nan", "inf", "1e999", "3 ± 2", "\0", "٣", "<", "1.2.3", "1e51", "0e999", "1e-60"],
)
def test_what_is_not_one_number_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        printed(text)


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        one = printed(text)
    except Unreadable:
        return
    assert one.span().low <= one.value <= one.span(1).high


@given(
    st.floats(-1e6, 1e6),
    st.integers(0, 6),
)
def test_the_interval_of_a_printed_number_holds_the_number(value: float, decimals: int) -> None:
    one = printed(f"{value:.{decimals}f}")
    assert one.decimals == decimals
    assert one.span().low - 1e-9 * abs(value) <= value <= one.span().high + 1e-9 * abs(value)


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (result(group("experimental", n="20", events="21")), "events-above-n"),
        (result(group("experimental", n="20", randomised="19")), "n-above-randomised"),
        (result(group("experimental", n="20", events="7", percent="38.0")), "percent-events"),
        (result(group("experimental", n="20.5")), "impossible-number"),
        (result(group("experimental", sd="-1")), "impossible-number"),
        (result(contrast=contrast(p="1.2")), "impossible-number"),
        (
            result(group("experimental", n="20"), group("control", n="22"), total=printed("40")),
            "totals",
        ),
        (result(group("experimental", minimum="3", median="2")), "out-of-order"),
        (result(contrast=contrast("", estimate="3", ci_low="4", ci_high="5")), "out-of-order"),
        (result(group("experimental", mean="42", n="20"), scale_low=0, scale_high=40), "outside-scale"),
        (
            result(group("experimental", mean="20", sd="21.0", n="20"), scale_low=0, scale_high=40),
            "sd-impossible",
        ),
        (
            result(group("experimental", mean="20.5", sd="0.1", n="20"), is_integer_scale=True),
            "sd-impossible",
        ),
        (
            result(group("experimental", mean="20", sd="1", n="20", minimum="2", maximum="40")),
            "sd-impossible",
        ),
        (result(group("experimental", mean="5", sd="10.0", se="3.5", n="20")), "group-spread"),
        (result(group("experimental", mean="5", sd="2", ci_low="1", ci_high="9", n="20")), "group-spread"),
        (
            result(*means(("5", "1", "9"), ("3", "1", "9")), contrast=contrast(estimate="−2")),
            "estimate-from-means",
        ),
        (
            result(
                group("experimental", n="40", events="10"),
                group("control", n="40", events="20"),
                contrast=contrast("RR", estimate="2.00"),
            ),
            "estimate-from-counts",
        ),
    ],
)
def test_what_cannot_be_is_serious(row: Result, kind: str) -> None:
    assert kind in kinds(row, "serious")


@pytest.mark.parametrize(
    "row",
    [
        result(group("experimental", n="20", events="20", percent="100")),
        result(group("experimental", n="3", events="2", percent="66.6")),  # cut off, not rounded
        result(group("experimental", n="0", events="0")),
        result(group("experimental", n="20"), group("control", n="22"), total=printed("42")),
        result(group("experimental", mean="5", sd="10.0", se="2.2", n="20")),
        result(group("experimental", mean="40", n="20"), scale_low=0, scale_high=40),
        result(group("experimental", mean="−30", n="20"), scale_low=0, scale_high=40, metric="change"),
        result(group("experimental", n="20", events="7", percent="35")),
        Result("empty"),
        result(group("experimental", mean="0", sd="0", n="1"), group("control", mean="0", sd="0", n="1")),
        result(*means(("0", "0", "5"), ("0", "0", "5")), contrast=contrast(p="0.5", estimate="0", se="0")),
    ],
)
def test_what_can_be_is_left_alone(row: Result) -> None:
    assert kinds(row) == set()


def test_grim_finds_the_example_of_its_authors() -> None:
    # Brown & Heathers 2017: a mean of 5.19 is impossible for 28 whole numbers (145/28 = 5.18, 146/28 = 5.21).
    row = result(group("experimental", mean="5.19", n="28"), is_integer_scale=True)
    (one,) = check_result(row)
    assert one.kind == "grim-mean"
    assert "5.1786" in one.expected
    assert kinds(dataclasses.replace(row, is_integer_scale=False)) == set()
    assert kinds(dataclasses.replace(row, items=10)) == set()


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=60), st.integers(0, 4), st.booleans())
def test_whole_numbers_pass_grim_and_grimmer(scores: list[int], decimals: int, divide_by_n: bool) -> None:
    n = len(scores)
    mean = sum(scores) / n
    sd = (sum((score - mean) ** 2 for score in scores) / (n if divide_by_n else n - 1)) ** 0.5
    numbers = {"mean": f"{mean:.{decimals}f}", "sd": f"{sd:.{decimals}f}", "n": str(n)}
    numbers |= {"minimum": str(min(scores)), "maximum": str(max(scores))}
    row = result(group("experimental", **numbers), is_integer_scale=True, scale_low=-50, scale_high=50)
    assert kinds(row) == set()


@given(st.integers(2, 99), st.data())
def test_grim_finds_every_mean_to_two_decimals_that_no_sum_gives(n: int, data: st.DataObject) -> None:
    possible = {f"{total / n:.2f}" for total in range(10 * n + 1)}
    text = data.draw(st.integers(0, 999).map(lambda hundredths: f"{hundredths / 100:.2f}"))
    row = result(group("experimental", mean=text, n=str(n)), is_integer_scale=True)
    # Halves may be rounded either way, so that one more hundredth may be possible.
    near = {f"{total / n + shift:.2f}" for total in range(10 * n + 1) for shift in (1e-9, -1e-9)}
    assert ("grim-mean" in kinds(row)) == (text not in possible | near)


@given(st.integers(1, 400), st.data(), st.integers(0, 3))
def test_a_percentage_of_people_is_possible(n: int, data: st.DataObject, decimals: int) -> None:
    events = data.draw(st.integers(0, n))
    percent = f"{100 * events / n:.{decimals}f}"
    assert kinds(result(group("experimental", n=str(n), percent=percent))) == set()
    assert kinds(result(group("experimental", n=str(n), events=str(events), percent=percent))) == set()


def test_a_finding_keeps_its_fingerprint_until_a_number_changes() -> None:
    row = result(group("experimental", n="20", events="21"))
    (one,), (again,) = check_result(row), check_result(row)
    assert one.fingerprint == again.fingerprint
    renamed = dataclasses.replace(row, study="Ferri et al. 2019")
    assert check_result(renamed)[0].fingerprint == one.fingerprint
    changed = result(group("experimental", n="20", events="22"))
    assert check_result(changed)[0].fingerprint != one.fingerprint
    assert one.where == ("experimental events", "experimental n")
    assert one.texts == ("21", "20")


def test_a_finding_says_what_was_expected_found_how_far_and_why() -> None:
    for one in check_result(result(group("experimental", n="20", events="21", mean="3", sd="-1"))):
        assert all((one.expected, one.found, one.how_far, one.usual_cause, one.source))


NUMBERS = st.one_of(
    st.builds(Printed, st.floats(-1e9, 1e9), st.integers(-3, 12)),
    st.builds(Printed, st.floats(-1e50, 1e50), st.integers(-50, 50), relation=st.sampled_from("=<>")),
    st.integers(0, 1000).map(lambda n: Printed(float(n))),
    st.integers(10**8, 10**10).map(lambda n: Printed(float(n))),
)


@given(
    st.builds(
        Group,
        side=st.sampled_from(["experimental", "control", ""]),
        **{
            name: st.none() | NUMBERS
            for name in (
                "n",
                "events",
                "percent",
                "mean",
                "sd",
                "se",
                "ci_low",
                "ci_high",
                "minimum",
                "maximum",
            )
        },
    ),
    st.floats(-10, 10),
    st.fixed_dictionaries(
        {
            name: st.none() | NUMBERS
            for name in ("estimate", "ci_low", "ci_high", "se", "z", "t", "f", "df", "p")
        }
    ),
    st.sampled_from(["MD", "OR", ""]),
)
def test_no_numbers_make_a_sentinel_fail(
    one: Group, low: float, numbers: dict[str, Any], measure: str
) -> None:
    other = dataclasses.replace(one, side="control" if one.side == "experimental" else "experimental")
    row = Result(
        "s",
        groups=(one, other),
        baseline=(other, one),
        scale_low=low,
        scale_high=5,
        is_integer_scale=True,
        contrast=Contrast(measure=measure, **numbers),
    )
    found = check_review([row, dataclasses.replace(row, study="t"), row])
    assert all(one.expected and one.found and one.how_far for one in found)
