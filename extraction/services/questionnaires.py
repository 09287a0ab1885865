"""Verbs: make a form, change what it asks by a new version, retire it."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from extraction.errors import BadValue
from extraction.models import Questionnaire, QuestionnaireVersion
from extraction.queries.questionnaires import form_of
from extraction.questionnaires import Definition, Section, as_data, changes, problems, template_named
from reviews.access import May, require
from reviews.errors import ChangedMeanwhile, NothingToDo, Refused
from reviews.models import Review, User
from reviews.services import history

LONGEST_NAME, LONGEST_NOTE = 120, 500
#: What a form that is not made from a template begins with.
EMPTY = Definition((Section("general", "General"),))


@transaction.atomic
def add(*, review: Review, name: str, template: str = "", by: User) -> Questionnaire:
    """Make a form of the review, from a template or with one empty section."""
    require(May.EXTRACT, review=review, by=by)
    try:
        definition = template_named(template).definition if template else EMPTY
    except KeyError:
        raise BadValue("There is no such template.") from None
    Review.objects.select_for_update().get(pk=review.pk)
    name = _name(name, review)
    last = Questionnaire.objects.filter(review=review).aggregate(last=Max("position"))["last"]
    form = Questionnaire.objects.create(
        review=review, name=name, template=template, position=(last or 0) + 1, created_by=by
    )
    QuestionnaireVersion.objects.create(
        questionnaire=form, number=1, definition=as_data(definition), note="", by=by
    )
    history.record("form.added", f"added the form “{form}”", review=review, subject=form, by=by)
    return form


@transaction.atomic
def revise(
    *,
    questionnaire: Questionnaire,
    definition: Definition,
    name: str = "",
    note: str = "",
    seen: int,
    by: User,
) -> QuestionnaireVersion:
    """Let the form ask this from now on, as a new version; answers to what is no longer asked stay.

    `seen` is the number of the version that was changed. A new `name` alone makes no version.
    """
    review = questionnaire.review
    require(May.EXTRACT, review=review, by=by)
    locked = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    form = form_of(locked)
    if form.newest.number != seen:
        raise ChangedMeanwhile(
            f"{form.newest.by} has saved version {form.newest.number} since you opened version {seen}."
        )
    for problem in problems(definition).values():
        raise BadValue(problem)
    if len(note) > LONGEST_NOTE:
        raise BadValue(f"The reason is too long: at most {LONGEST_NOTE} characters.")
    renamed = _rename(locked, name or locked.name, by)
    told = changes(form.definition, definition)
    if not told:
        if renamed:
            return form.newest
        raise NothingToDo("Nothing in the form has changed.")
    version = QuestionnaireVersion.objects.create(
        questionnaire=locked, number=seen + 1, definition=as_data(definition), note=note.strip(), by=by
    )
    sentence = f"changed the form “{locked}” (version {version.number})"
    said = [change.sentence for change in told]
    history.record("form.revised", sentence, review=review, subject=locked, by=by, changes=said)
    return version


@transaction.atomic
def retire(*, questionnaire: Questionnaire, by: User) -> None:
    """Ask no study for it any more; its answers stay."""
    _set_retired(questionnaire, retired=True, by=by)


@transaction.atomic
def bring_back(*, questionnaire: Questionnaire, by: User) -> None:
    """Use it again."""
    _set_retired(questionnaire, retired=False, by=by)


def _set_retired(questionnaire: Questionnaire, *, retired: bool, by: User) -> None:
    require(May.EXTRACT, review=questionnaire.review, by=by)
    locked = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    if (locked.retired_at is not None) == retired:
        raise NothingToDo("It is retired already." if retired else "It is in use already.")
    locked.retired_at = timezone.now() if retired else None
    locked.save(update_fields=["retired_at"])
    verb, word = ("form.retired", "retired") if retired else ("form.brought-back", "brought back")
    history.record(verb, f"{word} the form “{locked}”", review=locked.review, subject=locked, by=by)


def _rename(form: Questionnaire, name: str, by: User) -> bool:
    if name.strip() == form.name:
        return False
    before, form.name = form.name, _name(name, form.review)
    form.save(update_fields=["name"])
    sentence = f"renamed the form “{before}” to “{form}”"
    history.record("form.renamed", sentence, review=form.review, subject=form, by=by)
    return True


def _name(name: str, review: Review) -> str:
    """A name that can be used: not empty, not too long, not taken."""
    name = " ".join(name.replace("\x00", "").split())
    if not name:
        raise BadValue("Give the form a name.")
    if len(name) > LONGEST_NAME:
        raise BadValue(f"The name is too long: at most {LONGEST_NAME} characters.")
    if Questionnaire.objects.filter(review=review, name=name).exists():
        raise Refused(f"There is a form called “{name}” already.")
    return name
