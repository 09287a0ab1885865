"""The reference values, read once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from screening.agreement import PairTable, Ratings

REFERENCE: dict[str, Any] = json.loads(Path(__file__).with_name("reference.json").read_text())
TWO: dict[str, Any] = REFERENCE["two_raters"]
MANY: dict[str, Any] = REFERENCE["many_raters"]


def table(name: str) -> PairTable:
    """A table of two raters."""
    return PairTable.of(TWO[name]["table"])


def ratings(name: str) -> Ratings:
    """A set of many raters."""
    rows = MANY[name]["raters_by_unit"]
    categories = sorted({value for row in rows for value in row if value is not None})
    return Ratings.from_words(zip(*rows, strict=True), categories=categories)


def close(expected: float, *, digits: int = 8) -> Any:
    """Equal to so many decimals."""
    return pytest.approx(expected, rel=0, abs=10.0**-digits)
