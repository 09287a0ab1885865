"""Who is through with a study, and who may therefore see what."""

from __future__ import annotations

from dataclasses import dataclass

from extraction.models import Completion, Study

#: How many people extract or assess independently before differences are settled.
INDEPENDENT = 2


@dataclass(frozen=True, slots=True)
class Progress:
    """Who has begun a task on a study and who is through with it: all that blinding depends on."""

    begun: frozenset[int]
    through: frozenset[int]

    def sees_others(self, user: int) -> bool:
        """Your own work is done, or you did none of it and everybody needed is through."""
        return user in self.through or (len(self.through) >= INDEPENDENT and user not in self.begun)

    def sees_settled(self, user: int) -> bool:
        """Everybody does, except who is in the middle of their own work."""
        return user in self.through or user not in self.begun

    def needs(self, user: int) -> bool:
        """Has `user` something to do: to finish what they began, or to be one of the independent pair?"""
        if user in self.through:
            return False
        return user in self.begun or len(self.begun | self.through) < INDEPENDENT


def progress(study: Study, task: Completion.Task) -> Progress:
    """Where a task on a study stands; two queries."""
    newest = dict(study.completions.filter(task=task).order_by("pk").values_list("by_id", "done"))
    rows = study.values if task == Completion.Task.RESULTS else study.judgements
    begun = rows.filter(settled=False).order_by().values_list("by_id", flat=True).distinct()
    return Progress(frozenset(begun), frozenset(user for user, done in newest.items() if done))


def through(study: Study, task: Completion.Task) -> frozenset[int]:
    """The ids of those whose newest word on `task` is that they are done."""
    return progress(study, task).through
