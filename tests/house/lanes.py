"""The lanes of the test suite: what each needs, whether that is here, and running them one after the other."""

from __future__ import annotations

import argparse
import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import psycopg

BROWSERS = (
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
POSTGRES = ("postgres:///quorum", "postgres://postgres@127.0.0.1:5432/quorum")
NO_TESTS = 5  # pytest's exit code when it has collected nothing


class Missing(Exception):
    """A lane cannot run here; the text says what it lacks."""


Settings = dict[str, str]  # environment variables a lane adds


@dataclass(frozen=True, slots=True)
class Lane:
    """One run of pytest: the tests it selects, and what it needs set up around it."""

    name: str
    marks: str
    set_up: Callable[[], AbstractContextManager[Settings]]
    options: Sequence[str] = ()


@contextlib.contextmanager
def sqlite() -> Iterator[Settings]:
    """Nothing but Python."""
    yield {"DATABASE_URL": ""}


@contextlib.contextmanager
def postgres() -> Iterator[Settings]:
    """A PostgreSQL server that lets us make databases: TEST_POSTGRES_URL, or one on this machine."""
    named = os.environ.get("TEST_POSTGRES_URL")
    for url in [named] if named else POSTGRES:
        with contextlib.suppress(psycopg.OperationalError):
            with psycopg.connect(url, dbname="postgres", connect_timeout=3) as connection:
                row = connection.execute(
                    "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
                ).fetchone()
            if row and row[0]:
                yield {"DATABASE_URL": url, "TEST_POSTGRES_URL": url}
                return
    raise Missing("no PostgreSQL server: apt-get install postgresql, or set TEST_POSTGRES_URL")


@contextlib.contextmanager
def redis() -> Iterator[Settings]:
    """A Redis server of our own on a spare loopback port, keeping nothing; or the one at TEST_REDIS_URL."""
    if url := os.environ.get("TEST_REDIS_URL"):
        yield {"TEST_REDIS_URL": url}
        return
    program = shutil.which("redis-server")
    if program is None:
        raise Missing("no redis-server: apt-get install redis-server")
    port = spare_port()
    with tempfile.TemporaryDirectory() as folder:
        options = [
            "--bind",
            "127.0.0.1",
            "--port",
            str(port),
            "--save",
            "",
            "--appendonly",
            "no",
            "--dir",
            folder,
        ]
        server = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
        try:
            wait_for(port, server)
            yield {"TEST_REDIS_URL": f"redis://127.0.0.1:{port}/0"}
        finally:
            server.terminate()
            server.wait()


@contextlib.contextmanager
def r() -> Iterator[Settings]:
    """R with the metafor package, the reference for our numbers."""
    rscript = shutil.which("Rscript")
    packages = ("metafor", "metadat", "clubSandwich", "robumeta", "jsonlite")
    lack = "apt-get install r-base-core " + " ".join(f"r-cran-{name.lower()}" for name in packages)
    if rscript is None:
        raise Missing(f"no Rscript: {lack}")
    load = "; ".join(f"library({name})" for name in packages)
    if subprocess.run([rscript, "-e", load], capture_output=True).returncode:
        raise Missing(f"R lacks packages: {lack}")
    yield {"RSCRIPT": rscript}


@contextlib.contextmanager
def browser() -> Iterator[Settings]:
    """A Chromium that Playwright can drive."""
    named = os.environ.get("CHROMIUM")
    found = next((path for path in ([named] if named else BROWSERS) if Path(path).is_file()), None)
    if found is None:
        raise Missing("no Chromium: apt-get install chromium")
    yield {"CHROMIUM": found}


TWO_AT_ONCE = ("-n", "2", "--dist", "loadgroup")
ELSEWHERE = "not postgres and not redis and not r and not browser"
LANES = (
    Lane("fast", f"{ELSEWHERE} and not slow", sqlite, TWO_AT_ONCE),
    Lane("slow", f"{ELSEWHERE} and slow", sqlite, TWO_AT_ONCE),
    Lane(
        "postgres",
        "not redis and not r and not browser",
        postgres,
        [*TWO_AT_ONCE, "-p", "tests.house.database_only"],
    ),
    Lane("redis", "redis", redis),
    Lane("r", "r", r),
    Lane("browser", "browser", browser),
)


def spare_port() -> int:
    """A port of the loopback address that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def wait_for(port: int, server: subprocess.Popen[bytes], limit: float = 10) -> None:
    """Return as soon as the server takes connections; raise Missing when it does not."""
    end = time.monotonic() + limit
    while server.poll() is None and time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise Missing(f"the server on port {port} did not start")


def run(lane: Lane, arguments: Sequence[str], marks: str) -> int:
    """Run one lane in a state folder of its own, and answer with pytest's exit code; raise Missing."""
    selection = f"({lane.marks}) and ({marks})" if marks else lane.marks
    with lane.set_up() as settings, tempfile.TemporaryDirectory(prefix="quorum-") as state:
        print(f"\n── {lane.name} " + "─" * (70 - len(lane.name)), flush=True)
        environment = {
            **os.environ,
            "QUORUM_STATE_DIR": state,
            "QUORUM_SECRET_KEY": secrets.token_urlsafe(50),
            **settings,
        }
        command = [sys.executable, "-m", "pytest", *lane.options, "-m", selection, *arguments]
        return subprocess.run(command, env=environment).returncode


def closing_line(passed: Sequence[str], failed: Sequence[str], skipped: dict[str, str]) -> str:
    """What ran and what did not, and why, in one line."""
    parts = [f"passed: {', '.join(passed) or 'none'}"]
    if failed:
        parts.append(f"FAILED: {', '.join(failed)}")
    if skipped:
        parts.append("skipped: " + ", ".join(f"{name} ({why})" for name, why in skipped.items()))
    return f"Lanes {'; '.join(parts)}"


def main() -> int:
    """Run the lanes that can run here; 0 when all of them passed."""
    parser = argparse.ArgumentParser(prog="./quorum test", description=__doc__, allow_abbrev=False)
    parser.add_argument(
        "--lane", action="append", choices=[lane.name for lane in LANES], help="this lane only"
    )
    parser.add_argument("-m", dest="marks", default="", help="pytest's -m, within each lane")
    options, arguments = parser.parse_known_args()
    passed, failed, skipped = [], [], {}
    for lane in LANES:
        if options.lane and lane.name not in options.lane:
            continue
        try:
            code = run(lane, arguments, options.marks)
        except Missing as missing:
            skipped[lane.name] = str(missing)
            continue
        # With arguments a lane may well have nothing to do; without, an empty lane means tests have got lost.
        if code == NO_TESTS and not (arguments or options.marks):
            failed.append(f"{lane.name} (found no test)")
        elif code not in (0, NO_TESTS):
            failed.append(lane.name)
        else:
            passed.append(lane.name)
    print(f"\n{closing_line(passed, failed, skipped)}")
    required = os.environ.get("REQUIRE_ALL_LANES") == "1"
    return 1 if failed or (skipped and required) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
