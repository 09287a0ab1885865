"""`./quorum up`, started for real: what is served, what is said, and what is left behind."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import stat
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.house.lanes import spare_port

ROOT = Path(__file__).resolve().parent.parent.parent
FIRST_START = 120  # seconds, on a slow machine, with the example reviews
NEXT_START = 30

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("launcher")]


@dataclass(frozen=True, slots=True)
class Started:
    """A launcher that is serving."""

    process: subprocess.Popen[str]
    address: str
    said: str


@dataclass(frozen=True, slots=True)
class Process:
    """A row of the process table."""

    pid: int
    parent: int
    group: int
    state: str
    args: str


def environment(state: Path, port: int) -> dict[str, str]:
    """A person's environment: nothing of the test's own settings."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("QUORUM_", "DATABASE_URL"))
    }
    return {**kept, "QUORUM_STATE_DIR": str(state), "PORT": str(port)}


def up(state: Path, port: int) -> subprocess.Popen[str]:
    """`./quorum up`, its output in one pipe."""
    return subprocess.Popen(
        [str(ROOT / "quorum"), "up"],
        env=environment(state, port),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def refused(state: Path, port: int | str) -> str:
    """What a start says that is expected to fail."""
    done = subprocess.run(
        [str(ROOT / "quorum"), "up"],
        env={**environment(state, 0), "PORT": str(port)},
        capture_output=True,
        text=True,
        timeout=NEXT_START,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


@contextlib.contextmanager
def serving(state: Path, *, within: float) -> Iterator[Started]:
    """A launcher that has said where it serves; ended, with all it started, at the end."""
    process = up(state, spare_port())
    said, end = "", time.monotonic() + within
    try:
        assert process.stdout
        while "Logs are in" not in said:
            line = process.stdout.readline()
            assert line, f"It ended without serving:\n{said}"
            assert time.monotonic() < end, f"It took longer than {within} s:\n{said}"
            said += line
        address = re.search(r"Quorum is at (http://\S+)", said)
        assert address
        yield Started(process, address[1], said)
    finally:
        process.terminate()
        process.communicate(timeout=NEXT_START)


def process_table() -> list[Process]:
    """Every process of this machine, as ps shows it."""
    command = ["ps", "-eo", "pid=,ppid=,pgid=,stat=,args="]
    table = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 4) for line in table.splitlines()]
    return [
        Process(int(pid), int(parent), int(group), state, args) for pid, parent, group, state, args in rows
    ]


def processes(*, group: int) -> list[Process]:
    """The processes of a group that are still there."""
    return [row for row in process_table() if row.group == group and not row.state.startswith("Z")]


def group_of(started: Started) -> int:
    """The process group the launcher has put its processes in."""
    groups = {row.group for row in process_table() if row.parent == started.process.pid}
    assert len(groups) == 1, "guard, web server and worker belong together"
    return groups.pop()


def gone(group: int, *, within: float) -> bool:
    """Whether the group is empty before the time is over."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        if not processes(group=group):
            return True
        time.sleep(0.2)
    return False


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder that has been started once, as a person's has been."""
    folder = tmp_path_factory.mktemp("quorum") / "var"
    with serving(folder, within=FIRST_START) as started:
        assert "@" in started.said, "it prints the example logins"
    return folder


def test_it_serves_until_sigterm_and_leaves_no_process_behind(state: Path) -> None:
    with serving(state, within=NEXT_START) as started:
        with urllib.request.urlopen(started.address) as page:  # noqa: S310 - its own address
            assert page.status == 200
            assert "text/html" in page.headers["Content-Type"]
        group = group_of(started)
        assert len(processes(group=group)) >= 3
        started.process.send_signal(signal.SIGTERM)
        assert started.process.wait(NEXT_START) == 0
        assert processes(group=group) == []


def test_a_killed_launcher_takes_its_processes_along(state: Path) -> None:
    with serving(state, within=NEXT_START) as started:
        group = group_of(started)
        started.process.kill()
        assert gone(group, within=NEXT_START)


def test_a_worker_that_dies_stops_everything_and_is_named(state: Path) -> None:
    with serving(state, within=NEXT_START) as started:
        group = group_of(started)
        worker = next(row.pid for row in processes(group=group) if "celery" in row.args)
        os.kill(worker, signal.SIGKILL)
        output, _ = started.process.communicate(timeout=NEXT_START)
        assert started.process.returncode == 1
        assert "The worker has ended" in output
        assert str(state / "log" / "worker.log") in output
        assert processes(group=group) == []


def test_a_second_start_on_the_same_state_says_where_the_first_one_is(state: Path) -> None:
    with serving(state, within=NEXT_START) as started:
        message = refused(state, spare_port())
        assert "already running" in message
        assert started.address in message


def test_the_secret_key_is_kept_and_is_its_owner_s_alone(state: Path) -> None:
    key = state / "secret_key"
    before = key.read_text()
    with serving(state, within=NEXT_START):
        assert key.read_text() == before
    assert len(before.strip()) >= 50
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_a_taken_port_is_said_before_anything_is_started(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        message = refused(tmp_path / "var", port)
    assert f"Port {port} on 127.0.0.1 is in use by another program." in message
    assert f"PORT={port + 1} ./quorum up" in message
    assert not (tmp_path / "var" / "log").exists()


@pytest.mark.parametrize("port", ["web", "0", "70000", "-1", "８０００"])
def test_a_port_that_is_none_is_said_plainly(tmp_path: Path, port: str) -> None:
    assert "is not a port number" in refused(tmp_path / "var", port)
    assert not (tmp_path / "var").exists()
