"""A job is done once, from its checkpoint, whatever happens to the workers."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.jobs.conftest import PATIENCE, RECORDS, Redis, Site

pytestmark = pytest.mark.slow


def kill(worker: subprocess.Popen[bytes]) -> None:
    """As the out-of-memory killer does it: at once, with its children."""
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()


def test_after_kill_9_a_living_worker_goes_on_from_the_checkpoint(site: Site, export: Path) -> None:
    # Both are up before the crash, so it is the survivor's timer that finds the orphan, not its start.
    workers = [site.start_worker(), site.start_worker()]
    job = site.drive("upload", str(export))
    site.wait_until_reading(job)
    doomed = next(worker for worker in workers if site.has_received(worker))
    kill(doomed)
    reached = site.job(job)["checkpoint"]["position"]
    assert site.records() == (reached, reached)
    ended = site.wait_for_end(job)
    assert site.records() == (RECORDS, RECORDS)
    assert ended["attempts"] == 2
    assert ended["outcome"]["records"] == RECORDS


def test_a_job_delivered_many_times_to_two_workers_is_done_once(site: Site, export: Path) -> None:
    site.start_worker()
    site.start_worker()
    job = site.drive("upload", str(export))
    site.drive("deliver", job, "5")
    ended = site.wait_for_end(job)
    site.drive("deliver", job, "2")
    assert site.records() == (RECORDS, RECORDS)
    assert ended["attempts"] == 1
    small = export.with_name("small.ris")
    small.write_text("TY  - JOUR\nTI  - A later file\nER  - \n")
    site.wait_for_end(site.drive("upload", str(small)))
    assert site.job(job) == ended


def test_a_cancelled_job_stops_at_its_checkpoint_and_can_be_taken_up_again(site: Site, export: Path) -> None:
    site.start_worker()
    job = site.drive("upload", str(export))
    site.wait_until_reading(job)
    site.drive("cancel", job)
    ended = site.wait_for_end(job, "cancelled")
    reached = ended["checkpoint"]["position"]
    assert 0 < reached < RECORDS
    assert site.records() == (reached, reached)
    site.drive("retry", job)
    site.wait_for_end(job)
    assert site.records() == (RECORDS, RECORDS)


def test_a_worker_told_to_stop_gives_its_job_back(site: Site, export: Path) -> None:
    worker = site.start_worker()
    job = site.drive("upload", str(export))
    site.wait_until_reading(job)
    worker.send_signal(signal.SIGTERM)
    worker.wait(PATIENCE)
    given_back = site.job(job)
    assert (given_back["status"], given_back["attempts"]) == ("queued", 0)
    assert site.records()[0] == given_back["checkpoint"]["position"] < RECORDS
    site.start_worker()
    site.wait_for_end(job)
    assert site.records() == (RECORDS, RECORDS)


def test_a_lost_message_is_noticed(export: Path, install: Callable[[str], Site]) -> None:
    site = install("filesystem://")
    job = site.drive("upload", str(export))
    for message in (site.state / "broker" / "queue").glob("*"):
        message.unlink()
    site.start_worker()
    site.wait_for_end(job)
    assert site.records() == (RECORDS, RECORDS)


@pytest.mark.redis
def test_what_was_asked_for_while_the_broker_was_down_is_done_when_it_is_back(
    export: Path, install: Callable[[str], Site], redis: Redis
) -> None:
    site = install(redis.url)
    site.start_worker()
    redis.end()
    job = site.drive("upload", str(export))
    redis.start()
    # Nobody sent a message that arrived: only the worker's own timer can find this job.
    ended = site.wait_for_end(job)
    assert ended["attempts"] == 1
    assert site.records() == (RECORDS, RECORDS)
