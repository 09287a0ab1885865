"""Answering a form, comparing and settling: what is kept, who sees what, and what is refused."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from extraction.errors import BadValue, NotYet
from extraction.models import Answer, QuestionnaireVersion
from extraction.queries.answers import (
    askings_for,
    compare_answers,
    own_answers,
    settled_answers,
)
from extraction.queries.questionnaires import Slot
from extraction.questionnaires import Definition
from extraction.services import answers, questionnaires, structure
from extraction.services.answers import Written
from reviews.errors import ChangedMeanwhile, NotAllowed, NothingToDo, Refused
from tests.conftest import Cast
from tests.extraction.factories import a_study, an_arm
from tests.extraction.questionnaires.desk import Desk
from tests.extraction.questionnaires.factories import (
    a_form,
    answer,
    filled_in,
)
from tests.factories import a_review


@pytest.fixture
def desk(cast: Cast) -> Desk:
    """A form to fill in."""
    study = a_study(cast.review, reports=1)
    an_arm(study, "Exercise")
    an_arm(study, "Usual care")
    return Desk(cast, a_form(cast.review), study)


def test_the_newest_answer_counts_and_none_is_changed(desk: Desk) -> None:
    ben = desk.cast.ben
    for text in ("Portugal", "Portugal", "Spain", ""):
        answer(desk.form, desk.study, ben, country=text)
    assert desk.own(ben) == {"country": ""}
    assert [row.text for row in Answer.objects.order_by("pk")] == ["Portugal", "Spain", ""]


@pytest.mark.parametrize("model", [Answer, QuestionnaireVersion])
def test_answers_and_versions_cannot_be_changed(desk: Desk, model: type[Answer]) -> None:
    answer(desk.form, desk.study, desk.cast.ben, country="Portugal")
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(by=desk.cast.chi)


def test_an_answer_is_kept_with_what_it_means_and_where_it_was_read(desk: Desk) -> None:
    ben, report = desk.cast.ben, desk.study.links.get().report_id
    arm = desk.study.arms.all()[0]
    written = [
        Written(Slot("follow_up"), " 6.0 ", "for\r\nsix months", "2", report),
        Written(Slot("funders"), "Industry\nPublic"),
        Written(Slot("age", arm.pk), "63"),
        Written(Slot("design"), "nr"),
    ]
    answers.save(questionnaire=desk.form, study=desk.study, written=written, by=ben)
    own = own_answers(desk.form, desk.study, user=ben)
    follow_up, funders = own[Slot("follow_up")], own[Slot("funders")]
    assert (follow_up.text, follow_up.number, follow_up.unit) == ("6.0", 6.0, "months")
    assert (follow_up.quote, follow_up.page, follow_up.report_id) == ("for\nsix months", "2", report)
    assert funders.choices == ["Public", "Industry"]
    assert own[Slot("age", arm.pk)].arm == arm
    assert (own[Slot("design")].text, own[Slot("design")].choices) == ("Not reported", [])


def test_one_bad_answer_costs_nobody_the_rest(desk: Desk) -> None:
    ben = desk.cast.ben
    written = [
        Written(Slot("country"), "Portugal"),
        Written(Slot("follow_up"), "half a year"),
        Written(Slot("design"), "Alchemy"),
        Written(Slot("age"), "63"),
        Written(Slot("no_such"), "x"),
        Written(Slot("funders"), "Public", page="x" * 21),
        Written(Slot("funders"), "Public", report=0),
    ]
    saved = answers.save(questionnaire=desk.form, study=desk.study, written=written, by=ben)
    assert [row.text for row in saved.answers] == ["Portugal"]
    assert len(saved.refused) == 5
    assert "is not a number" in str(saved.refused[Slot("follow_up")])
    assert desk.own(ben) == {"country": "Portugal"}


@pytest.mark.parametrize("text", ["a\x00b", "🏃 בפעילות", "=1+1", "<script>", "x" * 500])
def test_any_words_are_kept(desk: Desk, text: str) -> None:
    answer(desk.form, desk.study, desk.cast.ben, country=text)
    assert desk.own(desk.cast.ben) == {"country": text.replace("\x00", "")}


def test_two_tabs_do_not_overwrite_each_other(desk: Desk) -> None:
    ben = desk.cast.ben
    answer(desk.form, desk.study, ben, country="Portugal")
    late = [Written(Slot("country"), "Spain", seen=0)]
    saved = answers.save(questionnaire=desk.form, study=desk.study, written=late, by=ben)
    assert isinstance(saved.refused[Slot("country")], ChangedMeanwhile)
    assert "Portugal" in str(saved.refused[Slot("country")])
    assert desk.own(ben) == {"country": "Portugal"}


def test_who_may_not_extract_answers_nothing(desk: Desk) -> None:
    for person in (desk.cast.dov, desk.cast.eve):
        with pytest.raises(NotAllowed):
            answer(desk.form, desk.study, person, country="x")
        with pytest.raises(NotAllowed):
            questionnaires.add(review=desk.cast.review, name="x", by=person)
        with pytest.raises(NotAllowed):
            questionnaires.revise(questionnaire=desk.form, definition=Definition(()), seen=2, by=person)


def test_a_form_of_another_review_is_refused(desk: Desk) -> None:
    elsewhere = a_form(a_review(lead=desk.cast.ana))
    with pytest.raises(Refused, match="another review"):
        answer(elsewhere, desk.study, desk.cast.ana, country="x")


def test_nobody_sees_the_answers_of_others_before_being_through(desk: Desk) -> None:
    ana, ben, chi = desk.cast.ana, desk.cast.ben, desk.cast.chi
    answer(desk.form, desk.study, ben, country="Spain")
    filled_in(desk.form, desk.study, chi, country="Portugal")
    assert compare_answers(desk.form, desk.study, viewer=ben) is None
    assert compare_answers(desk.form, desk.study, viewer=ana) is None
    answers.finish(questionnaire=desk.form, study=desk.study, by=ben)
    assert desk.row("country", ben).agree is False
    assert desk.row("country", ana).agree is False
    answers.reopen(questionnaire=desk.form, study=desk.study, by=ben)
    assert compare_answers(desk.form, desk.study, viewer=ben) is None


def test_who_is_through_answers_no_more_until_reopened(desk: Desk) -> None:
    ben = desk.cast.ben
    with pytest.raises(Refused, match="no answer of yours"):
        answers.finish(questionnaire=desk.form, study=desk.study, by=ben)
    filled_in(desk.form, desk.study, ben, country="Spain")
    with pytest.raises(Refused, match="Reopen"):
        answer(desk.form, desk.study, ben, country="Portugal")
    with pytest.raises(NothingToDo):
        answers.finish(questionnaire=desk.form, study=desk.study, by=ben)
    answers.reopen(questionnaire=desk.form, study=desk.study, by=ben)
    answer(desk.form, desk.study, ben, country="Portugal")
    assert desk.own(ben) == {"country": "Portugal"}


def test_agreement_is_by_meaning_and_rounding_is_recognised(desk: Desk) -> None:
    ben, chi = desk.cast.ben, desk.cast.chi
    filled_in(
        desk.form,
        desk.study,
        ben,
        country="the  UK",
        follow_up="6.04",
        design="RCT",
        funders="Public\nIndustry",
    )
    filled_in(
        desk.form,
        desk.study,
        chi,
        country="The UK",
        follow_up="6.0",
        design="Cohort",
        funders="Industry\nPublic",
    )
    rows = {row.slot.question: row for row in compare_answers(desk.form, desk.study, viewer=ben).rows}  # type: ignore[union-attr]
    assert [key for key, row in rows.items() if row.agree] == ["country", "funders"]
    assert [key for key, row in rows.items() if row.agree_after_rounding] == ["follow_up"]


def test_settling_asks_why_where_people_differ(desk: Desk) -> None:
    filled_in(desk.form, desk.study, desk.cast.ben, country="Spain", design="RCT")
    filled_in(desk.form, desk.study, desk.cast.chi, country="Portugal", design="RCT")
    with pytest.raises(Refused, match="Say why"):
        desk.settle("country", "Portugal")
    with pytest.raises(Refused, match="not asked"):
        desk.settle("age", "63", "why")
    with pytest.raises(BadValue):
        desk.settle("design", "Alchemy", "why")
    theirs = desk.row("country", desk.cast.ana).readings[desk.cast.chi.pk]
    with pytest.raises(Refused, match="another question"):
        desk.settle("design", "RCT", "why", chosen_from=theirs)
    settled = desk.settle("country", "Portugal", "Recruited in Lisbon", chosen_from=theirs, seen=0)
    assert (settled.settled, settled.chosen_from) == (True, theirs)
    with pytest.raises(ChangedMeanwhile):
        desk.settle("country", "Spain", "No", seen=0)
    assert desk.row("country", desk.cast.ana).is_settled
    assert desk.settle("design", "RCT").note == ""


def test_an_answer_that_changes_after_settling_opens_it_again(desk: Desk) -> None:
    filled_in(desk.form, desk.study, desk.cast.ben, country="Spain")
    filled_in(desk.form, desk.study, desk.cast.chi, country="Spain")
    desk.settle("country", "Spain")
    answers.reopen(questionnaire=desk.form, study=desk.study, by=desk.cast.ben)
    filled_in(desk.form, desk.study, desk.cast.ben, country="Portugal")
    assert not desk.row("country", desk.cast.ana).is_settled


def test_all_that_agrees_is_settled_at_once_and_what_differs_is_not(desk: Desk) -> None:
    ana = desk.cast.ana
    with pytest.raises(NotYet):
        answers.settle_agreeing(questionnaire=desk.form, study=desk.study, by=ana)
    filled_in(desk.form, desk.study, desk.cast.ben, country="Spain", design="RCT", follow_up="6")
    filled_in(desk.form, desk.study, desk.cast.chi, country="Portugal", design="RCT", follow_up="6.0")
    assert answers.settle_agreeing(questionnaire=desk.form, study=desk.study, by=ana) == 2
    with pytest.raises(NothingToDo):
        answers.settle_agreeing(questionnaire=desk.form, study=desk.study, by=ana)
    settled = settled_answers(desk.cast.review)
    texts = {column.question: settled.text(desk.study.pk, column) for column in settled.columns}
    assert texts["design"] == "RCT"
    assert texts["follow_up"] == "6 months"
    assert texts["country"] == ""


def test_one_extractor_is_enough_only_with_a_reason(desk: Desk) -> None:
    chi = desk.cast.chi
    filled_in(desk.form, desk.study, chi, country="Spain")
    with pytest.raises(NotYet, match="one is enough"):
        answers.settle_agreeing(questionnaire=desk.form, study=desk.study, by=chi)
    assert answers.settle_agreeing(questionnaire=desk.form, study=desk.study, note="Pilot", by=chi) == 1


def test_asking_is_read_by_those_who_are_through_and_kept_when_they_reopen(desk: Desk) -> None:
    ana, ben, chi = desk.cast.ana, desk.cast.ben, desk.cast.chi
    with pytest.raises(NotYet):
        answers.ask(
            questionnaire=desk.form, study=desk.study, slot=Slot("country"), text="Which site?", by=ana
        )
    filled_in(desk.form, desk.study, ben, country="Spain")
    filled_in(desk.form, desk.study, chi, country="Portugal")
    with pytest.raises(BadValue):
        answers.ask(questionnaire=desk.form, study=desk.study, slot=Slot("country"), text=" ", by=ana)
    answers.ask(questionnaire=desk.form, study=desk.study, slot=Slot("country"), text="Which site?", by=ana)
    assert [one.text for one in desk.row("country", ben).askings] == ["Which site?"]
    answers.reopen(questionnaire=desk.form, study=desk.study, by=ben)
    answers.ask(questionnaire=desk.form, study=desk.study, slot=Slot("country"), text="And when?", by=chi)
    seen = askings_for(desk.form, desk.study, viewer=ben)
    assert [one.text for one in seen[Slot("country")]] == ["Which site?"]
    late = a_study(desk.cast.review)
    assert askings_for(desk.form, late, viewer=ben) == {}


def test_settled_answers_are_put_together_by_arm_and_hidden_from_who_is_at_work(desk: Desk) -> None:
    ana, ben, chi = desk.cast.ana, desk.cast.ben, desk.cast.chi
    first, second = desk.study.arms.all()
    for person in (ben, chi):
        written = [Written(Slot("age", first.pk), "63.2"), Written(Slot("age", second.pk), "61")]
        answers.save(questionnaire=desk.form, study=desk.study, written=written, by=person)
        answers.finish(questionnaire=desk.form, study=desk.study, by=person)
    answers.settle_agreeing(questionnaire=desk.form, study=desk.study, by=ana)
    together = "Exercise: 63.2 years; Usual care: 61 years"
    assert settled_answers(desk.cast.review).texts == {desk.study.pk: {(desk.form.pk, "age"): together}}
    answers.reopen(questionnaire=desk.form, study=desk.study, by=ben)
    assert settled_answers(desk.cast.review, viewer=ben).texts == {}
    assert settled_answers(desk.cast.review, viewer=chi).texts
    structure.retire(thing=second, by=ana)
    assert settled_answers(desk.cast.review).texts[desk.study.pk] == {
        (desk.form.pk, "age"): "Exercise: 63.2 years"
    }
