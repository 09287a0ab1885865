"""Asking about a cell before it is settled: to whom, who sees it, whose turn it is; and the tabs of the page."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from extraction.errors import BadValue, NotYet
from extraction.models import CellAnswer, CellQuestion, Completion, Study
from extraction.queries.cells import Cell, compare, own_values, sheet_of
from extraction.queries.progress import progress
from extraction.queries.questions import questions_for, threads
from extraction.services import completion, questions, values
from reviews.errors import ChangedMeanwhile, NotAllowed, Refused
from reviews.models import User
from tests.conftest import Cast
from tests.extraction.answers import SignIn, told
from tests.extraction.factories import RESULTS, a_study, an_arm, an_outcome, extracted, read


@pytest.fixture
def study(cast: Cast) -> Study:
    """A study with one arm and one outcome."""
    subject = a_study(cast.review)
    an_outcome(cast.review)
    an_arm(subject)
    return subject


@pytest.fixture
def mean(study: Study) -> Cell:
    """The first cell."""
    return next(iter(sheet_of(study).lines()))


@pytest.fixture
def twice(cast: Cast, study: Study, mean: Cell) -> Study:
    """Ben and Chi read different means."""
    extracted(study, cast.ben, {mean: "34.1"})
    extracted(study, cast.chi, {mean: "40.2"})
    return study


def at(study: Study, name: str) -> str:
    """A page of the study."""
    return reverse(f"extraction:{name}", args=[study.review.slug, study.pk])


def seen_by(study: Study, user: User) -> list[str]:
    """The words of every question and answer that `user` sees."""
    found = threads(study, progress(study, Completion.Task.RESULTS), viewer=user)
    return [word for one in found for word in (one.question.text, *(said.text for said in one.answers))]


def test_nobody_asks_before_both_are_through(cast: Cast, study: Study, mean: Cell) -> None:
    extracted(study, cast.ben, {mean: "34.1"})
    read(study, cast.chi, mean, "40.2")
    for asker in (cast.ana, cast.ben, cast.chi):
        with pytest.raises(NotYet):
            questions.ask(study=study, cell=mean, text="Is it 34.1?", by=asker)
    completion.finish(study=study, task=RESULTS, by=cast.chi)
    read_in_the_middle = sheet_of(study).lines()
    read(study, cast.ana, list(read_in_the_middle)[1], "1")
    with pytest.raises(NotYet):
        questions.ask(study=study, cell=mean, text="Is it 34.1?", by=cast.ana)
    assert not CellQuestion.objects.exists()


def test_a_question_goes_to_one_or_to_all_and_waits_for_their_word(
    cast: Cast, twice: Study, mean: Cell
) -> None:
    to_all = questions.ask(study=twice, cell=mean, text="Which table?", by=cast.ana)
    assert to_all.asked == [cast.ben.pk, cast.chi.pk]
    to_ben = questions.ask(study=twice, cell=mean, text="SE?", to=cast.ben.pk, by=cast.chi)
    review = cast.review

    def turns() -> list[int]:
        people = (cast.ana, cast.ben, cast.chi)
        return [questions_for(review, user=user.pk).get(twice.pk, 0) for user in people]

    assert turns() == [0, 2, 1]
    questions.answer(question=to_all, text="Table 2", by=cast.ben)
    assert turns() == [1, 1, 1]
    questions.answer(question=to_all, text="Which row?", by=cast.ana)
    assert turns() == [0, 2, 1]
    questions.answer(question=to_ben, text="Yes", by=cast.ben)
    assert turns() == [0, 1, 2]
    values.settle(study=twice, cell=mean, text="34.1", note="Table 2", by=cast.ana)
    assert turns() == [0, 0, 0]
    again = questions.ask(study=twice, cell=mean, text="Sure?", to=cast.ben.pk, by=cast.ana)
    assert turns() == [0, 1, 0]
    assert again.settled_then is not None


def test_a_question_is_put_to_who_is_through_and_in_words(cast: Cast, twice: Study, mean: Cell) -> None:
    for to in (cast.dov.pk, cast.eve.pk, cast.ana.pk, 10**12):
        with pytest.raises(Refused, match="Choose an extractor"):
            questions.ask(study=twice, cell=mean, text="Why?", to=to, by=cast.ana)
    with pytest.raises(Refused, match="Choose an extractor"):
        questions.ask(study=twice, cell=mean, text="Why?", to=cast.ben.pk, by=cast.ben)
    for text in ("", " \n", "\x00", "x" * 2001):
        with pytest.raises(BadValue):
            questions.ask(study=twice, cell=mean, text=text, by=cast.ana)
    with pytest.raises(NotAllowed):
        questions.ask(study=twice, cell=mean, text="Why?", by=cast.dov)
    with pytest.raises(Refused, match="not asked for"):
        questions.ask(study=twice, cell=Cell(0, 1, None, "mean"), text="Why?", by=cast.ana)


def test_who_goes_back_to_work_sees_the_question_and_not_what_others_answer(
    cast: Cast, twice: Study, mean: Cell
) -> None:
    question = questions.ask(study=twice, cell=mean, text="Which table?", by=cast.ana)
    completion.reopen(study=twice, task=RESULTS, by=cast.ben)
    questions.answer(question=question, text="I read 40.2", by=cast.chi)
    assert seen_by(twice, cast.ben) == ["Which table?"]
    questions.answer(question=question, text="Table 2", by=cast.ben)
    assert seen_by(twice, cast.ben) == ["Which table?", "Table 2"]
    assert seen_by(twice, cast.chi) == ["Which table?", "I read 40.2", "Table 2"]
    # With one through, whoever has not extracted waits as before.
    assert seen_by(twice, cast.dov) == []
    with pytest.raises(NotYet):
        questions.ask(study=twice, cell=mean, text="More?", by=cast.chi)


def test_who_extracts_meanwhile_sees_no_question(cast: Cast, twice: Study, mean: Cell) -> None:
    question = questions.ask(study=twice, cell=mean, text="Is it 34.1?", by=cast.chi)
    read(twice, cast.ana, mean, "1")
    assert seen_by(twice, cast.ana) == []
    with pytest.raises(NotYet):
        questions.answer(question=question, text="x", by=cast.ana)


def test_questions_are_facts(cast: Cast, twice: Study, mean: Cell) -> None:
    question = questions.ask(study=twice, cell=mean, text="Which table?", by=cast.ana)
    said = questions.answer(question=question, text="Table 2", by=cast.ben)
    for row in (question, said):
        with pytest.raises(IntegrityError), transaction.atomic():
            type(row)._default_manager.filter(pk=row.pk).update(text="Never said")


def test_an_outdated_reading_cannot_be_chosen(cast: Cast, twice: Study, mean: Cell) -> None:
    old = own_values(twice, user=cast.ben)[mean]
    completion.reopen(study=twice, task=RESULTS, by=cast.ben)
    read(twice, cast.ben, mean, "35")
    with pytest.raises(ChangedMeanwhile):
        values.settle(study=twice, cell=mean, text="34.1", note="x", chosen_from=old, by=cast.chi)


def test_the_more_precise_of_two_roundings_is_suggested(cast: Cast, study: Study, mean: Cell) -> None:
    extracted(study, cast.ben, {mean: "34.1"})
    extracted(study, cast.chi, {mean: "34.12"})
    sides = compare(study, viewer=cast.ana)
    assert sides is not None
    (row,) = sides.rows
    assert row.suggested is not None
    assert row.suggested.text == "34.12"


def test_asked_on_one_page_and_answered_on_another(
    cast: Cast, twice: Study, mean: Cell, signed_in: SignIn
) -> None:
    ana, ben = signed_in(cast.ana), signed_in(cast.ben)
    data = {"cell": mean.key, "text": "Which table?", "to": cast.ben.pk, "back": "compare"}
    assert "Asked." in told(ana.post(at(twice, "ask"), data, follow=True))
    slug = [cast.review.slug]
    assert "1 question<" in told(ben.get(reverse("extraction:extraction", args=slug)))
    assert "Which table?" in told(ben.get(at(twice, "extract")))
    answer = reverse("extraction:question_answer", args=[*slug, CellQuestion.objects.get().pk])
    html = told(ben.post(answer, {"text": "Table 2", "back": "extract"}, follow=True))
    assert "Extract Study" in html
    assert "Table 2" in told(ana.get(at(twice, "compare") + "?show=questions"))
    assert "Which table?" not in told(ana.get(reverse("reviews:history", args=slug)))


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"cell": "no-such", "text": "x"},
        {"cell": "MEAN", "text": "x" * 2001},
        {"cell": "MEAN", "text": "x", "to": "somebody"},
        {"cell": "MEAN", "text": "x", "to": "9" * 30},
        {"cell": "MEAN", "text": " ", "back": "//elsewhere.example"},
        {"cell": "MEAN", "text": "\x00"},
    ],
)
def test_nonsense_asks_nothing(
    cast: Cast, twice: Study, mean: Cell, signed_in: SignIn, data: dict[str, str]
) -> None:
    sent = {name: mean.key if text == "MEAN" else text for name, text in data.items()}
    answer = signed_in(cast.ana).post(at(twice, "ask"), sent, follow=True)
    assert answer.status_code == 200
    assert answer.request["PATH_INFO"] == at(twice, "compare")
    assert not CellQuestion.objects.exists()
    assert not CellAnswer.objects.exists()


@pytest.mark.parametrize("show", ["differing", "agreeing", "settled", "questions", "no-such", "\x00"])
def test_every_tab_opens(cast: Cast, twice: Study, signed_in: SignIn, show: str) -> None:
    answer = signed_in(cast.ana).get(at(twice, "compare"), {"show": show})
    assert answer.status_code == 200
    assert ("40.2" in told(answer)) is (show not in ("agreeing", "settled", "questions"))


def test_many_questions_take_as_many_queries_as_one(
    cast: Cast, twice: Study, mean: Cell, signed_in: SignIn
) -> None:
    pages = [at(twice, "compare") + "?show=questions", at(twice, "extract")]
    pages.append(reverse("extraction:extraction", args=[cast.review.slug]))
    ben = signed_in(cast.ben)

    def asked() -> list[int]:
        counts = []
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                assert ben.get(page).status_code == 200
            counts.append(len(queries))
        return counts

    def ask() -> None:
        one = questions.ask(study=twice, cell=mean, text="Which table?", by=cast.ana)
        questions.answer(question=one, text="Table 2", by=cast.chi)

    ask()
    few = asked()
    for _ in range(4):
        ask()
    assert asked() == few
