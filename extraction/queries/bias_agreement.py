"""How far assessors agree, item by item, before anything was settled."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from extraction.models import Judgement
from extraction.queries.bias_tools import tools_of
from extraction.queries.overview import State, states
from extraction.riskofbias import Item, Tool
from reviews.models import Review, User
from screening.agreement import Estimate, PairTable, pair


@dataclass(frozen=True, slots=True)
class ItemAgreement:
    """Two assessors on one item of a tool. `n` counts studies, or results where the tool judges results."""

    item: Item
    n: int
    agreed: int
    percent: float | None
    kappa: Estimate


def agreement_on(review: Review, tool: Tool, *, viewer: User) -> list[ItemAgreement]:
    """Percent agreement and Cohen's κ for each item, over all studies whose assessments `viewer` may see.

    Of the assessors of a study who are through, the two who joined Quorum first are compared. What is compared is their present word:
    who reopens an assessment after the comparison changes it. Eleven queries, whatever the number of studies.
    """
    every, by_study = states(review), tools_of(review)
    said: dict[tuple[int, str, int | None], dict[int, str]] = defaultdict(dict)
    rows = Judgement.objects.filter(study__review=review, tool=tool.key, settled=False).order_by("pk")
    for study, item, outcome, by, level in rows.values_list(
        "study_id", "item", "outcome_id", "by_id", "level"
    ):
        if by_study[study] == tool.key:
            said[study, item, outcome][by] = level
    pairs: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for (study, item, _), words in said.items():
        two = _two(every[study], viewer)
        one, other = (words.get(user, "") for user in two) if two else ("", "")
        if one and other:
            pairs[item].append((one, other))
    return [_agreement(tool, item, pairs[item.key]) for item in tool.items]


def _two(state: State, viewer: User) -> tuple[int, int] | None:
    through = sorted(state.bias.through)
    if len(through) < 2 or not state.bias.sees_others(viewer.pk):
        return None
    return through[0], through[1]


def _agreement(tool: Tool, item: Item, pairs: list[tuple[str, str]]) -> ItemAgreement:
    levels = [level.key for level in tool.levels_of(item)]
    table = PairTable.from_pairs(pairs, categories=levels)
    return ItemAgreement(item, table.n, table.agreed, pair.percent(table), pair.cohen(table))
