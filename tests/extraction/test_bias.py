"""Risk of bias: two assessors who do not see each other, and what the team settles."""

from __future__ import annotations

import pytest

from extraction.errors import BadValue, NotYet
from extraction.models import Judgement
from extraction.queries.bias import compare_judgements, own_judgements, settled_judgements, traffic_lights
from extraction.queries.overview import states
from extraction.riskofbias import ROB1
from extraction.services import bias, completion
from extraction.services.bias import Opinion
from reviews.errors import ChangedMeanwhile, NotAllowed, NothingToDo, Refused
from reviews.models import User
from tests.conftest import Cast
from tests.extraction.factories import BIAS, a_study, assessed


def levels(cast: Cast, viewer: User) -> list[list[str]]:
    """The table as `viewer` sees it."""
    lights = traffic_lights(cast.review, ROB1, states(cast.review), viewer=viewer)
    return [[light.level for light in row] for row in lights.values()]


def test_a_judgement_says_what_it_rests_on(cast: Cast) -> None:
    study = a_study(cast.review)
    with pytest.raises(BadValue, match="rests on"):
        bias.judge(study=study, tool=ROB1, item="other", level="low", support=" ", by=cast.ben)
    bias.judge(study=study, tool=ROB1, item="other", level="low", support="None found", by=cast.ben)
    assert own_judgements(study, ROB1, user=cast.ben)["other"].level == "low"


@pytest.mark.parametrize(("item", "level"), [("astrology", "low"), ("other", "splendid")])
def test_the_tools_items_and_levels_only(cast: Cast, item: str, level: str) -> None:
    with pytest.raises(BadValue):
        bias.judge(study=a_study(cast.review), tool=ROB1, item=item, level=level, support="x", by=cast.ben)


def test_saying_the_same_again_writes_nothing_and_a_change_adds_a_row(cast: Cast) -> None:
    study = a_study(cast.review)
    for level in ("low", "low", "high"):
        bias.judge(study=study, tool=ROB1, item="other", level=level, support="x", by=cast.ben)
    assert [row.level for row in study.judgements.all()] == ["low", "high"]


def test_one_bad_item_costs_nobody_the_others(cast: Cast) -> None:
    opinions = [Opinion("other", "low", "None found"), Opinion("incomplete-data", "low", "")]
    saved = bias.assess(study=a_study(cast.review), tool=ROB1, opinions=opinions, by=cast.ben)
    assert [row.item for row in saved.judgements] == ["other"]
    assert list(saved.refused) == ["incomplete-data"]


def test_another_tab_is_not_overwritten(cast: Cast) -> None:
    study = a_study(cast.review)
    bias.judge(study=study, tool=ROB1, item="other", level="low", support="x", seen=0, by=cast.ben)
    with pytest.raises(ChangedMeanwhile):
        bias.judge(study=study, tool=ROB1, item="other", level="high", support="x", seen=0, by=cast.ben)


def test_an_assessment_is_finished_when_every_item_is_judged(cast: Cast) -> None:
    study = a_study(cast.review)
    bias.judge(study=study, tool=ROB1, item="other", level="low", support="x", by=cast.ben)
    with pytest.raises(Refused, match="Not judged yet: Random sequence generation"):
        completion.finish(study=study, task=BIAS, by=cast.ben)
    assessed(study, cast.ben)
    with pytest.raises(Refused, match="Reopen"):
        bias.judge(study=study, tool=ROB1, item="other", level="high", support="x", by=cast.ben)


def test_nobody_sees_another_assessment_before_finishing_their_own(cast: Cast) -> None:
    study = a_study(cast.review)
    assessed(study, cast.ben)
    bias.judge(study=study, tool=ROB1, item="other", level="high", support="x", by=cast.chi)
    assert compare_judgements(study, ROB1, viewer=cast.chi) is None
    assert compare_judgements(study, ROB1, viewer=cast.ana) is None
    with pytest.raises(NotYet):
        bias.settle(study=study, tool=ROB1, item="other", level="low", support="x", by=cast.chi)
    assessed(study, cast.chi)
    assert compare_judgements(study, ROB1, viewer=cast.chi) is not None


def test_the_table_shows_what_is_settled_and_to_who_is_at_work_only_their_own(cast: Cast) -> None:
    study = a_study(cast.review)
    for person in (cast.ben, cast.chi):
        assessed(study, person)
    assert levels(cast, cast.dov) == [[""] * 7]
    assert levels(cast, cast.ben) == [["low"] * 7]
    bias.judge(study=study, tool=ROB1, item="other", level="high", support="x", by=cast.ana)
    bias.settle_agreeing(study=study, tool=ROB1, by=cast.ben)
    assert levels(cast, cast.dov) == [["low"] * 7]
    assert levels(cast, cast.ana) == [["", "", "", "", "", "", "high"]]


def test_agreeing_items_are_settled_at_once_and_the_rest_one_by_one(cast: Cast) -> None:
    study = a_study(cast.review)
    assessed(study, cast.ben)
    with pytest.raises(NotYet):
        bias.settle_agreeing(study=study, tool=ROB1, by=cast.ben)
    assessed(study, cast.chi, {"other": "high"})
    assert bias.settle_agreeing(study=study, tool=ROB1, by=cast.ana) == 6
    with pytest.raises(NothingToDo):
        bias.settle_agreeing(study=study, tool=ROB1, by=cast.ana)
    with pytest.raises(BadValue, match="Choose"):
        bias.settle(study=study, tool=ROB1, item="other", level="", support="x", by=cast.ana)
    bias.settle(study=study, tool=ROB1, item="other", level="unclear", support="Talked", seen=0, by=cast.ana)
    with pytest.raises(ChangedMeanwhile):
        bias.settle(study=study, tool=ROB1, item="other", level="low", support="x", seen=0, by=cast.chi)
    settled = settled_judgements(study, ROB1)
    assert settled["other"].level == "unclear"
    assert settled["allocation-concealment"].support == "Ben says so / Chi says so"


def test_statisticians_and_observers_judge_nothing(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        bias.judge(study=a_study(cast.review), tool=ROB1, item="other", level="low", support="x", by=cast.dov)
    assert not Judgement.objects.exists()


def test_history_never_tells_a_judgement(cast: Cast) -> None:
    study = a_study(cast.review)
    for person in (cast.ben, cast.chi):
        assessed(study, person, {"other": "high"})
    bias.settle_agreeing(study=study, tool=ROB1, by=cast.ana)
    for event in cast.review.events.all():
        assert not {"low", "high", "unclear"} & set(event.sentence.lower().split())
