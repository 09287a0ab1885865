"""Begg and Mazumdar's rank correlation test of funnel-plot asymmetry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import kendalltau

from synthesis.stats import arrays
from synthesis.stats.cautions import Caution
from synthesis.stats.errors import NotDefined, TooFewStudies
from synthesis.stats.model import Model
from synthesis.stats.smallstudy.asymmetry import low_power

# Above this the exact distribution costs much and says the same as the normal one.
EXACT_UP_TO = 49


@dataclass(frozen=True, slots=True)
class RankTest:
    """Kendall's τ_b between standardised effects and variances; p_value two-sided; exact: how p was computed."""

    k: int
    tau: float
    p_value: float
    exact: bool
    warnings: tuple[Caution, ...]


def rank_test(yi: ArrayLike, vi: ArrayLike, *, exact: bool | None = None) -> RankTest:
    """Correlation of (yi − θ) / √(vi − 1 / Σw) with vi, where θ is the common effect and w = 1 / vi.

    yi, vi   (k,) effects and sampling variances, k > 1
    exact    the permutation distribution of Kendall's τ; default for k < 50. With ties p is always the
             tie-corrected normal approximation (without continuity correction), as in R's cor.test.
    Raises TooFewStudies, BadVariance, BadInput; NotDefined when all variances or all standardised effects are equal.
    Source: Begg & Mazumdar 1994, Biometrics 50:1088. Checked: metafor 3.8-1 ranktest.
    """
    y, v = arrays.effects(yi, vi)
    k = y.size
    if k < 2:
        raise TooFewStudies("A rank correlation needs at least two studies.")
    fit = Model(y, v).at(0.0)
    # v − 1/Σw written without cancellation: it is v (Σw − w) / Σw.
    others = np.maximum(1.0 - fit.w * float(fit.cov), np.finfo(np.float64).tiny)
    standardised = fit.r / np.sqrt(v * others)
    if np.unique(v).size < 2 or np.unique(standardised).size < 2:
        raise NotDefined("All studies are equally precise (or equal), so there is no rank to correlate.")
    tied = np.unique(v).size < k or np.unique(standardised).size < k
    wanted = k <= EXACT_UP_TO if exact is None else exact
    use_exact = wanted and not tied
    found = kendalltau(standardised, v, method="exact" if use_exact else "asymptotic")
    notes = low_power(k)
    if wanted and tied:
        notes += (Caution("ties", "Ties: p is the tie-corrected normal approximation."),)
    return RankTest(k, float(found.statistic), float(found.pvalue), use_exact, notes)
