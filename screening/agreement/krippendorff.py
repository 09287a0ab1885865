"""Krippendorff's α: agreement of any number of raters, with gaps, on any scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from screening.agreement.errors import BadCounts
from screening.agreement.estimate import UNDEFINED, Estimate, by_t
from screening.agreement.ratings import Floats, Ratings, Whole

Scale = Literal["nominal", "ordinal", "interval", "ratio"]


def alpha(
    ratings: Ratings, *, scale: Scale = "nominal", values: Sequence[float] | None = None
) -> float | None:
    """Krippendorff's α = 1 − D_o/D_e, the observed over the expected disagreement of pairable ratings.

    With o_ck = Σ_u n_uc n_uk/(m_u − 1) (coincidences of categories c ≠ k in a thing of m_u ratings), margins n_c and n
    their sum: α = 1 − (n − 1) Σ o_ck δ_ck / Σ n_c n_k δ_ck, δ the squared distance on the scale:

    nominal   1;
    ordinal   (Σ_{g=c..k} n_g − (n_c + n_k)/2)², categories in their order;
    interval  (v_c − v_k)²;      ratio  ((v_c − v_k)/(v_c + v_k))², 0 for two zeros.

    `values` are the numbers v of the categories, for interval and ratio. None (0/0) when nothing was rated twice or
    all ratings are in one category. Raises BadCounts without the numbers a scale needs.
    Source: Krippendorff 2011, Computing Krippendorff's alpha-reliability; 2004, Human Communication Research 30:411.
    """
    shared = ratings.pairable()
    margins = shared.totals
    if np.count_nonzero(margins) < 2:
        return None
    apart = _distances(margins, scale, values)
    weights = shared.times / (shared.raters - 1)
    coincidences = (shared.patterns * weights[:, None]).T @ shared.patterns
    observed = float((coincidences * apart).sum())
    expected = float((np.outer(margins, margins) * apart).sum())
    if expected == 0:
        return None
    return 1 - (int(margins.sum()) - 1) * observed / expected


def nominal_alpha(ratings: Ratings, *, level: float = 0.95) -> Estimate:
    """Krippendorff's nominal α with its interval: Student's t with n − 1 degrees of freedom, cut at 1.

    With n things of two ratings or more, r̄ their mean number of ratings, π_k = Σ_i r_ik/(n r̄), p_e = Σ π_k²,
    a_i = Σ_k r_ik (r_ik − 1)/(r̄ (r_i − 1)), a = mean a_i, ε = 1/(n r̄), p_a = (1 − ε) a + ε and α′ = (a − p_e)/(1 − p_e):

    α_i = (a_i − p_a (r_i − r̄)/r̄ − p_e)/(1 − p_e) − 2 (1 − α′)(Σ_k r_ik π_k/r̄ − p_e r_i/r̄)/(1 − p_e),
    variance = Σ (α_i − α′)²/(n (n − 1)).

    Source: Gwet 2014, Handbook of Inter-Rater Reliability, 4th ed., chapter 5.
    """
    value = alpha(ratings)
    if value is None:
        return UNDEFINED
    shared = ratings.pairable()
    p, times, r, n = shared.patterns.astype(float), shared.times, shared.raters, shared.n
    mean = float(times @ r) / n
    pi = times @ p / n / mean
    expected = float(pi @ pi)
    by_thing = (p * (p - 1)).sum(axis=1) / (mean * (r - 1))
    agreeing = float(times @ by_thing) / n
    corrected = agreeing + (1 - agreeing) / (n * mean)
    plain = (agreeing - expected) / (1 - expected)
    parts = (by_thing - corrected * (r - mean) / mean - expected) / (1 - expected)
    parts -= 2 * (1 - plain) * (p @ pi - expected * r) / mean / (1 - expected)
    variance = float(times @ (parts - plain) ** 2) / (n * max(n - 1, 1))
    return by_t(value, variance, df=n - 1, level=level)


def _distances(margins: Whole, scale: Scale, values: Sequence[float] | None) -> Floats:
    """(q, q) squared distances between the categories, zero on the diagonal."""
    q = len(margins)
    if scale == "nominal":
        return 1.0 - np.eye(q)
    if scale == "ordinal":
        middle = np.cumsum(margins) - margins / 2
        found: Floats = (middle[:, None] - middle[None, :]) ** 2
        return found
    if values is None or len(values) != q:
        raise BadCounts("An interval or ratio scale needs a number for every category.")
    v = np.asarray(values, dtype=float)
    if not np.isfinite(v).all() or (scale == "ratio" and (v < 0).any()):
        raise BadCounts("These numbers cannot be the categories of such a scale.")
    between = v[:, None] - v[None, :]
    if scale == "interval":
        apart: Floats = np.square(between)
        return apart
    both = v[:, None] + v[None, :]
    relative: Floats = np.square(np.divide(between, both, out=np.zeros_like(between), where=both > 0))
    return relative
