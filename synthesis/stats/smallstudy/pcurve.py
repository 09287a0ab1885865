"""p-curve: do the significant p-values look as true effects make them look?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import bdtr, bdtrc, ndtr, ndtri

from synthesis.stats import arrays
from synthesis.stats.arrays import Floats
from synthesis.stats.cautions import Caution
from synthesis.stats.errors import BadInput, TooFewStudies

# Studies with less power than this count as uninformative (Simonsohn 2014).
LOW_POWER = 1.0 / 3.0
# Powers between which the estimate and its interval are sought, and the level of the interval.
WEAKEST, STRONGEST, LEVEL = 0.0501, 0.9999, 0.9
# Probabilities are kept this far from 0 and 1 before they are turned into z.
EDGE = 1e-300


@dataclass(frozen=True, slots=True)
class Skewness:
    """Three tests of one hypothesis: the share of very small p-values, all significant ones, those below alpha / 2.

    p_binomial   exact;  z_full, z_half  Stouffer's;  p_full, p_half  one-sided; the half ones None without such p
    """

    p_binomial: float
    z_full: float
    p_full: float
    z_half: float | None
    p_half: float | None


@dataclass(frozen=True, slots=True)
class PCurve:
    """k studies, of which `significant` are in the curve and `half` have p < alpha / 2.

    right_skew   small p if the studies contain evidential value;  flatness  small p if they have less than 33 % power
    power        mean power of the significant studies, with a 90 % interval
    evidence     True when right skew is shown by the half curve at 5 % or by both curves at 10 %
    inadequate   True when flatness is shown by the full curve at 5 %, or by the half curve and the binomial test at 10 %
    """

    k: int
    significant: int
    half: int
    right_skew: Skewness
    flatness: Skewness
    power: float
    power_lb: float
    power_ub: float
    evidence: bool
    inadequate: bool
    warnings: tuple[Caution, ...]


def p_curve(yi: ArrayLike, vi: ArrayLike, *, alpha: float = 0.05) -> PCurve:
    """p-curve analysis of studies' two-sided Wald tests.

    yi, vi   (k,) effects and sampling variances, at least one of them significant at alpha
    Significant p-values are uniform under no effect, and given a power their distribution follows from a normal with
    the mean that has this power. Probabilities under either are combined by Stouffer's method.
    Raises TooFewStudies when no study is significant, BadVariance, BadInput.
    Source: Simonsohn, Nelson & Simmons 2014, J Exp Psychol Gen 143:534, and Simonsohn, Simmons & Nelson 2015, 144:1146.
    """
    y, v = arrays.effects(yi, vi)
    if not 0 < alpha < 1:
        raise BadInput(f"alpha is a probability between 0 and 1, not {alpha}.")
    z = np.abs(y) / np.sqrt(v)
    z = z[2.0 * ndtr(-z) < alpha]
    if z.size == 0:
        raise TooFewStudies("No study is significant, so there is no p-curve.")
    few = int((2.0 * ndtr(-z) < alpha / 2.0).sum())
    right = _tests(z, 0.0, alpha, few, lower=False)
    flat = _tests(z, _mean_for(LOW_POWER, alpha), alpha, few, lower=True)
    power = [
        _power_at(z, alpha, quantile) for quantile in (0.0, -ndtri(0.5 - LEVEL / 2), ndtri(0.5 - LEVEL / 2))
    ]
    return PCurve(
        k=y.size,
        significant=z.size,
        half=few,
        right_skew=right,
        flatness=flat,
        power=power[0],
        power_lb=min(power[1:]),
        power_ub=max(power[1:]),
        evidence=_shown(right.p_half, 0.05) or (_shown(right.p_half, 0.1) and right.p_full < 0.1),
        inadequate=flat.p_full < 0.05 or (_shown(flat.p_half, 0.1) and flat.p_binomial < 0.1),
        warnings=_cautions(z.size),
    )


def _tests(z: Floats, mean: float, alpha: float, few: int, *, lower: bool) -> Skewness:
    """Tests against a mean of z. lower: small p when large z are missing (flatness), else when they abound."""
    share = float(_beyond(-ndtri(alpha / 4.0), mean) / _beyond(-ndtri(alpha / 2.0), mean))
    binomial = (
        float(bdtr(few, z.size, share))
        if lower
        else 1.0
        if few == 0
        else float(bdtrc(few - 1, z.size, share))
    )
    full = _stouffer(z, mean, alpha)
    half = _stouffer(z[2.0 * ndtr(-z) < alpha / 2.0], mean, alpha / 2.0) if few else None
    return Skewness(binomial, full, float(ndtr(full)), half, None if half is None else float(ndtr(half)))


def _beyond(z: Floats | float, mean: float) -> Floats:
    """P(|Z| > z) for a normal Z with this mean and variance 1."""
    return np.asarray(ndtr(mean - z) + ndtr(-mean - z))


def _stouffer(z: Floats, mean: float, alpha: float) -> float:
    """Sum of the normal scores of P(|Z| > z given significance at alpha) over √n: signed so that large z tell for power.

    Under a mean of 0 the score of pp = p / alpha is negative for small p; under a positive mean the score of its
    complement is positive for small p.
    """
    tail = np.clip(_beyond(z, mean) / _beyond(-ndtri(alpha / 2.0), mean), EDGE, 1.0 - 1e-16)
    scores = ndtri(tail) if mean == 0.0 else -ndtri(tail)
    return float(scores.sum() / np.sqrt(z.size))


def _mean_for(power: float, alpha: float) -> float:
    """The mean of z that makes a two-sided test significant with this probability."""
    cut = -float(ndtri(alpha / 2.0))
    return float(brentq(lambda mean: float(_beyond(cut, mean)) - power, 0.0, cut + 9.0, xtol=1e-14))


def _power_at(z: Floats, alpha: float, quantile: float) -> float:
    """The power under which the observed z have this Stouffer score; at the ends of the range when none does."""
    weakest = max(WEAKEST, alpha * 1.002)

    def gap(power: float) -> float:
        return _stouffer(z, _mean_for(power, alpha), alpha) - quantile

    if gap(weakest) <= 0:
        return alpha
    if gap(STRONGEST) >= 0:
        return STRONGEST
    return float(brentq(gap, weakest, STRONGEST, xtol=1e-12))


def _shown(p: float | None, at: float) -> bool:
    return p is not None and p < at


def _cautions(significant: int) -> tuple[Caution, ...]:
    if significant >= 5:
        return ()
    few = f"A p-curve of {significant} significant studies says little."
    return (Caution("few_significant_studies", few),)
