"""Rows side by side: other studies' deviations, mixed directions and units, the same people twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from extraction.sentinels import (
    SENTINELS,
    Group,
    Population,
    Result,
    check_review,
    printed,
    sentinel_named,
)
from tests.extraction.sentinels.made import group, kinds, means, result


def pool() -> list[Result]:
    """Six trials of one scale; standard deviations 6 to 8."""
    rows = [
        ("6.5", "7.5", "30"),
        ("7.6", "7.6", "30"),
        ("5.0", "4.9", "24"),
        ("7.1", "7.7", "24"),
        ("6.1", "7.0", "12"),
        ("8.0", "7.2", "41"),
    ]
    return [
        result(
            *means((f"{32 + i}.8", sd, n), (f"{30 + i}.1", sd2, n)),
            study=f"Trial {i}", measure="ALSFRS-R", direction="higher", unit="points", key=f"trial {i}", scale_low=0, scale_high=48,
        )
        for i, (sd, sd2, n) in enumerate(rows)
    ]  # fmt: skip


def odd(**fields: object) -> list[Result]:
    """The six, and one more that is different."""
    fields = {
        "study": "Odd",
        "measure": "ALSFRS-R",
        "direction": "higher",
        "unit": "points",
        "key": "odd",
    } | fields
    one = result(*means(("31.5", "7.1", "16"), ("29.1", "6.6", "16")), **fields)
    return [*pool(), one]


def test_alike_trials_raise_nothing() -> None:
    assert check_review(odd(scale_low=0, scale_high=48)) == []


def test_standard_errors_stand_out_beside_other_trials() -> None:
    # √16 = 4 times smaller
    wrong = result(
        *means(("31.5", "1.8", "16"), ("29.1", "1.6", "16")), study="Odd", measure="ALSFRS-R", unit="points"
    )
    (one,) = [found for found in check_review([*pool(), wrong]) if found.kind == "se-as-sd-by-siblings"]
    assert (one.severity, one.study) == ("serious", "Odd")
    assert "6 other studies" in one.expected
    assert "√n is 4" in one.how_far


def test_fewer_than_three_other_trials_are_no_comparison() -> None:
    wrong = result(
        *means(("31.5", "1.8", "16"), ("29.1", "1.6", "16")), study="Odd", measure="ALSFRS-R", unit="points"
    )
    assert "se-as-sd-by-siblings" not in kinds(check_review([*pool()[:2], wrong]))


def test_deviations_of_another_measure_are_no_comparison() -> None:
    wrong = result(*means(("31.5", "1.8", "16"), ("29.1", "1.6", "16")), study="Odd", measure="FSS")
    assert "se-as-sd-by-siblings" not in kinds(check_review([*pool(), wrong]))


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"direction": "lower"}, "direction-mixed"),
        ({"unit": "%"}, "units-mixed"),
        ({"scale_low": 0, "scale_high": 40}, "scales-mixed"),
    ],
)
def test_the_row_that_differs_is_named(fields: dict[str, object], kind: str) -> None:
    (one,) = check_review(odd(**fields))
    assert (one.kind, one.severity, one.study, one.where) == (kind, "serious", "Odd", ("odd",))


def test_one_unit_in_two_spellings_is_one_unit() -> None:
    assert check_review(odd(unit=" Points")) == []


@pytest.mark.parametrize(
    ("one", "other", "severity"),
    [
        (Population("NCT03326622"), Population("nct 03326622; X"), {"serious"}),
        (Population("NCT03326622"), Population("NCT03326623"), set[str]()),
        (
            Population(site="Lisbon", start="2014", end="2016-03", authors=("Braga", "Pinto")),
            Population(site="lisbon", start="2016-01-01", end="2017", authors=("pinto",)),
            {"note"},
        ),
        (
            Population(site="Lisbon", start="2014", end="2015", authors=("Pinto",)),
            Population(site="Lisbon", start="2016", end="2017", authors=("Pinto",)),
            set[str](),
        ),
        (
            Population(site="Lisbon", start="2014", end="2016", authors=("Braga",)),
            Population(site="Lisbon", start="2015", end="2017", authors=("Silva",)),
            set[str](),
        ),
    ],
)
def test_the_same_people_in_two_studies(one: Population, other: Population, severity: set[str]) -> None:
    rows = [Result("Braga 2018", population=one), Result("Pinto 2017", population=other)]
    assert {found.severity for found in check_review(rows)} == severity


def test_a_copied_row_is_found() -> None:
    rows = pool()
    copy = result(*rows[0].groups, study="Another", measure="ALSFRS-R", direction="higher", unit="points")
    assert "same-numbers" in kinds(check_review([*rows, copy]), "serious")


def test_a_control_that_counts_twice_is_noted() -> None:
    control = group("control", n="20", mean="4.21", sd="1.33")
    rows = [
        Result("Willms 1999", "HbA1c", groups=(group("experimental", n="20", mean=mean, sd="1.40"), control))
        for mean in ("3.11", "3.52")
    ]
    (one,) = check_review(rows)
    assert (one.kind, one.severity) == ("shared-control", "note")
    keyed = [
        Result("T", "x", groups=(Group("A", "experimental"), Group("usual care", "control", key="arm 7")))
        for _ in "12"
    ]
    assert kinds(check_review(keyed)) == {"shared-control"}
    apart = [Result("T", "x", time=time, groups=keyed[0].groups) for time in ("3 months", "6 months")]
    assert check_review(apart) == []


def test_the_order_of_rows_changes_no_fingerprint() -> None:
    rows = odd(direction="lower", unit="%")
    rows.append(result(*rows[0].groups, study="Copy", measure="ALSFRS-R", direction="higher", unit="points"))
    rows += [Result(name, population=Population("NCT1")) for name in "AB"]
    before = {one.fingerprint for one in check_review(rows)}
    rows.reverse()
    assert {one.fingerprint for one in check_review(rows)} == before
    assert len(before) == 4


def test_serious_findings_come_first_and_one_kind_can_be_asked_for() -> None:
    rows = odd(direction="lower")
    rows.append(
        result(group("experimental", n="19"), group("control", n="20"), total=printed("40"), study="Totals")
    )
    assert [one.severity for one in check_review(rows)] == ["serious", "note"]
    assert kinds(check_review(rows, only="totals")) == {"totals"}
    with pytest.raises(KeyError):
        check_review(rows, only="nothing")


@pytest.mark.parametrize("kind", [one.kind for one in SENTINELS])
def test_every_sentinel_says_what_it_does_and_where_it_comes_from(kind: str) -> None:
    one = sentinel_named(kind)
    assert len(one.does) > 30
    assert len(one.source) > 20
    assert (one.on_result is None) != (one.on_review is None)


def test_no_two_sentinels_share_a_name() -> None:
    names: list[Callable[..., object] | None] = [one.on_result or one.on_review for one in SENTINELS]
    assert len({one.kind for one in SENTINELS}) == len(SENTINELS) == len(set(names))
