"""Who is through with a study, and who may therefore see what."""

from __future__ import annotations

from dataclasses import dataclass

from extraction.models import Completion, Study
from extraction.queries.policy import Mode, mode_of

#: How many people assess independently, or extract where nobody chose otherwise, before differences are settled.
INDEPENDENT = 2


@dataclass(frozen=True, slots=True)
class Progress:
    """Who has begun a task on a study and who is through with it: all that blinding depends on.

    `is_verified`: one person does it, and a second confirms what the first wrote.
    """

    begun: frozenset[int]
    through: frozenset[int]
    is_verified: bool = False

    @property
    def needed(self) -> int:
        """How many have to be through before anything is compared or confirmed."""
        return 1 if self.is_verified else INDEPENDENT

    @property
    def is_enough(self) -> bool:
        """Everybody needed is through."""
        return len(self.through) >= self.needed

    @property
    def awaits_verification(self) -> bool:
        """One extractor is through, and a second person confirms each value; two are compared, as ever."""
        return self.is_verified and len(self.through) == 1

    def sees_others(self, user: int) -> bool:
        """Your own work is done, or you did none of it and everybody needed is through."""
        return user in self.through or (self.is_enough and user not in self.begun)

    def sees_settled(self, user: int) -> bool:
        """Everybody does, except who is in the middle of their own work."""
        return user in self.through or user not in self.begun

    def may_verify(self, user: int) -> bool:
        """Is `user` a second person, who took no part in the extraction that awaits one?"""
        return self.awaits_verification and user not in self.begun | self.through

    def needs(self, user: int) -> bool:
        """Has `user` something to do: to finish what they began, or to be one of those who are needed?"""
        if user in self.through:
            return False
        return user in self.begun or len(self.begun | self.through) < self.needed


def progress(study: Study, task: Completion.Task) -> Progress:
    """Where a task on a study stands; two queries, three for an extraction."""
    newest = dict(study.completions.filter(task=task).order_by("pk").values_list("by_id", "done"))
    is_results = task == Completion.Task.RESULTS
    rows = study.values if is_results else study.judgements
    begun = rows.filter(settled=False).order_by().values_list("by_id", flat=True).distinct()
    done = frozenset(user for user, is_done in newest.items() if is_done)
    return Progress(frozenset(begun), done, is_results and mode_of(study.review_id) == Mode.VERIFIED)


def through(study: Study, task: Completion.Task) -> frozenset[int]:
    """The ids of those whose newest word on `task` is that they are done."""
    return progress(study, task).through
