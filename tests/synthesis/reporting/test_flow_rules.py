"""The arithmetic of the PRISMA flow: every rule holds for a sound review, and says in plain words when it does not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from synthesis.reporting.flow import FlowCounts, Note, StudiesAndReports, Tally
from synthesis.reporting.flow_rules import RULES, RuleResult, check

SOUND = FlowCounts(
    database_records=238,
    register_records=12,
    databases=(Tally("PubMed", 160), Tally("CNKI", 78)),
    registers=(Tally("ClinicalTrials.gov", 12),),
    duplicates=78,
    removed_by_automation=1,
    removed_for_other_reasons=1,
    screened=170,
    excluded=100,
    sought=70,
    not_retrieved=1,
    assessed=69,
    reports_excluded=50,
    exclusion_reasons=(Tally("Not randomised", 30), Tally("No exercise", 20)),
    website_records=3,
    organisation_records=1,
    citation_records=14,
    other_sought=9,
    other_not_retrieved=2,
    other_assessed=7,
    other_reports_excluded=4,
    other_exclusion_reasons=(Tally("No exercise", 4),),
    included=StudiesAndReports(12, 17),
    found_by_both=("Jensen 2017", "Lunetta 2016"),
    awaiting_classification=StudiesAndReports(1, 2),
    ongoing=StudiesAndReports(1, 1),
    analysed=StudiesAndReports(8, 11),
)
UPDATE = replace(
    SOUND,
    included=StudiesAndReports(12, 16),
    new_reports_of_previous=1,
    previous=StudiesAndReports(10, 14),
    total=StudiesAndReports(22, 31),
)


def rule(counts: FlowCounts, code: str) -> RuleResult:
    return next(result for result in check(counts) if result.code == code)


@pytest.mark.parametrize("counts", [SOUND, UPDATE])
def test_a_sound_review_satisfies_every_rule_and_all_are_shown(counts: FlowCounts) -> None:
    results = check(counts)
    assert [r.code for r in results] == ["E1", "E2", "E3", "W4", "E5", "W6", "E7", "E8", "E9", "E10"]
    assert [r.code for r in results if not r.ok] == []
    assert all(r.sentence.endswith(".") for r in results)
    assert {r.code for r in results if r.severity == "warning"} == {"W4", "W6"}


def test_an_empty_review_breaks_no_rule() -> None:
    assert all(result.ok for result in check(FlowCounts(database_records=0, register_records=0)))


BROKEN = [
    (
        "E1", {"databases": (Tally("PubMed", 160), Tally("CNKI", 70))},
        "238 records are said to come from databases, but these add up to 230.",
    ),
    ("E1", {"registers": (Tally("ICTRP", 13),)}, "12 records are said to come from registers, but these add up to 13."),
    (
        "E2", {"screened": 165},
        "250 identified less 80 removed leaves 170 records to screen, but 165 reached screening: 5 missing.",
    ),
    (
        "E2", {"screening_open": 3},
        ("250 identified less 80 removed leaves 170 records to screen, but 173 reached screening "
        "(3 of them still to be screened): 3 too many."),
    ),
    ("E3", {"excluded": 171}, "171 records cannot have been excluded out of 170 screened."),
    ("E3", {"excluded": -1}, "-1 records cannot have been excluded out of 170 screened."),
    (
        "W4", {"sought": 71},
        ("70 records were kept after screening, but 71 reports were sought. That is right only if one record led to "
        "several reports, or several records to one: say in a note which."),
    ),
    (
        "E5", {"not_retrieved": 2},
        ("Of 70 reports sought via databases and registers, 2 were not retrieved; that leaves 68 assessed, "
        "but 69 are counted."),
    ),
    (
        "E5", {"other_assessment_open": 1},
        ("Of 9 reports sought via other methods, 2 were not retrieved and 1 still in work; that leaves 6 assessed, "
        "but 7 are counted."),
    ),
    (
        "W6", {"website_records": 0, "citation_records": 0},
        ("9 reports sought via other methods, which found only 1 record. That is right only if one "
        "record led to several reports: say in a note which."),
    ),
    (
        "E7", {"included": StudiesAndReports(12, 18)},
        ("19 assessed reports from databases and registers and 3 from other methods were not excluded, less 2 found by "
        "both routes, less 3 awaiting classification or ongoing: that makes 17 included reports, but 18 are counted."),
    ),
    (
        "E8", {"included": StudiesAndReports(18, 17)},
        "18 studies cannot be included with only 17 reports about them.",
    ),
    (
        "E8", {"exclusion_reasons": (Tally("Not randomised", 30),)},
        ("50 reports from databases and registers were excluded, but 30 primary reasons are given: each excluded report "
        "needs exactly one."),
    ),
    (
        "E8", {"other_exclusion_reasons": (Tally("No exercise", 3), Tally("Review", 2))},
        ("4 reports from other methods were excluded, but 5 primary reasons are given: each excluded report needs "
        "exactly one."),
    ),
    (
        "E9", {"previous": StudiesAndReports(10, 14), "total": StudiesAndReports(23, 31)},
        "10 earlier and 12 new studies make 22, but the total says 23.",
    ),
    (
        "E9", {"previous": StudiesAndReports(10, 14), "total": StudiesAndReports(22, 30)},
        "14 earlier reports, 17 of new studies and 0 new on earlier studies make 31, but the total says 30.",
    ),
    (
        "E10", {"analysed": StudiesAndReports(13, 17)},
        "The meta-analyses are said to use 13 studies, but only 12 are included.",
    ),
    (
        "E10", {"analysed": StudiesAndReports(12, 18)},
        "The meta-analyses are said to use 18 reports, but only 17 are included.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("code", "changes", "sentence"), BROKEN)
def test_a_broken_rule_says_what_does_not_add_up(
    code: str, changes: dict[str, object], sentence: str
) -> None:
    result = rule(replace(SOUND, **changes), code)  # type: ignore[arg-type]
    assert not result.ok
    assert result.sentence == sentence
    assert result.numbers


def test_every_rule_has_a_case_that_breaks_it() -> None:
    assert {code for code, _, _ in BROKEN} == {result.code for result in check(SOUND)}
    assert len(RULES) == 10


def test_a_note_settles_a_warning_and_is_shown() -> None:
    noted = replace(SOUND, sought=71, assessed=70, notes=(Note("W4", "Jensen 2017 has two reports."),))
    result = rule(noted, "W4")
    assert result.ok
    assert result.sentence == "The team explains the difference: Jensen 2017 has two reports."


def test_a_note_does_not_settle_an_error() -> None:
    assert not rule(replace(SOUND, screened=165, notes=(Note("E2", "Never mind."),)), "E2").ok


def test_a_review_under_way_adds_up_with_what_is_open() -> None:
    under_way = FlowCounts(
        database_records=238,
        register_records=0,
        duplicates=78,
        screened=100,
        excluded=80,
        screening_open=60,
        sought=20,
        not_retrieved=1,
        retrieval_open=5,
        assessed=10,
        assessment_open=4,
        reports_excluded=4,
        exclusion_reasons=(Tally("Not randomised", 4),),
        included=StudiesAndReports(5, 6),
    )
    assert [result.code for result in check(under_way) if not result.ok] == []
    assert "60 of them still to be screened" in rule(under_way, "E2").sentence


def test_reports_found_by_both_routes_are_listed() -> None:
    assert "Found by both routes: Jensen 2017; Lunetta 2016." in rule(SOUND, "E7").sentence


def test_unsettled_studies_are_named() -> None:
    assert (
        "2 awaiting classification or ongoing are neither included nor excluded"
        in rule(SOUND, "E10").sentence
    )


def test_numbers_are_those_the_rule_looked_at() -> None:
    assert rule(SOUND, "E3").numbers == (("Screened", 170), ("Excluded", 100))
