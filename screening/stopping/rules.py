"""Other rules for stopping, as facts: each says what it needs and whether it is met. Only the test of buscar.py knows its error."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from screening.stopping.errors import BadReading
from screening.stopping.reading import Reading, Share, share


@dataclass(frozen=True, slots=True)
class Knee:
    """The bend of the curve of found against read: `at` records read, `found` by then.

    `ratio` is how much steeper the curve was before than after it; reading may stop at `threshold` or above.
    """

    at: int
    found: int
    ratio: float
    threshold: int

    @property
    def is_met(self) -> bool:
        """Steep enough before, flat enough after?"""
        return self.ratio >= self.threshold


def knee(reading: Reading) -> Knee | None:
    """The knee method: i farthest from the chord, argmax |n·r_i − i·r_n|; ρ = (r_i/i)/((r_n − r_i + 1)/(n − i)).

    Stop when ρ ≥ 156 − min(r_i, 150). None before anything relevant was found, or while the curve has no bend.
    Source: Cormack & Grossman 2016, SIGIR, doi:10.1145/2911451.2911510.
    """
    n, r = reading.read, reading.found
    if r == 0:
        return None
    steps = np.zeros(n, dtype=np.int64)
    steps[reading.finds - 1] = 1
    found, places = np.cumsum(steps), np.arange(1, n + 1, dtype=np.int64)
    farthest = int(np.argmax(np.abs(n * found - places * r)))
    i, r_i = int(places[farthest]), int(found[farthest])
    if i == n or r_i == 0:
        return None
    ratio = (r_i / i) / ((r - r_i + 1) / (n - i))
    return Knee(i, r_i, ratio, 156 - min(r_i, 150))


def budget_is_met(reading: Reading) -> bool:
    """The budget method: 75 % of all read; or n ≥ 10 N/r with a knee of ρ ≥ 6. Source: Cormack & Grossman 2016."""
    if 4 * reading.read >= 3 * reading.total:
        return True
    bend = knee(reading)
    return bend is not None and reading.read * reading.found >= 10 * reading.total and bend.ratio >= 6


def rule_2399(reading: Reading) -> int:
    """2399 + 1.2 r records are to be read. Source: Cormack & Grossman 2015, arXiv:1504.06868; exact, rounded up."""
    return 2399 + -(-6 * reading.found // 5)


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a checklist. `is_met` is None where only the team can say; `have` and `need` are counts, where there are any."""

    text: str
    is_met: bool | None
    have: int | None = None
    need: int | None = None


def safe_checklist(
    reading: Reading,
    *,
    expected_relevant: int | None,
    key_found: int,
    key_total: int,
    in_a_row: int = 50,
    random_sample: int | None = None,
    other_model: bool | None = None,
    quality_check: bool | None = None,
) -> tuple[Check, ...]:
    """The SAFE procedure as a list of seven lines, in its four phases.

    `expected_relevant` is estimated beforehand (share in a random sample × all); `key_found` of `key_total` key papers were found
    by reading; the last two are what the team says. `random_sample` is how many records were read at random first.
    Source: Boetje & van de Schoot 2024, Systematic Reviews 13:81, doi:10.1186/s13643-024-02502-7.
    """
    if key_found > key_total:
        raise BadReading("More key papers were found than there are.")
    enough = None if expected_relevant is None else 2 * expected_relevant
    tenth = -(-reading.total // 10)
    return (
        Check(
            "A random sample was read first",
            None if random_sample is None else random_sample > 0,
            random_sample,
        ),
        Check(
            "Every key paper was found", key_found == key_total if key_total else None, key_found, key_total
        ),
        Check(
            "Twice as many records were read as are expected to be relevant",
            None if enough is None else reading.read >= enough,
            reading.read,
            enough,
        ),
        Check("A tenth of all records was read", reading.read >= tenth, reading.read, tenth),
        Check("Enough irrelevant records in a row", reading.in_a_row >= in_a_row, reading.in_a_row, in_a_row),
        Check("Another model was tried on the rest", other_model),
        Check("Somebody else checked a sample of the excluded", quality_check),
    )


def control_positives_needed(positives: int, *, target: Share, confidence: Share) -> int | None:
    """Of `positives` relevant records in a random control set, how many have to be found for recall ≥ target (QBCB).

    J = the least j with P(Binomial(c, τ) ≤ j − 1) ≥ confidence, in whole numbers. None when the control set is too small for any.
    A certificate in the strict sense, at the cost of the control set.
    Source: Lewis, Yang & Frieder 2021, CIKM, doi:10.1145/3459637.3482415.
    """
    tau, sure = share(target, "recall target"), share(confidence, "confidence")
    a, b = tau.numerator, tau.denominator
    whole, below = b**positives, 0
    for j in range(1, positives + 1):
        below += math.comb(positives, j - 1) * a ** (j - 1) * (b - a) ** (positives - j + 1)
        if below * sure.denominator >= sure.numerator * whole:
            return j
    return None


def target_sample(*, target: Share, confidence: Share) -> int:
    """Cormack and Grossman's target rule: how many relevant records drawn at random must all be found again.

    k = ceil(−ln(1 − confidence)/(1 − τ)). Source: Cormack & Grossman 2016.
    """
    tau, sure = share(target, "recall target"), share(confidence, "confidence")
    return math.ceil(-math.log(float(1 - sure)) / float(1 - tau))


@dataclass(frozen=True, slots=True)
class Quant:
    """Recall as a calibrated ranker sees it: `recall`, and `careful`, two standard deviations below."""

    recall: float
    careful: float


def quant(read: Sequence[float], unread: Sequence[float]) -> Quant | None:
    """Recall from calibrated probabilities: Σ_read p/(Σ_read p + Σ_unread p); None (0/0) when all are zero.

    The variance of each sum is Σ p (1 − p); that of the ratio u/(u + v) is by the delta method
    (v² Var(u) + u² Var(v))/(u + v)⁴. It is as good as the calibration.
    Source: Yang, Lewis & Frieder 2021, DocEng, doi:10.1145/3469096.3469873.
    """
    p, q = np.asarray(read, dtype=float), np.asarray(unread, dtype=float)
    every = np.concatenate((p, q))
    if not (np.isfinite(every).all() and (every >= 0).all() and (every <= 1).all()):
        raise BadReading("Probabilities lie between 0 and 1.")
    u, v = float(p.sum()), float(q.sum())
    if u + v == 0:
        return None
    variance = (v**2 * float(p @ (1 - p)) + u**2 * float(q @ (1 - q))) / (u + v) ** 4
    recall = u / (u + v)
    return Quant(recall, max(0.0, recall - 2 * math.sqrt(variance)))
