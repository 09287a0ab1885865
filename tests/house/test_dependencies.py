"""The lock files pin everything, agree with each other, and name no place to install from."""

from __future__ import annotations

import re

import pytest

from tests.house.tree import ROOT

PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^]]*\])?==([^ ;\\]+)", re.MULTILINE)
RUN, DEVELOP = "requirements.txt", "requirements-dev.txt"


def pins(lock: str) -> dict[str, str]:
    """Package → version."""
    return dict(PIN.findall((ROOT / lock).read_text()))


def test_the_development_lock_holds_all_of_the_other_one() -> None:
    assert pins(RUN)
    assert pins(RUN).items() <= pins(DEVELOP).items()


@pytest.mark.parametrize("lock", [RUN, DEVELOP])
def test_every_package_is_pinned_once_and_has_a_hash(lock: str) -> None:
    text = (ROOT / lock).read_text()
    entries = re.findall(r"^[a-z0-9][^\n]*(?:\n    --hash=[^\n]+)+", text, re.MULTILINE)
    assert len(entries) == len(re.findall(r"^[^\s#]", text, re.MULTILINE)) == len(pins(lock))


@pytest.mark.parametrize("lock", [RUN, DEVELOP])
def test_a_lock_names_no_place_to_install_from(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text
    assert not re.search(r"^\s*(-i|--index|--extra-index|-f|--find-links|--trusted-host)", text, re.MULTILINE)


@pytest.mark.parametrize(("source", "lock"), [("requirements.in", RUN), ("requirements-dev.in", DEVELOP)])
def test_everything_asked_for_is_in_the_lock(source: str, lock: str) -> None:
    asked = re.findall(r"^([a-z][a-z0-9_-]*)", (ROOT / source).read_text(), re.MULTILINE)
    assert asked
    assert [package for package in asked if package.replace("_", "-") not in pins(lock)] == []
