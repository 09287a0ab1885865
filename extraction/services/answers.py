"""Verbs: answer a form for a study, say that one is through, and settle what extractors answered differently."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db import transaction

from extraction.conversions import parse_number
from extraction.errors import BadValue, NotYet
from extraction.models import Answer, Asking, Filling, Questionnaire, Study
from extraction.queries.answers import (
    Row,
    Sides,
    compare_answers,
    form_progress,
    own_answers,
    read_of,
    slot_of,
)
from extraction.queries.progress import INDEPENDENT
from extraction.queries.questionnaires import Asked, Slot, form_of
from extraction.questionnaires import Unreadable, read_answer, same_answer
from extraction.services.values import LONGEST_PAGE, LONGEST_QUOTE
from reviews.access import May, require
from reviews.errors import ChangedMeanwhile, NothingToDo, Refused
from reviews.models import User
from reviews.services import history

LONGEST_NOTE = 2_000


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wants to answer. `seen` is the id of their answer that was on the page (0: none)."""

    slot: Slot
    text: str
    quote: str = ""
    page: str = ""
    report: int | None = None
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class SavedAnswers:
    """What became of a form that was sent: the new answers, and why some were not saved."""

    answers: list[Answer]
    refused: dict[Slot, Refused]


@transaction.atomic
def save(*, questionnaire: Questionnaire, study: Study, written: Iterable[Written], by: User) -> SavedAnswers:
    """Save every answer that differs from what `by` has written and can be saved; say of each other one why not.

    A question that was removed while somebody was answering it still takes the answer: it is kept with the version that
    asked it last, and can be read under what is no longer asked.
    """
    _begin(May.EXTRACT, questionnaire, study, by)
    if by.pk in form_progress(questionnaire, study).through:
        raise Refused("You have finished this form. Reopen it to change an answer.")
    own = own_answers(questionnaire, study, user=by)
    known = form_of(questionnaire).ever_asked(study.arms.all())
    reports = set(study.links.filter(ended_at=None).values_list("report_id", flat=True))
    fresh, refused = [], {}
    for one in (_tidy(one) for one in written):
        before = own.get(one.slot)
        if not _differs(one, before):
            continue
        try:
            _check(one, before, reports)
            fresh.append(_answer(questionnaire, study, _asked(known, one.slot), one, by))
        except Refused as refusal:
            refused[one.slot] = refusal
    for answer in fresh:
        answer.save(force_insert=True)
    if fresh:
        what = f"answered {_count(len(fresh), 'question')} of “{questionnaire}”"
        _tell("answers.given", what, study, fresh, by)
    return SavedAnswers(fresh, refused)


@transaction.atomic
def finish(*, questionnaire: Questionnaire, study: Study, by: User) -> Filling:
    """My answers are complete; from now on I may see my colleagues' answers to this form."""
    _begin(May.EXTRACT, questionnaire, study, by)
    state = form_progress(questionnaire, study)
    if by.pk in state.through:
        raise NothingToDo("You have finished this already.")
    if by.pk not in state.begun:
        raise Refused("There is no answer of yours here yet. Fill in what the reports say first.")
    return _say(questionnaire, study, done=True, by=by)


@transaction.atomic
def reopen(*, questionnaire: Questionnaire, study: Study, by: User) -> Filling:
    """Go back to my answers."""
    _begin(May.EXTRACT, questionnaire, study, by)
    if by.pk not in form_progress(questionnaire, study).through:
        raise NothingToDo("It is open already.")
    return _say(questionnaire, study, done=False, by=by)


