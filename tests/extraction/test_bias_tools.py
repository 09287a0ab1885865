"""Which tool a study is assessed with; the team's own tools and their versions; every tool from beginning to end."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from extraction.errors import BadValue
from extraction.models import Judgement
from extraction.queries.bias_tools import tool_of
from extraction.queries.overview import states
from extraction.riskofbias import ROB2_ASSIGNMENT, TOOLS
from extraction.services import bias, bias_tools, completion
from reviews.errors import NotAllowed, NothingToDo, Refused
from tests.conftest import Cast
from tests.extraction.bias_factories import LOW, answered, with_rob2
from tests.extraction.factories import BIAS, a_study, an_outcome, assessed

ROB2 = ROB2_ASSIGNMENT


def test_each_design_has_its_tool(cast: Cast) -> None:
    trial, cohort = a_study(cast.review, design="RCT"), a_study(cast.review, design="Cohort  study")
    assert tool_of(trial).key == tool_of(cohort).key == "rob1"
    with_rob2(cast.review)
    bias_tools.choose(review=cast.review, tool="nos-cohort", design="cohort STUDY", by=cast.ana)
    assert (tool_of(trial).key, tool_of(cohort).key) == ("rob2-assignment", "nos-cohort")
    bias_tools.choose(review=cast.review, tool="", design="Cohort study", by=cast.ana)
    assert tool_of(cohort).key == "rob2-assignment"
    with pytest.raises(NothingToDo):
        bias_tools.choose(review=cast.review, tool="rob2-assignment", by=cast.ana)


def test_the_lead_chooses_among_the_tools_that_there_are(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        bias_tools.choose(review=cast.review, tool="robins-i", by=cast.ben)
    for tool, design in (("astrology", ""), ("", ""), ("custom-99999999999999999999", "")):
        with pytest.raises(BadValue):
            bias_tools.choose(review=cast.review, tool=tool, design=design, by=cast.ana)


def test_a_finished_assessment_keeps_its_tool_until_it_is_reopened(cast: Cast) -> None:
    study = a_study(cast.review, label="Braga 2018")
    assessed(study, cast.ben)
    with pytest.raises(Refused, match="finished assessing Braga 2018"):
        with_rob2(cast.review)
    completion.reopen(study=study, task=BIAS, by=cast.ben)
    with_rob2(cast.review)
    work = states(cast.review)[study.pk].bias
    assert (work.differing, work.agreeing, work.settled) == (0, 0, 0)
    assert Judgement.objects.filter(tool="rob1").count() == 7


ITEMS = [("Funding", "Who paid?"), ("Sample size", "")]
LEVELS = [("Fine", "low"), ("Not fine", "high")]


def test_a_team_writes_its_own_tool_and_changes_it_in_versions(cast: Cast) -> None:
    study = a_study(cast.review)
    first = bias_tools.write_tool(review=cast.review, name=" Ours ", items=ITEMS, levels=LEVELS, by=cast.ana)
    bias_tools.choose(review=cast.review, tool=f"custom-{first.pk}", by=cast.ana)
    tool = tool_of(study)
    assert tool.name == "Ours"
    bias.judge(study=study, tool=tool, item="item-1", level="1-fine", support="x", by=cast.ben)
    second = bias_tools.write_tool(
        review=cast.review, name="Ours", items=ITEMS[:1], levels=LEVELS, replaces=first, by=cast.ana
    )
    assert tool_of(study).key == f"custom-{second.pk}"
    with pytest.raises(Refused, match="Somebody has changed this tool"):
        bias_tools.write_tool(
            review=cast.review, name="Ours", items=ITEMS, levels=LEVELS, replaces=first, by=cast.ana
        )
    with pytest.raises(NothingToDo):
        bias_tools.write_tool(
            review=cast.review, name="Ours", items=ITEMS[:1], levels=LEVELS, replaces=second, by=cast.ana
        )
    bias.judge(study=study, tool=tool_of(study), item="item-1", level="1-fine", support="x", by=cast.ben)
    completion.finish(study=study, task=BIAS, by=cast.ben)
    with pytest.raises(Refused, match="finished"):
        bias_tools.write_tool(
            review=cast.review, name="Ours 2", items=ITEMS, levels=LEVELS, replaces=second, by=cast.ana
        )


def test_what_is_no_tool_is_refused_and_only_the_lead_writes(cast: Cast) -> None:
    with pytest.raises(BadValue, match="1 to 40 items"):
        bias_tools.write_tool(review=cast.review, name="Ours", items=[], levels=LEVELS, by=cast.ana)
    with pytest.raises(NotAllowed):
        bias_tools.write_tool(review=cast.review, name="Ours", items=ITEMS, levels=LEVELS, by=cast.ben)


@pytest.mark.parametrize("table", ["judgement", "toolchoice", "customtool"])
def test_what_was_said_cannot_be_changed(cast: Cast, table: str) -> None:
    with_rob2(cast.review)
    answered(a_study(cast.review), an_outcome(cast.review), cast.ben)
    bias_tools.write_tool(review=cast.review, name="Ours", items=ITEMS, levels=LEVELS, by=cast.ana)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE extraction_{table} SET at = at")  # noqa: S608 - a name from the list above


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.key)
def test_every_tool_can_be_used_from_beginning_to_end(cast: Cast, tool: object) -> None:
    key: str = tool.key  # type: ignore[attr-defined]
    if key != "rob1":
        bias_tools.choose(review=cast.review, tool=key, by=cast.ana)
    study, pain = a_study(cast.review), an_outcome(cast.review, "Pain")
    used = tool_of(study)
    for person in (cast.ben, cast.chi):
        for item in used.items:
            at = None if item in used.items_for(study=True) else pain.pk
            level = "" if item.parts or (item.is_overall and used.overall) else used.levels_of(item)[0].key
            bias.judge(
                study=study,
                tool=used,
                item=item.key,
                level=level,
                support="x",
                outcome=at,
                answers=LOW.get(item.key, {}) if item.parts and used is ROB2 else _best(item),
                by=person,
            )
        completion.finish(study=study, task=BIAS, by=person)
    assert bias.settle_agreeing(study=study, tool=used, by=cast.ana) == len(used.items)
    assert states(cast.review)[study.pk].bias.is_settled


def _best(item: object) -> dict[str, str]:
    """Low risk under RoB 2's effect of adhering."""
    if not item.parts:  # type: ignore[attr-defined]
        return {}
    if item.key == "D2":  # type: ignore[attr-defined]
        return {"2.1": "N", "2.2": "N", "2.4": "NA", "2.5": "NA"}
    return LOW[item.key]  # type: ignore[attr-defined]
