"""RoB 2 on results: levels follow from answers, domain 1 is said once, overall follows, other levels need a reason."""

from __future__ import annotations

import pytest

from extraction.errors import BadValue
from extraction.models import Judgement, Outcome, Study
from extraction.queries.bias import (
    compare_judgements,
    levels_in_force,
    own_at,
    settled_judgements,
    traffic_lights,
)
from extraction.queries.overview import states
from extraction.riskofbias import ROB2_ASSIGNMENT
from extraction.services import bias, completion, structure
from reviews.errors import Refused
from tests.conftest import Cast
from tests.extraction.bias_factories import HIGH, LOW, answered, assessed_result, with_rob2
from tests.extraction.factories import BIAS, a_study, an_outcome

ROB2 = ROB2_ASSIGNMENT


@pytest.fixture
def trial(cast: Cast) -> tuple[Study, Outcome, Outcome]:
    """A study that is assessed with RoB 2, and two outcomes."""
    with_rob2(cast.review)
    return a_study(cast.review), an_outcome(cast.review, "Pain"), an_outcome(cast.review, "Sleep")


Trial = tuple[Study, Outcome, Outcome]


def said(study: Study, cast: Cast, outcome: Outcome | None) -> dict[str, str]:
    """Ben's levels in force for an outcome, overall among them."""
    own = own_at(study, ROB2, user=cast.ben)
    pk = outcome.pk if outcome else None
    overall = own.get(("overall", pk))
    return levels_in_force(ROB2, own, pk) | ({"overall": overall.level} if overall else {})


def test_the_level_is_the_one_that_the_answers_lead_to(cast: Cast, trial: Trial) -> None:
    study, pain, _ = trial
    judged = bias.judge(
        study=study,
        tool=ROB2,
        item="D4",
        level="",
        support="Diaries",
        outcome=pain.pk,
        answers=HIGH["D4"],
        by=cast.ben,
    )
    assert judged
    assert (judged.level, judged.proposed, judged.answers) == ("high", "high", {"4.1": "Y", "4.2": "N"})


def test_answers_without_an_end_are_kept_and_no_level_is_made_up(cast: Cast, trial: Trial) -> None:
    study, pain, _ = trial
    bias.judge(
        study=study,
        tool=ROB2,
        item="D3",
        level="",
        support="",
        outcome=pain.pk,
        answers={"3.1": "N"},
        by=cast.ben,
    )
    assert own_at(study, ROB2, user=cast.ben)["D3", pain.pk].answers == {"3.1": "N"}
    assert said(study, cast, pain) == {}
    with pytest.raises(BadValue, match=r"Answer first: 3\.2"):
        bias.judge(
            study=study,
            tool=ROB2,
            item="D3",
            level="low",
            support="x",
            outcome=pain.pk,
            answers={"3.1": "N"},
            by=cast.ben,
        )


def test_answers_to_what_is_no_longer_asked_are_dropped(cast: Cast, trial: Trial) -> None:
    study, pain, _ = trial
    judged = bias.judge(
        study=study,
        tool=ROB2,
        item="D3",
        level="",
        support="All analysed",
        outcome=pain.pk,
        answers={"3.1": "Y", "3.2": "N", "3.3": "Y"},
        by=cast.ben,
    )
    assert judged
    assert judged.answers == {"3.1": "Y"}


def test_another_level_than_proposed_needs_a_reason(cast: Cast, trial: Trial) -> None:
    study, pain, _ = trial
    words = {"study": study, "tool": ROB2, "item": "D5", "support": "x", "outcome": pain.pk, "by": cast.ben}
    with pytest.raises(BadValue, match=r"lead to “Low risk”\. Say why"):
        bias.judge(**words, level="high", answers=LOW["D5"])  # type: ignore[arg-type]
    judged = bias.judge(**words, level="high", answers=LOW["D5"], reason="The registry differs")  # type: ignore[arg-type]
    assert judged
    assert (judged.level, judged.proposed, judged.reason) == ("high", "low", "The registry differs")
    back = bias.judge(**words, level="", answers=LOW["D5"], reason="The registry differs")  # type: ignore[arg-type]
    assert back
    assert (back.level, back.reason) == ("low", "")


@pytest.mark.parametrize(
    ("item", "outcome", "answers", "complaint"),
    [
        ("D4", False, {}, "judged for each result"),
        ("D4", True, {"4.1": "maybe"}, "no answer to question 4.1"),
        ("D3", True, {"3.1": "N", "3.2": "NI"}, "no answer to question 3.2"),
        ("D4", True, {"9.9": "Y"}, "has no question 9.9"),
        ("D1", True, {"1.1": "Y", "1.2": "Y", "1.3": "N"}, "Say why this result differs"),
    ],
)
def test_what_the_tool_does_not_ask_is_refused(
    cast: Cast, trial: Trial, item: str, outcome: bool, answers: dict[str, str], complaint: str
) -> None:
    study, pain, _ = trial
    with pytest.raises(BadValue, match=complaint):
        bias.judge(
            study=study,
            tool=ROB2,
            item=item,
            level="" if answers else "low",
            support="x",
            outcome=pain.pk if outcome else None,
            answers=answers,
            by=cast.ben,
        )


