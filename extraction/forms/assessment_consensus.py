"""How the team settles one item of a risk-of-bias tool."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from extraction.forms.assessment import Asked
from extraction.models import Judgement
from extraction.queries.bias import Place, Row, Sides, levels_in_force
from extraction.riskofbias import Tool
from extraction.services.bias_rules import LONGEST_REASON, LONGEST_SUPPORT, proposal_for
from reviews.forms.rows import PlainTextForm


class ConsensusForm(PlainTextForm):
    """The team's judgement on one item, of the study or of one outcome's result."""

    item = forms.CharField()
    outcome = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    level = forms.CharField(required=False)
    reason = forms.CharField(required=False, max_length=LONGEST_REASON, label="Why not as proposed")
    support = forms.CharField(required=False, max_length=LONGEST_SUPPORT, label="Support")
    seen = forms.IntegerField(min_value=0)

    def __init__(self, *args: Any, tool: Tool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tool = tool

    def clean_item(self) -> str:
        """An item of the tool."""
        item: str = self.cleaned_data["item"]
        if item not in {known.key for known in self.tool.items}:
            raise forms.ValidationError(f"{self.tool.name} has no such item.")
        return item

    def clean(self) -> dict[str, Any]:
        """Adds the `answers` to the item's questions."""
        data = super().clean()
        if "item" in data:
            item = self.tool.item(data["item"])
            sent = {
                question.key: self.data.get(f"answer-{item.key}-{question.key}", "")
                for question in item.questions
            }
            data["answers"] = {key: answer for key, answer in sent.items() if answer}
        return data


def to_settle(tool: Tool, sides: Sides, team: Mapping[Place, Judgement]) -> list[tuple[Row, Asked]]:
    """Each row of the comparison with its form: what all agree on is filled in."""
    return [(row, _asked(tool, row, team)) for row in sides.by_need]


def _asked(tool: Tool, row: Row, team: Mapping[Place, Judgement]) -> Asked:
    answers = row.settled.answers if row.is_settled and row.settled else row.shared
    levels = levels_in_force(tool, team, row.outcome.pk if row.outcome else None)
    return Asked(
        item=row.item,
        tool=tool,
        level="",
        support=row.supports,
        reason="",
        direction="",
        answers=answers,
        proposal=proposal_for(tool, row.item, answers, levels),
        seen=row.settled.pk if row.settled else 0,
    )
