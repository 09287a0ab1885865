"""What people decide about certainty: kept, explained, and marked when the result has changed."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction

from extraction.models import Arm, Field
from reviews.errors import ChangedMeanwhile, NotAllowed, NothingToDo, Refused
from reviews.models import Event
from synthesis.models import Analysis, CertaintyBasis, CertaintyDecision, SofSettings
from synthesis.queries.grading import Graded, graded_analyses
from synthesis.services import analyses, grading
from tests.conftest import Cast
from tests.synthesis.factories import a_run, an_analysis, settle

RISK = {"label": "", "risk": 0.2, "source": "The median of the studies."}
NEEDED = ("design", "bias", "inconsistency", "indirectness", "imprecision", "publication")


def graded(analysis: Analysis) -> Graded:
    """As the page has it."""
    (found,) = graded_analyses(analysis.review)
    return found


def decide(
    analysis: Analysis, cast: Cast, domain: str = "indirectness", change: int = -1, **more: Any
) -> Any:
    """Ana's judgement."""
    more.setdefault("reason", "Most people were children.")
    return grading.decide(analysis=analysis, domain=domain, change=change, by=cast.ana, **more)


def give(analysis: Analysis, cast: Cast, **numbers: Any) -> CertaintyBasis:
    """Numbers to judge by."""
    return grading.give_basis(analysis=analysis, by=cast.ana, **{"risks": [RISK], **numbers})


def test_a_level_needs_a_judgement_on_every_domain_that_counts(cast: Cast) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    a_run(analysis, cast.ana)
    for number, domain in enumerate(NEEDED):
        assert (graded(analysis).done, graded(analysis).certainty.is_complete) == (number, False)
        decide(analysis, cast, domain, 0)
    decide(analysis, cast, "bias", -1)
    found = graded(analysis).certainty
    assert (found.name, found.glyphs) == ("Moderate", "⊕⊕⊕⊖")
    assert found.footnotes == ("Downgraded one level for risk of bias: Most people were children.",)


def test_a_decision_keeps_what_was_suggested_and_from_which_numbers(cast: Cast) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    run = a_run(analysis, cast.ana)
    give(analysis, cast, thresholds=[20.0])
    row = decide(analysis, cast, "imprecision", -1)
    assert row.run == run
    assert row.suggestion["domain"] == "imprecision"
    assert row.suggested == graded(analysis).judged("imprecision").suggestion.change
    assert "effect, per 1000" in row.suggestion["numbers"]
    assert CertaintyDecision.objects.get().basis["thresholds"] == [20.0]
    assert Event.objects.filter(verb="certainty.judged").get().sentence.endswith("down one level")


def test_to_judge_again_is_to_add_a_row(cast: Cast) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    first = decide(analysis, cast)
    decide(analysis, cast, change=0, seen=first.pk)
    assert CertaintyDecision.objects.count() == 2
    found = graded(analysis).judged("indirectness")
    assert found.decision is not None
    assert (found.decision.says, [row.says for row in found.earlier]) == ("No change", ["Down one level"])
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        CertaintyDecision.objects.update(change=0)


@pytest.mark.parametrize("change", [-1, -2])
def test_a_change_needs_a_reason(cast: Cast, change: int) -> None:
    with pytest.raises(Refused, match="footnote"):
        decide(an_analysis(cast.review, cast.ana), cast, change=change, reason=" ")


def test_to_differ_from_the_numbers_needs_a_reason_and_to_agree_with_no_change_needs_none(cast: Cast) -> None:
    analysis = an_analysis(cast.review, cast.ana, studies=1)
    a_run(analysis, cast.ana)
    give(analysis, cast, thresholds=[1.0])
    assert graded(analysis).judged("imprecision").suggestion.change != 0
    with pytest.raises(Refused, match="otherwise than the numbers"):
        decide(analysis, cast, "imprecision", 0, reason="")
    assert graded(analysis).judged("inconsistency").suggestion.change == 0
    assert decide(analysis, cast, "inconsistency", 0, reason="").reason == ""


@pytest.mark.parametrize(("domain", "change"), [("luck", 0), ("bias", -3), ("dose", 2), ("design", 1)])
def test_what_grade_does_not_know_is_refused(cast: Cast, domain: str, change: int) -> None:
    with pytest.raises((Refused, KeyError)):
        decide(an_analysis(cast.review, cast.ana), cast, domain, change)