def test_an_outcome_of_another_review_or_a_retired_one_is_refused(cast: Cast, trial: Trial) -> None:
    study, pain, _ = trial
    structure.retire(thing=pain, by=cast.ana)
    with pytest.raises(BadValue, match="not asked for"):
        bias.judge(study=study, tool=ROB2, item="D3", level="", support="x", outcome=pain.pk, by=cast.ben)


def test_domain_1_is_said_once_and_counts_for_every_result(cast: Cast, trial: Trial) -> None:
    study, pain, sleep = trial
    answered(study, pain, cast.ben)
    answered(study, sleep, cast.ben)
    rows = Judgement.objects.filter(item="D1", by=cast.ben)
    assert [row.outcome_id for row in rows] == [None]
    assert said(study, cast, pain) == said(study, cast, sleep) == dict.fromkeys([*LOW, "overall"], "low")
    bias.judge(
        study=study,
        tool=ROB2,
        item="D1",
        level="",
        support="x",
        outcome=sleep.pk,
        answers=HIGH["D1"],
        reason="Asked of a subgroup that was not randomised",
        by=cast.ben,
    )
    assert said(study, cast, pain)["overall"] == "low"
    assert said(study, cast, sleep) == dict.fromkeys(LOW, "low") | {"D1": "high", "overall": "high"}


def test_overall_follows_the_domains_on_every_result(cast: Cast, trial: Trial) -> None:
    study, pain, sleep = trial
    answered(study, pain, cast.ben)
    answered(study, sleep, cast.ben)
    bias.judge(study=study, tool=ROB2, item="D1", level="", support="x", answers=HIGH["D1"], by=cast.ben)
    assert said(study, cast, pain)["overall"] == said(study, cast, sleep)["overall"] == "high"
    assert ("overall", None) not in own_at(study, ROB2, user=cast.ben)


def test_several_concerns_are_high_only_when_a_person_says_so(cast: Cast, trial: Trial) -> None:
    study, pain, _ = trial
    concerns = {"D1": {"1.1": "Y", "1.2": "NI", "1.3": "N"}, "D5": {"5.1": "NI", "5.2": "NI", "5.3": "N"}}
    concerns["D3"] = {"3.1": "N", "3.2": "N", "3.3": "Y", "3.4": "N"}
    answered(study, pain, cast.ben, concerns)
    assert said(study, cast, pain)["overall"] == "some"
    words = {
        "study": study,
        "tool": ROB2,
        "item": "overall",
        "outcome": pain.pk,
        "support": "",
        "by": cast.ben,
    }
    with pytest.raises(BadValue, match="Say why"):
        bias.judge(**words, level="high")  # type: ignore[arg-type]
    bias.judge(**words, level="high", reason="Three concerns together")  # type: ignore[arg-type]
    assert said(study, cast, pain)["overall"] == "high"
    # What a person gave a reason for does not follow the domains any more.
    answered(study, pain, cast.ben, {"D1": LOW["D1"]})
    assert said(study, cast, pain)["overall"] == "high"


def test_overall_waits_for_the_domains(cast: Cast, trial: Trial) -> None:
    study, pain, _ = trial
    with pytest.raises(BadValue, match="Judge first: Randomisation process"):
        bias.judge(
            study=study, tool=ROB2, item="overall", level="low", support="", outcome=pain.pk, by=cast.ben
        )


def test_an_assessment_is_finished_when_each_begun_result_is(cast: Cast, trial: Trial) -> None:
    study, pain, sleep = trial
    bias.judge(study=study, tool=ROB2, item="D1", level="", support="x", answers=LOW["D1"], by=cast.ben)
    with pytest.raises(Refused, match="any result"):
        completion.finish(study=study, task=BIAS, by=cast.ben)
    answered(study, pain, cast.ben)
    bias.judge(
        study=study,
        tool=ROB2,
        item="D3",
        level="",
        support="",
        outcome=sleep.pk,
        answers={"3.1": "N"},
        by=cast.ben,
    )
    with pytest.raises(Refused, match=r"Missing outcome data \(Sleep\)"):
        completion.finish(study=study, task=BIAS, by=cast.ben)
    answered(study, sleep, cast.ben)
    completion.finish(study=study, task=BIAS, by=cast.ben)


