"""The pages of forms, with and without a script: nothing typed is lost, and nobody is shown what they must not see."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from extraction.forms.builder import BuilderForm
from extraction.models import Answer, Questionnaire
from extraction.queries.questionnaires import form_of
from extraction.questionnaires import CODE_BOOK
from extraction.services import answers
from tests.conftest import Cast
from tests.extraction.answers import SignIn, told
from tests.extraction.factories import a_study, an_arm
from tests.extraction.questionnaires.desk import Desk
from tests.extraction.questionnaires.factories import a_form, answer, filled_in


@pytest.fixture
def desk(cast: Cast) -> Desk:
    """A form to fill in."""
    study = a_study(cast.review, reports=1)
    an_arm(study, "Exercise")
    return Desk(cast, a_form(cast.review, name="PICO"), study)


def at(desk: Desk, name: str) -> str:
    """A page about the form."""
    return reverse(f"extraction:{name}", args=[desk.cast.review.slug, desk.form.pk])


def of(desk: Desk, name: str) -> str:
    """A page about the form and the study."""
    return reverse(f"extraction:{name}", args=[desk.cast.review.slug, desk.form.pk, desk.study.pk])


def sent(page: BuilderForm, **more: str) -> dict[str, str]:
    """What the browser sends of the builder as it stands."""
    data = {"seen": str(page.seen), "name": page.name}
    for i, section in enumerate(page.sections):
        data |= {f"s-{i}-key": section.key, f"s-{i}-title": section.title, f"s-{i}-help": section.help}
        data |= {f"s-{i}-per_arm": "1"} if section.per_arm else {}
        for j, question in enumerate(section.questions):
            for name in ("key", "label", "kind", "help", "unit", "choices"):
                data[f"q-{i}-{j}-{name}"] = getattr(question, name)
    return data | more


def autosave(client: Client, desk: Desk, *cells: dict[str, Any]) -> Any:
    """What the script gets back for these cells."""
    words = {"quote": "", "page": "", "report": "", "seen": 0}
    body = json.dumps({"cells": [words | cell for cell in cells]})
    return client.post(of(desk, "form_save"), body, content_type="application/json")


def test_a_form_is_made_from_a_template_and_called_like_it(desk: Desk, signed_in: SignIn) -> None:
    ben, add = signed_in(desk.cast.ben), reverse("extraction:form_add", args=[desk.cast.review.slug])
    assert ben.post(add, {"template": "tidier"}).status_code == 302
    assert Questionnaire.objects.get(template="tidier").name.startswith("Description of the interventions")
    for wrong in ({"template": "tidier"}, {"name": ""}, {"name": "x" * 121}, {"name": "A", "template": "no"}):
        assert ben.post(add, wrong).status_code == 422
    assert Questionnaire.objects.count() == 2


def test_every_button_of_the_builder_sends_the_page_and_saves_nothing(desk: Desk, signed_in: SignIn) -> None:
    ana = signed_in(desk.cast.ana)
    page = BuilderForm(form_of(desk.form))
    page.sections[0].questions[0].label = "Country, as typed just now"
    for do in (
        "add-section",
        "add:methods",
        "up:design",
        "down:country",
        "remove:age",
        "up:groups",
        "no-such:x",
        "up:",
    ):
        answer = ana.post(at(desk, "form_edit"), sent(page, do=do))
        assert answer.status_code == 200
        assert "Country, as typed just now" in told(answer)
    assert form_of(desk.form).newest.number == 2


def test_what_a_version_would_change_is_shown_before_it_is_saved(desk: Desk, signed_in: SignIn) -> None:
    for person in (desk.cast.ben, desk.cast.chi):
        answer(desk.form, desk.study, person, country="Spain")
    ana, page = signed_in(desk.cast.ana), BuilderForm(form_of(desk.form))
    page.act("remove:country")
    shown = ana.post(at(desk, "form_edit"), sent(page, do="check"))
    assert "“Country” (Methods) is no longer asked" in told(shown)
    assert "touches 2 answers in 1 study" in told(shown)
    assert form_of(desk.form).newest.number == 2
    unseen = ana.post(at(desk, "form_edit"), sent(page, do="save", checked="x"))
    assert unseen.status_code == 200
    assert form_of(desk.form).newest.number == 2
    saved = ana.post(at(desk, "form_edit"), sent(page, do="save", checked=page.digest, note="Too vague"))
    assert saved.status_code == 302
    assert form_of(desk.form).newest.note == "Too vague"
    assert "country" in form_of(desk.form).removed()
    mine = told(signed_in(desk.cast.ben).get(of(desk, "form_fill")))
    assert "No longer asked" in mine
    assert "Spain" in mine


def test_two_people_do_not_overwrite_each_others_form(desk: Desk, signed_in: SignIn) -> None:
    ana, ben = signed_in(desk.cast.ana), signed_in(desk.cast.ben)
    mine, theirs = BuilderForm(form_of(desk.form)), BuilderForm(form_of(desk.form))
    mine.act("remove:age")
    theirs.sections[0].title = "How it was done"
    assert ben.post(at(desk, "form_edit"), sent(theirs, do="save", checked=theirs.digest)).status_code == 302
    refused = ana.post(at(desk, "form_edit"), sent(mine, do="save", checked=mine.digest))
    assert refused.status_code == 200
    assert "Ben has saved version 3 since you opened version 2" in told(refused)
    assert "How it was done” is called “Methods" in told(refused)
    assert form_of(desk.form).newest.number == 3


def test_a_form_that_is_not_right_is_shown_again_with_what_is_wrong(desk: Desk, signed_in: SignIn) -> None:
    ana, page = signed_in(desk.cast.ana), BuilderForm(form_of(desk.form))
    page.act("add:methods")
    page.sections[0].questions[2].choices = "RCT"
    answer = ana.post(at(desk, "form_edit"), sent(page, do="save", checked=page.digest))
    assert answer.status_code == 422
    assert "Offer at least two choices" in told(answer)
    assert "Write the question." in told(answer)


@pytest.mark.parametrize(
    "data",
    [
        {"do": "save"},
        {"do": "check", "seen": "x"},
        {"do": "check", "seen": "9" * 30},
        {"do": "check", "seen": "2", "name": "\x00"},
        {"do": "check", "seen": "2", "s-0-key": "methods"},
        {"do": "add:no-such", "seen": "2"},
        {
            "do": "check",
            "seen": "2",
            "s-0-key": "a",
            "s-0-title": "A",
            "q-0-0-key": "a",
            "q-0-0-label": "\x01",
        },
        {
            "do": "check",
            "seen": "2",
            "s-0-key": "é\x00",
            "s-0-title": "🏃",
            "q-0-0-key": "",
            "q-0-0-kind": "x",
        },
    ],
)
def test_whatever_is_sent_to_the_builder_it_answers(
    desk: Desk, signed_in: SignIn, data: dict[str, str]
) -> None:
    assert signed_in(desk.cast.ana).post(at(desk, "form_edit"), data).status_code in {200, 422}
    assert form_of(desk.form).newest.number == 2


def test_without_a_script_the_save_button_saves_what_is_right_and_keeps_what_is_not(
    desk: Desk, signed_in: SignIn
) -> None:
    ben, report = signed_in(desk.cast.ben), desk.study.links.get().report_id
    data = {
        "s-country": "0",
        "v-country": "Spain",
        "q-country": "in Spain",
        "p-country": "2",
        "r-country": str(report),
        "s-follow_up": "0",
        "v-follow_up": "half a year",
        "s-funders": "0",
        "v-funders": ["Public", "Industry"],
    }
    answer = ben.post(of(desk, "form_fill"), data)
    assert answer.status_code == 422
    assert "is not a number" in told(answer)
    assert 'value="half a year"' in told(answer)
    assert desk.own(desk.cast.ben) == {"country": "Spain", "funders": "Public\nIndustry"}
    assert Answer.objects.get(question="country").quote == "in Spain"
    again = {"s-funders": str(Answer.objects.get(question="funders").pk)}
    assert ben.post(of(desk, "form_fill"), again).status_code == 302
    assert desk.own(desk.cast.ben)["funders"] == ""


def test_the_script_is_told_what_became_of_each_answer(desk: Desk, signed_in: SignIn) -> None:
    ben = signed_in(desk.cast.ben)
    first = autosave(
        ben, desk, {"key": "country", "text": "Spain"}, {"key": "design", "text": "Alchemy"}
    ).json()
    assert first["saved"]["country"] == Answer.objects.get().pk
    assert "not offered" in first["refused"]["design"]["message"]
    late = autosave(ben, desk, {"key": "country", "text": "Chile", "seen": 0}).json()
    assert late["refused"]["country"]["now"]["text"] == "Spain"
    assert desk.own(desk.cast.ben) == {"country": "Spain"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'{"cells": 1}',
        b'{"cells": [{}]}',
        b"\xff",
        b'{"cells": [1]}',
        b"[" * 100_000,
    ],
)
def test_what_cannot_be_read_is_said_to_the_script(desk: Desk, signed_in: SignIn, body: bytes) -> None:
    answer = signed_in(desk.cast.ben).post(of(desk, "form_save"), body, content_type="application/json")
    assert answer.status_code == 409
    assert "cannot be read" in answer.json()["error"]


def test_half_a_character_and_an_unknown_question_do_no_harm(desk: Desk, signed_in: SignIn) -> None:
    ben = signed_in(desk.cast.ben)
    odd = autosave(ben, desk, {"key": "country", "text": "\ud800"}, {"key": "x" * 500, "text": "1"})
    assert odd.status_code == 200
    assert "never been asked" in odd.json()["refused"]["x" * 60]["message"]
    assert desk.own(desk.cast.ben) == {"country": "?"}


def test_nobody_is_shown_the_answers_of_others_before_being_through(desk: Desk, signed_in: SignIn) -> None:
    answer(desk.form, desk.study, desk.cast.ben, country="Own words")
    filled_in(desk.form, desk.study, desk.cast.chi, country="Secret words")
    ben, ana = signed_in(desk.cast.ben), signed_in(desk.cast.ana)
    review = [desk.cast.review.slug]
    for client in (ben, ana):
        for page in (
            of(desk, "form_fill"),
            of(desk, "form_compare"),
            at(desk, "form"),
            at(desk, "form_answers"),
            reverse("extraction:forms", args=review),
        ):
            assert "Secret words" not in told(client.get(page))
    assert "Own words" in told(ben.get(at(desk, "form_answers")))
    assert "Own words" not in told(ana.get(at(desk, "form_answers")))
    answers.finish(questionnaire=desk.form, study=desk.study, by=desk.cast.ben)
    assert "Secret words" in told(ben.get(of(desk, "form_compare")))
    assert "Secret words" not in told(ben.get(at(desk, "form_answers")))


def test_a_difference_is_picked_written_anew_or_asked_about(desk: Desk, signed_in: SignIn) -> None:
    filled_in(desk.form, desk.study, desk.cast.ben, country="Spain", funders="Public", design="RCT")
    filled_in(desk.form, desk.study, desk.cast.chi, country="Portugal", funders="Industry", design="RCT")
    ana = signed_in(desk.cast.ana)
    theirs = Answer.objects.get(text="Portugal")
    pick = {"slot": "country", "choice": str(theirs.pk), "note": "Lisbon", "seen": "0"}
    ana.post(of(desk, "form_settle"), pick)
    other = {
        "slot": "funders",
        "choice": "other",
        "other": ["Public", "Industry"],
        "note": "Both",
        "seen": "0",
    }
    ana.post(of(desk, "form_settle"), other)
    ana.post(of(desk, "form_settle_agreeing"))
    settled = {row.question: row for row in Answer.objects.filter(settled=True)}
    assert {key: row.text for key, row in settled.items()} == {
        "country": "Portugal",
        "funders": "Public\nIndustry",
        "design": "RCT",
    }
    assert settled["country"].chosen_from == theirs
    ana.post(of(desk, "form_ask"), {"slot": "country", "text": "Which site?"})
    assert "Which site?" in told(signed_in(desk.cast.ben).get(of(desk, "form_compare")))


def test_whoever_is_through_sees_in_the_list_that_something_was_asked(desk: Desk, signed_in: SignIn) -> None:
    filled_in(desk.form, desk.study, desk.cast.ben, country="Spain")
    filled_in(desk.form, desk.study, desk.cast.chi, country="Portugal")
    signed_in(desk.cast.ana).post(of(desk, "form_ask"), {"slot": "country", "text": "Which site?"})
    assert "1 asked" in told(signed_in(desk.cast.ben).get(at(desk, "form")))
    answers.reopen(questionnaire=desk.form, study=desk.study, by=desk.cast.ben)
    assert "1 asked" not in told(signed_in(desk.cast.ben).get(at(desk, "form")))
    assert "Which site?" in told(signed_in(desk.cast.ben).get(of(desk, "form_fill")))


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"slot": "x", "seen": "0"},
        {"slot": "country", "seen": "x", "choice": "nothing"},
        {"slot": "country", "seen": "0", "choice": "other"},
        {"slot": "country", "seen": "0", "choice": "9" * 18},
        {"slot": "country", "seen": "0", "choice": "٣", "note": "why"},
        {"slot": "follow_up", "seen": "0", "choice": "other", "other": "x", "note": "why"},
        {"slot": "country", "seen": "0", "choice": "other", "other": "x"},
    ],
)
def test_a_choice_that_makes_no_sense_settles_nothing(
    desk: Desk, signed_in: SignIn, data: dict[str, str]
) -> None:
    filled_in(desk.form, desk.study, desk.cast.ben, country="Spain")
    filled_in(desk.form, desk.study, desk.cast.chi, country="Portugal")
    ana = signed_in(desk.cast.ana)
    assert ana.post(of(desk, "form_settle"), data).status_code == 302
    assert ana.post(of(desk, "form_ask"), data).status_code == 302
    assert not Answer.objects.filter(settled=True).exists()


def test_the_code_book_and_the_answers_can_be_kept(desk: Desk, signed_in: SignIn) -> None:
    filled_in(desk.form, desk.study, desk.cast.ben, country="=1+1", funders="Public\nIndustry")
    ben = signed_in(desk.cast.ben)
    book = [
        reverse("extraction:form_codebook", args=[desk.cast.review.slug, desk.form.pk, kind])
        for kind in ("csv", "xlsx", "pdf")
    ]
    rows = list(csv.reader(io.StringIO(ben.get(book[0]).content.decode("utf-8-sig"))))
    assert tuple(rows[0]) == CODE_BOOK
    assert [row[0] for row in rows[1:]] == ["country", "follow_up", "design", "funders", "age"]
    sheet = load_workbook(io.BytesIO(ben.get(book[1]).content)).active
    assert sheet is not None
    assert [str(cell.value) for cell in sheet["A"]] == ["key", *(row[0] for row in rows[1:])]
    assert ben.get(book[2]).status_code == 404
    kept = list(csv.DictReader(io.StringIO(ben.get(at(desk, "form_answers")).content.decode("utf-8-sig"))))
    assert [(row["whose"], row["country"], row["funders"]) for row in kept] == [
        ("mine", "'=1+1", "Public; Industry")
    ]


def test_pages_take_as_many_queries_for_many_studies_as_for_one(
    desk: Desk, signed_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    ben = signed_in(desk.cast.ben)
    pages = [
        reverse("extraction:forms", args=[desk.cast.review.slug]),
        at(desk, "form"),
        at(desk, "form_answers"),
        of(desk, "form_fill"),
        of(desk, "form_compare"),
    ]

    def count(page: str) -> int:
        with django_assert_max_num_queries(60) as captured:
            ben.get(page)
        return len(captured.captured_queries)

    filled_in(desk.form, desk.study, desk.cast.ben, country="Spain")
    filled_in(desk.form, desk.study, desk.cast.chi, country="Portugal")
    few = [count(page) for page in pages]
    for _ in range(4):
        study = a_study(desk.cast.review)
        an_arm(study)
        an_arm(desk.study)
        for person in (desk.cast.ben, desk.cast.chi):
            filled_in(desk.form, study, person, country="Spain", design="RCT")
    assert [count(page) for page in pages] == few
