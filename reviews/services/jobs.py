"""Background work: the Job row is the truth, and a worker holds it only as long as it is heard of.

A broker may lose a message or deliver it twice. So a worker *claims* a job with one UPDATE that only one worker can win,
every write it makes carries the claim's token, and the reaper (services/reaper.py) publishes again what nobody holds.
"""

from __future__ import annotations

import logging
import mmap
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db import OperationalError as DatabaseGone
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from kombu.exceptions import OperationalError

from reviews.access import May, require
from reviews.errors import NotAllowed, NothingToDo, Refused
from reviews.models import Job, Review, User

log = logging.getLogger(__name__)


class SharedFlag:
    """A switch that a process shares with those it forks: a prefork worker is told to stop, its children do the work."""

    def __init__(self) -> None:
        self._byte = mmap.mmap(-1, 1)

    def set(self, on: bool = True) -> None:
        """Turn it on, or off again."""
        self._byte[0] = int(on)

    def is_set(self) -> bool:
        """Is it on?"""
        return bool(self._byte[0])


#: Set when this worker is told to stop; running jobs go back to the queue at their next beat.
stopping = SharedFlag()


class LeaseLost(Exception):
    """Another worker has the job now: stop, and write nothing."""


class CancelRequested(Exception):
    """A person asked to stop this job."""


class WorkerStopping(Exception):
    """This worker shuts down; somebody else goes on from the checkpoint."""


def lease() -> timedelta:
    """How long a silent worker keeps its job."""
    return timedelta(seconds=settings.JOB_LEASE_SECONDS)


def enqueue(name: str, *, title: str, review: Review | None, by: User | None, **arguments: Any) -> Job:
    """Insert the job, and publish its id once the transaction is committed."""
    job = Job.objects.create(name=name, title=title, review=review, created_by=by, arguments=arguments)
    transaction.on_commit(partial(publish, job))
    return job


def publish(job: Job) -> None:
    """Send the id to the broker. A broker that is down only delays the job: the reaper tries again."""
    Job.objects.filter(pk=job.pk).update(published_at=timezone.now())
    try:
        current_app.send_task(job.name, args=[job.pk], retry=False)
    except (OperationalError, OSError) as error:
        log.warning("Job %s could not be handed to the broker (%s); it will be tried again.", job.pk, error)


@dataclass(slots=True)
class Lease:
    """A claimed job, as its handler sees it."""

    job: Job
    token: str

    def beat(
        self,
        *,
        done: int | None = None,
        total: int | None = None,
        message: str | None = None,
        checkpoint: dict[str, Any] | None = None,
    ) -> None:
        """Say that the worker lives, and how far it is; raises when it must stop."""
        changes: dict[str, Any] = {"beat": timezone.now()}
        given = {"done": done, "total": total, "message": message, "checkpoint": checkpoint}
        changes.update({field: value for field, value in given.items() if value is not None})
        if not self._mine().update(**changes):
            raise LeaseLost
        self.job.refresh_from_db(fields=["cancel_requested", "checkpoint"])
        if self.job.cancel_requested:
            raise CancelRequested
        if stopping.is_set():
            raise WorkerStopping

    @contextmanager
    def step(self, **progress: Any) -> Iterator[None]:
        """One transaction: the body's writes and the new checkpoint are both there, or neither.

        It begins by making sure of the job, whose row nobody else can claim from then on until the transaction ends:
        a worker that has lost it raises LeaseLost before it writes anything.
        """
        with transaction.atomic():
            self.beat()
            yield
            self.beat(**progress)

    def pulse(self) -> None:
        """Say that the worker lives, from beside the work; a failure is only a missed beat."""
        try:
            self._mine().update(beat=timezone.now())
        except DatabaseError as error:
            log.info("Job %s missed a beat: %s", self.job.pk, error)

    def end(self, status: Job.Status, *, message: str = "", outcome: dict[str, Any] | None = None) -> bool:
        """Finish; False when the job was no longer ours."""
        return bool(
            self._mine().update(
                status=status, message=message, outcome=outcome or {}, token="", finished_at=timezone.now()
            )
        )

    def release(self) -> None:
        """Give the job back to the queue, for a worker that goes on from the checkpoint."""
        if self._mine().update(status=Job.Status.QUEUED, token="", attempts=F("attempts") - 1):
            transaction.on_commit(partial(publish, self.job))

    def _mine(self) -> Any:
        return Job.objects.filter(pk=self.job.pk, token=self.token, status=Job.Status.RUNNING)


