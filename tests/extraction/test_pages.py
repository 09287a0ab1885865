"""The pages of studies and structure."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from extraction.models import Arm, ComparisonArm, Outcome, Study
from extraction.queries.cells import sheet_of
from extraction.rail import sections
from extraction.services import completion, values
from reviews.models import Membership, User
from reviews.services.editing import fingerprint
from tests.conftest import Cast
from tests.extraction.answers import SignIn, told
from tests.extraction.factories import (
    RESULTS,
    a_comparison,
    a_study,
    an_arm,
    an_included_report,
    an_outcome,
    assessed,
    extracted,
)


def at(cast: Cast, name: str, *arguments: object) -> str:
    """The address of a page of the review."""
    return reverse(f"extraction:{name}", args=[cast.review.slug, *arguments])


def test_a_waiting_report_becomes_a_study(cast: Cast, signed_in: SignIn) -> None:
    report = an_included_report(cast.review, authors=["Braga, A. C."], year=2018)
    ben = signed_in(cast.ben)
    assert 'value="Braga 2018"' in told(ben.get(at(cast, "studies")))
    data = {"report": report.pk, "label": "Braga 2018", "year": 2018}
    answer = ben.post(at(cast, "study_place"), data, follow=True)
    assert "is a study now" in told(answer)
    study = Study.objects.get()
    assert (study.label, study.year, study.links.get().report) == ("Braga 2018", 2018, report)


def test_a_waiting_report_joins_the_study_that_is_named(cast: Cast, signed_in: SignIn) -> None:
    study, report = a_study(cast.review, label="Braga 2018"), an_included_report(cast.review)
    ben = signed_in(cast.ben)
    unknown = ben.post(
        at(cast, "study_place"), {"report": report.pk, "label": "Drory 2001", "join": "1"}, follow=True
    )
    assert "There is no study called “Drory 2001”" in told(unknown)
    ben.post(at(cast, "study_place"), {"report": report.pk, "label": "Braga 2018", "join": "1"})
    assert study.links.get().report == report


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        ({"report": "0", "label": "Braga"}, "does not await a study"),
        ({"report": "x", "label": "Braga"}, "does not await a study"),
        ({"label": "Braga"}, "required"),
        ({"report": "REPORT", "label": " "}, "Write the study"),
        ({"report": "REPORT", "label": "x" * 121}, "at most 120"),
        ({"report": "REPORT", "label": "Taken"}, "already"),
    ],
)
def test_a_study_is_not_made_of_nonsense(
    cast: Cast, signed_in: SignIn, data: dict[str, str], complaint: str
) -> None:
    a_study(cast.review, label="Taken")
    report = an_included_report(cast.review)
    data = {name: str(report.pk) if text == "REPORT" else text for name, text in data.items()}
    answer = signed_in(cast.ben).post(at(cast, "study_place"), data, follow=True)
    assert complaint in told(answer)
    assert Study.objects.count() == 1


def test_every_waiting_report_becomes_a_study_at_once(cast: Cast, signed_in: SignIn) -> None:
    for year in (2001, 2002):
        an_included_report(cast.review, authors=["Drory V"], year=year)
    signed_in(cast.ben).post(at(cast, "study_make_each"))
    assert [study.label for study in Study.objects.all()] == ["Drory 2001", "Drory 2002"]


def test_observers_see_studies_and_no_buttons(cast: Cast, signed_in: SignIn) -> None:
    study = a_study(cast.review, reports=1)
    an_arm(study)
    an_included_report(cast.review)
    dov = signed_in(cast.dov)
    for page in (
        at(cast, "studies"),
        at(cast, "study", study.pk),
        at(cast, "structure"),
        at(cast, "extraction"),
    ):
        html = told(dov.get(page))
        # Signing out is the only thing to send.
        assert html.count('method="post"') == 1
        assert "Make a study" not in html


@pytest.mark.parametrize(
    ("field", "text", "complaint"),
    [
        ("label", "", "required"),
        ("label", "Taken", "already"),
        ("label", "x" * 121, "at most 120"),
        ("year", "18", "four digits"),
        ("year", "soon", "whole number"),
        ("moderators", "weeks 26", "a colon"),
        ("moderators", "weeks: 1\nweeks: 2", "twice"),
    ],
)
def test_details_are_checked(cast: Cast, signed_in: SignIn, field: str, text: str, complaint: str) -> None:
    a_study(cast.review, label="Taken")
    study = a_study(cast.review, label="Braga 2018")
    names = ("label", "year", "design", "country", "registration", "notes", "moderators")
    data = {"label": "Braga 2018", "seen": fingerprint(study, names), field: text}
    answer = signed_in(cast.ben).post(at(cast, "study_edit", study.pk), data)
    assert answer.status_code == 422
    assert complaint in told(answer)


def test_details_are_saved_with_numbers_and_groups(cast: Cast, signed_in: SignIn) -> None:
    study = a_study(cast.review, label="Braga 2018")
    ben, page = signed_in(cast.ben), at(cast, "study_edit", study.pk)
    seen = ben.get(page).context["form"].initial["seen"]
    data = {
        "label": "Braga 2018",
        "year": "2018",
        "moderators": "weeks: 26\ndose: 1.5\nexercise type: aerobic",
    }
    ben.post(page, data | {"seen": seen})
    study.refresh_from_db()
    assert study.moderators == {"weeks": 26, "dose": 1.5, "exercise type": "aerobic"}
    late = signed_in(cast.chi).post(page, data | {"seen": seen, "country": "Italy"})
    assert late.status_code == 422
    assert "Somebody else changed this" in told(late)
    assert 'value="Italy"' in told(late)


def test_arms_are_added_put_right_and_retired(cast: Cast, signed_in: SignIn) -> None:
    study, ben = a_study(cast.review), signed_in(cast.ben)
    ben.post(at(cast, "arm_add", study.pk), {"label": "Exercise", "randomised": "24"})
    again = ben.post(at(cast, "arm_add", study.pk), {"label": "Exercise", "intervention": "Twice a week"})
    assert again.status_code == 422
    assert "Twice a week" in told(again)
    arm = Arm.objects.get()
    page = at(cast, "arm", arm.pk)
    seen = ben.get(page).context["form"].initial["seen"]
    ben.post(page, {"label": "Aerobic exercise", "randomised": "24", "seen": seen})
    ben.post(at(cast, "arm_retire", arm.pk))
    arm.refresh_from_db()
    assert (arm.label, arm.retired_at is None) == ("Aerobic exercise", False)
    ben.post(at(cast, "arm_retire", arm.pk), {"restore": "1"})
    arm.refresh_from_db()
    assert arm.retired_at is None


@pytest.mark.parametrize("number", ["-1", "3000000000", "many", "1.5"])
def test_nobody_randomises_an_impossible_number(cast: Cast, signed_in: SignIn, number: str) -> None:
    study = a_study(cast.review)
    answer = signed_in(cast.ben).post(at(cast, "arm_add", study.pk), {"label": "A", "randomised": number})
    assert answer.status_code == 422
    assert not Arm.objects.exists()


def test_sides_are_saved_and_nonsense_is_passed_over_or_refused(cast: Cast, signed_in: SignIn) -> None:
    study, comparison = a_study(cast.review), a_comparison(cast.review)
    arm, ben = an_arm(study), signed_in(cast.ben)
    ben.post(
        at(cast, "arrange", study.pk),
        {f"side-{comparison.pk}-{arm.pk}": "control", "side-x": "1", "side-1": ""},
    )
    assert ComparisonArm.objects.get().side == "control"
    wrong = ben.post(at(cast, "arrange", study.pk), {f"side-{comparison.pk}-{arm.pk}": "left"}, follow=True)
    assert "experimental or on the control" in told(wrong)
    foreign = ben.post(at(cast, "arrange", study.pk), {f"side-{comparison.pk}-99999": "control"}, follow=True)
    assert "different reviews" in told(foreign)


def test_outcomes_and_comparisons_are_added_revised_and_retired(cast: Cast, signed_in: SignIn) -> None:
    ben = signed_in(cast.ben)
    data = {"domain": "Function", "metric": "final", "direction": "higher", "unit": "points"}
    ben.post(at(cast, "outcome_add"), data)
    twice = ben.post(at(cast, "outcome_add"), data)
    assert twice.status_code == 422
    assert "already" in told(twice)
    outcome = Outcome.objects.get()
    page = at(cast, "outcome", outcome.pk)
    seen = ben.get(page).context["form"].initial["seen"]
    ben.post(page, data | {"domain": "Physical function", "seen": seen})
    ben.post(at(cast, "outcome_retire", outcome.pk))
    assert "Use again: Physical function" in told(ben.get(at(cast, "structure")))
    ben.post(at(cast, "comparison_add"), {"experimental": "Exercise", "control": "Usual care"})
    assert "Exercise v Usual care" in told(ben.get(at(cast, "structure")))


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"domain": "x", "metric": "guess", "direction": "higher"},
        {"domain": "x", "metric": "final", "direction": "sideways"},
        {"domain": "x" * 121, "metric": "final", "direction": "higher"},
    ],
)
def test_an_outcome_is_checked(cast: Cast, signed_in: SignIn, data: dict[str, str]) -> None:
    assert signed_in(cast.ben).post(at(cast, "outcome_add"), data).status_code == 422
    assert signed_in(cast.ben).post(at(cast, "comparison_add"), data).status_code == 422
    assert not Outcome.objects.exists()


def test_the_study_shows_settled_results_but_not_to_who_is_extracting(cast: Cast, signed_in: SignIn) -> None:
    study = a_study(cast.review)
    outcome, arm = an_outcome(cast.review), an_arm(study)
    (mean, sd, *_) = sheet_of(study).lines()
    for person in (cast.ben, cast.chi):
        extracted(study, person, {mean: "31.4159"})
    values.settle_agreeing(study=study, by=cast.ana)
    assessed(study, cast.ben)
    page = at(cast, "study", study.pk)
    for person in (cast.ana, cast.ben, cast.dov):
        assert "31.4159" in told(signed_in(person).get(page))
    values.record(study=study, readings=[values.Reading(sd, "2")], by=cast.ana)
    html = told(signed_in(cast.ana).get(page))
    assert "31.4159" not in html
    assert "when you have finished your own extraction" in html
    assert outcome.pk
    assert arm.pk


def test_the_rail_counts_what_is_to_do(cast: Cast) -> None:
    an_included_report(cast.review)
    study, other = a_study(cast.review), a_study(cast.review)
    an_outcome(cast.review)
    an_arm(study)
    (mean, *_) = sheet_of(study).lines()
    extracted(study, cast.ben, {mean: "1"})

    def counts(person: User) -> list[tuple[int | None, int | None, int | None]]:
        member = Membership.objects.select_related("review").get(review=cast.review, user=person)
        return [(one.todo, one.done, one.conflicts) for one in sections(member) if one.key != "published"]

    assert counts(cast.ben) == [(1, 2, None), (1, 0, None), (2, 0, None)]
    assert counts(cast.chi) == [(1, 2, None), (2, 0, None), (2, 0, None)]
    assert counts(cast.dov) == [(1, 2, None), (0, 0, None), (0, 0, None)]
    extracted(study, cast.chi, {mean: "2"})
    assert counts(cast.ana)[1] == (1, 0, 1)
    assert counts(cast.dov)[1] == (0, 0, None)
    completion.reopen(study=study, task=RESULTS, by=cast.chi)
    assert counts(cast.chi)[1] == (2, 0, None)
    assert other.pk


def asked(client: Client, page: str) -> int:
    """How often a page asks the database."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(page).status_code == 200
    return len(queries)


