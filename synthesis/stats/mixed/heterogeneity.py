"""Tests of heterogeneity for mixed models: every study with its own effect against the model's effects.

The Wald test is the weighted residual sum of squares of the studies' own estimates; the likelihood-ratio test
compares the saturated with the equal-effects likelihood. Source: Stijnen 2010; metafor's QE.Wld and QE.LRT.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from synthesis.stats.arrays import Floats
from synthesis.stats.effects import EffectSizes
from synthesis.stats.errors import StatsError
from synthesis.stats.maximise import maximise, sloped
from synthesis.stats.mixed.estimation import estimated
from synthesis.stats.mixed.nuisance import FARTHEST, Nuisance
from synthesis.stats.mixed.problems import Columns, Problem

STEP = 1e-3


@dataclass(frozen=True, slots=True)
class Heterogeneity:
    """wald statistic, saturated log-likelihood ll and that of equal effects; None where there is no such fit."""

    wald: float | None
    ll: float | None
    common_ll: float | None

    @property
    def ratio(self) -> float | None:
        """The likelihood-ratio statistic."""
        if self.ll is None or self.common_ll is None:
            return None
        return max(0.0, 2 * (self.ll - self.common_ll))


def heterogeneity(
    measure: str, model: str | None, d: Columns, problem: Problem, effects: EffectSizes
) -> Heterogeneity:
    """Both tests' ingredients for the studies of a problem."""
    try:
        common = estimated(problem, effects, random=False)
        if problem.common:
            return _random_levels(problem, effects, common.theta, common.ll)
        if model == "CM.EL" and measure == "OR":
            own, precision, ll = _own_conditional(problem, effects)
        else:
            own, precision = _own(measure, model, d)
            ll = _saturated(problem, d, measure, model)
    except StatsError:
        return Heterogeneity(None, None, None)
    return Heterogeneity(_residual(own, np.diag(precision), problem.X), ll, common.ll)


def _own(measure: str, model: str | None, d: Columns) -> tuple[Floats, Floats]:
    """Each study's uncorrected estimate and its precision; no precision where a count is zero."""
    if model == "CM.AL":  # the binomial approximation takes events as rare: log of the ratio of risks
        cells = [d["ai"] / (d["ai"] + d["bi"]), d["ci"] / (d["ci"] + d["di"])]
        signs: tuple[float, ...] = (1.0, -1.0)
    elif measure == "OR":
        cells = [d["ai"], d["bi"], d["ci"], d["di"]]
        signs = (1.0, -1.0, -1.0, 1.0)
    elif measure == "IRR":
        cells, signs = [d["x1i"] / d["t1i"], d["x2i"] / d["t2i"]], (1.0, -1.0)
    elif measure == "PLO":
        cells, signs = [d["xi"], d["ni"] - d["xi"]], (1.0, -1.0)
    else:
        cells, signs = [d["xi"] / d["ti"]], (1.0,)
    counts = cells
    if model == "CM.AL":
        counts = [d["ai"], d["ci"]]
    elif measure in ("IRR", "IRLN"):
        counts = [d[name] for name in ("x1i", "x2i", "xi") if name in d]
    known = np.all([count > 0 for count in counts], axis=0)
    safe = [np.where(known, cell, 1.0) for cell in cells]
    own = np.sum([sign * np.log(cell) for sign, cell in zip(signs, safe, strict=True)], axis=0)
    variance = np.sum([1.0 / np.where(known, count, 1.0) for count in counts], axis=0)
    return own, np.where(known, 1.0 / variance, 0.0)