def claim(job_id: int) -> Lease | None:
    """Take a queued job, or one whose worker fell silent; None when there is nothing to take."""
    token = uuid.uuid4().hex
    now = timezone.now()
    free = Q(status=Job.Status.QUEUED) | Q(status=Job.Status.RUNNING, beat__lt=now - lease())
    taken = Job.objects.filter(free, pk=job_id).update(
        status=Job.Status.RUNNING,
        token=token,
        attempts=F("attempts") + 1,
        beat=now,
        started_at=Coalesce("started_at", now),
    )
    if not taken:
        return None
    return Lease(job=Job.objects.select_related("review", "created_by").get(pk=job_id), token=token)


def run(job_id: int, handler: Callable[..., dict[str, Any]]) -> None:
    """What every task does: claim, let `handler(lease, **arguments)` work, and write down how it ended."""
    held = claim(job_id)
    if held is None:
        log.info("Job %s is not free: a second delivery, dropped.", job_id)
        return
    try:
        with _pulsing(held):
            outcome = handler(held, **held.job.arguments)
    except LeaseLost:
        log.warning("Job %s was taken over by another worker.", job_id)
    except CancelRequested:
        held.end(Job.Status.CANCELLED, message="Cancelled.")
    except WorkerStopping:
        held.release()
    except Refused as error:
        held.end(Job.Status.FAILED, message=str(error))
    except (DatabaseGone, InterfaceError):
        # Nothing can be written now. The reaper finds the job when its lease has run out.
        log.exception("Job %s lost the database.", job_id)
    except Exception as error:
        log.exception("Job %s failed.", job_id)
        held.end(
            Job.Status.FAILED,
            message=f"Something went wrong ({type(error).__name__}). It can be tried again.",
        )
    else:
        held.end(Job.Status.DONE, outcome=outcome)


@contextmanager
def _pulsing(held: Lease) -> Iterator[None]:
    """Renew the lease from a thread of its own, so that a long computation need not think of it."""
    over = threading.Event()

    def beat() -> None:
        try:
            while not over.wait(settings.JOB_BEAT_SECONDS):
                held.pulse()
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name=f"pulse of job {held.job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()


@transaction.atomic
def cancel(*, job: Job, by: User) -> None:
    """Ask a job to stop; one that has not begun stops now."""
    _require_own_or_lead(job, by)
    waiting = Job.objects.filter(pk=job.pk, status=Job.Status.QUEUED)
    if waiting.update(status=Job.Status.CANCELLED, message="Cancelled.", finished_at=timezone.now()):
        return
    if not Job.objects.filter(pk=job.pk, status=Job.Status.RUNNING).update(cancel_requested=True):
        raise NothingToDo("This job has ended already.")


@transaction.atomic
def retry(*, job: Job, by: User) -> None:
    """Queue a failed or cancelled job again; it goes on from its checkpoint."""
    _require_own_or_lead(job, by)
    changed = Job.objects.filter(pk=job.pk, status__in=[Job.Status.FAILED, Job.Status.CANCELLED]).update(
        status=Job.Status.QUEUED, attempts=0, cancel_requested=False, message="", finished_at=None
    )
    if not changed:
        raise NothingToDo("Only a job that failed or was cancelled can be tried again.")
    transaction.on_commit(partial(publish, job))


def _require_own_or_lead(job: Job, by: User) -> None:
    if job.review is None:
        raise NotAllowed("This job belongs to no review.")
    require(May.VIEW if job.created_by_id == by.pk else May.MANAGE_TEAM, review=job.review, by=by)
