"""RoB 1 as data."""

from __future__ import annotations

import pytest

from extraction.riskofbias import ROB1, TOOLS, tool_named


def test_rob_1_asks_seven_items_at_three_levels() -> None:
    assert len(ROB1.items) == 7
    assert [level.key for level in ROB1.levels] == ["low", "unclear", "high"]


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.key)
def test_a_tools_keys_and_glyphs_are_unmistakable(tool: object) -> None:
    assert tool_named(tool.key) is tool  # type: ignore[attr-defined]
    for things in (tool.items, tool.levels):
        assert len({thing.key for thing in things}) == len(things)
    assert len({level.glyph for level in tool.levels}) == len(tool.levels)


def test_an_unknown_item_is_an_error() -> None:
    with pytest.raises(KeyError):
        ROB1.item("astrology")
