"""Fail-safe N: how many unseen null results it would take to undo a finding."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from synthesis.stats import arrays
from synthesis.stats.arrays import Floats
from synthesis.stats.errors import BadInput
from synthesis.stats.model import Model

TYPES = ("Rosenthal", "Orwin", "Rosenberg")
# A count that exceeds a whole number by rounding error alone is that number.
ROUNDING = 1e-10


@dataclass(frozen=True, slots=True)
class FailSafe:
    """Number of added studies. p_value of the observed studies (Rosenthal one-sided, Rosenberg two-sided; None for Orwin).

    mean    average effect (None for Rosenthal);  target  for Orwin, with the sign of the mean
    """

    type: str
    k: int
    n: int
    p_value: float | None
    mean: float | None
    target: float | None


def fail_safe_n(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    type: str = "Rosenthal",  # noqa: A002 - metafor's word
    alpha: float = 0.05,
    target: float | None = None,
    weighted: bool = False,
) -> FailSafe:
    """Fail-safe N.

    yi, vi   (k,) effects and sampling variances
    type     "Rosenthal": null studies until the sum of z is not significant at one-sided alpha;
             "Orwin": studies of effect zero until the (weighted) mean shrinks to target (default half of it);
             "Rosenberg": null studies of average weight until the common effect is not significant, two-sided
    Raises BadInput for an alpha outside (0, 1) or a target of zero, BadVariance, TooFewStudies.
    Source: Rosenthal 1979, Psychol Bull 86:638; Orwin 1983, J Educ Stat 8:157; Rosenberg 2005, Evolution 59:464
    (normal distribution, one step). Checked: metafor 3.8-1 fsn.
    """
    y, v = arrays.effects(yi, vi)
    arrays.one_of(type, TYPES, "fail-safe N")
    if not 0 < alpha < 1:
        raise BadInput(f"alpha is a probability between 0 and 1, not {alpha}.")
    if type == "Orwin":
        return _orwin(y, v, target, weighted)
    if type == "Rosenthal":
        z = float((y / np.sqrt(v)).sum() / np.sqrt(y.size))
        needed, p, mean = float(-ndtri(alpha)), float(ndtr(-abs(z))), None
    else:
        fit = Model(y, v).at(0.0)
        mean = float(fit.beta)
        z = mean / float(np.sqrt(fit.cov))
        needed, p = float(-ndtri(alpha / 2.0)), float(2.0 * ndtr(-abs(z)))
    count = _studies(y.size * ((z / needed) ** 2 - 1.0)) if needed != 0 else 0
    return FailSafe(type, y.size, count, p, mean, None)


def _orwin(y: Floats, v: Floats, target: float | None, weighted: bool) -> FailSafe:
    mean = float(Model(y, v).at(0.0).beta) if weighted else float(y.mean())
    wanted = mean / 2.0 if target is None else float(np.copysign(target, mean))
    if not np.isfinite(wanted) or (target is not None and wanted == 0):
        raise BadInput("Orwin's fail-safe N needs a target other than zero: null studies never reach it.")
    count = _studies(y.size * (mean - wanted) / wanted) if wanted != 0 else 0
    return FailSafe("Orwin", y.size, count, None, mean, wanted)


def _studies(count: float) -> int:
    """The next whole number, not below zero."""
    return max(0, int(np.ceil(count - ROUNDING * max(1.0, abs(count)))))
