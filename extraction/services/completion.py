"""Verbs: say that an extraction or assessment is done, or go back to it."""

from __future__ import annotations

from django.db import transaction

from extraction.models import Completion, Study
from extraction.queries.bias import own_at
from extraction.queries.bias_tools import results_to_judge, tool_of
from extraction.queries.bias_units import not_judged
from extraction.queries.progress import Progress, progress
from reviews.access import May, require
from reviews.errors import NothingToDo, Refused
from reviews.models import User
from reviews.services import history

_PERMISSION = {Completion.Task.RESULTS: May.EXTRACT, Completion.Task.BIAS: May.ASSESS}


@transaction.atomic
def finish(*, study: Study, task: Completion.Task, by: User) -> Completion:
    """My part is done; from now on I may see my colleagues' work on this study."""
    state = _locked(study, task, by)
    if by.pk in state.through:
        raise NothingToDo("You have finished this already.")
    if by.pk not in state.begun:
        raise Refused("There is nothing of yours here yet. Fill in what the reports say first.")
    if task == Completion.Task.BIAS:
        _check_complete(study, by)
    return _say(study, task, done=True, by=by)


@transaction.atomic
def reopen(*, study: Study, task: Completion.Task, by: User) -> Completion:
    """Go back to work on it."""
    state = _locked(study, task, by)
    if by.pk not in state.through:
        raise NothingToDo("It is open already.")
    return _say(study, task, done=False, by=by)


def _locked(study: Study, task: Completion.Task, by: User) -> Progress:
    require(_PERMISSION[task], review=study.review, by=by)
    Study.objects.select_for_update().get(pk=study.pk)
    return progress(study, task)


def _check_complete(study: Study, by: User) -> None:
    """An assessment answers all items of the study's tool, on each result that was begun."""
    tool = tool_of(study)
    missing = not_judged(tool, own_at(study, tool, user=by), results_to_judge(study.review_id))
    if missing:
        raise Refused(f"Not judged yet: {', '.join(missing)}.")


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
