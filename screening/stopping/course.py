"""How the test and the band went along the order of reading, at places enough for a curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from screening.stopping.buscar import least_total_below, most_relevant, p_of_total, p_value
from screening.stopping.reading import Reading, Share, share


@dataclass(frozen=True, slots=True)
class Moment:
    """What was known after `read` records: `found`, p that recall is below the target, and the band.

    `most` is the largest number of relevant records in all that was not ruled out at the confidence, so recall was at least
    found/most.
    """

    read: int
    found: int
    p: float
    most: int

    @property
    def least_recall(self) -> float | None:
        """The recall reached at the confidence; None (0/0) when no relevant record can be there."""
        return self.found / self.most if self.most else None


def places(reading: Reading, *, points: int) -> list[int]:
    """About `points` places along the reading, from the first record to the last one read; small readings have all."""
    if reading.read <= points:
        return list(range(1, reading.read + 1))
    spread = np.linspace(1, reading.read, points).round().astype(int)
    return sorted(set(spread.tolist()))


def course(reading: Reading, *, target: Share, confidence: Share, points: int = 120) -> list[Moment]:
    """The moments of a curve, oldest first; empty before anything was read."""
    moments: list[Moment] = []
    missing = 0
    for read in places(reading, points=points):
        then = reading.after(read)
        p = p_value(then, target=target)
        most = most_relevant(then, confidence=confidence, near=missing)
        missing = most - then.found
        moments.append(Moment(read, then.found, p, most))
    return moments


def first_met(reading: Reading, *, target: Share, confidence: Share) -> int | None:
    """After how many records the test was passed for the first time; None if it never was.

    Between two finds p only falls, so each stretch is looked at where it ends, and halved where it passed.
    """
    alpha = float(1 - share(confidence, "confidence"))
    starts = [0, *map(int, reading.finds)]
    ends = [*(place - 1 for place in starts[1:]), reading.read]
    for found, (start, end) in enumerate(zip(starts, ends, strict=True)):
        if end < max(start, 1):
            continue
        total = least_total_below(found, target)
        if p_of_total(reading.after(end), total) >= alpha:
            continue
        low, high = max(start, 1), end
        while low < high:
            middle = (low + high) // 2
            if p_of_total(reading.after(middle), total) < alpha:
                high = middle
            else:
                low = middle + 1
        return low
    return None


def still_to_read(reading: Reading, *, target: Share, confidence: Share) -> int:
    """How many more records would have to be read, all irrelevant, before the test is passed: what stopping costs at least."""
    alpha = float(1 - share(confidence, "confidence"))
    total = least_total_below(reading.found, target)
    low, high = 0, reading.unread
    while low < high:
        middle = (low + high) // 2
        if p_of_total(Reading(reading.total, reading.read + middle, reading.finds), total) < alpha:
            high = middle
        else:
            low = middle + 1
    return low
