"""Every tool as data: its items, its levels and how they can be told apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.riskofbias import (
    ROB1,
    TOOLS,
    BadTool,
    Tool,
    definition,
    propose_overall,
    tool_from,
    tool_named,
)
from extraction.riskofbias.newcastle_ottawa import STARS
from extraction.riskofbias.tool import OVERALL

TOOL = pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.key)
#: How many items each list has, by its source.
SIZES = {
    "rob1": 7, "rob2-assignment": 6, "rob2-adhering": 6, "rob2-cluster": 7, "rob2-crossover": 7, "robins-i": 8,
    "quadas-2": 7, "nos-cohort": 8, "nos-case-control": 8, "jbi-rct": 13, "jbi-quasi-experimental": 9, "jbi-cohort": 11,
    "jbi-case-control": 10, "jbi-cross-sectional": 8, "jbi-case-series": 10, "jbi-prevalence": 9, "jbi-qualitative": 10,
    "amstar-2": 17, "robis": 5,
}  # fmt: skip


def overall(tool: str, **levels: str) -> str:
    """The overall level when these domains are so, and all others best."""
    known = tool_named(tool)
    best = {item.key: known.levels_of(item)[0].key for item in known.domains}
    return propose_overall(
        known, best | {key.removeprefix("_"): level for key, level in levels.items()}
    ).level


def test_rob_1_asks_seven_items_at_three_levels() -> None:
    assert len(ROB1.items) == 7
    assert [level.key for level in ROB1.levels] == ["low", "unclear", "high"]


def test_each_list_is_as_long_as_its_source() -> None:
    assert {tool.key: len(tool.items) for tool in TOOLS} == SIZES


@TOOL
def test_a_tools_keys_glyphs_and_lights_are_unmistakable(tool: Tool) -> None:
    assert tool_named(tool.key) is tool
    assert len({item.key for item in tool.items}) == len(tool.items)
    assert len({item.name for item in tool.items}) == len(tool.items)
    for levels in (tool.levels, *(item.levels for item in tool.items)):
        for said in ("key", "glyph", "light", "name"):
            assert len({getattr(level, said) for level in levels}) == len(levels), said


@TOOL
def test_a_tool_fits_into_the_database(tool: Tool) -> None:
    assert len(tool.key) <= 30
    for item in tool.items:
        assert len(item.key) <= 40
        assert all(len(level.key) <= 20 for level in tool.levels_of(item))


@TOOL
def test_items_are_judged_once_for_the_study_or_anew_for_each_result(tool: Tool) -> None:
    once, anew = tool.items_for(study=True), tool.items_for(study=False)
    if tool.unit == "result":
        assert sorted(item.key for item in (*once, *anew)) == sorted(item.key for item in tool.items)
        assert once[0].key == "D1"
        assert OVERALL in {item.key for item in anew}
    else:
        assert once == tool.items


def test_an_unknown_item_is_an_error() -> None:
    with pytest.raises(KeyError):
        ROB1.item("astrology")


def test_newcastle_ottawa_gives_nine_stars_at_most() -> None:
    for key in ("nos-cohort", "nos-case-control"):
        tool = tool_named(key)
        assert sum(max(STARS[level.key] for level in tool.levels_of(item)) for item in tool.items) == 9


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ({}, "low"),
        ({"D1": "moderate"}, "moderate"),
        ({"D1": "moderate", "D4": "none"}, "none"),
        ({"D2": "serious", "D4": "none"}, "serious"),
        ({"D2": "serious", "D7": "critical"}, "critical"),
    ],
)
def test_robins_i_is_as_severe_as_its_worst_domain(levels: dict[str, str], expected: str) -> None:
    assert overall("robins-i", **levels) == expected


@pytest.mark.parametrize(
    ("weak", "expected"),
    [
        ([], "high-confidence"),
        ([1], "high-confidence"),
        ([1, 3], "moderate-confidence"),
        ([2], "low-confidence"),
        ([15, 1, 3, 5], "low-confidence"),
        ([2, 4], "critically-low"),
    ],
)
def test_amstar_2_counts_weaknesses_in_critical_items_first(weak: list[int], expected: str) -> None:
    assert overall("amstar-2", **{f"_{number}": "no" for number in weak}) == expected
    assert overall("amstar-2", **{f"_{number}": "partial" for number in (2, 4, 7)}) == "high-confidence"


def test_tools_without_a_rule_propose_nothing_overall() -> None:
    for key in ("rob1", "rob2-cluster", "rob2-crossover", "quadas-2", "robis"):
        assert overall(key) == ""


def test_a_team_writes_a_tool_of_its_own() -> None:
    told = definition("Ours", [("Funding", "Who paid?")], [("Fine", "low"), ("Not fine", "high")])
    tool = tool_from("custom-1", told)
    assert [(item.key, item.question) for item in tool.items] == [("item-1", "Who paid?")]
    assert [(level.key, level.light, level.glyph) for level in tool.levels] == [
        ("1-fine", "low", "+"),
        ("2-not-fine", "high", "−"),
    ]


TWO = [("Fine", "low"), ("Not fine", "high")]


@pytest.mark.parametrize(
    ("name", "items", "levels", "complaint"),
    [
        ("", [("Funding", "")], TWO, "a name"),
        ("Ours", [], TWO, "1 to 40 items"),
        ("Ours", [("A", "")] * 2, TWO, "same name"),
        ("Ours", [("", "Who?")], TWO, "needs a name"),
        ("Ours", [("x" * 121, "")], TWO, "at most 120"),
        ("Ours", [("A", "")], TWO[:1], "2 to 9 levels"),
        ("Ours", [("A", "")], [("Fine", "low"), ("Bad", "low")], "another light"),
        ("Ours", [("A", "")], [("Fine", "low"), ("Bad", "mauve")], "no light called"),
        ("Ours", [(str(n), "") for n in range(41)], TWO, "has 41"),
    ],
)
def test_what_is_no_tool_is_refused(
    name: str, items: list[tuple[str, str]], levels: list[tuple[str, str]], complaint: str
) -> None:
    with pytest.raises(BadTool, match=complaint):
        definition(name, items, levels)


@given(st.lists(st.tuples(st.text(max_size=130), st.text(max_size=9)), max_size=42), st.text(max_size=130))
def test_a_definition_is_a_tool_that_fits_or_is_refused(items: list[tuple[str, str]], name: str) -> None:
    try:
        told = definition(name, items, [(name, "low"), (f"not {name}", "high")])
    except BadTool:
        return
    tool = tool_from("custom-1", told)
    assert all(len(item.key) <= 40 for item in tool.items)
    assert len({level.key for level in tool.levels}) == 2
    assert all(0 < len(level.key) <= 20 for level in tool.levels)
