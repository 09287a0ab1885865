"""Verbs: say that an extraction or assessment is done, or go back to it."""

from __future__ import annotations

from django.db import transaction

from extraction.models import Completion, Study
from extraction.queries.progress import through
from reviews.access import May, require
from reviews.errors import NothingToDo, Refused
from reviews.models import User
from reviews.services import history

_PERMISSION = {Completion.Task.RESULTS: May.EXTRACT, Completion.Task.BIAS: May.ASSESS}


@transaction.atomic
def finish(*, study: Study, task: Completion.Task, by: User) -> Completion:
    """My part is done; from now on I may see my colleagues' work on this study."""
    require(_PERMISSION[task], review=study.review, by=by)
    if by.pk in through(study, task):
        raise NothingToDo("You have finished this already.")
    rows = study.values if task == Completion.Task.RESULTS else study.judgements
    if not rows.filter(by=by, settled=False).exists():
        raise Refused("There is nothing of yours here yet. Fill in what the reports say first.")
    return _say(study, task, done=True, by=by)


@transaction.atomic
def reopen(*, study: Study, task: Completion.Task, by: User) -> Completion:
    """Go back to work on it."""
    require(_PERMISSION[task], review=study.review, by=by)
    if by.pk not in through(study, task):
        raise NothingToDo("It is open already.")
    return _say(study, task, done=False, by=by)


def _say(study: Study, task: Completion.Task, *, done: bool, by: User) -> Completion:
    word = Completion.objects.create(study=study, task=task, done=done, by=by)
    what = "extraction" if task == Completion.Task.RESULTS else "risk-of-bias assessment"
    history.record(
        f"{task}.{'finished' if done else 'reopened'}",
        f"{'finished' if done else 'reopened'} the {what} of “{study}”",
        review=study.review,
        subject=study,
        by=by,
    )
    return word
