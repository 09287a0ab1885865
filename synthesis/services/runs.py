"""Verb: compute a run. Called by the worker; a run is written whole or not at all."""

from __future__ import annotations

import time
from typing import Any

from django.db import transaction
from django.db.models import Max

from reviews.services import history
from reviews.services.jobs import Lease
from synthesis import engine
from synthesis.errors import NoStudies, Unsuitable
from synthesis.models import Analysis, Run
from synthesis.queries.inputs import fingerprint, inputs_of, settings_of
from synthesis.stats.errors import StatsError


def run_analysis(lease: Lease, *, analysis: int) -> dict[str, Any]:
    """Freeze the inputs, compute, keep the result with everything it rests on."""
    lease.beat(done=0, total=3, message="Collecting the settled results")
    subject = Analysis.objects.select_related("review", "outcome", "comparison").get(pk=analysis)
    done = Run.objects.filter(job=lease.job).first()
    if done is not None:
        return {"run": done.pk}
    inputs, settings = inputs_of(subject), settings_of(subject)
    if not inputs:
        raise NoStudies("No study has a settled result for this outcome and comparison yet.")
    lease.beat(done=1, message=f"Computing {len(inputs)} studies")
    started = time.perf_counter()
    try:
        outcome = engine.compute(inputs, settings)
    except StatsError as error:
        raise Unsuitable(str(error)) from error
    seconds = time.perf_counter() - started
    with lease.step(done=3, message="Done"):
        run = _keep(subject, lease, inputs, settings, outcome, seconds)
    return {"run": run.pk}


@transaction.atomic
def _keep(
    subject: Analysis,
    lease: Lease,
    inputs: list[dict[str, Any]],
    settings: dict[str, Any],
    outcome: engine.Outcome,
    seconds: float,
) -> Run:
    Analysis.objects.select_for_update().get(pk=subject.pk)
    last = subject.runs.aggregate(last=Max("number"))["last"] or 0
    run = Run.objects.create(
        analysis=subject,
        number=last + 1,
        job=lease.job,
        inputs=inputs,
        inputs_hash=fingerprint(inputs, settings),
        settings=settings,
        engine=engine.VERSION,
        result=outcome.result,
        warnings=outcome.warnings,
        seconds=seconds,
        by=lease.job.created_by,
    )
    history.record(
        "analysis.ran",
        f"ran “{subject}” on {len(inputs)} studies (run {run.number})",
        review=subject.review,
        subject=run,
        by=lease.job.created_by,
    )
    return run
