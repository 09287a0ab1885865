"""Questions about cells: who sees them, what was answered, and whose turn it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import QuerySet

from extraction.models import CellAnswer, CellQuestion, Study, Value
from extraction.models.result import Field
from extraction.queries.cells import Cell
from extraction.queries.progress import Progress
from reviews.models import Review, User


@dataclass(frozen=True, slots=True)
class Thread:
    """A question with its answers; `is_resolved`: the cell was settled after it was asked."""

    question: CellQuestion
    answers: list[CellAnswer]
    is_resolved: bool

    @property
    def cell(self) -> Cell:
        """What it is about."""
        one = self.question
        return Cell(one.outcome_id, one.arm_id, one.comparison_id, one.field, one.time_id)

    @property
    def about(self) -> str:
        """The same in words."""
        one = self.question
        where = (Field(one.field).label, one.arm or one.comparison, one.time)
        return ", ".join(str(part) for part in where if part)

    def waits_for(self, user: int) -> bool:
        """Is it `user`'s turn? An asked extractor's until they answer the asker's last word; then the asker's."""
        if self.is_resolved:
            return False
        asker, since = self.question.by_id, self._since_the_asker_spoke
        if user == asker:
            return bool(since)
        return user in self.question.asked and user not in since

    @property
    def _since_the_asker_spoke(self) -> set[int]:
        answered: set[int] = set()
        for answer in self.answers:
            answered = set() if answer.by_id == self.question.by_id else answered | {answer.by_id}
        return answered


def shows_question(question: CellQuestion, state: Progress, user: int) -> bool:
    """Who may compare sees it, and who asked or was asked: they were through then, and it was shown to them."""
    return state.sees_others(user) or user == question.by_id or user in question.asked


def threads(study: Study, state: Progress, *, viewer: User) -> list[Thread]:
    """What `viewer` may see of the questions on a study, oldest first; three queries.

    Who may not compare (any more) sees the question that was put to them and their own answers, not other people's.
    """
    sees_all, shown = state.sees_others(viewer.pk), []
    for thread in _threads(CellQuestion.objects.filter(study=study)):
        if sees_all:
            shown.append(thread)
        elif shows_question(thread.question, state, viewer.pk):
            own = [answer for answer in thread.answers if answer.by_id == viewer.pk]
            shown.append(replace(thread, answers=own))
    return shown


def questions_for(review: Review, *, user: int) -> dict[int, int]:
    """Study id → how many questions wait for a word of `user`. Three queries at most."""
    found: dict[int, int] = defaultdict(int)
    for thread in _threads(CellQuestion.objects.filter(study__review=review)):
        if thread.waits_for(user):
            found[thread.question.study_id] += 1
    return dict(found)


def _threads(questions: QuerySet[CellQuestion]) -> list[Thread]:
    rows = list(questions.select_related("by", "outcome", "arm", "comparison", "time").order_by("pk"))
    if not rows:
        return []
    answers: dict[int, list[CellAnswer]] = defaultdict(list)
    for answer in CellAnswer.objects.filter(question__in=rows).select_related("by").order_by("pk"):
        answers[answer.question_id].append(answer)
    settled = _newest_settled({row.study_id for row in rows}, {row.outcome_id for row in rows})
    found = []
    for row in rows:
        place = (row.study_id, row.outcome_id, row.arm_id, row.comparison_id, row.field, row.time_id)
        is_resolved = settled.get(place, 0) > (row.settled_then_id or 0)
        found.append(Thread(row, answers[row.pk], is_resolved))
    return found


def _newest_settled(studies: Iterable[int], outcomes: Iterable[int]) -> dict[tuple[object, ...], int]:
    place = ("study_id", "outcome_id", "arm_id", "comparison_id", "field", "time_id")
    rows = Value.objects.filter(study__in=studies, outcome__in=outcomes, settled=True).order_by("pk")
    return {tuple(where): pk for pk, *where in rows.values_list("pk", *place)}
