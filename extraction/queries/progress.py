"""Who is through with a study, and who may therefore see what."""

from __future__ import annotations

from extraction.models import Completion, Study
from reviews.models import User

#: How many people extract or assess independently before differences are settled.
INDEPENDENT = 2


def through(study: Study, task: Completion.Task) -> set[int]:
    """The ids of those whose newest word on `task` is that they are done."""
    newest: dict[int, bool] = {}
    for user, done in study.completions.filter(task=task).order_by("pk").values_list("by_id", "done"):
        newest[user] = done
    return {user for user, done in newest.items() if done}


def may_see_others(study: Study, task: Completion.Task, *, user: User) -> bool:
    """Blinding: your own work is done, or you did none of it and everybody needed is through."""
    done = through(study, task)
    if user.pk in done:
        return True
    rows = study.values if task == Completion.Task.RESULTS else study.judgements
    return len(done) >= INDEPENDENT and not rows.filter(by=user, settled=False).exists()
