"""Files spoilt at random: the readers raise nothing but FormatError, and account for every record."""

from __future__ import annotations

import random

import pytest

from tests.reviews.formats.spoiling import SAMPLES, by_format, spoilt, trouble

GROUPS = by_format(SAMPLES)


def first_trouble(count: int, seed: int) -> tuple[str, bytes]:
    chance = random.Random(seed)  # noqa: S311 (nothing secret)
    for _ in range(count):
        raw = spoilt(GROUPS, chance)
        if said := trouble(raw):
            return said, raw
    return "", b""


def test_every_format_has_its_samples() -> None:
    assert len(GROUPS) >= 18


def test_three_thousand_spoilt_files_raise_nothing_else() -> None:
    assert first_trouble(3_000, seed=7) == ("", b"")


@pytest.mark.slow
def test_fifty_thousand_spoilt_files_raise_nothing_else() -> None:
    assert first_trouble(50_000, seed=8) == ("", b"")
