"""By what a review's studies can be told apart: what an analysis may group, regress and leave out."""

from __future__ import annotations

from dataclasses import dataclass

from extraction.models import Study
from extraction.queries.bias_tools import find_tool, tools_of
from reviews.models import Review


@dataclass(frozen=True, slots=True)
class Choices:
    """Names of characteristics; levels of risk of bias as (key, name), worst first; studies as (id, label)."""

    characteristics: list[str]
    levels: list[tuple[str, str]]
    studies: list[tuple[int, str]]


def choices_of(review: Review) -> Choices:
    """Three queries, one more for each tool that the team wrote."""
    rows = list(
        Study.objects.filter(review=review).order_by("label").values_list("pk", "label", "moderators")
    )
    names = sorted({str(name) for _, _, moderators in rows for name in moderators})
    levels: dict[str, str] = {}
    for key in sorted(set(tools_of(review).values())):
        tool = find_tool(review, key)
        for level in reversed(tool.levels if tool else ()):
            levels.setdefault(level.key, level.name)
    return Choices(names, list(levels.items()), [(pk, label) for pk, label, _ in rows])
