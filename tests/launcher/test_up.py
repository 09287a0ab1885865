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
PATIENCE = 180  # seconds for a start or a stop, on a machine that has much else to do

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
        timeout=PATIENCE,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


@contextlib.contextmanager
def serving(state: Path) -> Iterator[Started]:
    """A launcher that has said where it serves; ended, with all it started, at the end."""
    process = up(state, spare_port())
    said, end = "", time.monotonic() + PATIENCE
    try:
        assert process.stdout
        while "Logs are in" not in said:
            line = process.stdout.readline()
            assert line, f"It ended without serving:\n{said}"
            assert time.monotonic() < end, f"It took longer than {PATIENCE} s:\n{said}"
            said += line
        address = re.search(r"Quorum is at (http://\S+)", said)
        assert address
        yield Started(process, address[1], said)
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE)


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


def gone(group: int) -> bool:
    """Whether the group is empty before our patience is over."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if not processes(group=group):
            return True
        time.sleep(0.2)
    return False


@dataclass(frozen=True, slots=True)
class FirstStart:
    """What could be seen of a first start, from its beginning to its end by SIGTERM."""

    state: Path
    started: Started
    page: str
    second_start: str
    crew: list[Process]
    exit_code: int
    left_behind: list[Process]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> FirstStart:
    """A start on a state folder that is not there yet."""
    state = tmp_path_factory.mktemp("quorum") / "var"
    with serving(state) as started:
        with urllib.request.urlopen(started.address) as answer:  # noqa: S310 - its own address
            page = answer.read().decode()
        second_start = refused(state, spare_port())
        group = group_of(started)
        crew = processes(group=group)
        started.process.send_signal(signal.SIGTERM)
        exit_code = started.process.wait(PATIENCE)
        return FirstStart(state, started, page, second_start, crew, exit_code, processes(group=group))


@pytest.fixture
def state(first: FirstStart) -> Path:
    """A state folder that has been started once."""
    return first.state


def test_it_serves_the_sign_in_page_and_says_who_can_sign_in(first: FirstStart) -> None:
    assert "<title>Sign in" in first.page
    assert re.search(r"^  \S+@\S+ ", first.started.said, re.MULTILINE)


def test_web_server_and_worker_run_side_by_side(first: FirstStart) -> None:
    assert any("gunicorn" in process.args for process in first.crew)
    assert any("celery" in process.args for process in first.crew)


def test_a_second_start_says_where_the_first_one_is(first: FirstStart) -> None:
    assert "already running" in first.second_start
    assert first.started.address in first.second_start


def test_sigterm_stops_both_and_leaves_no_process_behind(first: FirstStart) -> None:
    assert first.exit_code == 0
    assert first.left_behind == []


def test_the_secret_key_is_its_owner_s_alone(first: FirstStart) -> None:
    key = first.state / "secret_key"
    assert len(key.read_text().strip()) >= 50
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(first.state.stat().st_mode) == 0o700


def test_a_killed_launcher_takes_its_processes_along(state: Path) -> None:
    key = (state / "secret_key").read_text()
    with serving(state) as started:
        assert "Collecting" not in started.said, "nothing has changed since the first start"
        assert (state / "secret_key").read_text() == key
        group = group_of(started)
        started.process.kill()
        assert gone(group)


def test_a_worker_that_dies_stops_everything_and_is_named(state: Path) -> None:
    with serving(state) as started:
        group = group_of(started)
        worker = next(row.pid for row in processes(group=group) if "celery" in row.args)
        os.kill(worker, signal.SIGKILL)
        output, _ = started.process.communicate(timeout=PATIENCE)
        assert started.process.returncode == 1
        assert "The worker has ended" in output
        assert str(state / "log" / "worker.log") in output
        assert processes(group=group) == []


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
