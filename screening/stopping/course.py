"""How the test and the band went along the order of reading, at places enough for a curve."""

from __future__ import annotations

from dataclasses import dataclass

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
    """At most `points` places along the reading, a round number of records apart, and the last record read.

    While more is read the earlier places stay where they are, so that what was computed for them can be kept.
    """
    step = 1
    while reading.read > step * (points - 1):
        step = step * 5 // 2 if str(step).startswith("2") else step * 2
    return sorted({*range(step, reading.read + 1, step), reading.read} - {0})


def moment(reading: Reading, *, target: Share, confidence: Share, near: int = 0) -> Moment:
    """What is known after this reading; `near`, a guess at how many relevant records may be missing, only saves time."""
    p = p_value(reading, target=target)
    most = most_relevant(reading, confidence=confidence, near=near)
    return Moment(reading.read, reading.found, p, most)


def course(reading: Reading, *, target: Share, confidence: Share, points: int = 120) -> list[Moment]:
    """The moments of a curve, oldest first; empty before anything was read."""
    moments: list[Moment] = []
    missing = 0
    for read in places(reading, points=points):
        found = moment(reading.after(read), target=target, confidence=confidence, near=missing)
        missing = found.most - found.found
        moments.append(found)
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
