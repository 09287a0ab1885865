"""Prior distributions of τ, the standard deviation between studies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from synthesis.stats import arrays
from synthesis.stats.arrays import Floats
from synthesis.stats.errors import BadInput

PRIORS = ("half-normal", "half-cauchy", "half-t", "uniform", "exponential", "jeffreys")


@dataclass(frozen=True, slots=True)
class TauPrior:
    """A prior of τ ≥ 0. scale has the unit of τ; df for half-t.

    upper    where the density ends (uniform), else infinite;  proper: it integrates to one
    tail     the density falls like τ^(−tail) far out; infinite when faster than any power
    """

    name: str
    scale: float
    df: float
    upper: float
    proper: bool
    tail: float

    def log_density(self, tau: Floats, v: Floats) -> Floats:
        """log p(τ), shape of τ; up to a constant when improper. v (k,) are the sampling variances (Jeffreys)."""
        x = tau / self.scale
        if self.name == "half-normal":
            return np.asarray(0.5 * np.log(2 / np.pi) - np.log(self.scale) - 0.5 * x * x)
        if self.name in ("half-cauchy", "half-t"):
            nu = self.df
            constant = float(gammaln((nu + 1) / 2) - gammaln(nu / 2)) - 0.5 * np.log(nu * np.pi)
            return np.asarray(
                np.log(2.0) + constant - np.log(self.scale) - (nu + 1) / 2 * np.log1p(x * x / nu)
            )
        if self.name == "exponential":
            return np.asarray(-np.log(self.scale) - x)
        if self.name == "jeffreys":
            return np.asarray(np.log(tau) + 0.5 * np.log(((v + (tau * tau)[..., None]) ** -2.0).sum(-1)))
        inside = np.where(tau <= self.upper, 0.0, -np.inf)
        return np.asarray(inside - np.log(self.upper) if self.proper else inside)


def prior_of_tau(name: str, scale: float | None = None, df: float | None = None) -> TauPrior:
    """The prior by name.

    half-normal, half-cauchy, half-t (with df): scale as usual;  exponential: scale is its mean;
    uniform: on [0, scale], or improper on [0, ∞) without one;  jeffreys: √Σ (τ / (v + τ²))², improper, no scale.
    Raises BadInput. Source: Röver 2020, J Stat Softw 93(6), section 2.
    """
    arrays.one_of(name, PRIORS, "prior of tau")
    if scale is not None and not (np.isfinite(scale) and scale > 0):
        raise BadInput("The scale of a prior must be positive and finite.")
    if (df is not None) != (name == "half-t"):
        raise BadInput("Degrees of freedom belong to half-t, which needs them.")
    if df is not None and not (np.isfinite(df) and df > 0):
        raise BadInput("Degrees of freedom must be positive and finite.")
    if name == "jeffreys":
        if scale is not None:
            raise BadInput("The Jeffreys prior has no scale.")
        return TauPrior(name, 1.0, 0.0, np.inf, False, 1.0)
    if name == "uniform":
        if scale is None:
            return TauPrior(name, 1.0, 0.0, np.inf, False, 0.0)
        return TauPrior(name, scale, 0.0, scale, True, np.inf)
    if scale is None:
        raise BadInput(f"{name} needs a scale, in the unit of the effects.")
    nu = 1.0 if name == "half-cauchy" else (df or 0.0)
    return TauPrior(name, scale, nu, np.inf, True, nu + 1 if nu else np.inf)
