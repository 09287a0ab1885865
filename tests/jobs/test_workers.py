"""A job is done once, from its checkpoint, whatever happens to the workers."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook

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
    # More often where a busy machine lets a lease run out; what counts is that nothing is done twice.
    assert ended["attempts"] >= 2
    assert ended["outcome"]["records"] == RECORDS


MAPPING = {"What": "title", "Who": "authors:|", "When": "year", "Text": "abstract"}


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_table_is_taken_up_again_by_the_columns_that_were_said(
    install: Callable[[str], Site], tmp_path: Path, kind: str
) -> None:
    site = install("filesystem://")
    table = a_table(tmp_path / f"export.{kind}")
    workers = [site.start_worker(), site.start_worker()]
    job = site.drive("upload_table", str(table), json.dumps(MAPPING))
    site.wait_until_reading(job)
    kill(next(worker for worker in workers if site.has_received(worker)))
    reached = site.job(job)["checkpoint"]["position"]
    assert site.records() == (reached, reached)
    ended = site.wait_for_end(job)
    # More often where a busy machine lets a lease run out; what counts is that nothing is read twice.
    assert ended["attempts"] >= 2
    assert site.records() == (RECORDS, RECORDS)
    query = "SELECT title, authors, year FROM reviews_record WHERE position = ?"
    title, authors, year = site.query(query, RECORDS)
    assert title == f"A study of {words(RECORDS)}"
    assert (json.loads(authors), year) == ([f"Author, A{RECORDS}", "Roe, R."], 1990 + RECORDS % 30)
    if kind == "xlsx":
        (kept,) = site.query("SELECT text FROM reviews_import")
        assert kept.endswith(".csv")
        assert [path.name for path in (site.state / "files").rglob("*.csv")] == [Path(kept).name]


def words(number: int) -> str:
    """Eight words that no other number has: the rules for duplicates are not under test here."""
    letters = hashlib.sha256(str(number).encode()).hexdigest()
    return " ".join(letters[at : at + 8] for at in range(0, 64, 8))


def a_table(path: Path) -> Path:
    """A table whose columns have names that nobody knows."""
    rows = [["Number", "What", "Who", "When", "Text"]]
    for number in range(1, RECORDS + 1):
        year = str(1990 + number % 30)
        text = " ".join(words(RECORDS * part + number) for part in range(2, 10))
        rows.append([str(number), f"A study of {words(number)}", f"Author, A{number} | Roe, R.", year, text])
    if path.suffix == ".xlsx":
        book = Workbook(write_only=True)
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
        book.save(path)
    else:
        with path.open("w", newline="", encoding="cp1252") as file:
            csv.writer(file, delimiter=";").writerows(rows)
    return path


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
    # One process does both: the time that another takes to start is enough to read the whole file.
    job = site.drive("upload_and_cancel", str(export))
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
