"""The reference sequences, random readings, and the test written out as slowly as it can be."""

from __future__ import annotations

import json
from fractions import Fraction
from math import comb
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from screening.stopping import Reading

CASES: dict[str, Any] = json.loads(Path(__file__).with_name("reference.json").read_text())["cases"]


def reading(name: str) -> Reading:
    """One of the reference sequences."""
    case = CASES[name]
    runs = [run.split("x") for run in case["labels"].split()]
    return Reading.of((label == "1" for label, times in runs for _ in range(int(times))), total=case["N"])


@st.composite
def readings(draw: st.DrawFn, *, most: int = 40) -> Reading:
    """A few records, some of them read, some of these relevant."""
    labels = draw(st.lists(st.booleans(), max_size=most))
    return Reading.of(labels, total=len(labels) + draw(st.integers(0, most)))


def p_over_every_urn(given: Reading, total: int) -> Fraction:
    """p that there are `total` relevant records or more: every tail of the reading, in exact fractions."""
    smallest = Fraction(1)
    for before in range(given.read):
        drawn, urn = given.read - before, given.total - before
        earlier = given.after(before).found
        found, marked = given.found - earlier, total - earlier
        ways = (
            sum(comb(marked, x) * comb(urn - marked, drawn - x) for x in range(found + 1))
            if marked <= urn
            else 0
        )
        smallest = min(smallest, Fraction(ways, comb(urn, drawn)))
    return smallest
