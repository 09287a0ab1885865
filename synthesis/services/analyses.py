"""Verbs: say what is pooled and how, and ask for it to be computed."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from extraction.models import Comparison, Metric, Outcome
from reviews.access import May, require
from reviews.errors import NothingToDo, Refused
from reviews.models import Job, User
from reviews.models.job import JobQuerySet
from reviews.services import history, jobs
from synthesis.engine import MEASURES
from synthesis.errors import Unsuitable
from synthesis.models import Analysis
from synthesis.models.analysis import COLUMNS
from synthesis.stats.errors import BadInput

RUN = "synthesis.run_analysis"


@transaction.atomic
def define(
    *,
    title: str,
    outcome: Outcome,
    comparison: Comparison,
    options: dict[str, Any] | None = None,
    by: User,
    **settings: Any,
) -> Analysis:
    """A new analysis; it runs when somebody asks. `options` are the settings that have no column of their own."""
    review = outcome.review
    require(May.ANALYSE, review=review, by=by)
    if comparison.review_id != review.pk:
        raise Refused("The outcome and the comparison belong to different reviews.")
    if not title.strip():
        raise Refused("Give the analysis a title.")
    analysis = Analysis(
        review=review,
        title=title.strip(),
        outcome=outcome,
        comparison=comparison,
        options=options or {},
        created_by=by,
        **settings,
    )
    _check(analysis)
    analysis.save(force_insert=True)
    word = "planned" if analysis.prespecified else "added, post hoc,"
    history.record(
        "analysis.defined", f"{word} the analysis “{analysis}”", review=review, subject=analysis, by=by
    )
    return analysis


@transaction.atomic
def amend(*, analysis: Analysis, by: User, **changes: Any) -> Analysis:
    """The same analysis asked for differently: a new specification that replaces the old one, which stays with its runs."""
    require(May.ANALYSE, review=analysis.review, by=by)
    analysis = Analysis.objects.select_for_update().get(pk=analysis.pk)
    if Analysis.objects.filter(replaces=analysis).exists():
        raise Refused("This analysis has been replaced by a newer one. Change that one.")
    names = (*COLUMNS, "options", "title", "outcome", "comparison")
    kept = {name: getattr(analysis, name) for name in names}
    if {**kept, **changes} == kept:
        raise NothingToDo("Nothing was changed.")
    # What was planned beforehand stays planned only as long as it is what was planned.
    return define(**(kept | changes), prespecified=False, replaces=analysis, by=by)


@transaction.atomic
def request_run(*, analysis: Analysis, by: User) -> Job:
    """Queue the computation; asking twice gives the run that is under way."""
    require(May.ANALYSE, review=analysis.review, by=by)
    Analysis.objects.select_for_update().get(pk=analysis.pk)
    under_way = _runs_of(analysis).unfinished().first()
    if under_way is not None:
        return under_way
    job = queue_run(analysis=analysis, by=by)
    history.record(
        "analysis.run_requested",
        f"asked to run “{analysis}”",
        review=analysis.review,
        subject=analysis,
        by=by,
    )
    return job


@transaction.atomic
def queue_run(*, analysis: Analysis, by: User | None) -> Job:
    """Queue the computation, or give the one that waits; for whoever was permitted to cause it.

    One that has begun may have frozen its inputs before the change that this one is for.
    """
    Analysis.objects.select_for_update().get(pk=analysis.pk)
    waiting = _runs_of(analysis).filter(status=Job.Status.QUEUED).first()
    if waiting is not None:
        return waiting
    return jobs.enqueue(RUN, title=f"Run “{analysis}”", review=analysis.review, by=by, analysis=analysis.pk)


def _runs_of(analysis: Analysis) -> JobQuerySet:
    return Job.objects.filter(name=RUN, arguments__analysis=analysis.pk)


def _check(analysis: Analysis) -> None:
    try:
        measure = analysis.specification.measure
    except BadInput as error:
        raise Unsuitable(str(error)) from error
    outcome = analysis.outcome
    chosen, fits = MEASURES[measure], _FITTING.get(outcome.metric, ("means",))
    if chosen.takes not in fits:
        raise Unsuitable(f"“{outcome}” is measured by {fits[0]}; {chosen.name.lower()} does not fit.")


#: From what an outcome of each kind can be computed; a reported estimate may stand in for any of them.
_FITTING: dict[str, tuple[str, ...]] = {
    Metric.EVENTS: ("events",),
    Metric.RATE: ("rates",),
    Metric.TIME_TO_EVENT: ("estimates", "events"),
}
