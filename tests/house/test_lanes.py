"""The lanes: what is skipped is named, and what is required fails when it is missing."""

from __future__ import annotations

import socket
import subprocess
import sys
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest

from tests.house import lanes
from tests.house.database_only import touches_database


def nowhere() -> AbstractContextManager[dict[str, str]]:
    """What a lane needs that is nowhere to be found."""
    raise lanes.Missing("no such thing: install one")


FAST, OTHER = lanes.LANES[0], replace(lanes.LANES[2], name="other", set_up=nowhere)


@pytest.fixture
def outcome(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Stands for pytest itself: the exit codes it gives, in order; the commands are not run."""
    codes: list[int] = []
    monkeypatch.setattr(
        subprocess, "run", lambda command, **_: subprocess.CompletedProcess(command, codes.pop(0))
    )
    monkeypatch.setattr(lanes, "LANES", (FAST, OTHER))
    monkeypatch.setattr(sys, "argv", ["lanes"])
    monkeypatch.delenv("REQUIRE_ALL_LANES", raising=False)
    return codes


def test_a_lane_that_cannot_run_is_named_with_its_reason_in_one_line(
    outcome: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    outcome.append(0)
    assert lanes.main() == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "Lanes passed: fast; skipped: other (no such thing: install one)"


def test_a_lane_that_cannot_run_is_a_failure_where_all_are_required(
    outcome: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome.append(0)
    monkeypatch.setenv("REQUIRE_ALL_LANES", "1")
    assert lanes.main() == 1


def test_a_failed_lane_fails_the_run_and_is_named(
    outcome: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    outcome.append(1)
    assert lanes.main() == 1
    assert "FAILED: fast" in capsys.readouterr().out.splitlines()[-1]


def test_a_lane_without_tests_fails_unless_somebody_asked_for_some_only(
    outcome: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome += [lanes.NO_TESTS, lanes.NO_TESTS]
    assert lanes.main() == 1
    monkeypatch.setattr(sys, "argv", ["lanes", "-k", "kappa"])
    assert lanes.main() == 0


def test_a_port_that_is_spare_can_be_served_on() -> None:
    first = lanes.spare_port()
    with socket.create_server(("127.0.0.1", first)) as server:
        assert server.getsockname()[1] == first


@pytest.mark.django_db
def test_the_second_database_takes_tests_that_are_marked(request: pytest.FixtureRequest) -> None:
    assert touches_database(request.node)


def test_the_second_database_leaves_out_tests_that_use_none(request: pytest.FixtureRequest) -> None:
    assert not touches_database(request.node)