def _saturated(problem: Problem, d: Columns, measure: str, model: str | None) -> float:
    """The likelihood with every expected count at its observed one."""
    y = problem.counts.y
    if measure == "OR" and model != "CM.AL":
        n = y + np.column_stack([d["bi"], d["di"]])
    elif measure == "OR":
        n = (d["ai"] + d["ci"])[:, None]
    elif measure == "PLO":
        n = d["ni"][:, None]
    elif model == "CM.EL":
        n = (d["x1i"] + d["x2i"])[:, None]
    else:
        n = None
    with np.errstate(divide="ignore"):
        eta = np.log(y) if n is None else np.log(y) - np.log(n - y)
    return float(problem.counts.log_density(np.clip(eta, -40.0, 40.0)[:, :, None]).sum())


def _own_conditional(problem: Problem, effects: EffectSizes) -> tuple[Floats, Floats, float]:
    """Conditional maximum likelihood log odds ratio of each study, its information, and the likelihood there."""
    search = Nuisance(np.ones(1), np.clip(effects.yi, -5.0, 5.0))
    found = search.maximised(problem.counts, np.zeros(problem.offset.shape), np.zeros((1, 1)), 1)
    information = problem.counts.cumulant(search.value[:, None, None])[2][:, 0, 0]
    known = np.abs(search.value) < FARTHEST - 5
    return search.value, np.where(known, information, 0.0), float(found.log_likelihood.sum())


def _random_levels(problem: Problem, effects: EffectSizes, theta: Floats, common_ll: float) -> Heterogeneity:
    """UM.RS: a free effect per study beside random levels; the effects' precision allows for μ and σ estimated."""
    free = Nuisance(problem.effect, np.clip(effects.yi, -5.0, 5.0))
    k = effects.yi.size
    levels = replace(problem, X=np.zeros((k, 1)), Z=problem.Z[:, :1], nuisance=free)
    nothing = np.zeros(1)
    q = problem.X.shape[1]
    found = maximise(sloped(lambda x: levels.value(np.concatenate([nothing, x]))), [theta[q:]])
    levels.value(np.concatenate([nothing, found.x]))
    own = free.value
    bends = _bends(replace(levels, nuisance=None), own, found.x)
    known = (np.abs(own) < FARTHEST - 5) & (bends[:, 0, 0] < -1e-6)
    here = -bends[known, 0, 0]
    across = -bends[known][:, 0, 1:]
    inner = -bends[:, 1:, 1:].sum(0)
    if abs(found.x[-1]) < 1e-3:  # no spread of levels: σ is not estimated
        across, inner = across[:, :1], inner[:1, :1]
    precision = np.zeros((k, k))
    precision[np.ix_(known, known)] = np.diag(here) - across @ np.linalg.solve(inner, across.T)
    return Heterogeneity(_residual(own, precision, problem.X), found.value, common_ll)


def _bends(problem: Problem, own: Floats, x: Floats) -> Floats:
    """Second derivatives (k, 3, 3) of each study's likelihood in its effect, μ and σ."""
    base = replace(problem, X=np.eye(own.size))

    def at(shift: Floats) -> Floats:
        return base.studies(np.concatenate([own + shift[0], x + shift[1:]])).log_likelihood

    steps = STEP * np.eye(3)
    centre = at(np.zeros(3))
    made = np.empty((own.size, 3, 3))
    for a in range(3):
        made[:, a, a] = (at(steps[a]) - 2 * centre + at(-steps[a])) / STEP**2
        for b in range(a):
            both = (
                at(steps[a] + steps[b])
                + at(-steps[a] - steps[b])
                - at(steps[a] - steps[b])
                - at(steps[b] - steps[a])
            )
            made[:, a, b] = made[:, b, a] = both / (4 * STEP**2)
    return made


def _residual(own: Floats, precision: Floats, X: Floats) -> float | None:
    """b'Ωb − b'ΩX(X'ΩX)⁻¹X'Ωb; None when the studies with an estimate of their own do not determine β."""
    gram = X.T @ precision @ X
    if np.linalg.matrix_rank(gram) < X.shape[1]:
        return None
    b = own - X @ np.linalg.solve(gram, X.T @ (precision @ own))
    return float(b @ precision @ b)
