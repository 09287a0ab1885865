"""What the background worker can be asked to do for this floor."""

from __future__ import annotations

from celery import shared_task

from reviews.services import jobs, reading


@shared_task(name="reviews.read_import")
def read_import(job_id: int) -> None:
    """Read an imported file."""
    jobs.run(job_id, reading.read_import)
