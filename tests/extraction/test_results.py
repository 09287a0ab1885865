"""Settled results as an analysis takes them."""

from __future__ import annotations

import pytest

from extraction.models import (
    ArmsChoice,
    ComparisonArm,
    Field,
    Metric,
    Outcome,
    SeveralArms,
    TimePoint,
    Value,
)
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
            time_id=cell.time,
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
    with django_assert_num_queries(4):  # type: ignore[operator]
        assert len(study_results(trials.outcome, trials.comparison)) == 5


class Repeated:
    """A trial of two arms that measured at several times."""

    def __init__(self, cast: Cast, *weeks: float, **outcome: object) -> None:
        self.trials = trials = Trials(cast)
        Outcome.objects.filter(pk=trials.outcome.pk).update(**outcome)
        trials.outcome.refresh_from_db()
        trials.add(("experimental", {}), ("control", {}))
        for week in weeks:
            time = TimePoint.objects.create(study=trials.study, label=f"{week:g} weeks", weeks=week)
            self.measure(time, week)

    def measure(self, time: TimePoint | None, mean: float) -> None:
        """Settle both arms at a time; the mean tells afterwards which one was taken."""
        for arm in self.trials.study.arms.all():
            for name, number in means(20, mean, sd=2).items():
                cell = Cell(self.trials.outcome.pk, arm.pk, None, name, time.pk if time else None)
                self.trials.settle(self.trials.study.pk, cell, number)

    def taken(self) -> tuple[float | None, str]:
        """The mean and the time of the one result."""
        (result,) = study_results(self.trials.outcome, self.trials.comparison)
        assert result.experimental is not None
        return result.experimental.mean, result.time


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ({}, 52),
        ({"when_several": "earliest"}, 12),
        ({"window_from": 20, "window_to": 30}, 26),
        ({"window_to": 30}, 26),
        ({"window_from": 13, "when_several": "earliest"}, 26),
    ],
)
def test_a_study_enters_once_at_the_time_that_the_outcome_prefers(
    cast: Cast, outcome: dict[str, object], expected: float
) -> None:
    assert Repeated(cast, 0, 12, 26, 52, **outcome).taken() == (expected, f"{expected:g} weeks")


def test_a_time_with_gaps_gives_way_to_one_that_can_be_used(cast: Cast) -> None:
    repeated = Repeated(cast, 12, 26)
    trials = repeated.trials
    last = TimePoint.objects.get(study=trials.study, weeks=26)
    arm = trials.study.arms.first()
    assert arm is not None
    trials.settle(trials.study.pk, Cell(trials.outcome.pk, arm.pk, None, Field.MEAN, last.pk), None, text="")
    Value.objects.create(
        study=trials.study, outcome=trials.outcome, arm=arm, field=Field.MEAN, time=last, settled=True, by=cast.ana
    )  # fmt: skip
    assert repeated.taken() == (12, "12 weeks")


def test_what_stands_without_a_time_is_used_when_no_time_of_the_window_has_anything(cast: Cast) -> None:
    repeated = Repeated(cast, 52, window_to=30)
    assert study_results(repeated.trials.outcome, repeated.trials.comparison) == []
    repeated.measure(None, 7)
    assert repeated.taken() == (7, "")


def test_a_split_control_is_counted_once_over_all_its_comparisons(cast: Cast) -> None:
    trials = Trials(cast)
    trials.add(
        ("experimental", means(10, 1, sd=1)),
        ("experimental", means(30, 5, sd=1)),
        ("control", means(41, 0, sd=3)),
    )
    ArmsChoice.objects.create(
        study=trials.study, comparison=trials.comparison, how=SeveralArms.SPLIT, by=cast.ana
    )
    results = study_results(trials.outcome, trials.comparison)
    assert [result.experimental and result.experimental.n for result in results] == [10, 30]
    assert [
        result.control and (result.control.n, result.control.mean, result.control.sd) for result in results
    ] == [(20.5, 0, 3)] * 2
    assert len({result.label for result in results}) == 2
    assert all("23.3.4" in result.control.methods[-1] for result in results if result.control)


def test_a_median_with_quartiles_becomes_a_mean_and_says_how(cast: Cast) -> None:
    trials = Trials(cast)
    quartiles = {Field.N: 50, Field.MEDIAN: 10, Field.Q1: 8, Field.Q3: 12.5}
    trials.add(("experimental", quartiles), ("control", means(50, 9, sd=3)))
    (result,) = study_results(trials.outcome, trials.comparison)
    assert result.experimental is not None
    assert result.problem == ""
    # Luo 2018 and Wan 2014, by hand: weight 0.7 + 0.39/50; divisor 2 Φ⁻¹((0.75·50 − 0.125)/(50 + 0.25)).
    assert result.experimental.mean == pytest.approx(0.7078 * (8 + 12.5) / 2 + 0.2922 * 10, abs=1e-9)
    assert result.experimental.sd == pytest.approx(4.5 / 1.2482, rel=0.08)
    assert any("Luo" in method for method in result.experimental.methods)


def test_a_bound_on_p_is_not_taken_for_p(cast: Cast) -> None:
    trials = Trials(cast)
    trials.add(("experimental", {}), ("control", {}))
    for name, number, text in (
        (Field.MEASURE, None, "OR"),
        (Field.ESTIMATE, 0.5, "0.5"),
        (Field.P, 0.001, "<0.001"),
    ):
        trials.settle(
            trials.study.pk, Cell(trials.outcome.pk, None, trials.comparison.pk, name), number, text
        )
    (result,) = study_results(trials.outcome, trials.comparison)
    assert result.contrast is not None
    assert result.contrast.sei is None
