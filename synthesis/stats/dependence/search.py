"""Finding the variance components with the highest likelihood, and how far each may move from there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthesis.stats.arrays import Floats
from synthesis.stats.dependence import marginal
from synthesis.stats.dependence.marginal import Marginal, Weighed
from synthesis.stats.dependence.structures import Covariance, lowest, wave_of
from synthesis.stats.dependence.terms import Level
from synthesis.stats.errors import NotConverged
from synthesis.stats.maximise import Sloped, maximise

# A standard deviation below this share of the data's scale is tried as exactly zero.
NEGLIGIBLE = 1e-3


@dataclass(frozen=True, slots=True)
class Best:
    """The maximum: free parameters in the unit of the effects, what the terms add, and the fit there."""

    x: Floats
    scale: float
    shares: tuple[float | Covariance, ...]
    weighed: Weighed


def best(model: Marginal, restricted: bool) -> Best:
    """The (restricted) maximum likelihood fit. Raises NotConverged when no start leads to a maximum."""
    scale = data_scale(model)
    units = unit_of(model, scale)
    function = objective(model, restricted, units)
    if units.size:
        found = maximise(function, _starts(model, scale))
        z = _settled(function, found.x, found.value, units == scale)
    else:
        z = units
    shares = tuple(model.shares(z * units))
    weighed = marginal.weigh(model, shares)
    if weighed is None:
        raise NotConverged("The covariance of the effects is not positive definite.")
    return Best(z * units, scale, shares, weighed)


def data_scale(model: Marginal) -> float:
    """Root mean square of the residuals of an unweighted fit, or of the sampling errors where those are larger."""
    moment = sum((np.einsum("bsp,bs->p", b.X, b.y) for b in model.batches), np.zeros(model.p))
    square = sum(float(((b.y - b.X @ moment) ** 2).sum()) for b in model.batches)
    sampling = sum(float(np.trace(b.V, axis1=-2, axis2=-1).sum()) for b in model.batches)
    return float(np.sqrt(max(square / (model.k - model.p), sampling / model.k)))


def unit_of(model: Marginal, scale: float) -> Floats:
    """The unit of each free parameter: the data's scale for standard deviations, one for correlations."""
    return np.array([1.0 if kind == "wave" else scale for kind in model.kinds()])


def objective(model: Marginal, restricted: bool, units: Floats) -> Sloped:
    """Log-likelihood and score at parameters z in these units."""

    def function(z: Floats) -> tuple[float, Floats]:
        x = z * units
        shares = model.shares(x)
        fit = marginal.weigh(model, shares)
        if fit is None:
            return -np.inf, np.zeros_like(z)
        value = marginal.log_likelihood(model, fit, restricted)
        return value, marginal.slopes(model, fit, shares, x, restricted) * units

    return function


def _starts(model: Marginal, scale: float) -> list[Floats]:
    """All components moderate; all small; and each term large while the others are small."""
    owners: list[int] = []
    lows: list[float] = []
    for n, term in enumerate(model.terms):
        count = 1 if isinstance(term, Level) else len(Marginal((), (term,), 0, 0).kinds())
        owners += [n] * count
        low = 0.0 if isinstance(term, Level) else lowest(term.structure, marginal.together(term))
        lows += [low] * count
    owner, kinds = np.array(owners), np.array(model.kinds())

    def start(sd: Floats, rho: float) -> Floats:
        waves = np.array([wave_of(max(rho, low), low) for low in lows])
        return np.where(kinds == "wave", waves, np.where(kinds == "sd", sd, rho * sd))

    flat = np.ones(owner.size)
    starts = [start(0.5 * flat, 0.5), start(0.15 * flat, 0.0)]
    if len(model.terms) > 1:
        starts += [start(np.where(owner == n, 0.8, 0.1), 0.2) for n in range(len(model.terms))]
    return starts


def _settled(function: Sloped, z: Floats, value: float, deviations: np.ndarray) -> Floats:
    """z with negligible standard deviations set to zero where that does not lower the likelihood."""
    for j in np.flatnonzero(deviations & (np.abs(z) < NEGLIGIBLE)):
        trial = z.copy()
        trial[j] = 0.0
        if function(trial)[0] >= value - 1e-9 * max(1.0, abs(value)):
            z = trial
    return z
