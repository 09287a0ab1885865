"""Maximum likelihood for a problem: coefficients, standard deviations, and the covariance of the coefficients."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthesis.stats.arrays import Floats
from synthesis.stats.effects import EffectSizes
from synthesis.stats.errors import NotDefined
from synthesis.stats.maximise import Value, maximise, sloped
from synthesis.stats.mixed.problems import Problem

# Second differences of a log-likelihood: wide enough to drown the rounding of an inner search.
BEND = 2e-3
NEGLIGIBLE = 1e-3


@dataclass(frozen=True, slots=True)
class Estimated:
    """beta (p,) and vcov (p, p) on the problem's own columns; sigma2 None without random levels.

    conditional_ll  at the modes of the random effects;  parameters estimated, study parameters not counted
    """

    theta: Floats
    beta: Floats
    vcov: Floats
    tau2: float
    sigma2: float | None
    ll: float
    conditional_ll: float
    parameters: int


def estimated(problem: Problem, effects: EffectSizes, random: bool) -> Estimated:
    """The fit; random False holds the last standard deviation, the effect's own, at zero."""
    free = problem.fixed + problem.Z.shape[1] - (not random)
    found = maximise(sloped(problem.value), [start[:free] for start in _starts(problem, effects)])
    theta, value = _settled(problem, found.x, found.value)
    used = np.ones(theta.size, dtype=bool)
    used[problem.fixed :] = theta[problem.fixed :] != 0
    vcov = _covariance(problem.value, theta, used)
    p = problem.X.shape[1]
    studies = problem.studies(theta)
    return Estimated(
        theta=theta,
        beta=theta[:p],
        vcov=vcov[:p, :p],
        tau2=float(theta[-1] ** 2) if random else 0.0,
        sigma2=float(theta[problem.fixed] ** 2) if problem.Z.shape[1] > 1 else None,
        ll=value,
        conditional_ll=float(studies.conditional.sum()),
        parameters=theta.size,
    )


def _starts(problem: Problem, effects: EffectSizes) -> list[Floats]:
    """Weighted least squares of the corrected effects, with little and with much heterogeneity."""
    w = 1.0 / (effects.vi + 0.1)
    X = problem.X
    beta = np.linalg.solve(X.T @ (X * w[:, None]), X.T @ (w * effects.yi))
    level: list[float] = []
    spread: list[float] = []
    if problem.levels is not None:
        own = problem.levels - X @ beta / 2
        level, spread = [float(own.mean())], [max(0.3, float(own.std()))]
    return [np.array([*beta, *level, *spread, tau]) for tau in (0.5, 0.1, 1.2)]


def _settled(problem: Problem, theta: Floats, value: float) -> tuple[Floats, float]:
    """Negligible standard deviations set to zero where that does not lower the likelihood."""
    for j in range(problem.fixed, theta.size):
        if abs(theta[j]) < NEGLIGIBLE * 10:
            trial = theta.copy()
            trial[j] = 0.0
            height = problem.value(trial)
            if height >= value - 1e-7:
                theta, value = trial, height
    return theta, value


def _covariance(value: Value, theta: Floats, used: np.ndarray) -> Floats:
    """Inverse of minus the second differences among the used parameters; zero for the others. Raises NotDefined."""
    places = np.flatnonzero(used)

    def reduced(part: Floats) -> float:
        whole = theta.copy()
        whole[places] = part
        return value(whole)

    H = second_differences(reduced, theta[places])
    try:
        np.linalg.cholesky(-H)
    except np.linalg.LinAlgError as error:
        raise NotDefined("The likelihood does not fall on all sides of its maximum.") from error
    full = np.zeros((theta.size, theta.size))
    full[np.ix_(places, places)] = np.linalg.inv(-H)
    return full


def second_differences(value: Value, x: Floats) -> Floats:
    """The Hessian (m, m) of a function from its values around x."""
    centre = value(x)
    size = BEND * np.maximum(1.0, np.abs(x))
    steps = np.diag(size)
    H = np.empty((x.size, x.size))
    for a, one in enumerate(steps):
        H[a, a] = _second(value, x, one, centre)
        for b in range(a):
            both = _second(value, x, one + steps[b], centre) - _second(value, x, one - steps[b], centre)
            H[a, b] = H[b, a] = both / 4
    return H / np.outer(size, size)


def _second(value: Value, theta: Floats, step: Floats, centre: float) -> float:
    """f(θ+s) − 2 f(θ) + f(θ−s), with a fourth-order correction from twice the step."""
    near = value(theta + step) - 2 * centre + value(theta - step)
    far = value(theta + 2 * step) - 2 * centre + value(theta - 2 * step)
    return (16 * near - far) / 12
