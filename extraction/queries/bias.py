"""What assessors judged, side by side, and what the team settled."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from extraction.models import Completion, Judgement, Study
from extraction.queries.progress import may_see_others, through
from extraction.riskofbias import Item, Tool
from reviews.models import User


@dataclass(frozen=True, slots=True)
class Row:
    """One item of the tool."""

    item: Item
    judgements: dict[int, Judgement | None] = field(hash=False)
    settled: Judgement | None

    @property
    def agree(self) -> bool:
        """All assessors chose the same level."""
        levels = {judgement.level if judgement else "" for judgement in self.judgements.values()}
        return len(levels) == 1 and "" not in levels

    @property
    def is_settled(self) -> bool:
        """A consensus stands, and no assessor has said anything since."""
        newest = max((judgement.pk for judgement in self.judgements.values() if judgement), default=0)
        return self.settled is not None and self.settled.pk > newest


@dataclass(frozen=True, slots=True)
class Sides:
    """The comparison of a study's assessors."""

    assessors: list[User]
    rows: list[Row]


def own_judgements(study: Study, tool: Tool, *, user: User) -> dict[str, Judgement]:
    """What `user` says today, by item."""
    rows = study.judgements.filter(tool=tool.key, by=user, settled=False).order_by("pk")
    return {row.item: row for row in rows}


def compare_judgements(study: Study, tool: Tool, *, viewer: User) -> Sides | None:
    """The finished assessments side by side; None while `viewer` must not see them."""
    if not may_see_others(study, Completion.Task.BIAS, user=viewer):
        return None
    done = through(study, Completion.Task.BIAS)
    assessors = list(User.objects.filter(pk__in=done).order_by("pk"))
    rows = study.judgements.filter(tool=tool.key).order_by("pk").select_related("by")
    own = {(row.item, row.by_id): row for row in rows if not row.settled}  # type: ignore[attr-defined]
    settled = {row.item: row for row in rows if row.settled}
    return Sides(
        assessors,
        [
            Row(item, {user.pk: own.get((item.key, user.pk)) for user in assessors}, settled.get(item.key))
            for item in tool.items
        ],
    )


def settled_judgements(studies: Collection[Study], tool: Tool) -> dict[int, dict[str, Judgement]]:
    """The team's judgements: study id → item → the newest settled judgement. One query for all studies."""
    found: dict[int, dict[str, Judgement]] = {study.pk: {} for study in studies}
    for row in Judgement.objects.filter(study__in=studies, tool=tool.key, settled=True).order_by("pk"):
        found[row.study_id][row.item] = row  # type: ignore[attr-defined]
    return found
