"""What a test asks of the database that its workers use; run as a program, in their environment."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django
from django.core.files import File

django.setup()

from reviews.models import Job, User  # noqa: E402 - tables are there after the set-up only
from reviews.services import creation, imports, jobs, searches, uploads  # noqa: E402


def upload(path: str) -> None:
    """Take in a file; print the number of its job."""
    print(_uploaded(path))


def upload_and_cancel(path: str) -> None:
    """Take in a file, ask its job to stop as soon as some of it is read, and print its number."""
    pk = _uploaded(path)
    limit = time.monotonic() + 180
    while not (job := Job.objects.get(pk=pk)).checkpoint.get("position"):
        assert time.monotonic() < limit, "nothing was read"
        time.sleep(0.02)
    jobs.cancel(job=job, by=User.objects.get())
    print(pk)


def _uploaded(path: str) -> int:
    ana, _ = User.objects.get_or_create(email="ana@example.org", defaults={"name": "Ana"})
    review = creation.create(title="A review", by=ana)
    search = searches.add(review=review, values={"source": "MEDLINE"}, by=ana)
    with Path(path).open("rb") as stream:
        origin = imports.receive(search=search, file=File(stream), name="export.ris", by=ana)
    assert origin.job_id is not None
    return origin.job_id


def upload_table(path: str, mapping: str) -> None:
    """Take in a table, say what its columns hold (JSON), and print the number of the job that reads it."""
    ana, _ = User.objects.get_or_create(email="ana@example.org", defaults={"name": "Ana"})
    review = creation.create(title="A review", by=ana)
    with Path(path).open("rb") as stream:
        waiting = uploads.receive(review=review, file=File(stream), name=Path(path).name, by=ana)
    waiting = uploads.map_columns(upload=waiting, mapping=json.loads(mapping), by=ana)
    print(uploads.start(upload=waiting, search={"source": "A register"}, by=ana).job_id)


def deliver(job: str, times: str = "1") -> None:
    """Send the message again."""
    for _ in range(int(times)):
        jobs.publish(Job.objects.get(pk=job))


def retry(job: str) -> None:
    """Take it up again, as the person who asked for it."""
    jobs.retry(job=Job.objects.get(pk=job), by=User.objects.get())


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    commands: dict[str, Callable[..., None]] = {
        "upload": upload,
        "upload_and_cancel": upload_and_cancel,
        "upload_table": upload_table,
        "deliver": deliver,
        "retry": retry,
    }
    commands[command](*arguments)
