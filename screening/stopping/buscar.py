"""The test of Callaghan and Müller-Hansen: is it still plausible that recall is below the target?

Null hypothesis: recall is below τ, that is, there are at least K = floor(r/τ) + 1 relevant records in all. For every tail of
the reading ("urn": the last m records read and all that are unread), how likely is it to have found as few as were found, had
they been drawn at random from it? The smallest of these probabilities is p; reading may stop when p < 1 − confidence.

Two things keep it honest. Reading in order of relevance finds more than chance, so an urn's p is too large rather than too
small. Looking at all urns is looking many times, and at every record again: the authors found it to hold in simulations,
it is not a proof. Records known before (seeds) must not be among those counted.

Source: Callaghan & Müller-Hansen 2020, Systematic Reviews 9:273, doi:10.1186/s13643-020-01521-4.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from screening.stopping.errors import BadReading
from screening.stopping.hypergeometric import at_least
from screening.stopping.reading import Reading, Share, share


def least_total_below(found: int, target: Share) -> int:
    """K = floor(r/τ) + 1: the least number of relevant records with which r found would mean a recall below τ."""
    return int(found / share(target, "recall target")) + 1


def p_value(reading: Reading, *, target: Share) -> float:
    """p that recall is below `target`, the smallest over all urns; 1 before anything was read, 0 when it cannot be."""
    return p_of_total(reading, least_total_below(reading.found, target))


def p_of_total(reading: Reading, total: int) -> float:
    """p that there are `total` relevant records or more, the smallest over all urns.

    Of the urns that hold the same finds the longest counts: only those that begin right after a find, or at the start, can be
    the smallest. That makes r + 1 urns of the n.
    """
    missing = total - reading.found
    if missing < 0:
        raise BadReading("More relevant records were found than that.")
    if reading.read == 0 or missing == 0:
        return 1.0
    if missing > reading.unread:
        return 0.0
    before = np.concatenate(([0], reading.finds)).astype(np.int64)
    k = len(before)
    tails = at_least(
        np.full(k, missing, dtype=np.int64),
        urn=reading.total - before,
        marked=total - np.arange(k, dtype=np.int64),
        drawn=np.full(k, reading.unread, dtype=np.int64),
    )
    return float(tails.min())


def most_relevant(reading: Reading, *, confidence: Share, near: int = 0) -> int:
    """The largest number of relevant records in all that the test does not rule out at this confidence.

    With it recall is at least found/most: the test for any τ up to that is passed, for none above. p falls as the number
    grows, so it is found by halving; `near`, a guess at how many are missing, only saves time.
    """
    alpha = float(1 - share(confidence, "confidence"))
    low, high = reading.found, reading.found + reading.unread
    step, middle = 1, min(max(low + near, low + 1), high)
    while low < high:
        if p_of_total(reading, middle) < alpha:
            high = middle - 1
            guess = middle - step
        else:
            low = middle
            guess = middle + step
        step *= 2
        middle = guess if low < guess < high else (low + high + 1) // 2
    return low


def least_recall(reading: Reading, *, confidence: Share) -> Fraction | None:
    """The recall that is reached at this confidence: found/most_relevant; None (0/0) when nothing could be there."""
    most = most_relevant(reading, confidence=confidence)
    return Fraction(reading.found, most) if most else None
