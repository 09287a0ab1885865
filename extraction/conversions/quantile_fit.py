"""Mean and standard deviation of whichever distribution fits the printed quantiles best.

Source: McGrath, Zhao, Steele, Thombs, Benedetti & the DEPRESSD Collaboration 2020 (Stat Methods Med Res 29:2520), the
quantile estimation method (QE); R's estmeansd is their implementation. Families: normal, log-normal, gamma, Weibull, and
beta where all numbers lie between 0 and 1; only the normal when one is negative. Each is fitted by least squares between its
quantiles and the printed ones, the minimum and maximum standing for the quantiles 1/n and 1 − 1/n; the family with the
smallest sum of squares gives mean and SD.

Where we differ: all families but beta have a scale, which least squares gives in closed form, so only the shape is searched;
the search covers its whole range and cannot stop at a bound of the scale, and the result does not depend on the unit.
A minimum of 0 stays 0 (estmeansd takes 0.01).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.special import betaincinv, gammaincinv, gammaln, ndtri

from extraction.conversions.medians import Summary

Floats = NDArray[np.float64]

#: Shapes beyond these are not told apart by five numbers (bounds of estmeansd).
LOG_SHAPES = np.linspace(np.log(1e-3), np.log(100), 240)
LOG_SIGMAS = np.linspace(np.log(1e-3), np.log(10), 240)
BETA_BOUNDS = (1e-3, 40.0)


@dataclass(frozen=True, slots=True)
class QuantileFit:
    """The best family, its mean and standard deviation, and its sum of squared distances to the printed quantiles."""

    family: str
    mean: float
    sd: float
    distance: float


def fit_quantiles(of: Summary) -> QuantileFit:
    """The distribution that fits `of` best. Raises ValueError below three people, or where nothing can be fitted."""
    if of.n < 3:
        raise ValueError("The group must have at least three people in it.")
    p, values = _probabilities(of), np.array(of.values)
    fits = [_normal(p, values)]
    if values[0] >= 0:
        fits += [_log_normal(p, values), _gamma(p, values), _weibull(p, values)]
        if values[-1] <= 1:
            fits.append(_beta(p, values))
    fits = [fit for fit in fits if np.isfinite([fit.mean, fit.sd, fit.distance]).all() and fit.sd > 0]
    if not fits:
        raise ValueError("No distribution could be fitted to these numbers.")
    return min(fits, key=lambda fit: fit.distance)


def _probabilities(of: Summary) -> Floats:
    ends = of.has_range
    middle = [0.25, 0.5, 0.75] if of.has_quartiles else [0.5]
    return np.array([1 / of.n, *middle, 1 - 1 / of.n] if ends else middle)


def _normal(p: Floats, values: Floats) -> QuantileFit:
    """A straight line through the points (Φ⁻¹(p), value)."""
    design = np.column_stack([np.ones_like(p), ndtri(p)])
    (mean, sd), *_ = np.linalg.lstsq(design, values)
    return QuantileFit("normal", float(mean), float(sd), float(((design @ [mean, sd] - values) ** 2).sum()))


def _scaled(
    values: Floats,
    unit: Callable[[float], Floats],
    moments: Callable[[float], tuple[float, float]],
    grid: Floats,
) -> tuple[float, float, float]:
    """Mean, SD and distance of the best member of a family with a scale.

    unit     quantiles at scale 1 for a shape; moments  mean and SD at scale 1; grid  logarithms of shapes to search
    """

    def scale_and_distance(log_shape: float) -> tuple[float, float]:
        with np.errstate(all="ignore"):
            quantiles = unit(float(np.exp(log_shape)))
            largest = quantiles.max()
            shares = quantiles / largest
            scale = float(shares @ values / (shares @ shares))
            distance = float(((scale * shares - values) ** 2).sum())
        return (scale / float(largest), distance) if np.isfinite(distance) else (np.nan, np.inf)

    distances = [scale_and_distance(at)[1] for at in grid]
    best = int(np.argmin(distances))
    around = (grid[max(best - 1, 0)], grid[min(best + 1, grid.size - 1)])
    found = minimize_scalar(
        lambda at: scale_and_distance(at)[1], bounds=around, method="bounded", options={"xatol": 1e-10}
    )
    scale, distance = scale_and_distance(float(found.x))
    mean, sd = moments(float(np.exp(found.x)))
    return scale * mean, scale * sd, distance


def _log_normal(p: Floats, values: Floats) -> QuantileFit:
    def moments(sigma: float) -> tuple[float, float]:
        mean = float(np.exp(sigma**2 / 2))
        return mean, mean * float(np.sqrt(np.expm1(sigma**2)))

    return QuantileFit(
        "log-normal", *_scaled(values, lambda sigma: np.exp(sigma * ndtri(p)), moments, LOG_SIGMAS)
    )


def _gamma(p: Floats, values: Floats) -> QuantileFit:
    return QuantileFit(
        "gamma",
        *_scaled(
            values,
            lambda shape: gammaincinv(shape, p),
            lambda shape: (shape, float(np.sqrt(shape))),
            LOG_SHAPES,
        ),
    )


def _weibull(p: Floats, values: Floats) -> QuantileFit:
    def moments(shape: float) -> tuple[float, float]:
        with np.errstate(all="ignore"):
            mean = float(np.exp(gammaln(1 + 1 / shape)))
            return mean, float(np.sqrt(np.exp(gammaln(1 + 2 / shape)) - mean**2))

    return QuantileFit(
        "Weibull", *_scaled(values, lambda shape: (-np.log1p(-p)) ** (1 / shape), moments, LOG_SHAPES)
    )


def _beta(p: Floats, values: Floats) -> QuantileFit:
    """Beta on 0 to 1, searched in both shapes from the moments that a normal fit suggests."""
    start = _normal(p, values)
    mean, low, high = float(np.clip(start.mean, 0.01, 0.99)), *np.log(BETA_BOUNDS)
    size = max(mean * (1 - mean) / max(start.sd, 1e-6) ** 2 - 1, 0.1)
    first = np.clip(np.log([mean * size, (1 - mean) * size]), low, high)

    def distance(logs: Floats) -> float:
        a, b = np.exp(logs)
        return float(((betaincinv(a, b, p) - values) ** 2).sum())

    found = minimize(
        distance,
        first,
        method="Nelder-Mead",
        bounds=[(low, high)] * 2,
        options={"xatol": 1e-9, "fatol": 1e-14},
    )
    a, b = np.exp(found.x)
    sd = float(np.sqrt(a * b / ((a + b) ** 2 * (a + b + 1))))
    return QuantileFit("beta", float(a / (a + b)), sd, float(found.fun))
