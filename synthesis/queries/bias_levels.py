"""How the team judged the risk of bias of an outcome's results as a whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from extraction.models import Judgement, Outcome
from extraction.queries.bias import levels_in_force
from extraction.queries.bias_tools import find_tool, tools_of
from extraction.riskofbias import Tool


@dataclass(frozen=True, slots=True)
class OverallBias:
    """The overall judgement on one study's result; `levels` by domain."""

    tool: Tool
    level: str
    levels: Mapping[str, str]

    @property
    def name(self) -> str:
        """The level in words; nothing while it is not judged."""
        return self.tool.level(self.level).name if self.level else ""

    @property
    def is_high(self) -> bool:
        """At the worst end of its tool."""
        return bool(self.level) and self.tool.level(self.level).light in {"high", "serious", "critical"}


def overall_bias(outcome: Outcome) -> dict[int, OverallBias]:
    """Study id → what the team settled on the results for `outcome`; three queries, one more for each own tool.

    Of a tool without an overall judgement (RoB 1) the worst domain counts, once all are judged.
    """
    keys = tools_of(outcome.review)
    tools = {key: tool for key in set(keys.values()) if (tool := find_tool(outcome.review, key))}
    said: dict[int, dict[tuple[str, int | None], Judgement]] = defaultdict(dict)
    rows = Judgement.objects.filter(study__review=outcome.review_id, settled=True).order_by("pk")
    for row in rows:
        if row.tool == keys.get(row.study_id):
            said[row.study_id][row.item, row.outcome_id] = row
    return {
        study: _overall(tools[keys[study]], judged, outcome.pk)
        for study, judged in said.items()
        if keys[study] in tools
    }


def _overall(tool: Tool, judged: Mapping[tuple[str, int | None], Judgement], outcome: int) -> OverallBias:
    levels = levels_in_force(tool, judged, outcome)
    if tool.has_overall:
        own = judged.get(("overall", outcome)) or judged.get(("overall", None))
        return OverallBias(tool, own.level if own else "", levels)
    order = [level.key for level in tool.levels]
    complete = len(levels) == len(tool.domains) and set(levels.values()) <= set(order)
    return OverallBias(tool, max(levels.values(), key=order.index) if complete else "", levels)
