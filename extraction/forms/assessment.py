"""The form of a risk-of-bias tool: a judgement and its support for each item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from extraction.forms.sheet import whole
from extraction.models import Judgement
from extraction.riskofbias import Item, Tool
from extraction.services.bias import Opinion


@dataclass(frozen=True, slots=True)
class Question:
    """An item as it is drawn."""

    item: Item
    level: str
    support: str
    seen: int
    error: str = ""


class AssessmentForm:
    """Reads what was sent and draws what is there; never loses what was typed."""

    def __init__(
        self, tool: Tool, own: Mapping[str, Judgement], data: Mapping[str, str] | None = None
    ) -> None:
        self.tool, self.own, self.data = tool, own, data
        self.errors: dict[str, str] = {}

    def opinions(self) -> list[Opinion]:
        """What was sent."""
        return [self._opinion(item, self.data) for item in self.tool.items] if self.data else []

    @staticmethod
    def _opinion(item: Item, data: Mapping[str, str]) -> Opinion:
        return Opinion(
            item.key,
            data.get(f"level-{item.key}", ""),
            data.get(f"support-{item.key}", "").replace("\r\n", "\n"),
            whole(data.get(f"seen-{item.key}")),
        )

    def questions(self) -> list[Question]:
        """What was just typed, or what is saved."""
        return [self._question(item) for item in self.tool.items]

    def _question(self, item: Item) -> Question:
        before = self.own.get(item.key)
        shown = self._opinion(item, self.data) if self.data else before
        return Question(
            item,
            shown.level if shown else "",
            shown.support if shown else "",
            before.pk if before else 0,
            self.errors.get(item.key, ""),
        )
