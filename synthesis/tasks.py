"""What the worker does for this floor."""

from __future__ import annotations

from celery import shared_task

from reviews.services import jobs
from synthesis.services import bundle, flow_then, refreshing, runs


@shared_task(name="synthesis.run_analysis")
def run_analysis(job_id: int) -> None:
    """Compute one run."""
    jobs.run(job_id, runs.run_analysis)


@shared_task(name="synthesis.count_flow")
def count_flow(job_id: int) -> None:
    """Count the flow as it was."""
    jobs.run(job_id, flow_then.count)


@shared_task(name="synthesis.refresh")
def refresh(job_id: int) -> None:
    """Run anew what is out of date."""
    jobs.run(job_id, refreshing.refresh)


@shared_task(name="synthesis.make_bundle")
def make_bundle(job_id: int) -> None:
    """Make one file of all analyses."""
    jobs.run(job_id, bundle.make)