@transaction.atomic
def settle(
    *,
    questionnaire: Questionnaire,
    study: Study,
    slot: Slot,
    text: str,
    note: str = "",
    chosen_from: Answer | None = None,
    seen: int | None = None,
    by: User,
) -> Answer:
    """Write the team's answer. Where extractors differ, or only one is through, `note` says why.

    `seen` is the id of the settled answer that was on the page (0: none).
    """
    sides = _sides(questionnaire, study, by)
    row = next((row for row in sides.rows if row.slot == slot), None)
    known = form_of(questionnaire).asked(study.arms.filter(retired_at=None))
    if slot not in known:
        raise Refused("This question is not asked (any more).")
    if seen is not None and seen != (row.settled.pk if row and row.settled else 0):
        raise ChangedMeanwhile("Somebody settled this after you opened the page. Look at it again.")
    if chosen_from is not None and not _belongs(chosen_from, questionnaire, study, slot):
        raise Refused("The chosen answer belongs to another question.")
    if len(note) > LONGEST_NOTE:
        raise BadValue(f"The reason is too long: at most {LONGEST_NOTE} characters.")
    answer = _settled(questionnaire, study, known[slot], _tidy(Written(slot, text)), note, chosen_from, by)
    if not answer.note and not (row and len(sides.extractors) >= INDEPENDENT and _is_agreed(row, answer)):
        raise Refused(
            "Say why: the extractors differ here, only one is through, or this is neither's answer."
        )
    answer.save(force_insert=True)
    _tell("answer.settled", f"settled an answer ({known[slot].name})", study, [answer], by)
    return answer


@transaction.atomic
def settle_agreeing(*, questionnaire: Questionnaire, study: Study, note: str = "", by: User) -> int:
    """Settle every answer on which the extractors agree; returns how many.

    Where only one extractor is through there is nothing to agree with: then `note` says why one was enough.
    """
    sides = _sides(questionnaire, study, by)
    if len(sides.extractors) < INDEPENDENT and not note.strip():
        raise NotYet("Only one extractor is through: wait for another, or say why one is enough.")
    if len(note) > LONGEST_NOTE:
        raise BadValue(f"The reason is too long: at most {LONGEST_NOTE} characters.")
    answers = [_agreed(questionnaire, study, row, note, by) for row in sides.agreeing]
    if not answers:
        raise NothingToDo("Everything on which the extractors agree is settled already.")
    for answer in answers:
        answer.save(force_insert=True)
    what = f"settled {_count(len(answers), 'agreeing answer')} of “{questionnaire}”"
    _tell("answer.settled", what, study, answers, by)
    return len(answers)


@transaction.atomic
def ask(*, questionnaire: Questionnaire, study: Study, slot: Slot, text: str, by: User) -> Asking:
    """Ask the extractors about an answer instead of settling it; whoever is through can read it."""
    _sides(questionnaire, study, by)
    if slot not in form_of(questionnaire).ever_asked(study.arms.all()):
        raise Refused("This question is not asked (any more).")
    text = text.replace("\x00", "").strip()
    if not text or len(text) > LONGEST_NOTE:
        raise BadValue(f"Write what you want to know, in at most {LONGEST_NOTE} characters.")
    asking = Asking.objects.create(
        questionnaire=questionnaire, study=study, question=slot.question, arm_id=slot.arm, text=text, by=by
    )
    sentence = f"asked the extractors of “{study}” about “{questionnaire}”"
    history.record("answer.asked", sentence, review=study.review, subject=study, by=by)
    return asking


def _begin(permission: May, questionnaire: Questionnaire, study: Study, by: User) -> None:
    """Permission, then the lock under which facts about this study are added."""
    require(permission, review=study.review, by=by)
    if questionnaire.review_id != study.review_id:
        raise Refused("The form belongs to another review.")
    if permission == May.EXTRACT and questionnaire.retired_at is not None:
        raise Refused("This form was retired. Bring it back to answer it.")
    Study.objects.select_for_update().get(pk=study.pk)


def _sides(questionnaire: Questionnaire, study: Study, by: User) -> Sides:
    _begin(May.SETTLE, questionnaire, study, by)
    sides = compare_answers(questionnaire, study, viewer=by)
    if sides is None or not sides.extractors:
        raise NotYet("The answers for this study cannot be compared yet.")
    return sides


def _tidy(one: Written) -> Written:
    """Without blanks at the ends, with line feeds only, and without NUL, which PostgreSQL does not take."""
    text, quote, page = (
        part.replace("\x00", "").replace("\r\n", "\n").strip() for part in (one.text, one.quote, one.page)
    )
    return replace(one, text=text, quote=quote, page=page)


