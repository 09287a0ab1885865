"""Closed-form estimators of τ², and those defined by one equation in the generalised Q statistic."""

from __future__ import annotations

import numpy as np

from synthesis.stats.arrays import Floats
from synthesis.stats.model import Model
from synthesis.stats.tau2.roots import falling_root


def dersimonian_laird(model: Model) -> Floats:
    """(Q − df) / tr P with inverse-variance weights. Source: DerSimonian & Laird 1986; Raudenbush 2009."""
    fit = model.at(0.0)
    return np.asarray((fit.rss() - model.df()) / model.trace_p(fit))


def hedges(model: Model) -> Floats:
    """Unweighted variance of the effects less the mean sampling variance. Source: Hedges & Olkin 1985."""
    return generalised(model, ones(model))


def hunter_schmidt(model: Model, corrected: bool = False) -> Floats:
    """(Q − k) / ΣW; corrected: Q grows by k / df. Source: Schmidt & Hunter 2015; Brannick 2019."""
    fit = model.at(0.0)
    factor = model.k() / model.df() if corrected else 1.0
    return np.asarray((fit.rss() * factor - model.k()) / fit.w.sum(-1))


def crude_variance(model: Model) -> Floats:
    """Σ(y − ȳ)² / k: where Sidik and Jonkman start."""
    keep = ones(model)
    mean = (keep * model.y).sum(-1) / model.k()
    return np.asarray((keep * (model.y - mean[..., None]) ** 2).sum(-1) / model.k())


def sidik_jonkman(model: Model) -> Floats:
    """One multiplicative step from the crude variance. Source: Sidik & Jonkman 2005, Biom J 47:107."""
    start = crude_variance(model)
    return np.asarray(start * model.at(start).rss() / model.df())


def generalised(model: Model, a: Floats) -> Floats:
    """Method of moments with any weights a (…, k). Source: DerSimonian & Kacker 2007."""
    fit = model.weighted(a)
    return np.asarray((fit.rss() - model.trace_pv(fit, model.v)) / model.trace_p(fit))


def solve_q(model: Model, target: Floats | float) -> Floats:
    """τ² ≥ 0 at which Q(τ²) = Σ r² / (v + τ²) equals the target; 0 where Q(0) is already below.

    Q falls strictly and 1 / Q is nearly a straight line, so Newton on target / Q − 1 takes a few steps.
    Source: Paule & Mandel 1982; Viechtbauer 2007, Stat Med 26:37 (Q-profile).
    """
    target = np.asarray(target, dtype=np.float64)
    positive = model.at(0.0).rss() > target
    keep = ones(model)
    rss = (keep * model.weighted(keep).r ** 2).sum(-1)
    bound = np.where(positive, rss / target * (1 + 1e-9), 0.0)

    def excess(t: Floats) -> tuple[Floats, Floats]:
        fit = model.at(t)
        q = np.maximum(fit.rss(), np.finfo(np.float64).tiny)
        slope = ((fit.w * fit.r) ** 2).sum(-1)
        with np.errstate(over="ignore", invalid="ignore"):
            value, fall = 1.0 - target / q, target / q * (slope / q)
        return np.where(positive, value, 0.0), np.where(positive, -fall, -1.0)

    return np.where(positive, falling_root(excess, np.zeros_like(bound), bound, np.zeros_like(bound)), 0.0)


def iterated_dersimonian_laird(model: Model) -> Floats:
    """The fixed point of τ² = (Q(τ²) − df) / tr P(τ²), which metafor seeks by iteration and may not reach.

    Q falls and τ² tr P rises, so the point is unique. It does not subtract what τ² itself adds to Q and lands near
    half of Paule–Mandel: kept for comparability only (docs/methods.md).
    """
    df = np.asarray(model.df(), dtype=np.float64)
    fit = model.at(0.0)
    positive = fit.rss() > df
    keep = ones(model)
    bound = np.where(positive, (keep * model.weighted(keep).r ** 2).sum(-1) / df * (1 + 1e-9), 0.0)

    def excess(t: Floats) -> tuple[Floats, Floats]:
        at = model.at(t)
        trace = model.trace_p(at)
        value = at.rss() - df - t * trace
        slope = -((at.w * at.r) ** 2).sum(-1) - trace + t * model.trace_pdpe(at, 1.0, 1.0)
        return np.where(positive, value, 0.0), np.where(positive, slope, -1.0)

    return np.where(positive, falling_root(excess, np.zeros_like(bound), bound), 0.0)


def ones(model: Model) -> Floats:
    """Equal weights for the studies that are kept."""
    return np.ones_like(model.y) if model.keep is None else model.keep