def a_settled_study(cast: Cast, arms: int) -> Study:
    """A study that two people extracted and assessed, with a report that awaits a study beside it."""
    study = a_study(cast.review, reports=arms)
    for _ in range(arms):
        an_arm(study)
    numbers = {cell: "1" for cell in sheet_of(study).lines() if cell.field != "measure"}
    for person in (cast.ben, cast.chi):
        extracted(study, person, numbers)
        assessed(study, person)
    values.settle_agreeing(study=study, by=cast.ana)
    an_included_report(cast.review)
    return study


@pytest.mark.parametrize("name", ["studies", "extraction", "bias_table"])
def test_many_studies_take_as_many_queries_as_one(cast: Cast, signed_in: SignIn, name: str) -> None:
    client = signed_in(cast.ana)
    an_outcome(cast.review)
    a_settled_study(cast, arms=1)
    few = asked(client, at(cast, name))
    for _ in range(4):
        a_settled_study(cast, arms=1)
    assert asked(client, at(cast, name)) == few


@pytest.mark.parametrize("name", ["study", "extract", "compare", "bias", "bias_compare"])
def test_a_large_study_takes_as_many_queries_as_a_small_one(cast: Cast, signed_in: SignIn, name: str) -> None:
    client = signed_in(cast.ben)
    an_outcome(cast.review)
    a_comparison(cast.review)
    small = asked(client, at(cast, name, a_settled_study(cast, arms=1).pk))
    for _ in range(4):
        an_outcome(cast.review)
        a_comparison(cast.review)
    assert asked(client, at(cast, name, a_settled_study(cast, arms=4).pk)) == small
