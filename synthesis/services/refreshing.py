"""Verbs: bring analyses up to date when what they rest on has changed."""

from __future__ import annotations

from typing import Any

from reviews.models import Job, Review, User
from reviews.services import jobs
from reviews.services.jobs import Lease
from synthesis.models import Analysis, Run
from synthesis.queries.inputs import is_stale
from synthesis.services import analyses

REFRESH = "synthesis.refresh"


def results_changed(*, review: Review, by: User) -> None:
    """Have the analyses that were run looked at in the background; many changes in a row are one look.

    A look that has begun may have passed the change already, so only one that still waits stands for it.
    """
    if not Run.objects.filter(analysis__review=review).exists():
        return
    waiting = Job.objects.filter(review=review, name=REFRESH, status=Job.Status.QUEUED)
    if not waiting.exists():
        jobs.enqueue(REFRESH, title="Bring the analyses up to date", review=review, by=by)


def refresh(lease: Lease) -> dict[str, Any]:
    """Run anew what was run before and is out of date; each in a job of its own."""
    review, by = lease.job.review, lease.job.created_by
    assert review is not None  # noqa: S101 - results_changed gives one
    current = list(Analysis.objects.filter(review=review, replaced_by=None, runs__isnull=False).distinct())
    started = []
    for number, analysis in enumerate(current):
        lease.beat(done=number, total=len(current), message=str(analysis))
        if is_stale(analysis):
            started.append(analyses.queue_run(analysis=analysis, by=by).pk)
    return {"analyses": len(current), "started": started}
