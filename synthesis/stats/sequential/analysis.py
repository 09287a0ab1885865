"""A cumulative meta-analysis read as a trial with interim looks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from synthesis.stats import arrays
from synthesis.stats.arrays import Bools, Floats
from synthesis.stats.cautions import Caution
from synthesis.stats.errors import BadInput
from synthesis.stats.fitting import critical
from synthesis.stats.pooling import Pooled, pool
from synthesis.stats.sensitivity import Series, cumulative
from synthesis.stats.sequential.spending import Boundaries, spending_boundaries

ADJUSTMENTS = ("diversity", "none")
# Two looks closer than this share of the information are one look: the second tests with the first one's boundary.
SAME_LOOK = 1e-4


@dataclass(frozen=True, slots=True)
class TrialSequential:
    """Cumulative Z against sequential boundaries; arrays (k,) in the order of the looks.

    required       information size after the adjustment (participants);  diversity D², 0 to 1
    information    cumulative participants;  fraction of the required size;  z  cumulative Z
    boundary       |Z| needed at each look: infinite while nothing may be spent, the ordinary critical value once the
                   required information is reached
    crossed        |z| ≥ boundary;  first_crossing  number of the first such look (1-based), None if never
    reached        the required information has been reached at the last look
    ci_lb, ci_ub   of the last estimate, adjusted: estimate ± boundary · SE (infinite with an infinite boundary)
    """

    alpha: float
    required: float
    required_without_heterogeneity: float
    diversity: float
    information: Floats
    fraction: Floats
    z: Floats
    boundary: Floats
    crossed: Bools
    first_crossing: int | None
    reached: bool
    estimate: float
    ci_lb: float
    ci_ub: float
    cumulative: Series
    warnings: tuple[Caution, ...]


def trial_sequential(
    yi: ArrayLike,
    vi: ArrayLike,
    ni: ArrayLike,
    *,
    required: float,
    adjust: str = "diversity",
    diversity: float | None = None,
    model: str = "random",
    tau2: str = "DL",
    alpha: float = 0.05,
    spending: str = "obrien-fleming",
) -> TrialSequential:
    """Test after each study with the error that its share of the required information allows.

    yi, vi, ni  (k,) effects, sampling variances and participants, in the order of publication
    required    participants for one homogeneous trial (required_information, required_information_binary)
    adjust      "diversity" divides it by 1 − D², D² = 1 − V_common / V_random of all studies (or the caller's
                `diversity`, as planned beforehand); "none"
    Boundaries are two-sided; no futility boundaries. Raises BadInput, BadVariance, TooFewStudies.
    Source: Wetterslev 2008, J Clin Epidemiol 61:64; Wetterslev 2009, BMC Med Res Methodol 9:86 (D²).
    Checked: boundaries as spending_boundaries; the rest against its definition.
    """
    y, v = arrays.effects(yi, vi)
    n = arrays.vector(ni, "ni")
    if n.shape != y.shape or not (np.all(np.isfinite(n)) and np.all(n > 0)):
        raise BadInput("ni needs one positive number of participants per study.")
    if not (np.isfinite(required) and required > 0):
        raise BadInput("The required information size must be positive and finite.")
    arrays.one_of(adjust, ADJUSTMENTS, "adjustment for heterogeneity")
    share = _diversity(y, v, tau2, diversity) if adjust == "diversity" else 0.0
    series = cumulative(y, v, model=model, tau2=tau2)
    final = pool(y, v, model=model, tau2=tau2)
    adjusted = required / (1 - share)
    information = np.cumsum(n)
    boundary = _boundaries(information / adjusted, alpha, spending)
    return _result(series, final, boundary, information, (alpha, required, adjusted, share))


def _diversity(y: Floats, v: Floats, tau2: str, given: float | None) -> float:
    """D²: the relative growth of the pooled variance from a common to random effects. Raises BadInput outside [0, 1)."""
    if given is not None:
        if not 0 <= given < 1:
            raise BadInput("Diversity lies between 0 and 1.")
        return float(given)
    common, random = pool(y, v, model="common"), pool(y, v, tau2=tau2)
    return max(0.0, 1.0 - (common.se / random.se) ** 2)


def _boundaries(fraction: Floats, alpha: float, spending: str) -> Floats:
    """Boundary of every look; looks with (almost) no new information keep the boundary before them."""
    before = fraction < 1
    chosen: list[int] = []
    for i in np.flatnonzero(before):
        if not chosen or fraction[i] - fraction[chosen[-1]] > SAME_LOOK:
            chosen.append(int(i))
    ordinary = critical(None, 100 * (1 - alpha))
    values = np.full(fraction.size, ordinary)
    if chosen:
        looks: Boundaries = spending_boundaries(fraction[chosen], alpha=alpha, spending=spending)
        last = np.searchsorted(np.array(chosen), np.flatnonzero(before), side="right") - 1
        values[before] = looks.critical[last]
    return values


def _result(
    series: Series,
    final: Pooled,
    boundary: Floats,
    information: Floats,
    sizes: tuple[float, float, float, float],
) -> TrialSequential:
    alpha, required, adjusted, share = sizes
    crossed = np.abs(series.statistic) >= boundary
    margin = float(boundary[-1]) * final.se
    return TrialSequential(
        alpha=alpha,
        required=adjusted,
        required_without_heterogeneity=required,
        diversity=share,
        information=information,
        fraction=information / adjusted,
        z=series.statistic,
        boundary=boundary,
        crossed=crossed,
        first_crossing=int(np.argmax(crossed)) + 1 if crossed.any() else None,
        reached=bool(information[-1] >= adjusted),
        estimate=final.estimate,
        ci_lb=final.estimate - margin,
        ci_ub=final.estimate + margin,
        cumulative=series,
        warnings=_cautions(final, information[-1] / adjusted),
    )


def _cautions(final: Pooled, fraction: float) -> tuple[Caution, ...]:
    found = list(final.warnings)
    if fraction < 0.05:
        said = "Less than 5 % of the required information is there: no boundary can be drawn reliably."
        found.append(Caution("too_little_information", said))
    return tuple(found)
