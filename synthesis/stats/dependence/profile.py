"""Profile-likelihood confidence intervals of variance components and correlations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq
from scipy.special import chdtri

from synthesis.stats.arrays import Floats, level_fraction
from synthesis.stats.dependence import search
from synthesis.stats.dependence.marginal import Marginal, together
from synthesis.stats.dependence.multilevel import Multilevel
from synthesis.stats.dependence.structures import STRUCTURES, lowest, wave_of
from synthesis.stats.dependence.terms import Level, Structured
from synthesis.stats.errors import BadInput, NotDefined
from synthesis.stats.maximise import climb

# A variance beyond this many times the square of the data's scale is called infinite.
FARTHEST = 1e6


@dataclass(frozen=True, slots=True)
class ProfileInterval:
    """An interval at `level` percent. lower 0 (or the lowest correlation) and upper None mean that none bounds it."""

    parameter: str
    level: float
    estimate: float
    lower: float
    upper: float | None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a parameter sits: index in x, how a natural value becomes x there, its range, and the model used."""

    model: Marginal
    x: Floats
    index: int
    to_x: Callable[[float], float]
    estimate: float
    low: float
    high: float


def profile_interval(fit: Multilevel, parameter: str, level: float | None = None) -> ProfileInterval:
    """All values whose profile log-likelihood is within ½ χ²₁ of the maximum.

    parameter   "sigma2.1" … for the levels, "tau2.1" … for the variances and "rho.1" for the correlation of the first
                structured term
    Raises BadInput for an unknown parameter; NotDefined for UN structures with more than two inner levels.
    Source: Viechtbauer 2010; Venzon & Moolgavkar 1988, Appl Stat 37:87. Checked: metafor 3.8-1 confint.
    """
    percent = fit.level if level is None else level
    place = _place(fit, parameter)
    cut = float(chdtri(1.0, level_fraction(percent)))
    below, above = _curve(fit, place), _curve(fit, place)
    lower = _lower(lambda value: cut - below(value), place)
    upper = _upper(lambda value: cut - above(value), place, search.data_scale(place.model))
    return ProfileInterval(parameter, percent, place.estimate, lower, upper)


def profile_deviance(fit: Multilevel, parameter: str, values: Sequence[float]) -> tuple[float, ...]:
    """2 (maximum − profile log-likelihood) at each value of a parameter: the curve that the interval cuts at χ²₁.

    Errors as profile_interval; BadInput for a value outside the parameter's range.
    """
    place = _place(fit, parameter)
    if not all(place.low <= value <= place.high for value in values):
        raise BadInput(f"{parameter} lies between {place.low:g} and {place.high:g}.")
    curve = _curve(fit, place)
    return tuple(curve(value) for value in values)


def _curve(fit: Multilevel, place: _Place) -> Callable[[float], float]:
    """Deviance from the maximum with one parameter held; each call starts where the last one ended."""
    units = search.unit_of(place.model, search.data_scale(place.model))
    function = search.objective(place.model, fit.state.restricted, units)
    at = place.x / units
    top = function(at)[0]
    others = np.arange(units.size) != place.index
    last = at[others]

    def curve(value: float) -> float:
        nonlocal last
        fixed = place.to_x(value) / units[place.index]

        def part(z: Floats) -> tuple[float, Floats]:
            height, slopes = function(np.insert(z, place.index, fixed))
            return height, slopes[others]

        # A standard deviation of zero is a stationary point: the second start leaves it.
        reached = [climb(part, start) for start in (last, last + 0.3)]
        last, height = max(reached, key=lambda found: found[1])
        return 2 * (top - height)

    return curve


def _lower(gap: Callable[[float], float], place: _Place) -> float:
    if place.estimate <= place.low or gap(place.low) >= 0:
        return place.low
    return float(brentq(gap, place.low, place.estimate, xtol=1e-12, rtol=1e-9))


def _upper(gap: Callable[[float], float], place: _Place, scale: float) -> float | None:
    if np.isfinite(place.high):
        if gap(place.high) >= 0:
            return place.high
        return float(brentq(gap, place.estimate, place.high, xtol=1e-12, rtol=1e-9))
    inside = place.estimate
    outside = max(2 * place.estimate, 0.05 * scale**2)
    while gap(outside) > 0:
        inside, outside = outside, 2 * outside
        if outside > FARTHEST * scale**2:
            return None
    return float(brentq(gap, inside, outside, xtol=1e-12, rtol=1e-9))


def _place(fit: Multilevel, parameter: str) -> _Place:
    kind, _, number = parameter.partition(".")
    if kind not in ("sigma2", "tau2", "rho") or not number.isdigit() or int(number) < 1:
        raise BadInput(f"{parameter!r} is not a parameter such as sigma2.1, tau2.1 or rho.1.")
    model, n, at, seen = fit.state.model, int(number), 0, 0
    for term in model.terms:
        if isinstance(term, Level):
            seen += kind == "sigma2"
            if kind == "sigma2" and seen == n:
                value = float(fit.state.x[at] ** 2)
                return _Place(model, fit.state.x, at, np.sqrt, value, 0.0, np.inf)
            at += 1
        elif kind != "sigma2":
            return _structured_place(fit, term, at, kind, n)
        else:
            at += len(STRUCTURES[term.structure].kinds(len(term.names)))
    raise BadInput(f"This model has no {parameter}.")


def _structured_place(fit: Multilevel, term: Structured, at: int, kind: str, n: int) -> _Place:
    model, x = fit.state.model, fit.state.x
    found = fit.structures[0]
    if term.structure == "UN":
        if len(term.names) > 2:
            raise NotDefined("Profile intervals of UN structures exist here for two inner levels only.")
        # Two levels: UN is HCS in other letters, and there each parameter stands alone.
        term = replace(term, structure="HCS")
        model = replace(
            model,
            terms=tuple(
                term if isinstance(t, Structured) and t.label == term.label else t for t in model.terms
            ),
        )
        own = [*np.sqrt(found.tau2), *(wave_of(rho, -1.0) for rho in found.rho)]
        x = np.concatenate([x[:at], own, x[at + len(own) :]])
    low = lowest(term.structure, together(term))
    if kind == "tau2" and n <= len(found.tau2):
        return _Place(model, x, at + n - 1, np.sqrt, found.tau2[n - 1], 0.0, np.inf)
    if kind == "rho" and n == 1 and found.rho:
        index = at + len(found.tau2)
        return _Place(model, x, index, lambda rho: wave_of(rho, low), found.rho[0], low, 1.0)
    raise BadInput(f"This model has no {kind}.{n}.")
