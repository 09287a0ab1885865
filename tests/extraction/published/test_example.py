"""The claims of Ren et al. 2025: which are raised, and that correcting a claim or breaking one changes that."""

from __future__ import annotations

import pytest

from extraction.published import Status, check_text, example_text

RAISED = {"4", "7", "10", "19", "20", "22", "24", "26"}
SOUND = {"1", "2", "3", "5", "9", "16", "17", "18"}


def raised(text: str) -> set[str]:
    """The numbers of the claims that do not follow."""
    report = check_text(text)
    assert report.problems == ()
    return report.refs(Status.DOES_NOT_FOLLOW)


def with_change(old: str, new: str) -> str:
    """The example with one thing changed."""
    assert example_text().count(old) == 1, old
    return example_text().replace(old, new)


def test_what_does_not_follow_is_raised_and_what_follows_is_passed() -> None:
    report = check_text(example_text())
    assert report.problems == ()
    assert report.refs(Status.DOES_NOT_FOLLOW) >= RAISED
    assert report.refs(Status.FOLLOWS) >= SOUND
    # Beyond those: a country (6) and a frequency (14) that the studies' own papers give differently.
    assert report.refs(Status.DOES_NOT_FOLLOW) == RAISED | {"6", "14"}
    assert report.refs(Status.CANNOT_BE_CHECKED) == {"13", "21", "23", "25", "27", "28", "29"}


@pytest.mark.parametrize(
    ("ref", "old", "new"),
    [
        ("4", "total = 430 | exp = 222 | ctl = 208", "total = 420 | exp = 212 | ctl = 208"),
        ("6", "exp = 13 | ctl = 13 | year = 2012 | country = Portugal", "exp = 13 | ctl = 13 | year = 2012"),
        ("7", "6 (11, 26, 31-33)", "6 (11, 26, 31-34)"),
        ("10", "percent = 61.1", "percent = 62.5"),
        ("14", "low = 2 (26, 34)", "low = 2 (27)"),
        ("19", "I2 >= 50% and p <= 0.1", "I2 >= 50% or p <= 0.1"),
        ("22", "t = -0.23, p = 0.051", "t = -2.25, p = 0.051"),
        (
            "24",
            "Egger, function | p < 0.05 | includes null = yes",
            "Egger, function | p < 0.05 | includes null = no",
        ),
        (
            "26",
            "est = -0.256 to 10.629 | lower = -0.898 to 6.572 | upper = 0.202 to 14.686",
            "est = 0.384 to 0.586 | lower = -0.044 to 0.146 | upper = 0.812 to 1.026",
        ),
    ],
)
def test_a_claim_that_is_corrected_follows(ref: str, old: str, new: str) -> None:
    assert ref in raised(example_text())
    assert ref not in raised(with_change(old, new))


def test_a_second_study_in_the_subgroup_makes_it_a_pooled_result() -> None:
    text = (
        example_text().replace("aerobic = 1 (11)", "aerobic = 2 (11, 36)").replace("28, 32, 36)", "28, 32)")
    )
    assert "20" not in raised(text)


@pytest.mark.parametrize(
    ("ref", "old", "new"),
    [
        ("1", "parts = 20 + 218", "parts = 20 + 128"),
        ("2", "steps = 238 > 160 > 12", "steps = 238 > 260 > 12"),
        ("3", "count = 12", "count = 13"),
        ("5", "low = 2001 (26)", "low = 2010 (26)"),
        ("5", "high = 2021 (27)", "high = 2018 (11)"),
        ("8", "combined = 4 (27, 28, 32, 36)", "combined = 4 (27, 28, 32, 31)"),
        ("9", "count = 7 | list = 11, 27, 29, 33-36", "count = 7 | list = 11, 27, 29, 34-36"),
        ("9", "count = 3 | list = 27, 29, 34", "count = 3 | list = 27, 29, 43"),
        ("11", "percent = 25.0 | studies = 28 | arm = ctl", "percent = 26.0 | studies = 28 | arm = ctl"),
        ("16", "(0.055, 0.943)", "(0.055, 0.493)"),
        ("16", "p = 0.028", "p = 0.28"),
        ("17", "Z = 3.65", "Z = 3.56"),
        ("17", "p = 0.000", "p = 0.001"),
        ("18", "SMD = 0.500", "SMD = 0.510"),
    ],
)
def test_a_sound_claim_that_is_broken_is_raised(ref: str, old: str, new: str) -> None:
    assert ref not in raised(example_text())
    assert ref in raised(with_change(old, new))


def test_no_claim_is_known_by_its_number_or_its_words() -> None:
    """The same lines under other numbers and other subjects get the same verdicts."""
    lines = []
    for line in example_text().splitlines():
        cells = line.split(" | ")
        if len(cells) > 2 and cells[1] not in {"study", "studies", "estimate"}:
            cells[0], cells[2] = f"x{cells[0]}", f"something about {len(line)}"
        lines.append(" | ".join(cells))
    assert raised("\n".join(lines)) == {f"x{ref}" for ref in RAISED | {"6", "14"}}


def test_each_verdict_names_its_source_and_accuses_nobody() -> None:
    for one in check_text(example_text()).checked:
        for verdict in one.verdicts:
            assert verdict.source
            told = f"{verdict.expected} {verdict.found} {verdict.how_far} {verdict.usual_cause}".casefold()
            assert not {"wrong", "error", "fraud", "mistake", "fabricat", "false"} & set(told.split())
            if verdict.status is Status.DOES_NOT_FOLLOW:
                assert "" not in (verdict.expected, verdict.found, verdict.how_far, verdict.usual_cause)


def test_the_numbers_of_the_forensics_are_told() -> None:
    report = check_text(example_text())
    told = {
        one.claim.ref: " ".join(f"{v.expected} {v.found} {v.how_far} {v.usual_cause}" for v in one.verdicts)
        for one in report.having(Status.DOES_NOT_FOLLOW)
    }
    assert (
        "421: 178 + 180 in the 10 studies with known arms, 63 in 30 (Plowman 2016), 32 (Merico 2018)"
        in told["4"]
    )
    assert "34 (Pinto 2012) is in no group" in told["7"]
    assert "it takes 11 of 18 people" in told["10"]
    assert "0.8195 to 0.827, from t = -0.23 with 9 degrees of freedom" in told["22"]
    assert "|t| = 2.25" in told["22"]
    assert "arms of 8 and 8 has, as in 28 (Ferri 2019)" in told["26"]
