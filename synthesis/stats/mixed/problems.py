"""The models as problems: which counts, how coefficients and random effects enter their linear predictors.

UM.FS  both arms, a fixed intercept per study;  UM.RS both arms, random intercepts;  CM.EL the first arm given the
margins, exactly (noncentral hypergeometric; binomial for rates);  CM.AL the same with a binomial approximation.
Source: Stijnen, Hamza & Özdemir 2010, Stat Med 29:3046; Jackson 2018, Stat Med 37:1059.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from synthesis.stats.arrays import Floats
from synthesis.stats.errors import BadInput
from synthesis.stats.mixed.families import Counts, binomial, hypergeometric, poisson
from synthesis.stats.mixed.nuisance import Nuisance
from synthesis.stats.mixed.quadrature import Integrated, integrate

MODELS = {
    "OR": ("UM.FS", "UM.RS", "CM.EL", "CM.AL"),
    "IRR": ("UM.FS", "UM.RS", "CM.EL"),
    "PLO": (),
    "IRLN": (),
}
# The exact conditional likelihood is integrated to rounding, whatever the caller asks of the others.
EXACT_NODES = 25
Columns = Mapping[str, Floats]


@dataclass(frozen=True, slots=True)
class Problem:
    """η (k, R) = offset + (Xβ) effect + μ [+ study parameter] + Z diag(sd) b with b ~ N(0, I).

    X (k, p);  effect (R,) how the effect enters each count;  Z (R, D) the same for each random effect, the last of
    them the effect's own;  common whether there is a μ;  levels (k,) rough levels of the studies, where that starts
    nuisance the study parameters
    """

    counts: Counts
    offset: Floats
    X: Floats
    effect: Floats
    Z: Floats
    nodes: int
    common: bool = False
    levels: Floats | None = None
    nuisance: Nuisance | None = None

    @property
    def fixed(self) -> int:
        """How many of the parameters are coefficients (β and μ)."""
        return int(self.X.shape[1]) + self.common

    def studies(self, theta: Floats) -> Integrated:
        """Likelihoods at θ = (β, [μ], sd…); missing standard deviations at the end are zero."""
        p, q = self.X.shape[1], self.fixed
        eta = self.offset + (self.X @ theta[:p])[:, None] * self.effect
        if self.common:
            eta = eta + theta[p]
        sd = np.zeros(self.Z.shape[1])
        sd[: theta.size - q] = theta[q:]
        A = self.Z * sd
        if self.nuisance is None:
            return integrate(self.counts, eta, A, self.nodes)
        return self.nuisance.maximised(self.counts, eta, A, self.nodes)

    def value(self, theta: Floats) -> float:
        """The log-likelihood."""
        return float(self.studies(theta).log_likelihood.sum())


def problem(measure: str, model: str | None, d: Columns, X: Floats, nodes: int) -> Problem:
    """The likelihood of a measure and model for columns d named as in effect_sizes. Raises BadInput."""
    if measure not in MODELS:
        raise BadInput(f"{measure!r} has no mixed model; choose one of {', '.join(MODELS)}.")
    if MODELS[measure] and model not in MODELS[measure]:
        raise BadInput(f"The models for {measure} are {', '.join(MODELS[measure])}.")
    one = np.ones(1)
    if measure == "PLO":
        counts = binomial(d["xi"][:, None], d["ni"][:, None])
        return Problem(counts, np.zeros(counts.y.shape), X, one, one[:, None], nodes)
    if measure == "IRLN":
        return Problem(poisson(d["xi"][:, None]), np.log(d["ti"])[:, None], X, one, one[:, None], nodes)
    if model in ("UM.FS", "UM.RS"):
        return _unconditional(measure, str(model), d, X, nodes)
    if measure == "IRR":
        counts = binomial(d["x1i"][:, None], (d["x1i"] + d["x2i"])[:, None])
        return Problem(counts, np.log(d["t1i"] / d["t2i"])[:, None], X, one, one[:, None], nodes)
    if model == "CM.AL":
        counts = binomial(d["ai"][:, None], (d["ai"] + d["ci"])[:, None])
        sizes = np.log((d["ai"] + d["bi"]) / (d["ci"] + d["di"]))
        return Problem(counts, sizes[:, None], X, one, one[:, None], nodes)
    exact = hypergeometric(d["ai"], d["bi"], d["ci"], d["di"])
    return Problem(exact, np.zeros(exact.y.shape), X, one, one[:, None], EXACT_NODES)


def _unconditional(measure: str, model: str, d: Columns, X: Floats, nodes: int) -> Problem:
    if measure == "OR":
        y = np.column_stack([d["ai"], d["ci"]])
        n = y + np.column_stack([d["bi"], d["di"]])
        counts, offset = binomial(y, n), np.zeros(y.shape)
        level = np.log((y.sum(1) + 0.5) / (n.sum(1) - y.sum(1) + 0.5))
    else:
        y, t = np.column_stack([d["x1i"], d["x2i"]]), np.column_stack([d["t1i"], d["t2i"]])
        counts, offset = poisson(y), np.log(t)
        level = np.log((y.sum(1) + 0.5) / t.sum(1))
    own = np.array([[0.5], [-0.5]])
    base = Problem(counts, offset, X, np.array([1.0, 0.0]), own, nodes)
    if model == "UM.FS":
        return replace(base, nuisance=Nuisance(np.ones(2), level))
    return replace(base, Z=np.hstack([np.ones((2, 1)), own]), common=True, levels=level)
