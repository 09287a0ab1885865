"""A database file, a broker and workers of their own for each test."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
#: Short, so that an orphan is found soon; a busy machine still gets a beat in while it writes a thousand records.
LEASE = 20
#: How long anything may take on a slow machine before the test gives up.
PATIENCE = 180
#: In the file that takes some seconds to read.
RECORDS = 12_000


@dataclass
class Site:
    """One installation: state folder, database, broker, and the workers started on it."""

    state: Path
    broker: str
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """What its processes see."""
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("QUORUM_")},
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "QUORUM_STATE_DIR": str(self.state),
            "QUORUM_SECRET_KEY": "only for tests",
            "DATABASE_URL": f"sqlite:///{self.state / 'quorum.sqlite3'}",
            "QUORUM_BROKER_URL": self.broker,
            "QUORUM_JOB_LEASE_SECONDS": str(LEASE),
        }

    def run(self, *command: str) -> str:
        """Run a program of ours to its end."""
        done = subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def drive(self, *arguments: str) -> str:
        """Ask the driver."""
        return self.run("-m", "tests.jobs.driver", *arguments)

    def start_worker(self) -> subprocess.Popen[bytes]:
        """A worker, ready to work: threads beside the file broker, as on a laptop; processes on Redis, as on a server."""
        pool = "prefork" if self.broker.startswith("redis:") else "threads"
        log = self.state / f"worker-{len(self.workers)}.log"
        command = [
            "-m",
            "celery",
            "--app=config",
            "worker",
            f"--pool={pool}",
            "--concurrency=2",
            "--loglevel=INFO",
        ]
        command += [
            "--without-gossip",
            "--without-mingle",
            f"--hostname=w{len(self.workers)}@%h",
        ]
        with log.open("wb") as out:
            worker = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=self.environment,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        self.workers.append(worker)
        wait_for(lambda: " ready." in log.read_text() or worker.poll() is not None, "a worker that is ready")
        assert worker.poll() is None, log.read_text()
        return worker

    def has_received(self, worker: subprocess.Popen[bytes]) -> bool:
        """Whether a message has reached it."""
        return " received" in (self.state / f"worker-{self.workers.index(worker)}.log").read_text()

    def query(self, sql: str, *arguments: Any) -> tuple[Any, ...]:
        """One row of the database."""
        with closing(sqlite3.connect(self.state / "quorum.sqlite3", timeout=20)) as connection:
            row: tuple[Any, ...] = connection.execute(sql, arguments).fetchone()
            return row

    def job(self, pk: str) -> dict[str, Any]:
        """The row of a job."""
        columns = ("status", "attempts", "checkpoint", "message", "outcome")
        row = self.query(f"SELECT {', '.join(columns)} FROM reviews_job WHERE id = ?", pk)  # noqa: S608 - our own names
        found = dict(zip(columns, row, strict=True))
        return found | {name: json.loads(found[name]) for name in ("checkpoint", "outcome")}

    def records(self) -> tuple[int, int]:
        """How many records there are, and how many places of the file they come from."""
        count, places = self.query("SELECT count(*), count(DISTINCT position) FROM reviews_record")
        return count, places

    def wait_until_reading(self, pk: str) -> None:
        """Until some records are there, and before all are."""
        wait_for(lambda: self.job(pk)["checkpoint"].get("position", 0) > 0, "the first records")
        assert "read" not in self.job(pk)["checkpoint"], "too fast for this test: give it a longer file"

    def wait_for_end(self, pk: str, status: str = "done") -> dict[str, Any]:
        """Until the job has ended, in this way."""
        wait_for(lambda: self.job(pk)["status"] in {"done", "failed", "cancelled"}, "the end of the job")
        row = self.job(pk)
        assert row["status"] == status, row
        return row

    def stop(self) -> None:
        """End what is still running."""
        for worker in self.workers:
            if worker.poll() is None:
                os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()


def wait_for(condition: Callable[[], object], what: str) -> None:
    """Poll until it holds."""
    limit = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < limit, f"waited {PATIENCE} seconds for {what}"
        time.sleep(0.05)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with all tables, to be copied."""
    site = Site(tmp_path_factory.mktemp("template"), "filesystem://")
    site.run("manage.py", "migrate", "--verbosity=0")
    with closing(sqlite3.connect(site.state / "quorum.sqlite3")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return site.state / "quorum.sqlite3"


@dataclass
class Redis:
    """A Redis server of our own on a spare loopback port, which can be ended and started again."""

    folder: Path
    port: int = 0
    server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it is."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, on the same port as before."""
        if not self.port:
            with socket.socket() as spare:
                spare.bind(("127.0.0.1", 0))
                self.port = spare.getsockname()[1]
        options = ["--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--dir", str(self.folder)]
        self.server = subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL)
        wait_for(lambda: answers(self.port), "the Redis server")

    def end(self) -> None:
        """End it at once; it keeps nothing."""
        if self.server:
            self.server.kill()
            self.server.wait()


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    """A running Redis server."""
    if shutil.which("redis-server") is None:
        pytest.skip("no redis-server: apt-get install redis-server")
    made = Redis(tmp_path)
    made.start()
    yield made
    made.end()


def answers(port: int) -> bool:
    """Whether something listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def install(tmp_path: Path, migrated: Path) -> Iterator[Callable[[str], Site]]:
    """A function: an installation with empty tables on the broker named."""
    made: list[Site] = []

    def new(broker: str) -> Site:
        shutil.copy(migrated, tmp_path / "quorum.sqlite3")
        made.append(Site(tmp_path, broker))
        return made[-1]

    yield new
    for site in made:
        site.stop()


@pytest.fixture(params=["filesystem", pytest.param("redis", marks=pytest.mark.redis)])
def site(request: pytest.FixtureRequest, install: Callable[[str], Site]) -> Site:
    """An installation on the file broker, and one on Redis."""
    return install(request.getfixturevalue("redis").url if request.param == "redis" else "filesystem://")


def made_up(number: int) -> str:
    """A word that hardly another number has: records that are alike would keep the search for duplicates busy."""
    return "".join("aeioubdfgk"[int(digit)] for digit in str(number * 7919 + 10**8))


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A file that takes some seconds to read."""
    path = tmp_path / "export.ris"
    with path.open("w") as file:
        for number in range(1, RECORDS + 1):
            file.write(
                f"TY  - JOUR\nTI  - {made_up(number)} against {made_up(number * 31)} in {made_up(number * 977)}\n"
                f"AU  - {made_up(number).capitalize()}, A.\nPY  - {1990 + number % 30}\nAB  - {made_up(number)}. {'An abstract of some length. ' * 20}\nER  - \n\n"
            )
    return path
