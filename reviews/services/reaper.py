"""Finds jobs that nobody holds and publishes them again: the only source of retries."""

from __future__ import annotations

import logging

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Q
from django.utils import timezone

from reviews.models import Job
from reviews.services import jobs, tallies

log = logging.getLogger(__name__)


def reap() -> int:
    """One round, from a timer inside each worker; returns how many jobs were published again."""
    try:
        return _round()
    except DatabaseError:
        # The timer must live on: the next round may find the database back.
        log.exception("The reaper could not look for orphaned jobs.")
        return 0


def _round() -> int:
    now = timezone.now()
    silent = Q(status=Job.Status.RUNNING, beat__lt=now - jobs.lease())
    Job.objects.filter(silent, cancel_requested=True).update(
        status=Job.Status.CANCELLED, token="", message="Cancelled.", finished_at=now
    )
    Job.objects.filter(silent, attempts__gte=settings.JOB_MAX_ATTEMPTS).update(
        status=Job.Status.FAILED,
        token="",
        message=f"The worker died {settings.JOB_MAX_ATTEMPTS} times while doing this. It can be tried again.",
        finished_at=now,
    )
    # A message just sent may still be on its way; a lost one is noticed after a lease.
    unheard = Q(published_at=None) | Q(published_at__lt=now - jobs.lease())
    orphans = list(Job.objects.filter(silent | Q(status=Job.Status.QUEUED), unheard).order_by("pk")[:200])
    for job in orphans:
        jobs.publish(job)
    tallies.fold()
    return len(orphans)
