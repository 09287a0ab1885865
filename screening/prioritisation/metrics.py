"""How good an order of reading was, from the labels in the order in which they were read.

All take labels (n,) of 0 and 1, prior knowledge left out, over the whole pool: records never reached count as read last, so
that everything included stands in the list.  R is the number of included records; all raise NothingIncluded when it is 0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

Labels = Sequence[int] | np.ndarray


class NothingIncluded(ValueError):
    """Without an included record there is nothing to find."""


def work_saved(labels: Labels, recall: Fraction = Fraction(95, 100)) -> float:
    """WSS@recall = (n − k) / n − (1 − recall), k the records read until ⌈recall × R⌉ are found (Cohen 2006).

    The work saved beside reading in random order; from recall − 1 (found last) to nearly recall.
    """
    found = _positions(labels)
    read = int(found[math.ceil(recall * len(found)) - 1])
    return (len(labels) - read) / len(labels) - float(1 - recall)


def recall_after(labels: Labels, share: Fraction = Fraction(1, 10)) -> float:
    """RRF@share: the share of the included found when ⌊share × n⌋ records are read (relevant records found)."""
    found = _positions(labels)
    return float(np.mean(found <= math.floor(share * len(labels))))


def time_to_discovery(labels: Labels) -> float:
    """ATD: the mean, over included records, of the share of the pool read when it is found (Ferdinands 2023).  0 to 1, low is good."""
    found = _positions(labels)
    return float(np.mean(found) / len(labels))


def recall_curve(labels: Labels, points: int = 100) -> list[tuple[int, float]]:
    """(records read, recall) at 0 and at up to `points` evenly spaced places, the last one the whole pool."""
    found = _positions(labels)
    n = len(labels)
    read = np.unique(np.linspace(0, n, min(points, n) + 1).round().astype(int))
    return [(int(k), float(np.mean(found <= k))) for k in read]


def _positions(labels: Labels) -> np.ndarray:
    """1-based places of the included, ascending."""
    found = np.flatnonzero(np.asarray(labels) == 1) + 1
    if not len(found):
        raise NothingIncluded("No record is included.")
    return found
