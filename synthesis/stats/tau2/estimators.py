"""Every estimator of τ² under metafor's name, with its standard error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtri

from synthesis.stats.arrays import Floats
from synthesis.stats.errors import BadInput
from synthesis.stats.model import Fit, Model
from synthesis.stats.tau2 import likelihood, moments, quadratic

METHODS = (
    "REML", "DL", "ML", "PM", "EB", "HE", "HS", "HSk", "SJ", "PMM", "GENQ", "GENQM", "DLIT", "SJIT", "EE",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tau2:
    """τ² (unit of the effect squared), its standard error, and what the estimator gave before truncation at 0."""

    value: float
    se: float | None
    untruncated: float


def raw(method: str, model: Model, a: Floats | None = None) -> Floats:
    """The estimate before truncation at zero, shape (…). EE is zero; GENQ and GENQM need weights a.

    Raises BadInput for an unknown method or missing weights, NotConverged from the solvers.
    """
    if method in ("GENQ", "GENQM"):
        if a is None:
            raise BadInput(f"{method} needs weights.")
        return (
            moments.generalised(model, a) if method == "GENQ" else np.asarray(_median_generalised(model, a))
        )
    if method not in _ESTIMATORS:
        raise BadInput(f"{method!r} is not an estimator of tau²; choose one of {', '.join(METHODS)}.")
    return _ESTIMATORS[method](model)


def estimate(method: str, model: Model, a: Floats | None = None) -> Tau2:
    """τ² and its standard error for one data set. See raw() for errors."""
    if method == "EE":
        return Tau2(0.0, None, 0.0)
    before = float(raw(method, model, a))
    value = max(before, 0.0)
    return Tau2(value, _standard_error(method, model, value, a), before)


def _median_generalised(model: Model, a: Floats) -> float:
    """The τ² for which the observed generalised Q is its median. Source: Viechtbauer 2021, as for PMM."""
    if model.y.ndim != 1:
        raise BadInput("GENQM fits one data set at a time.")
    found = quadratic.invert(model, a, float(model.weighted(a).rss()), 0.5)
    return 0.0 if found is None else found


_ESTIMATORS: dict[str, Callable[[Model], Floats]] = {
    "EE": lambda model: np.zeros(model.y.shape[:-1]),
    "REML": lambda model: likelihood.maximise(model, restricted=True),
    "ML": lambda model: likelihood.maximise(model, restricted=False),
    "DL": moments.dersimonian_laird,
    "HE": moments.hedges,
    "HS": moments.hunter_schmidt,
    "HSk": lambda model: moments.hunter_schmidt(model, corrected=True),
    "SJ": moments.sidik_jonkman,
    "PM": lambda model: moments.solve_q(model, model.df()),
    "EB": lambda model: moments.solve_q(model, model.df()),
    "SJIT": lambda model: moments.solve_q(model, model.df()),
    "PMM": lambda model: moments.solve_q(model, chdtri(model.df(), 0.5)),
    "DLIT": moments.iterated_dersimonian_laird,
}


def _standard_error(method: str, model: Model, tau2: float, a: Floats | None) -> float | None:
    """Square root of the estimator's approximate variance, evaluated at its own estimate.

    ML and REML: inverse Fisher information. The others are quadratic forms y'Ay / c with
    Var = 2 tr(AΣAΣ) / c², Σ = V + τ²I. None where moderators leave so little that rounding decides about the trace.
    Source: Viechtbauer 2005 and 2007; docs/methods.md.
    """
    if method == "REML":
        information = float(model.trace_pdpe(model.at(tau2), 1.0, 1.0))
        return float(np.sqrt(2.0 / information)) if information > 0 else None
    if method == "ML":
        return float(np.sqrt(2.0 / (model.at(tau2).w ** 2).sum(-1)))
    df = float(model.df())
    if method in ("PM", "EB", "PMM", "SJIT"):
        # EB's approximation, which metafor gives for both: Q(τ²) has variance 2 df and slope −ΣW df / k.
        return float(np.sqrt(2.0 * df) * model.k() / df / model.at(tau2).w.sum(-1))
    start = float(moments.crude_variance(model))
    fit = _weights_of_form(method, model, tau2, start, a)
    sigma = model.v + tau2
    moment = float(model.trace_pdpe(fit, sigma, sigma))
    if moment <= 0:
        return None
    spread = float(np.sqrt(2.0 * moment))
    if method in ("HS", "HSk"):
        return spread * (float(model.k()) / df if method == "HSk" else 1.0) / float(fit.w.sum(-1))
    if method == "SJ":
        return spread * start / df
    if method == "DLIT":  # as if the weights had been known beforehand, as for DL
        trace, trace2 = float(model.trace_p(fit)), float(model.trace_pdpe(fit, 1.0, 1.0))
        return float(np.sqrt(2.0 * df + 4.0 * tau2 * trace + 2.0 * tau2**2 * trace2)) / trace
    return spread / float(model.trace_p(fit))


def _weights_of_form(method: str, model: Model, tau2: float, start: float, a: Floats | None) -> Fit:
    """The fit whose residual sum of squares is the quadratic form of the estimator."""
    if method in ("DL", "HS", "HSk"):
        return model.at(0.0)
    if method == "SJ":
        return model.at(start)
    if method == "HE":
        return model.weighted(np.ones_like(model.y))
    return model.weighted(a) if a is not None and method in ("GENQ", "GENQM") else model.at(tau2)
