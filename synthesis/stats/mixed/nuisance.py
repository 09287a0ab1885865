"""Parameters that belong to one study only, maximised inside: a study's own intercept costs no dimension outside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthesis.stats.arrays import Floats
from synthesis.stats.mixed.families import Counts
from synthesis.stats.mixed.quadrature import Integrated, integrate

STEP = 1e-3
STEPS = 60
# A log odds beyond this belongs to a study whose own estimate is infinite.
FARTHEST = 25.0


@dataclass(slots=True)
class Nuisance:
    """One free parameter per study, entering the linear predictors as value (k,) × loading (R,).

    value is where the last search ended; the next starts there, which is what makes an outer search affordable.
    """

    loading: Floats
    value: Floats

    def maximised(self, counts: Counts, eta: Floats, A: Floats, nodes: int) -> Integrated:
        """The likelihoods with each study's parameter at its best, by safeguarded Newton on central differences."""

        def at(value: Floats) -> Integrated:
            return integrate(counts, eta + value[:, None] * self.loading, A, nodes)

        value = self.value
        here = at(value)
        for _ in range(STEPS):
            above, below = at(value + STEP).log_likelihood, at(value - STEP).log_likelihood
            slope = (above - below) / (2 * STEP)
            bend = (above - 2 * here.log_likelihood + below) / STEP**2
            step = np.where(bend < -1e-6, slope / np.where(bend < -1e-6, -bend, 1.0), np.sign(slope))
            step = np.clip(step, -2.0, 2.0)
            value, here, moved = _advance(at, value, here, step)
            if np.abs(moved).max() < 1e-7:
                break
        self.value = value
        return here


def _advance(at, value: Floats, here: Integrated, step: Floats) -> tuple[Floats, Integrated, Floats]:  # type: ignore[no-untyped-def]
    """One step for all studies, halved where it does not climb; none for studies at the far end."""
    trial = np.clip(value + step, -FARTHEST, FARTHEST)
    for _ in range(30):
        there = at(trial)
        worse = ~(there.log_likelihood >= here.log_likelihood - 1e-13 * (1 + np.abs(here.log_likelihood)))
        if not worse.any():
            break
        trial = np.where(worse, (trial + value) / 2, trial)
    return trial, there, trial - value
