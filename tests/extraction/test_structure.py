"""Arms, outcomes, comparisons and sides."""

from __future__ import annotations

import pytest

from extraction.models import ComparisonArm, Metric, Outcome
from extraction.queries.cells import Cell, sheet_of
from extraction.services import structure
from reviews.errors import ChangedMeanwhile, NotAllowed, NothingToDo, Refused
from reviews.services.editing import fingerprint
from tests.conftest import Cast
from tests.extraction.factories import a_comparison, a_study, an_arm, an_outcome, read
from tests.factories import a_review

HIGHER = Outcome.Direction.HIGHER


def test_an_outcome_is_defined_once(cast: Cast) -> None:
    told = {"domain": "Function", "metric": Metric.FINAL, "direction": HIGHER}
    outcome = structure.add_outcome(review=cast.review, **told, by=cast.ben)  # type: ignore[arg-type]
    structure.retire(thing=outcome, by=cast.ben)
    with pytest.raises(Refused, match="bring it back"):
        structure.add_outcome(review=cast.review, **told, by=cast.ben)  # type: ignore[arg-type]


def test_what_is_retired_is_not_asked_for_until_it_is_brought_back(cast: Cast) -> None:
    study, outcome, comparison = a_study(cast.review), an_outcome(cast.review), a_comparison(cast.review)
    arm = an_arm(study)
    whole = list(sheet_of(study).lines())
    for thing in (arm, outcome, comparison):
        structure.retire(thing=thing, by=cast.ben)
        assert len(sheet_of(study).lines()) < len(whole)
        with pytest.raises(NothingToDo):
            structure.retire(thing=thing, by=cast.ben)
        structure.bring_back(thing=thing, by=cast.ben)
        assert list(sheet_of(study).lines()) == whole
        with pytest.raises(NothingToDo):
            structure.bring_back(thing=thing, by=cast.ben)


def test_events_are_asked_as_events_and_means_as_means(cast: Cast) -> None:
    study = a_study(cast.review)
    an_arm(study)
    mean, events = an_outcome(cast.review), an_outcome(cast.review, metric=Metric.EVENTS)
    time = an_outcome(cast.review, metric=Metric.TIME_TO_EVENT)
    asked = {outcome.pk: [] for outcome in (mean, events, time)}  # type: ignore[var-annotated]
    for cell in sheet_of(study).lines():
        asked[cell.outcome].append(cell.field)
    assert asked[mean.pk][:4] == ["mean", "sd", "se", "n"]
    assert {"median", "q1", "q3", "minimum", "maximum", "mean-ci-low"} <= set(asked[mean.pk])
    assert (asked[events.pk], asked[time.pk]) == (["events", "n", "percent"], ["events", "n"])


def test_words_are_put_right_and_the_history_keeps_the_old_ones(cast: Cast) -> None:
    arm = an_arm(a_study(cast.review), "Exercize")
    seen = fingerprint(arm, ["label"])
    structure.revise(thing=arm, values={"label": "Exercise"}, seen=seen, by=cast.ben)
    with pytest.raises(ChangedMeanwhile):
        structure.revise(thing=arm, values={"label": "Training"}, seen=seen, by=cast.chi)
    event = cast.review.events.get(verb="arm.revised")
    assert event.data["changes"]["label"] == {"before": "Exercize", "after": "Exercise"}


def test_two_arms_of_a_study_never_share_a_label(cast: Cast) -> None:
    study = a_study(cast.review)
    an_arm(study, "Exercise")
    other = an_arm(study, "Control")
    with pytest.raises(Refused, match="already"):
        structure.revise(
            thing=other, values={"label": "Exercise"}, seen=fingerprint(other, ["label"]), by=cast.ben
        )
    with pytest.raises(Refused, match="already"):
        structure.add_arm(study=study, label="Exercise ", by=cast.ben)


def test_an_outcome_with_numbers_stays_of_its_kind(cast: Cast) -> None:
    study, outcome = a_study(cast.review), an_outcome(cast.review)
    read(study, cast.ben, Cell(outcome.pk, an_arm(study).pk, None, "mean"), "3")
    seen = fingerprint(outcome, ["metric"])
    with pytest.raises(Refused, match="stays of this kind"):
        structure.revise(thing=outcome, values={"metric": Metric.EVENTS}, seen=seen, by=cast.ben)


def test_arms_stand_on_sides_and_move(cast: Cast) -> None:
    study, comparison = a_study(cast.review), a_comparison(cast.review)
    one, two = an_arm(study), an_arm(study)
    places = {(comparison.pk, one.pk): "experimental", (comparison.pk, two.pk): "control"}
    assert structure.arrange(study=study, sides=places, by=cast.ben) == 2
    assert structure.arrange(study=study, sides=places, by=cast.ben) == 0
    structure.place(comparison=comparison, arm=one, side="", by=cast.ben)
    assert list(ComparisonArm.objects.values_list("arm", "side")) == [(two.pk, "control")]


def test_sides_and_arms_of_other_reviews_are_refused(cast: Cast) -> None:
    study = a_study(cast.review)
    arm, foreign = an_arm(study), a_comparison(a_review(lead=cast.ana))
    for pair, side in (((foreign.pk, arm.pk), "control"), ((a_comparison(cast.review).pk, 0), "control")):
        with pytest.raises(Refused):
            structure.arrange(study=study, sides={pair: side}, by=cast.ben)
    with pytest.raises(Refused, match="experimental or on the control"):
        structure.place(comparison=a_comparison(cast.review), arm=arm, side="left", by=cast.ben)


def test_nothing_is_added_without_words_or_by_observers(cast: Cast) -> None:
    with pytest.raises(Refused):
        structure.add_comparison(review=cast.review, experimental=" ", control="x", by=cast.ben)
    with pytest.raises(Refused):
        structure.add_arm(study=a_study(cast.review), label=" ", by=cast.ben)
    with pytest.raises(NotAllowed):
        structure.add_comparison(review=cast.review, experimental="a", control="b", by=cast.dov)
    with pytest.raises(NotAllowed):
        structure.retire(thing=an_outcome(cast.review), by=cast.dov)
