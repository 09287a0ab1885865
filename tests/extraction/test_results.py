"""Settled results as an analysis takes them."""

from __future__ import annotations

import pytest

from extraction.models import ComparisonArm, Field, Metric, Value
from extraction.queries.cells import Cell
from extraction.queries.results import study_results
from tests.conftest import Cast
from tests.extraction.factories import a_comparison, a_study, an_arm, an_outcome


class Trials:
    """An outcome and a comparison, and studies with settled numbers."""

    def __init__(self, cast: Cast, metric: Metric = Metric.FINAL) -> None:
        self.cast, self.outcome = cast, an_outcome(cast.review, metric=metric)
        self.comparison = a_comparison(cast.review)

    def add(self, *sides: tuple[str, dict[Field, float]]) -> None:
        """A study with one arm for each side that is given."""
        study = a_study(self.cast.review)
        for side, numbers in sides:
            arm = an_arm(study)
            if side:
                ComparisonArm.objects.create(comparison=self.comparison, arm=arm, side=side)
            for field, number in numbers.items():
                self.settle(study.pk, Cell(self.outcome.pk, arm.pk, None, field), number)
        self.study = study

    def settle(self, study: int, cell: Cell, number: float | None, text: str = "") -> None:
        """A settled number, or text."""
        Value.objects.create(
            study_id=study,
            outcome_id=cell.outcome,
            arm_id=cell.arm,
            comparison_id=cell.comparison,
            field=cell.field,
            text=text or str(number),
            number=number,
            settled=True,
            by=self.cast.ana,
        )


def means(n: float, mean: float, **spread: float) -> dict[Field, float]:
    """The numbers of an arm."""
    return {Field.N: n, Field.MEAN: mean} | {Field(name): number for name, number in spread.items()}


def test_two_arms_give_a_result_that_names_its_values(cast: Cast) -> None:
    trials = Trials(cast)
    trials.add(("experimental", means(24, 34.1, sd=7.1)), ("control", means(24, 29.5, sd=7.7)))
    (result,) = study_results(trials.outcome, trials.comparison)
    assert result.experimental is not None
    assert result.control is not None
    assert (result.experimental.mean, result.control.sd, result.problem) == (34.1, 7.7, "")
    assert len({*result.experimental.values, *result.control.values}) == 6


def test_a_standard_error_becomes_a_standard_deviation_and_says_so(cast: Cast) -> None:
    trials = Trials(cast)
    trials.add(("experimental", means(8, -4.7, se=2.6)), ("control", means(8, -3, sd=2)))
    (result,) = study_results(trials.outcome, trials.comparison)
    assert result.experimental is not None
    assert result.experimental.sd == pytest.approx(7.354, abs=1e-3)
    assert "Handbook 6.5.2.2" in result.experimental.methods[0]


def test_several_arms_on_a_side_are_combined(cast: Cast) -> None:
    trials = Trials(cast)
    trials.add(
        ("experimental", means(10, 1, sd=1)),
        ("experimental", means(30, 5, sd=1)),
        ("control", means(40, 0, sd=1)),
        ("", means(7, 100, sd=1)),
    )
    (result,) = study_results(trials.outcome, trials.comparison)
    assert result.experimental is not None
    assert (result.experimental.n, result.experimental.mean) == (40, 4)
    assert "Handbook 6.5.2.10" in result.experimental.methods[-1]


def test_events_are_added_up(cast: Cast) -> None:
    trials = Trials(cast, Metric.EVENTS)
    arm = {Field.EVENTS: 3.0, Field.N: 10.0}
    trials.add(("experimental", arm), ("experimental", arm), ("control", arm))
    (result,) = study_results(trials.outcome, trials.comparison)
    assert result.experimental is not None
    assert (result.experimental.events, result.experimental.n) == (6, 20)


@pytest.mark.parametrize(
    ("sides", "problem"),
    [
        ([("experimental", means(5, 1, sd=1))], "No arm stands on the control side"),
        (
            [("experimental", means(5, 1, sd=1)), ("control", {Field.N: 5.0})],
            "control side: mean, standard deviation",
        ),
        ([("experimental", means(0, 1, sd=1)), ("control", means(5, 1, sd=1))], "Nobody was analysed"),
    ],
)
def test_what_is_missing_is_said(
    cast: Cast, sides: list[tuple[str, dict[Field, float]]], problem: str
) -> None:
    trials = Trials(cast)
    trials.add(*sides)
    (result,) = study_results(trials.outcome, trials.comparison)
    assert problem in result.problem


def test_an_estimate_of_the_report_stands_for_the_arms(cast: Cast) -> None:
    trials = Trials(cast)
    trials.add()
    for field, number, text in (("measure", None, "MD"), ("estimate", 3.2, ""), ("ci-low", 0.5, "")):
        cell = Cell(trials.outcome.pk, None, trials.comparison.pk, field)
        trials.settle(trials.study.pk, cell, number, text)
    (result,) = study_results(trials.outcome, trials.comparison)
    assert result.contrast is not None
    assert (result.contrast.measure, result.contrast.estimate, result.contrast.se) == ("MD", 3.2, None)
    assert result.problem == ""


def test_a_newer_settled_value_counts_and_an_extractors_own_never(cast: Cast) -> None:
    trials = Trials(cast)
    trials.add(("experimental", means(5, 1, sd=1)), ("control", means(5, 2, sd=1)))
    arm = trials.study.arms.first()
    assert arm is not None
    cell = Cell(trials.outcome.pk, arm.pk, None, "mean")
    trials.settle(trials.study.pk, cell, 9)
    Value.objects.create(
        study=trials.study, outcome=trials.outcome, arm=arm, field="mean", text="77", number=77, by=cast.ben
    )
    (result,) = study_results(trials.outcome, trials.comparison)
    assert result.experimental is not None
    assert result.experimental.mean == 9


def test_many_studies_take_as_many_queries_as_one(cast: Cast, django_assert_num_queries: object) -> None:
    trials = Trials(cast)
    for _ in range(5):
        trials.add(("experimental", means(5, 1, sd=1)), ("control", means(5, 2, sd=1)))
    with django_assert_num_queries(3):  # type: ignore[operator]
        assert len(study_results(trials.outcome, trials.comparison)) == 5
