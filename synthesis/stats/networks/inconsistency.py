"""Does the network contradict itself? Decomposition of Q by design, and direct against indirect evidence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc, ndtr

from synthesis.stats.arrays import Floats
from synthesis.stats.fitting import critical
from synthesis.stats.networks.comparisons import Comparisons, Disconnected, connected
from synthesis.stats.networks.fit import Fitted, fit, moment, within


@dataclass(frozen=True, slots=True)
class QTest:
    """A Q statistic with its degrees of freedom and p (1 without any)."""

    Q: float
    df: int
    p_value: float


@dataclass(frozen=True, slots=True)
class DesignTest:
    """One design. heterogeneity among its trials; detached: inconsistency left when it is given effects of its own.

    detached is None where the rest of the network would fall apart or have no loop.
    """

    treatments: tuple[str, ...]
    trials: int
    heterogeneity: QTest
    detached: QTest | None


@dataclass(frozen=True, slots=True)
class Decomposition:
    """Q of the network = within designs + between designs (common-effect weights).

    between_random   inconsistency under the full design-by-treatment interaction model, where trials within designs vary
                     with tau2_within
    """

    total: QTest
    within: QTest
    between: QTest
    between_random: QTest
    tau2_within: float
    designs: tuple[DesignTest, ...]


def q_test(Q: float, df: int) -> QTest:
    """Rounding below zero is zero."""
    return QTest(max(0.0, Q), df, float(chdtrc(df, max(0.0, Q))) if df > 0 else 1.0)


def decompose(data: Comparisons, common: Fitted) -> Decomposition:
    """Split Q by design. Source: Higgins 2012, Res Synth Methods 3:98; Krahn 2013, BMC Med Res Methodol 13:35."""
    designs = data.designs()
    n = len(data.names)
    parts = {arms: within(trials, 0.0) for arms, trials in designs.items()}
    inside = sum(part.Q for part in parts.values())
    df_inside = sum((len(trials) - 1) * (len(arms) - 1) for arms, trials in designs.items())
    df = data.arms_above_one - (n - 1)
    tau2 = moment(inside, df_inside, sum(part.trace for part in parts.values()))
    outside = fit(data.trials, n, tau2).Q - sum(within(trials, tau2).Q for trials in designs.values())
    between = common.Q - inside
    return Decomposition(
        total=q_test(common.Q, df),
        within=q_test(inside, df_inside),
        between=q_test(between, df - df_inside),
        between_random=q_test(outside, df - df_inside),
        tau2_within=tau2,
        designs=tuple(
            DesignTest(
                tuple(data.names[i] for i in arms),
                len(trials),
                q_test(parts[arms].Q, (len(trials) - 1) * (len(arms) - 1)),
                _detached(data, arms, inside, df - df_inside),
            )
            for arms, trials in designs.items()
        ),
    )


def _detached(data: Comparisons, arms: tuple[int, ...], inside: float, df: int) -> QTest | None:
    """Between-designs Q after `arms` has effects of its own: the rest must still connect those arms."""
    left = df - (len(arms) - 1)
    if left < 0:
        return None
    rest = [trial for trial in data.trials if tuple(int(i) for i in trial.arms) != arms]
    try:
        connected(data.names, [trial.arms for trial in rest])
    except Disconnected:
        return None
    own = within(data.designs()[arms], 0.0).Q
    others = fit(rest, len(data.names), 0.0).Q
    return q_test(others + own - inside, left)


@dataclass(frozen=True, slots=True)
class Split:
    """One comparison, treatment1 against treatment2: network, direct and indirect estimate with standard errors.

    share       of the network's precision that is direct, 0 to 1
    difference  direct − indirect, its standard error, limits and p; None without both kinds of evidence
    """

    treatment1: str
    treatment2: str
    trials: int
    share: float
    network: tuple[float, float]
    direct: tuple[float, float] | None
    indirect: tuple[float, float] | None
    difference: tuple[float, float] | None
    ci_lb: float | None
    ci_ub: float | None
    p_value: float | None


# A share within this of one leaves indirect evidence that is rounding only.
NEARLY_ALL = 1e-9


def split(data: Comparisons, fitted: Fitted, tau2: float, level: float) -> tuple[Split, ...]:
    """Every comparison of the network, direct evidence taken apart by back-calculation.

    The direct estimate pools the trials that have both arms; what it lacks of the network's precision is indirect.
    Source: König, Krahn & Binder 2013, Stat Med 32:5414; Dias 2010, Stat Med 29:932.
    """
    found = []
    for i in range(len(data.names)):
        for j in range(i + 1, len(data.names)):
            y, w = _direct(data, i, j, tau2)
            network = (float(fitted.effect[i, j]), float(fitted.variance[i, j]))
            found.append(_split((data.names[i], data.names[j]), network, y, w, level))
    return tuple(found)


def _direct(data: Comparisons, i: int, j: int, tau2: float) -> tuple[Floats, Floats]:
    """Effects of i against j in the trials with both, and their inverse variances."""
    effects, weights = [], []
    for trial in data.trials:
        where = np.searchsorted(trial.arms, [i, j])
        if where.max() < trial.arms.size and (trial.arms[where] == (i, j)).all():
            effects.append(trial.effect[where[0], where[1]])
            weights.append(1 / (trial.variance[where[0], where[1]] + tau2))
    return np.array(effects), np.array(weights)


def _split(names: tuple[str, str], network: tuple[float, float], y: Floats, w: Floats, level: float) -> Split:
    estimate, variance = network
    shown = (estimate, float(np.sqrt(variance)))
    share = float(w.sum() * variance)
    if share == 0:
        return Split(*names, 0, 0.0, shown, None, shown, None, None, None, None)
    centre = float((w * y).sum() / w.sum())
    direct = (centre, float(np.sqrt(1 / w.sum())))
    if share > 1 - NEARLY_ALL:
        return Split(*names, y.size, 1.0, shown, direct, None, None, None, None, None)
    indirect = ((estimate - share * centre) / (1 - share), float(np.sqrt(variance / (1 - share))))
    gap, se = centre - indirect[0], float(np.hypot(direct[1], indirect[1]))
    wide = critical(None, level) * se
    p = float(2 * ndtr(-abs(gap) / se))
    return Split(*names, y.size, share, shown, direct, indirect, (gap, se), gap - wide, gap + wide, p)
