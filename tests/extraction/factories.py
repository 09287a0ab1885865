"""Studies, outcomes, readings and judgements with sensible surroundings."""

from __future__ import annotations

from itertools import count
from typing import Any

from extraction.models import Arm, Comparison, Completion, Metric, Outcome, Study, StudyReport, Value
from extraction.queries.cells import Cell
from extraction.riskofbias import ROB1
from extraction.services import bias, completion, values
from extraction.services.values import Reading
from reviews.models import Review, User
from screening.models import Candidate, Report, Stage
from screening.services import reports, votes
from tests.screening.factories import IN, a_report

_numbers = count(1)
RESULTS, BIAS = Completion.Task.RESULTS, Completion.Task.BIAS


def an_included_report(review: Review, **fields: Any) -> Report:
    """A report that was retrieved and included on full text by everybody whose vote it took."""
    report = reports.retrieved(report=a_report(review, **fields), where="On paper", by=review.created_by)
    members = review.memberships.filter(role__in=["lead", "reviewer"]).select_related("user")
    for membership in members[:2]:
        votes.cast(
            candidate=Candidate.objects.of(review, Stage.FULL_TEXT).get(report=report),
            verdict=IN,
            by=membership.user,
        )
    return report


def a_study(review: Review, *, reports: int = 0, **fields: Any) -> Study:
    """A study with so many included reports."""
    fields.setdefault("label", f"Study {next(_numbers)}")
    study = Study.objects.create(review=review, created_by=review.created_by, **fields)
    for _ in range(reports):
        StudyReport.objects.create(study=study, report=an_included_report(review), by=review.created_by)
    return study


def an_arm(study: Study, label: str = "", **fields: Any) -> Arm:
    """An arm."""
    number = next(_numbers)
    return Arm.objects.create(study=study, label=label or f"Arm {number}", position=number, **fields)


def an_outcome(review: Review, domain: str = "", **fields: Any) -> Outcome:
    """A continuous outcome where higher is better."""
    number = next(_numbers)
    fields.setdefault("metric", Metric.FINAL)
    return Outcome.objects.create(
        review=review,
        domain=domain or f"Outcome {number}",
        direction=Outcome.Direction.HIGHER,
        position=number,
        **fields,
    )


def a_comparison(review: Review, experimental: str = "", control: str = "Usual care") -> Comparison:
    """A comparison."""
    number = next(_numbers)
    return Comparison.objects.create(
        review=review, experimental=experimental or f"Exercise {number}", control=control, position=number
    )


def read(study: Study, by: User, cell: Cell, text: str, **words: Any) -> list[Value]:
    """Somebody's reading, through its verb."""
    return values.record(study=study, readings=[Reading(cell, text, **words)], by=by)


def extracted(study: Study, by: User, numbers: dict[Cell, str]) -> None:
    """A finished extraction."""
    values.record(study=study, readings=[Reading(cell, text) for cell, text in numbers.items()], by=by)
    completion.finish(study=study, task=RESULTS, by=by)


def assessed(study: Study, by: User, levels: dict[str, str] | None = None) -> None:
    """A finished assessment: low risk everywhere, except where `levels` says otherwise."""
    for item in ROB1.items:
        level = (levels or {}).get(item.key, "low")
        bias.judge(study=study, tool=ROB1, item=item.key, level=level, support=f"{by.name} says so", by=by)
    completion.finish(study=study, task=BIAS, by=by)
