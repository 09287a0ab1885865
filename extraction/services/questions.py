"""Verbs: ask about what was read for a cell, and answer."""

from __future__ import annotations

from django.db import transaction

from extraction.errors import BadValue, NotYet
from extraction.models import CellAnswer, CellQuestion, Completion, Field, Study
from extraction.queries.cells import Cell, settled_values, sheet_of
from extraction.queries.progress import progress
from extraction.queries.questions import shows_question
from reviews.access import May, require
from reviews.errors import Refused
from reviews.models import User
from reviews.services import history

LONGEST_TEXT = 2_000


@transaction.atomic
def ask(*, study: Study, cell: Cell, text: str, to: int | None = None, by: User) -> CellQuestion:
    """Ask one extractor (their id), or all who are through.

    Only when everybody needed is through and `by` may see what they read: until then a question would tell it.
    """
    require(May.SETTLE, review=study.review, by=by)
    Study.objects.select_for_update().get(pk=study.pk)
    state = progress(study, Completion.Task.RESULTS)
    if not state.is_enough or not state.sees_others(by.pk):
        raise NotYet("You can ask about a value when the extractors are through.")
    if cell not in sheet_of(study).lines():
        raise Refused("This cell is not asked for.")
    asked = sorted((state.through if to is None else {to} & state.through) - {by.pk})
    if not asked:
        raise Refused("Choose an extractor who is through and is not you.")
    settled = settled_values(study).get(cell)
    question = CellQuestion.objects.create(
        study=study,
        outcome_id=cell.outcome,
        arm_id=cell.arm,
        comparison_id=cell.comparison,
        time_id=cell.time,
        field=cell.field,
        asked=asked,
        text=_words(text),
        settled_then=settled,
        by=by,
    )
    _tell("cell.asked", "asked", question, by)
    return question


@transaction.atomic
def answer(*, question: CellQuestion, text: str, by: User) -> CellAnswer:
    """Say something to a question that `by` may see."""
    require(May.EXTRACT, review=question.study.review, by=by)
    state = progress(question.study, Completion.Task.RESULTS)
    if not shows_question(question, state, by.pk):
        raise NotYet("Finish your own extraction of this study first.")
    said = CellAnswer.objects.create(question=question, text=_words(text), by=by)
    _tell("cell.answered", "answered", question, by)
    return said


def _words(text: str) -> str:
    text = text.replace("\x00", "").strip()
    if not text:
        raise BadValue("Write a few words.")
    if len(text) > LONGEST_TEXT:
        raise BadValue(f"This is too long: at most {LONGEST_TEXT} characters.")
    return text


def _tell(verb: str, did: str, question: CellQuestion, by: User) -> None:
    """No words of the question: the history is open to people who extract."""
    study, field = question.study, Field(question.field).label.lower()
    sentence = f"{did} a question about a value of “{study}” ({question.outcome}; {field})"
    history.record(verb, sentence, review=study.review, subject=study, by=by, question=question.pk)
