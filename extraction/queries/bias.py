"""What assessors judged, side by side, and what the team settled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from extraction.models import Completion, Judgement, Study
from extraction.queries.cells import stands
from extraction.queries.overview import State
from extraction.queries.progress import progress
from extraction.riskofbias import Item, Tool
from reviews.models import Review, User


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
        judgements = [judgement.pk for judgement in self.judgements.values() if judgement]
        return stands(self.settled.pk if self.settled else 0, judgements)

    @property
    def supports(self) -> str:
        """What the judgements rest on, each once."""
        texts = [judgement.support for judgement in self.judgements.values() if judgement]
        return " / ".join(dict.fromkeys(text for text in texts if text))


@dataclass(frozen=True, slots=True)
class Sides:
    """The comparison of a study's assessors."""

    assessors: list[User]
    rows: list[Row]

    @property
    def agreeing(self) -> list[Row]:
        """What only has to be written down."""
        return [row for row in self.rows if row.agree and not row.is_settled]

    @property
    def by_need(self) -> list[Row]:
        """What differs, then what agrees, then what is settled; each in the tool's order."""
        return sorted(self.rows, key=lambda row: (row.is_settled, row.agree))

    @property
    def open(self) -> int:
        """How many items are not settled."""
        return sum(not row.is_settled for row in self.rows)


def own_judgements(study: Study, tool: Tool, *, user: User) -> dict[str, Judgement]:
    """What `user` says today, by item."""
    rows = study.judgements.filter(tool=tool.key, by=user, settled=False).order_by("pk")
    return {row.item: row for row in rows}


def compare_judgements(study: Study, tool: Tool, *, viewer: User) -> Sides | None:
    """The finished assessments side by side; None while `viewer` must not see them. Four queries."""
    state = progress(study, Completion.Task.BIAS)
    if not state.sees_others(viewer.pk):
        return None
    assessors = list(User.objects.filter(pk__in=state.through).order_by("pk"))
    rows = study.judgements.filter(tool=tool.key).order_by("pk").select_related("by")
    own = {(row.item, row.by_id): row for row in rows if not row.settled}
    settled = {row.item: row for row in rows if row.settled}
    return Sides(
        assessors,
        [
            Row(item, {user.pk: own.get((item.key, user.pk)) for user in assessors}, settled.get(item.key))
            for item in tool.items
        ],
    )


def settled_judgements(study: Study, tool: Tool) -> dict[str, Judgement]:
    """What the team agreed on: the newest settled judgement on each item."""
    rows = study.judgements.filter(tool=tool.key, settled=True).order_by("pk").select_related("by")
    return {row.item: row for row in rows}


@dataclass(frozen=True, slots=True)
class Light:
    """One cell of the table of studies and items; no level: nothing that the viewer may see."""

    item: Item
    level: str
    label: str
    is_own: bool


def traffic_lights(
    review: Review, tool: Tool, states: dict[int, State], *, viewer: User
) -> dict[int, list[Light]]:
    """Study id → one light per item: the team's judgement, or the viewer's own while that is all they may see.

    One query for all studies.
    """
    own: dict[tuple[int, str], str] = {}
    settled: dict[tuple[int, str], str] = {}
    rows = Judgement.objects.filter(study__review=review, tool=tool.key).order_by("pk")
    for study, item, level, is_settled, by in rows.values_list(
        "study_id", "item", "level", "settled", "by_id"
    ):
        if is_settled:
            settled[study, item] = level
        elif by == viewer.pk:
            own[study, item] = level
    lights = {}
    for study, state in states.items():
        shown = settled if state.bias.sees_settled(viewer.pk) else {}
        lights[study] = list(_lights(study, tool, shown, own))
    return lights


def _lights(
    study: int, tool: Tool, settled: dict[tuple[int, str], str], own: dict[tuple[int, str], str]
) -> Iterable[Light]:
    for item in tool.items:
        level = settled.get((study, item.key), "")
        is_own = not level and bool(own.get((study, item.key)))
        level = level or own.get((study, item.key), "")
        name = tool.level(level).name if level else "Not settled"
        yield Light(item, level, f"{name}{', yours only' if is_own else ''}: {item.name}", is_own)
