"""Where every study of a review stands: who has begun, who is through, what differs and what is left to settle."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from extraction.models import Completion, Judgement, Study, Value
from extraction.models.structure import is_asked_at
from extraction.queries.bias_tools import tools_of
from extraction.queries.cells import meaning
from extraction.queries.policy import Mode, mode_of
from extraction.queries.progress import Progress
from extraction.queries.sidebyside import stands
from extraction.riskofbias import meaning as effect
from reviews.models import Review

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Work:
    """Where one task stands on one study. `differing` and `agreeing` are not settled yet, `settled` is."""

    progress: Progress
    differing: int = 0
    agreeing: int = 0
    settled: int = 0

    @property
    def begun(self) -> frozenset[int]:
        """Who has written something."""
        return self.progress.begun

    @property
    def through(self) -> frozenset[int]:
        """Who has finished."""
        return self.progress.through

    @property
    def is_enough(self) -> bool:
        """See Progress."""
        return self.progress.is_enough

    @property
    def needed(self) -> int:
        """See Progress."""
        return self.progress.needed

    @property
    def is_settled(self) -> bool:
        """The team has agreed on something, and nothing is open."""
        return bool(self.settled and not self.to_settle)

    @property
    def to_settle(self) -> int:
        """How much those who are through have read that is not settled."""
        return self.differing + self.agreeing

    def sees_others(self, user: int) -> bool:
        """See Progress."""
        return self.progress.sees_others(user)

    def sees_settled(self, user: int) -> bool:
        """See Progress."""
        return self.progress.sees_settled(user)

    def needs(self, user: int) -> bool:
        """Has `user` something to do? What is settled in full, in whichever way, needs nobody who has not begun it."""
        return self.progress.needs(user) and not (self.is_settled and user not in self.begun)

    def awaits(self, user: int) -> bool:
        """Could `user` confirm here what another person extracted?"""
        return self.to_settle > 0 and self.progress.may_verify(user)


@dataclass(frozen=True, slots=True)
class State:
    """Where a study stands."""

    results: Work
    bias: Work


@dataclass(slots=True)
class _Said:
    """The newest words on one cell or item: person → (id, meaning); the settled row's id.

    What is not asked for any more is not compared, but whoever wrote it has begun all the same.
    """

    own: dict[int, tuple[int, object]] = field(default_factory=dict)
    settled: int = 0
    is_asked: bool = True


def states(review: Review) -> dict[int, State]:
    """Study id → where it stands, for every study of a review, in label order; seven queries."""
    done: dict[tuple[int, str], set[int]] = defaultdict(set)
    rows = Completion.objects.filter(study__review=review).order_by("pk")
    for study, task, by, is_done in rows.values_list("study_id", "task", "by_id", "done"):
        if is_done:
            done[study, task].add(by)
        else:
            done[study, task].discard(by)
    values, judgements = _values(review), _judgements(review)
    verified = mode_of(review.pk) == Mode.VERIFIED
    return {
        study: State(
            _work(values[study], done[study, Completion.Task.RESULTS], verified=verified),
            _work(judgements[study], done[study, Completion.Task.BIAS]),
        )
        for study in Study.objects.filter(review=review).values_list("pk", flat=True)
    }


def _values(review: Review) -> dict[int, dict[tuple[object, ...], _Said]]:
    """Study → cell → what was said."""
    said: dict[int, dict[tuple[object, ...], _Said]] = defaultdict(lambda: defaultdict(_Said))
    cell = ("outcome_id", "arm_id", "comparison_id", "field", "time_id")
    retired = ("outcome__retired_at", "arm__retired_at", "comparison__retired_at", "time__retired_at")
    window = ("time__weeks", "outcome__window_from", "outcome__window_to", "outcome__asks_baseline")
    rows = Value.objects.filter(study__review=review).order_by("pk")
    columns = ("study_id", "pk", "by_id", "settled", "text", "number", *retired, *window, *cell)
    for study, pk, by, is_settled, text, number, *rest in rows.values_list(*columns):
        here = said[study][tuple(rest[8:])]
        here.is_asked = not any(rest[:4]) and (rest[4] is None or is_asked_at(*rest[4:8]))
        if is_settled:
            here.settled = pk
        else:
            here.own[by] = (pk, meaning(text, number))
    return said


def _judgements(review: Review) -> dict[int, dict[tuple[object, ...], _Said]]:
    """Study → tool, item and outcome → what was said; only what is said with the study's present tool is asked for."""
    said: dict[int, dict[tuple[object, ...], _Said]] = defaultdict(lambda: defaultdict(_Said))
    rows, tools = Judgement.objects.filter(study__review=review).order_by("pk"), tools_of(review)
    place = ("study_id", "tool", "item", "outcome_id", "outcome__retired_at")
    for study, tool, item, outcome, retired, pk, by, is_settled, level, answers in rows.values_list(
        *place, "pk", "by_id", "settled", "level", "answers"
    ):
        here = said[study][tool, item, outcome]
        here.is_asked = tool == tools[study] and retired is None
        if is_settled:
            here.settled = pk
        else:
            here.own[by] = (pk, (level, effect(answers)) if level else None)
    return said


def _work(said: dict[Key, _Said], through: Collection[int], *, verified: bool = False) -> Work:
    counts = {"differing": 0, "agreeing": 0, "settled": 0}
    begun = {by for here in said.values() for by in here.own}
    for here in said.values():
        state = _state(here, through) if here.is_asked else ""
        if state:
            counts[state] += 1
    return Work(Progress(frozenset(begun), frozenset(through), verified), **counts)


def _state(here: _Said, through: Iterable[int]) -> str:
    """Of what those who are through have said: differing, agreeing, settled, or "" when there is nothing."""
    read = [here.own.get(by, (0, None)) for by in through]
    meanings = {said for _, said in read}
    if here.settled and stands(here.settled, [pk for pk, _ in read]):
        return "settled"
    if not meanings - {None} and not here.settled:
        return ""
    return "agreeing" if len(meanings) == 1 else "differing"
