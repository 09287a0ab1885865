"""What the worker does for this floor."""

from __future__ import annotations

from celery import shared_task

from reviews.services import jobs
from screening.services import ranking


@shared_task(name="screening.rank")
def rank(job_id: int) -> None:
    """Order a review's records by likely relevance."""
    jobs.run(job_id, ranking.rank)
