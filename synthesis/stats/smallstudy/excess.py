"""The test of excess significance: are more studies significant than their power allows?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import bdtrc, ndtr, ndtri
from scipy.stats import binomtest

from synthesis.stats import arrays
from synthesis.stats.arrays import Bools, Floats
from synthesis.stats.errors import BadInput, NotDefined
from synthesis.stats.model import Model

TESTS = ("chi2", "binom", "exact")
SIDES = ("two.sided", "greater", "less")
# Where the search for the limit estimate gives up, in multiples of the distance from the null to theta.
FARTHEST = 2.0**40
# Quadrature of what lies beyond the cut, up to TAIL standard deviations farther.
NODES, PANELS, TAIL = 10, 8, 8.0


@dataclass(frozen=True, slots=True)
class ExcessSignificance:
    """Observed and expected numbers of significant studies.

    power, significant (k,);  X2 for the χ² test, else None
    limit    the true effect at which the test's p equals limit_alpha; None when there is none between null and theta
    """

    k: int
    test: str
    observed: int
    expected: float
    ratio: float
    X2: float | None
    p_value: float
    theta: float
    tau2: float
    power: Floats
    significant: Bools
    limit: float | None


def excess_significance(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    theta: float | None = None,
    tau2: float = 0.0,
    null: float = 0.0,
    alpha: float = 0.05,
    alternative: str = "two.sided",
    test: str = "chi2",
    test_alternative: str = "greater",
    limit_alpha: float = 0.1,
    cut: float | None = None,
) -> ExcessSignificance:
    """Compare the number of significant studies with the sum of their powers.

    yi, vi            (k,) effects and sampling variances;  null the effect that studies test against
    theta, tau2       mean and variance of the true effects; default the common effect and 0. With τ² > 0 the power
                      is its expectation over true effects, which for normal distributions has a closed form
    cut               leave out true effects farther than this many τ from theta; metafor does with 5, which costs
                      up to 6e-7 of each power. Default: all of them count
    alternative       of the studies' Wald tests at alpha;  test_alternative of this test
    test              "chi2" Pearson's, "binom" with the mean power, "exact" the distribution of a sum of unequal
                      Bernoulli variables
    Raises NotDefined for a χ² test when the expected number is 0 or k, BadInput, BadVariance, TooFewStudies.
    Source: Ioannidis & Trikalinos 2007, Clin Trials 4:245; Francis 2013. Checked: metafor 3.8-1 tes.
    """
    y, v = arrays.effects(yi, vi)
    arrays.one_of(test, TESTS, "test of excess significance")
    arrays.one_of(alternative, SIDES, "alternative")
    arrays.one_of(test_alternative, SIDES, "alternative")
    if not (0 < alpha < 1 and 0 < limit_alpha < 1):
        raise BadInput("alpha is a probability between 0 and 1.")
    if not (np.isfinite(tau2) and tau2 >= 0):
        raise BadInput("tau2 must be finite and not negative.")
    centre = float(Model(y, v).at(0.0).beta) if theta is None else float(theta)
    significant = _significant((y - null) / np.sqrt(v), alpha, alternative)
    observed = int(significant.sum())

    def power_at(effect: float) -> Floats:
        if cut is None or tau2 == 0:
            return _power(effect - null, v, tau2, alpha, alternative)
        return _cut_power(effect - null, v, tau2, alpha, alternative, cut)

    def p_at(effect: float) -> float:
        return _p_value(test, observed, power_at(effect), test_alternative)[0]

    power = power_at(centre)
    p, x2 = _p_value(test, observed, power, test_alternative)
    expected = float(power.sum())
    return ExcessSignificance(
        k=y.size,
        test=test,
        observed=observed,
        expected=expected,
        ratio=observed / expected if expected > 0 else float("inf"),
        X2=x2,
        p_value=p,
        theta=centre,
        tau2=tau2,
        power=power,
        significant=significant,
        limit=_limit(p_at, centre, null, limit_alpha) if test_alternative == "greater" else None,
    )


def _significant(z: Floats, alpha: float, alternative: str) -> Bools:
    if alternative == "two.sided":
        return np.asarray(2.0 * ndtr(-np.abs(z)) <= alpha)
    return np.asarray(ndtr(-z if alternative == "greater" else z) <= alpha)


def _power(effect: float, v: Floats, tau2: float, alpha: float, alternative: str) -> Floats:
    """Chance that a study is significant: its estimate is normal around the effect with variance v + τ²."""
    s, spread = np.sqrt(v), np.sqrt(v + tau2)
    if alternative != "two.sided":
        towards = effect if alternative == "greater" else -effect
        return np.asarray(ndtr((towards + ndtri(alpha) * s) / spread))
    c = -ndtri(alpha / 2.0) * s
    return np.asarray(ndtr((effect - c) / spread) + ndtr((-effect - c) / spread))


def _cut_power(effect: float, v: Floats, tau2: float, alpha: float, alternative: str, cut: float) -> Floats:
    """Expected power over true effects within cut · τ of their mean: the closed form less both tails by quadrature."""
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    half = TAIL / PANELS / 2.0
    z = (cut + half * (2.0 * np.arange(PANELS)[:, None] + 1.0 + nodes)).ravel()
    mass = np.tile(weights * half, PANELS) * np.exp(-0.5 * z * z) / np.sqrt(2.0 * np.pi)
    shifts = float(np.sqrt(tau2)) * z
    tails = [
        _power(effect + sign * shift, v, 0.0, alpha, alternative) for shift in shifts for sign in (-1.0, 1.0)
    ]
    return np.asarray(_power(effect, v, tau2, alpha, alternative) - np.repeat(mass, 2) @ np.array(tails))


def _p_value(test: str, observed: int, power: Floats, alternative: str) -> tuple[float, float | None]:
    k, expected = power.size, float(power.sum())
    if test == "chi2":
        if not 0 < expected < k:
            raise NotDefined(
                f"The expected number of significant studies is {expected:g} of {k}: use the exact test."
            )
        x2 = (observed - expected) ** 2 * (1.0 / expected + 1.0 / (k - expected))
        root = float(np.copysign(np.sqrt(x2), observed - expected))
        if alternative == "two.sided":
            return float(2.0 * ndtr(-abs(root))), x2
        return float(ndtr(-root if alternative == "greater" else root)), x2
    if test == "binom":
        share = min(1.0, expected / k)
        if alternative == "greater":
            return (1.0 if observed == 0 else float(bdtrc(observed - 1, k, share))), None
        return float(binomtest(observed, k, share, alternative.replace(".", "-")).pvalue), None
    chances = _sum_of_bernoullis(power)
    upper, lower = float(chances[observed:].sum()), float(chances[: observed + 1].sum())
    both = float(chances[chances <= chances[observed] * (1 + 1e-7)].sum())
    return min(1.0, {"greater": upper, "less": lower, "two.sided": both}[alternative]), None


def _sum_of_bernoullis(power: Floats) -> Floats:
    """Probabilities of 0 … k successes, by convolution in O(k²): all terms positive, so no digit is lost."""
    chances = np.ones(1)
    for p in power:
        longer = np.zeros(chances.size + 1)
        longer[:-1] = chances * (1.0 - p)
        longer[1:] += chances * p
        chances = longer
    return chances


def _limit(p_at: Callable[[float], float], centre: float, null: float, alpha: float) -> float | None:
    """The effect, going from the null in the direction of theta, where p rises through alpha."""
    step = centre - null if centre != null else 0.0

    def gap(distance: float) -> float:
        try:
            return p_at(null + distance * step) - alpha
        except NotDefined:  # every study is certain to be significant: no excess is possible
            return 1.0 - alpha

    if step == 0.0 or gap(0.0) > 0:
        return None
    far = 1.0
    while gap(far) < 0:
        far *= 2.0
        if far > FARTHEST:
            return None
    return null + step * float(brentq(gap, 0.0, far, xtol=1e-13, rtol=1e-12))
