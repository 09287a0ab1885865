"""The builder of a team's own tool: rows of items and levels, as plain fields that work without a script."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extraction.models.bias import CustomTool
from extraction.riskofbias.custom import MOST_ITEMS, MOST_LEVELS

#: How many rows are offered beyond those that are filled.
SPARE_ITEMS, SPARE_LEVELS = 5, 2
_FIRST_LEVELS = [("Low risk", "low"), ("Unclear risk", "unclear"), ("High risk", "high")]
LIGHTS: dict[str, str] = {
    "low": "Low (+)",
    "some": "Some concerns (?)",
    "unclear": "Unclear (?)",
    "moderate": "Moderate (−)",
    "high": "High (−)",
    "serious": "Serious (×)",
    "critical": "Critical (!)",
    "none": "No information (?)",
    "na": "Not applicable",
}


class ToolForm:
    """Reads what was sent and draws what is there, with spare rows; rows that are empty in full are left out."""

    lights = LIGHTS

    def __init__(self, data: Mapping[str, str] | None, before: CustomTool | None) -> None:
        self.data, self.before, self.error = data, before, ""

    def told(self) -> dict[str, Any]:
        """What was sent, as the verb takes it."""
        return {"name": self.name, "items": self._items(), "levels": self._levels()}

    @property
    def name(self) -> str:
        """The tool's name."""
        if self.data is not None:
            return self.data.get("name", "")
        return str(self.before) if self.before else ""

    @property
    def items(self) -> list[tuple[int, str, str]]:
        """Rows of items to draw: number, name, question."""
        rows = self._items()
        spare = min(SPARE_ITEMS, MOST_ITEMS - len(rows))
        return [(number, *row) for number, row in enumerate([*rows, *[("", "")] * spare], 1)]

    @property
    def levels(self) -> list[tuple[int, str, str]]:
        """Rows of levels to draw: number, name, light."""
        rows = self._levels()
        spare = min(SPARE_LEVELS, MOST_LEVELS - len(rows))
        return [(number, *row) for number, row in enumerate([*rows, *[("", "")] * spare], 1)]

    def _items(self) -> list[tuple[str, str]]:
        if self.data is not None:
            return self._sent("item", "question", MOST_ITEMS + SPARE_ITEMS)
        return (
            [(name, question) for _, name, question in self.before.definition["items"]] if self.before else []
        )

    def _levels(self) -> list[tuple[str, str]]:
        if self.data is not None:
            sent = self._sent("level", "light", MOST_LEVELS + SPARE_LEVELS)
            return [(name, light) for name, light in sent if name]
        if self.before:
            return [(name, light) for _, name, light in self.before.definition["levels"]]
        return list(_FIRST_LEVELS)

    def _sent(self, first: str, second: str, most: int) -> list[tuple[str, str]]:
        data = self.data or {}
        rows = [
            (data.get(f"{first}-{n}", "").strip(), data.get(f"{second}-{n}", "").strip())
            for n in range(1, most + 1)
        ]
        return [row for row in rows if any(row)]
