"""Least squares on a network: one Laplacian per trial, one for the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from synthesis.stats.arrays import Floats
from synthesis.stats.networks.comparisons import Comparisons, Trial


@dataclass(frozen=True, slots=True)
class Fitted:
    """effect (n, n) row against column, variance (n, n) of it; Q weighted squares of what the network leaves.

    trace  ½ [Σ tr L_s − tr(L⁺ Σ L_s²)]: by how much E(Q) grows with τ² (1 per degree of freedom and unit weight)
    """

    effect: Floats
    variance: Floats
    Q: float
    trace: float


def fit(trials: Sequence[Trial], n: int, tau2: float) -> Fitted:
    """Consistency model with every pairwise variance grown by tau2; n treatments, all connected.

    Source: Rücker 2012, Res Synth Methods 3:312.
    """
    L, flow, squares = np.zeros((n, n)), np.zeros(n), np.zeros((n, n))
    energy = trace = 0.0
    for trial in trials:
        own = trial.laplacian(tau2)
        where = np.ix_(trial.arms, trial.arms)
        L[where] += own
        squares[where] += own @ own
        weights = -own * (1 - np.eye(trial.arms.size))
        flow[trial.arms] += (weights * trial.effect).sum(1)
        energy += float((weights * trial.effect**2).sum()) / 2
        trace += float(np.trace(own))
    inverse = np.linalg.pinv(L, hermitian=True)
    level = inverse @ flow
    spread = np.diag(inverse)
    return Fitted(
        effect=level[:, None] - level,
        variance=spread[:, None] + spread - 2 * inverse,
        Q=max(0.0, energy - float(level @ flow)),
        trace=0.5 * (trace - float((inverse * squares).sum())),
    )


def within(trials: Sequence[Trial], tau2: float) -> Fitted:
    """The same for the trials of one design by themselves: what they leave is heterogeneity."""
    arms = trials[0].arms
    own = np.arange(arms.size)
    return fit(
        [replace(trial, arms=own) for trial in trials],
        arms.size,
        tau2,
    )


def moment(Q: float, df: int, trace: float) -> float:
    """DerSimonian–Laird τ² generalised to networks: max(0, (Q − df) / trace). Source: Jackson 2012, Stat Med 31:3805."""
    return max(0.0, (Q - df) / trace) if df > 0 and trace > 0 else 0.0


def reduced_weights(data: Comparisons, tau2: float, rows: int) -> Floats:
    """Weight of every row (m,) in the fit: 1 / (variance + τ²) for two arms, reduced in multi-arm trials."""
    weights = np.zeros(rows)
    for trial in data.trials:
        weights[trial.rows] = -trial.laplacian(tau2)[trial.pairs[:, 0], trial.pairs[:, 1]]
    return weights
