"""What becomes of answers when a form is changed, and what a change is refused for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.test import TestCase

from extraction.errors import BadValue
from extraction.models import Answer, Questionnaire
from extraction.queries.answers import (
    form_works,
    settled_answers,
)
from extraction.queries.questionnaires import effects, form_of, forms_of
from extraction.questionnaires import Definition, Kind
from extraction.services import answers, questionnaires
from reviews.errors import ChangedMeanwhile, NothingToDo, Refused
from tests.conftest import Cast
from tests.extraction.factories import a_study, an_arm
from tests.extraction.questionnaires.desk import Desk
from tests.extraction.questionnaires.factories import (
    AGE,
    ASKED,
    COUNTRY,
    DESIGN,
    FOLLOW_UP,
    FUNDERS,
    GROUPS,
    METHODS,
    a_form,
    answer,
    ask,
    filled_in,
)


@pytest.fixture
def desk(cast: Cast) -> Desk:
    """A form to fill in."""
    study = a_study(cast.review, reports=1)
    an_arm(study, "Exercise")
    an_arm(study, "Usual care")
    return Desk(cast, a_form(cast.review), study)


def test_a_removed_question_keeps_its_answers_and_still_takes_one_that_was_being_typed(desk: Desk) -> None:
    ben = desk.cast.ben
    answer(desk.form, desk.study, ben, country="Spain")
    form = ask(desk.form, Definition((replace(METHODS, questions=(FOLLOW_UP,)),)))
    answer(desk.form, desk.study, ben, design="RCT", country="Portugal")
    assert desk.own(ben) == {"country": "Portugal", "design": "RCT"}
    assert set(form.removed()) == {"country", "design", "funders", "age"}
    assert Answer.objects.get(question="design").version.number == 2


def test_effects_count_the_answers_that_a_change_touches(desk: Desk) -> None:
    other = a_study(desk.cast.review)
    for person in (desk.cast.ben, desk.cast.chi):
        answer(desk.form, desk.study, person, country="Spain", design="RCT")
    answer(desk.form, other, desk.cast.ben, country="Chile", design="Cohort")
    answer(desk.form, other, desk.cast.ben, country="")
    after = Definition(
        (replace(METHODS, questions=(replace(DESIGN, choices=("RCT", "Other")), FOLLOW_UP, FUNDERS)), GROUPS)
    )
    told = {
        (one.change.key, one.change.changed.value): (one.answers, one.studies)
        for one in effects(form_of(desk.form), after)
    }
    assert told == {("country", "removed"): (2, 1), ("design", "choices"): (1, 1), ("", "moved"): (0, 0)}


def test_a_form_is_changed_by_one_person_at_a_time_and_never_by_a_broken_one(desk: Desk) -> None:
    revise = questionnaires.revise
    with pytest.raises(ChangedMeanwhile):
        revise(questionnaire=desk.form, definition=ASKED, seen=1, by=desk.cast.ben)
    with pytest.raises(NothingToDo):
        revise(questionnaire=desk.form, definition=ASKED, seen=2, by=desk.cast.ben)
    with pytest.raises(BadValue, match="at least one section"):
        revise(questionnaire=desk.form, definition=Definition(()), seen=2, by=desk.cast.ben)
    assert revise(questionnaire=desk.form, definition=ASKED, name="New", seen=2, by=desk.cast.ben).number == 2
    assert Questionnaire.objects.get(pk=desk.form.pk).name == "New"


def test_names_are_used_once_and_templates_are_known(desk: Desk) -> None:
    add = questionnaires.add
    made = add(review=desk.cast.review, name="  PICO\x00  of it ", template="pico", by=desk.cast.ben)
    assert made.name == "PICO of it"
    assert form_of(made).newest.number == 1
    for name, template in (("PICO of it", ""), ("", ""), ("x" * 121, ""), ("Y", "no-such")):
        with pytest.raises(Refused):
            add(review=desk.cast.review, name=name, template=template, by=desk.cast.ben)


def test_a_retired_form_is_not_answered_until_it_is_used_again(desk: Desk) -> None:
    questionnaires.retire(questionnaire=desk.form, by=desk.cast.ben)
    desk.form.refresh_from_db()
    with pytest.raises(Refused, match="retired"):
        answer(desk.form, desk.study, desk.cast.ben, country="Spain")
    with pytest.raises(NothingToDo):
        questionnaires.retire(questionnaire=desk.form, by=desk.cast.ben)
    assert forms_of(desk.cast.review) == []
    questionnaires.bring_back(questionnaire=desk.form, by=desk.cast.ben)
    desk.form.refresh_from_db()
    answer(desk.form, desk.study, desk.cast.ben, country="Spain")


def test_answers_in_different_units_do_not_agree(desk: Desk) -> None:
    answer(desk.form, desk.study, desk.cast.ben, follow_up="6")
    ask(desk.form, Definition((replace(METHODS, questions=(replace(FOLLOW_UP, unit="weeks"),)), GROUPS)))
    answer(desk.form, desk.study, desk.cast.chi, follow_up="6")
    for person in (desk.cast.ben, desk.cast.chi):
        answers.finish(questionnaire=desk.form, study=desk.study, by=person)
    row = desk.row("follow_up", desk.cast.ana)
    assert (row.agree, row.agree_after_rounding) == (False, False)


def test_a_question_that_became_a_number_keeps_the_words(desk: Desk) -> None:
    answer(desk.form, desk.study, desk.cast.ben, country="Spain")
    ask(
        desk.form,
        Definition((replace(METHODS, questions=(replace(COUNTRY, kind=Kind.NUMBER),)), replace(GROUPS))),
    )
    assert desk.own(desk.cast.ben) == {"country": "Spain"}
    assert AGE.key in form_of(desk.form).definition.by_key()


def test_overviews_take_as_many_queries_for_many_studies_as_for_one(desk: Desk) -> None:
    def fill(number: int) -> None:
        for _ in range(number):
            study = a_study(desk.cast.review)
            an_arm(study)
            form = a_form(desk.cast.review)
            for person in (desk.cast.ben, desk.cast.chi):
                filled_in(form, study, person, country="Spain", design="RCT")
            answers.settle_agreeing(questionnaire=form, study=study, by=desk.cast.ana)

    fill(1)
    for rows in (1, 4):
        with TestCase().assertNumQueries(6):
            assert form_works(desk.cast.review, forms_of(desk.cast.review))
        with TestCase().assertNumQueries(5):
            settled_answers(desk.cast.review, viewer=desk.cast.dov)
        with TestCase().assertNumQueries(3):
            settled_answers(desk.cast.review)
        fill(rows)