def _differs(one: Written, before: Answer | None) -> bool:
    if before is None:
        # A report alone is only what the page had preselected.
        return bool(one.text or one.quote or one.page)
    return (before.text, before.quote, before.page, before.report_id) != (
        one.text,
        one.quote,
        one.page,
        one.report,
    )


def _check(one: Written, before: Answer | None, reports: set[int]) -> None:
    if one.seen is not None and one.seen != (before.pk if before else 0):
        said = f"“{before.text[:200]}”" if before and before.text else "nothing"
        raise ChangedMeanwhile(f"You wrote {said} here in another tab. Choose which one is right.")
    kept = before.report_id if before else None
    if one.report is not None and one.report not in reports and one.report != kept:
        raise Refused("This report does not belong to the study.")
    for name, text, longest in (("page", one.page, LONGEST_PAGE), ("quote", one.quote, LONGEST_QUOTE)):
        if len(text) > longest:
            raise BadValue(f"The {name} is too long: at most {longest} characters.")


def _asked(known: dict[Slot, Asked], slot: Slot) -> Asked:
    if slot not in known:
        raise Refused("This question has never been asked of this study.")
    return known[slot]


def _answer(questionnaire: Questionnaire, study: Study, asked: Asked, one: Written, by: User) -> Answer:
    """An unsaved answer, read as the question wants it."""
    try:
        read = read_answer(asked.question, one.text, number=parse_number)
    except Unreadable as error:
        raise BadValue(str(error)) from error
    return Answer(
        study=study,
        questionnaire=questionnaire,
        version=asked.version,
        question=one.slot.question,
        arm_id=one.slot.arm,
        text=read.text,
        number=read.number,
        unit=asked.question.unit if read.number is not None else "",
        choices=list(read.choices),
        report_id=one.report,
        page=one.page,
        quote=one.quote,
        by=by,
    )


def _settled(
    questionnaire: Questionnaire,
    study: Study,
    asked: Asked,
    one: Written,
    note: str,
    source: Answer | None,
    by: User,
) -> Answer:
    """An unsaved settled answer; where it was read comes from the answer it was chosen from."""
    if source is not None:
        one = replace(one, quote=source.quote, page=source.page, report=source.report_id)
    answer = _answer(questionnaire, study, asked, one, by)
    answer.settled, answer.note, answer.chosen_from = True, note.replace("\x00", "").strip(), source
    return answer


def _agreed(questionnaire: Questionnaire, study: Study, row: Row, note: str, by: User) -> Answer:
    """What agreeing extractors answered, with the words of the first who gave a quote."""
    answers = [answer for answer in row.readings.values() if answer]
    source = next((answer for answer in answers if answer.quote), answers[0] if answers else None)
    text = source.text if source else ""
    return _settled(questionnaire, study, row.asked, Written(row.slot, text), note, source, by)


def _is_agreed(row: Row, answer: Answer) -> bool:
    """Is `answer` what all extractors answered?"""
    return row.agree and all(same_answer(read_of(one), read_of(answer)) for one in row.readings.values())


def _belongs(answer: Answer, questionnaire: Questionnaire, study: Study, slot: Slot) -> bool:
    return (answer.questionnaire_id, answer.study_id, slot_of(answer)) == (questionnaire.pk, study.pk, slot)


def _say(questionnaire: Questionnaire, study: Study, *, done: bool, by: User) -> Filling:
    word = Filling.objects.create(questionnaire=questionnaire, study=study, done=done, by=by)
    verb = "finished" if done else "reopened"
    sentence = f"{verb} the form “{questionnaire}” for “{study}”"
    history.record(f"form.{verb}", sentence, review=study.review, subject=study, by=by)
    return word


def _tell(verb: str, what: str, study: Study, answers: list[Answer], by: User) -> None:
    sentence, ids = f"{what} for “{study}”", [answer.pk for answer in answers]
    history.record(verb, sentence, review=study.review, subject=study, by=by, answers=ids)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
