"""Claim, lease, reaper: what one worker and one row do; tests/jobs/ does the same with real workers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils import timezone

from reviews.errors import NotAllowed, NothingToDo, Refused
from reviews.models import Job
from reviews.services import jobs, reaper
from reviews.services.jobs import Lease
from tests.conftest import Cast


@pytest.fixture
def job(cast: Cast) -> Job:
    """Ben's job, waiting."""
    return jobs.enqueue("reviews.read_import", title="Reading", review=cast.review, by=cast.ben, import_id=7)


def now_is(job: Job) -> Job:
    """As stored."""
    return Job.objects.get(pk=job.pk)


def silence(job: Job) -> None:
    """Its worker has not been heard of for longer than a lease."""
    long_ago = timezone.now() - 2 * jobs.lease()
    Job.objects.filter(pk=job.pk).update(beat=long_ago, published_at=long_ago)


def test_a_job_is_claimed_by_one_worker_only(job: Job) -> None:
    held = jobs.claim(job.pk)
    assert held
    assert jobs.claim(job.pk) is None
    assert now_is(job).status == Job.Status.RUNNING


def test_a_job_whose_worker_fell_silent_is_claimed_anew_and_the_old_claim_is_worth_nothing(job: Job) -> None:
    old = jobs.claim(job.pk)
    assert old
    silence(job)
    new = jobs.claim(job.pk)
    assert new
    with pytest.raises(jobs.LeaseLost):
        old.beat(done=1)
    with pytest.raises(jobs.LeaseLost), old.step():
        pytest.fail("a worker that has lost its job must not write")
    assert not old.end(Job.Status.DONE)
    new.beat(done=5, total=10)
    assert (now_is(job).percent, now_is(job).attempts) == (50, 2)


def test_the_handler_gets_its_arguments_and_its_outcome_is_kept(job: Job) -> None:
    def handler(lease: Lease, import_id: int) -> dict[str, Any]:
        with lease.step(done=1, total=2, message="half", checkpoint={"at": 1}):
            assert lease.job.checkpoint == {}
        assert lease.job.checkpoint == {"at": 1}
        return {"import": import_id}

    jobs.run(job.pk, handler)
    done = now_is(job)
    assert (done.status, done.outcome, done.percent) == (Job.Status.DONE, {"import": 7}, 100)
    assert done.finished_at


@pytest.mark.parametrize(
    ("error", "says"), [(Refused("The file is odd."), "The file is odd."), (KeyError("x"), "KeyError")]
)
def test_a_failure_is_written_down(job: Job, error: Exception, says: str) -> None:
    def handler(_: Lease, **__: Any) -> dict[str, Any]:
        raise error

    jobs.run(job.pk, handler)
    failed = now_is(job)
    assert failed.status == Job.Status.FAILED
    assert says in failed.message


def test_without_the_database_the_job_is_left_for_the_reaper(job: Job) -> None:
    def handler(_: Lease, **__: Any) -> dict[str, Any]:
        raise OperationalError("gone")

    jobs.run(job.pk, handler)
    assert now_is(job).status == Job.Status.RUNNING


def test_a_stopping_worker_gives_the_job_back_without_counting_an_attempt(job: Job) -> None:
    begun: list[int] = []

    def handler(lease: Lease, **_: Any) -> dict[str, Any]:
        jobs.stopping.set()
        with lease.step(done=1):
            begun.append(1)
        return {}

    try:
        jobs.run(job.pk, handler)
    finally:
        jobs.stopping.set(on=False)
    assert not begun
    given_back = now_is(job)
    assert (given_back.status, given_back.attempts, given_back.token) == (Job.Status.QUEUED, 0, "")


def test_cancelling_a_waiting_job_ends_it_and_a_running_one_stops_at_its_next_beat(
    job: Job, cast: Cast
) -> None:
    jobs.cancel(job=job, by=cast.ben)
    assert now_is(job).status == Job.Status.CANCELLED
    with pytest.raises(NothingToDo):
        jobs.cancel(job=job, by=cast.ben)
    jobs.retry(job=job, by=cast.ben)

    def handler(lease: Lease, **_: Any) -> dict[str, Any]:
        jobs.cancel(job=job, by=cast.ben)
        lease.beat()
        return {}

    jobs.run(job.pk, handler)
    assert now_is(job).status == Job.Status.CANCELLED


def test_only_who_asked_for_it_or_a_lead_steers_a_job(job: Job, cast: Cast) -> None:
    for person in (cast.chi, cast.dov, cast.eve):
        with pytest.raises(NotAllowed):
            jobs.cancel(job=job, by=person)
    jobs.cancel(job=job, by=cast.ana)
    jobs.retry(job=job, by=cast.ben)
    with pytest.raises(NothingToDo):
        jobs.retry(job=job, by=cast.ben)


def test_the_reaper_publishes_orphans_and_only_these(job: Job, cast: Cast) -> None:
    assert reaper.reap() == 1, "never published"
    assert reaper.reap() == 0, "its message may be on its way"
    silence(job)
    assert reaper.reap() == 1, "its message was lost"
    jobs.claim(job.pk)
    assert reaper.reap() == 0
    silence(job)
    assert reaper.reap() == 1, "its worker died"


def test_the_reaper_gives_up_after_too_many_attempts(job: Job, settings: Any) -> None:
    for _ in range(settings.JOB_MAX_ATTEMPTS):
        assert jobs.claim(job.pk)
        silence(job)
    assert reaper.reap() == 0
    failed = now_is(job)
    assert failed.status == Job.Status.FAILED
    assert "died 5 times" in failed.message


def test_a_dead_workers_cancelled_job_is_cancelled(job: Job) -> None:
    jobs.claim(job.pk)
    silence(job)
    Job.objects.filter(pk=job.pk).update(cancel_requested=True)
    reaper.reap()
    assert now_is(job).status == Job.Status.CANCELLED


def test_a_long_computation_is_kept_alive_from_beside(job: Job) -> None:
    held = jobs.claim(job.pk)
    assert held
    Job.objects.filter(pk=job.pk).update(beat=timezone.now() - timedelta(seconds=20))
    held.pulse()
    beat = now_is(job).beat
    assert beat
    assert timezone.now() - beat < timedelta(seconds=5)
