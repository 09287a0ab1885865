"""Capture–recapture between two reviewers: how many relevant records both may have missed among those both read.

It says nothing about records nobody read. Reviewers are not independent (easy papers are easy for both), so it counts too few.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from screening.stopping.errors import BadReading


@dataclass(frozen=True, slots=True)
class Recaptured:
    """How many relevant records there may be among those both read. None where an estimate is x/0."""

    both: int
    first_only: int
    second_only: int
    lincoln_petersen: float | None
    chapman: float
    chapman_variance: float
    low: float
    high: float
    chao: float

    @property
    def seen(self) -> int:
        """Found by one of them at least."""
        return self.both + self.first_only + self.second_only

    @property
    def missed(self) -> float:
        """Chapman's estimate of what both missed."""
        return max(0.0, self.chapman - self.seen)


def recapture(*, both: int, first_only: int, second_only: int, level: float = 0.95) -> Recaptured:
    """From m found by both and what only one found; with n1 = m + first_only, n2 = m + second_only:

    Lincoln–Petersen n1 n2/m; Chapman (n1 + 1)(n2 + 1)/(m + 1) − 1 with variance
    (n1 + 1)(n2 + 1)(n1 − m)(n2 − m)/((m + 1)² (m + 2)) and a normal interval, never below what was seen;
    Chao's lower bound on two occasions, seen + f1²/(4 f2), and bias-corrected seen + f1 (f1 − 1)/(4 (f2 + 1)) when f2 = m = 0.
    Sources: Chapman 1951; Seber 1970, Biometrika 57:13; Chao 1987, Biometrics 43:783.
    """
    if min(both, first_only, second_only) < 0:
        raise BadReading("Nothing is found less than zero times.")
    n1, n2, m = both + first_only, both + second_only, both
    seen = n1 + n2 - m
    chapman = (n1 + 1) * (n2 + 1) / (m + 1) - 1
    variance = (n1 + 1) * (n2 + 1) * (n1 - m) * (n2 - m) / ((m + 1) ** 2 * (m + 2))
    half = NormalDist().inv_cdf((1 + level) / 2) * math.sqrt(variance)
    once = first_only + second_only
    return Recaptured(
        both=both,
        first_only=first_only,
        second_only=second_only,
        lincoln_petersen=n1 * n2 / m if m else None,
        chapman=chapman,
        chapman_variance=variance,
        low=max(float(seen), chapman - half),
        high=max(float(seen), chapman + half),
        chao=seen + (once**2 / (4 * m) if m else once * (once - 1) / 4),
    )
