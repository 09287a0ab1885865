"""Settled results, analyses and runs."""

from __future__ import annotations

from typing import Any

from extraction.models import Arm, Comparison, ComparisonArm, Field, Metric, Outcome, Study, Value
from reviews.models import Review, User
from reviews.services import jobs
from synthesis.models import Analysis, Run
from synthesis.services import analyses, runs


def an_outcome(review: Review, metric: Metric = Metric.EVENTS, **fields: Any) -> Outcome:
    """Something to be pooled."""
    fields.setdefault("domain", "Tuberculosis")
    return Outcome.objects.create(review=review, metric=metric, direction=Outcome.Direction.LOWER, **fields)


def a_comparison(review: Review) -> Comparison:
    """BCG against nothing."""
    return Comparison.objects.create(review=review, experimental="BCG", control="No BCG")


def a_settled_study(
    outcome: Outcome, comparison: Comparison, *, label: str, numbers: dict[str, tuple[float, float]], by: User
) -> Study:
    """A study with two arms and settled numbers: field → (experimental, control)."""
    study = Study.objects.create(review=outcome.review, label=label, created_by=by)
    for place, side in enumerate(("experimental", "control")):
        arm = Arm.objects.create(study=study, label=side)
        ComparisonArm.objects.create(comparison=comparison, arm=arm, side=side)
        for name, pair in numbers.items():
            settle(outcome, arm, Field(name), pair[place], by=by)
    return study


def settle(outcome: Outcome, arm: Arm, field: Field, number: float, *, by: User) -> Value:
    """A settled value, without the extraction that led to it."""
    return Value.objects.create(
        study=arm.study,
        outcome=outcome,
        arm=arm,
        field=field,
        text=f"{number:g}",
        number=number,
        settled=True,
        by=by,
    )


def an_analysis(review: Review, by: User, *, studies: int = 3, **settings: Any) -> Analysis:
    """An analysis of the first BCG trials."""
    outcome, comparison = an_outcome(review), a_comparison(review)
    trials = [((4, 11), (123, 139)), ((6, 29), (306, 303)), ((3, 11), (231, 220))]
    for number in range(studies):
        events, totals = trials[number % len(trials)]
        a_settled_study(
            outcome,
            comparison,
            label=f"Trial {number + 1:03}",
            numbers={"events": events, "n": totals},
            by=by,
        )
    asked: dict[str, Any] = {
        "measure": "RR",
        "model": "random",
        "tau2": "REML",
        "test": "z",
        "level": 95.0,
    } | settings
    return analyses.define(title="BCG", outcome=outcome, comparison=comparison, by=by, **asked)


def a_run(analysis: Analysis, by: User) -> Run:
    """A finished run."""
    job = analyses.request_run(analysis=analysis, by=by)
    jobs.run(job.pk, runs.run_analysis)
    job.refresh_from_db()
    assert job.status == job.Status.DONE, job.message
    return Run.objects.get(job=job)
