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
    scale = float(np.mean([np.trace(trial.laplacian(tau2)) for trial in trials]))
    parts = [(trial, trial.laplacian(tau2) / scale) for trial in trials]
    L, flow, squares = np.zeros((n, n)), np.zeros(n), np.zeros((n, n))
    trace = 0.0
    for trial, own in parts:
        where = np.ix_(trial.arms, trial.arms)
        L[where] += own
        squares[where] += own @ own
        flow[trial.arms] -= (own * trial.effect).sum(1)
        trace += float(np.trace(own))
    # The centred inverse: exact where a pseudoinverse would have to guess which directions are rounding.
    inverse = np.linalg.inv(L + 1.0 / n) - 1.0 / n
    level = inverse @ flow
    effect = level[:, None] - level
    misfit = [own * (trial.effect - effect[np.ix_(trial.arms, trial.arms)]) ** 2 for trial, own in parts]
    spread = np.diag(inverse)
    return Fitted(
        effect=effect,
        variance=np.maximum(0.0, spread[:, None] + spread - 2 * inverse) / scale,
        Q=max(0.0, -0.5 * scale * float(sum(part.sum() for part in misfit))),
        trace=0.5 * scale * (trace - float((inverse * squares).sum())),
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