def test_two_tabs_do_not_overwrite_each_other(cast: Cast) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    decide(analysis, cast, seen=0)
    with pytest.raises(ChangedMeanwhile):
        decide(analysis, cast, change=-2, seen=0)
    give(analysis, cast, seen=0)
    with pytest.raises(ChangedMeanwhile):
        give(analysis, cast, risks=[], seen=0)


def test_the_same_again_is_nothing_to_do_until_the_result_changes(cast: Cast) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    a_run(analysis, cast.ana)
    decide(analysis, cast)
    with pytest.raises(NothingToDo):
        decide(analysis, cast)
    a_run(analysis, cast.ana)
    assert not graded(analysis).is_stale, "the same inputs give the same result"
    arm = Arm.objects.filter(study__label="Trial 001").first()
    assert arm is not None
    settle(analysis.outcome, arm, Field.EVENTS, 9, by=cast.ana)
    a_run(analysis, cast.ana)
    assert graded(analysis).is_stale
    decide(analysis, cast)
    assert not graded(analysis).is_stale


def test_a_newer_specification_inherits_the_judgements_and_marks_them(cast: Cast) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    a_run(analysis, cast.ana)
    decide(analysis, cast)
    give(analysis, cast)
    newer = analyses.amend(analysis=analysis, tau2="DL", by=cast.ana)
    a_run(newer, cast.ana)
    found = graded(newer)
    assert found.analysis == newer
    assert found.judged("indirectness").decision is not None
    assert found.basis.risks == [RISK]
    assert found.is_stale
    with pytest.raises(Refused, match="replaced"):
        decide(analysis, cast, change=0)


def test_one_study_stands_for_itself(cast: Cast) -> None:
    analysis = an_analysis(cast.review, cast.ana, studies=1)
    run = a_run(analysis, cast.ana)
    assert run.result["pooled"] is None
    found = graded(analysis)
    assert found.evidence.effect is not None
    assert (found.evidence.k, found.evidence.participants) == (1, 262)
    assert found.judged("inconsistency").suggestion.change == 0
    assert found.judged("publication").suggestion.reasons[0].startswith("Not assessable from 1 study:")


def test_without_a_run_nothing_is_suggested(cast: Cast) -> None:
    found = graded(an_analysis(cast.review, cast.ana))
    assert {judged.suggestion.change for judged in found.domains} == {None}


def test_the_comparators_risk_is_offered_from_the_studies(cast: Cast) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    a_run(analysis, cast.ana)
    controls = graded(analysis).controls
    assert controls is not None
    assert (controls.events, controls.people) == (51, 662)
    assert controls.median == pytest.approx(100 * 11 / 139)


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ({"risks": [RISK | {"risk": 0}]}, "between 0 and 100"),
        ({"risks": [RISK | {"risk": 1}]}, "between 0 and 100"),
        ({"risks": [RISK | {"risk": float("nan")}]}, "between 0 and 100"),
        ({"risks": [RISK | {"source": " "}]}, "comes from"),
        ({"risks": [RISK] * 4}, "at most 3"),
        ({"thresholds": [-1.0]}, "above zero"),
        ({"thresholds": [2.0, 1.0]}, "smallest first"),
        ({"sd": 0.0}, "above zero"),
    ],
)
def test_wrong_numbers_are_refused(cast: Cast, numbers: dict[str, Any], told: str) -> None:
    with pytest.raises(Refused, match=told):
        give(an_analysis(cast.review, cast.ana), cast, **numbers)
    assert not CertaintyBasis.objects.exists()


def test_an_observer_judges_nothing(cast: Cast) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    for verb in (
        lambda: grading.decide(analysis=analysis, domain="bias", change=0, by=cast.dov),
        lambda: grading.give_basis(analysis=analysis, risks=[RISK], by=cast.dov),
        lambda: grading.arrange(review=cast.review, chosen=[analysis], by=cast.dov),
    ):
        with pytest.raises(NotAllowed):
            verb()


def test_a_summary_has_at_most_seven_outcomes_each_once(cast: Cast) -> None:
    analysis = an_analysis(cast.review, cast.ana)
    with pytest.raises(Refused, match="at most 7"):
        grading.arrange(review=cast.review, chosen=[analysis] * 8, by=cast.ana)
    with pytest.raises(Refused, match="once"):
        grading.arrange(review=cast.review, chosen=[analysis] * 2, by=cast.ana)
    grading.arrange(review=cast.review, chosen=[analysis], by=cast.ana)
    with pytest.raises(NothingToDo):
        grading.arrange(review=cast.review, chosen=[analysis], by=cast.ana)
    assert SofSettings.objects.get().analyses == [analysis.pk]
