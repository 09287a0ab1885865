"""Which tool a study is assessed with, among those that come with Quorum and those the team wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from extraction.models import Outcome, Study
from extraction.models.bias import CustomTool, ToolChoice
from extraction.riskofbias import ROB1, TOOLS, Tool, tool_from, tool_named
from extraction.riskofbias.custom import PREFIX
from reviews.models import Review

DEFAULT = ROB1


def custom_tool(row: CustomTool) -> Tool:
    """The tool that a row holds."""
    return tool_from(f"{PREFIX}{row.pk}", row.definition)


def tools_to_choose(review: Review) -> list[Tool]:
    """Every tool that studies can be assessed with: ours, and the newest versions of the team's; one query."""
    rows = CustomTool.objects.filter(review=review, replaced_by=None)
    return [*TOOLS, *(custom_tool(row) for row in rows)]


def find_tool(review: Review, key: str) -> Tool | None:
    """The tool of that key, also an earlier version of one of the team's; at most one query."""
    if key.startswith(PREFIX):
        number = key.removeprefix(PREFIX)
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            return None
        row = CustomTool.objects.filter(review=review, pk=int(number)).first()
        return custom_tool(row) if row else None
    return {tool.key: tool for tool in TOOLS}.get(key)


def choices_of(review_id: int) -> dict[str, str]:
    """Design → tool key, as chosen last; "" stands for every other design. One query."""
    rows = ToolChoice.objects.filter(review=review_id).order_by("pk").values_list("design", "tool")
    newest = {same_design(design): tool for design, tool in rows}
    return {design: tool for design, tool in newest.items() if tool}


def tool_key(design: str, choices: Mapping[str, str]) -> str:
    """The key of the tool for studies of a design."""
    return choices.get(same_design(design)) or choices.get("") or DEFAULT.key


def tool_of(study: Study) -> Tool:
    """With what a study is assessed; one query, two for a tool that the team wrote."""
    key = tool_key(study.design, choices_of(study.review_id))
    if key.startswith(PREFIX):
        return custom_tool(CustomTool.objects.get(pk=int(key.removeprefix(PREFIX))))
    return tool_named(key)


def tools_of(review: Review) -> dict[int, str]:
    """Study id → the key of its tool; two queries."""
    choices = choices_of(review.pk)
    rows = Study.objects.filter(review=review).values_list("pk", "design")
    return {study: tool_key(design, choices) for study, design in rows}


@dataclass(frozen=True, slots=True)
class Choice:
    """A design with its tool. `is_own`: chosen for this design, not for every other one."""

    design: str
    studies: int
    tool: str
    is_own: bool


def tool_choices(review: Review) -> list[Choice]:
    """The choice for every other design first, then one for each design of the review's studies; two queries."""
    choices = choices_of(review.pk)
    names: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for design in Study.objects.filter(review=review).order_by("design").values_list("design", flat=True):
        names.setdefault(same_design(design), design)
        counts[same_design(design)] += 1
    rest = sum(count for design, count in counts.items() if design not in choices or not design)
    found = [Choice("", rest, tool_key("", choices), True)]
    for design, count in counts.items():
        if design:
            found.append(Choice(names[design], count, tool_key(design, choices), design in choices))
    return found


def results_to_judge(review_id: int) -> list[Outcome]:
    """The outcomes whose results can be judged one by one; one query."""
    return list(Outcome.objects.filter(review=review_id, retired_at=None))


def same_design(design: str) -> str:
    """A design however it is written."""
    return " ".join(design.split()).casefold()