def test_assessors_agree_when_answers_lead_the_same_way(cast: Cast, trial: Trial) -> None:
    study, pain, _ = trial
    assessed_result(study, pain, cast.ben)
    assessed_result(study, pain, cast.chi, {"D1": {"1.1": "PY", "1.2": "PY", "1.3": "PN"}, "D4": HIGH["D4"]})
    sides = compare_judgements(study, ROB2, viewer=cast.ana)
    assert sides
    rows = {row.item.key: row for row in sides.rows}
    assert rows["D1"].agree
    assert not rows["D4"].agree
    assert not rows["overall"].agree
    assert [answered.question.key for answered in rows["D4"].questions if answered.differs] == ["4.1", "4.3"]
    assert rows["D4"].shared == {"4.2": "N"}
    work = states(cast.review)[study.pk].bias
    assert (work.differing, work.agreeing) == (2, 4)
    assert bias.settle_agreeing(study=study, tool=ROB2, by=cast.ana) == 4


def test_same_level_by_other_answers_is_a_difference(cast: Cast, trial: Trial) -> None:
    study, pain, _ = trial
    assessed_result(study, pain, cast.ben, {"D5": {"5.1": "Y", "5.2": "Y", "5.3": "N"}})
    assessed_result(study, pain, cast.chi, {"D5": {"5.1": "Y", "5.2": "N", "5.3": "Y"}})
    sides = compare_judgements(study, ROB2, viewer=cast.ana)
    assert sides
    row = next(row for row in sides.rows if row.item.key == "D5")
    assert {judged.level for judged in row.judgements.values() if judged} == {"high"}
    assert not row.agree


def test_the_team_settles_answers_and_the_level_they_lead_to(cast: Cast, trial: Trial) -> None:
    study, pain, _ = trial
    assessed_result(study, pain, cast.ben)
    assessed_result(study, pain, cast.chi, {"D4": HIGH["D4"]})
    bias.settle_agreeing(study=study, tool=ROB2, by=cast.ana)
    settled = bias.settle(
        study=study,
        tool=ROB2,
        item="D4",
        level="",
        support="Talked it over",
        outcome=pain.pk,
        answers=LOW["D4"],
        seen=0,
        by=cast.ana,
    )
    assert (settled.level, settled.proposed) == ("low", "low")
    overall = bias.settle(
        study=study, tool=ROB2, item="overall", level="", support="", outcome=pain.pk, by=cast.ana
    )
    assert overall.level == "low"
    in_force = settled_judgements(study, ROB2, outcome=pain.pk)
    assert {row.level for row in in_force.values()} == {"low"}
    assert set(in_force) == {item.key for item in ROB2.items}


def test_the_table_shows_each_result_with_what_is_said_of_the_study(cast: Cast, trial: Trial) -> None:
    study, pain, sleep = trial
    for person in (cast.ben, cast.chi):
        answered(study, pain, person, {"D5": HIGH["D5"]})
        assessed_result(study, sleep, person)
    bias.settle_agreeing(study=study, tool=ROB2, by=cast.ana)
    every = states(cast.review)

    def levels(outcome: Outcome) -> list[str]:
        lights = traffic_lights(cast.review, ROB2, every, viewer=cast.dov, outcome=outcome.pk)
        return [light.level for light in lights[study.pk]]

    assert levels(pain) == ["low", "low", "low", "low", "high", "high"]
    assert levels(sleep) == ["low"] * 6


def test_a_retired_outcome_is_not_compared(cast: Cast, trial: Trial) -> None:
    study, pain, sleep = trial
    for person in (cast.ben, cast.chi):
        answered(study, pain, person)
        assessed_result(study, sleep, person)
    structure.retire(thing=pain, by=cast.ana)
    sides = compare_judgements(study, ROB2, viewer=cast.ana)
    assert sides
    assert {row.outcome for row in sides.rows} == {None, sleep}
    assert states(cast.review)[study.pk].bias.agreeing == len(sides.rows)


def test_what_the_team_settled_overall_follows_a_domain_that_is_settled_anew(
    cast: Cast, trial: Trial
) -> None:
    study, pain, sleep = trial
    for person in (cast.ben, cast.chi):
        answered(study, pain, person)
        assessed_result(study, sleep, person)
    bias.settle_agreeing(study=study, tool=ROB2, by=cast.ana)
    words = {"study": study, "tool": ROB2, "level": "", "support": "x", "by": cast.ana}
    bias.settle(**words, item="D1", answers=HIGH["D1"])  # type: ignore[arg-type]
    for outcome in (pain, sleep):
        assert settled_judgements(study, ROB2, outcome=outcome.pk)["overall"].level == "high"
    bias.settle(**words | {"level": "some"}, item="overall", outcome=pain.pk, reason="Alike")  # type: ignore[arg-type]
    bias.settle(**words, item="D1", answers=LOW["D1"])  # type: ignore[arg-type]
    assert settled_judgements(study, ROB2, outcome=pain.pk)["overall"].level == "some"
    assert settled_judgements(study, ROB2, outcome=sleep.pk)["overall"].level == "low"
