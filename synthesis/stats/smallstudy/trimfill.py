"""Trim and fill: how the pooled effect changes when the funnel is made symmetric."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from synthesis.stats import arrays
from synthesis.stats.arrays import Floats
from synthesis.stats.cautions import Caution
from synthesis.stats.errors import NotConverged, NotDefined, RankDeficient, TooFewStudies
from synthesis.stats.fitting import TESTS
from synthesis.stats.model import Model, orthonormal
from synthesis.stats.pooling import MODELS, Pooled, pool
from synthesis.stats.tau2 import METHODS
from synthesis.stats.tau2.estimators import raw

ESTIMATORS = ("L0", "R0", "Q0")
SIDES = ("auto", "left", "right")
ROUNDS = 100
# Distances from the centre closer than this share of the largest are equal.
TIE = 1e-12


@dataclass(frozen=True, slots=True)
class TrimAndFill:
    """The filled analysis.

    side       where studies seem to be missing;  k0 how many, se_k0 its standard error (None where undefined)
    p_k0       p of "none is missing", for estimator R0 only
    filled_yi, filled_vi   (k0,) the mirror images that were added;  pooled  the analysis of all k + k0 studies
    """

    side: str
    estimator: str
    k: int
    k0: int
    se_k0: float | None
    p_k0: float | None
    filled_yi: Floats
    filled_vi: Floats
    pooled: Pooled
    warnings: tuple[Caution, ...]


def trim_and_fill(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    side: str = "auto",
    estimator: str = "L0",
    model: str = "random",
    tau2: str = "REML",
    test: str = "z",
    level: float = 95.0,
) -> TrimAndFill:
    """Duval and Tweedie's trim and fill: a sensitivity analysis, not a better estimate.

    yi, vi     (k,) effects and sampling variances, k > 2
    side       "left", "right", or "auto": opposite to the slope of the regression test with the same model
    estimator  of the number of missing studies: "L0", "R0" or "Q0";  model, tau2, test, level as in pool
    Ties of |yi − centre| are ranked in the order of yi; half a study rounds to the even number.
    Raises TooFewStudies; NotDefined when the side cannot be told or Q0 has no real solution; NotConverged when the
    iteration runs in circles; BadVariance, BadInput.
    Source: Duval & Tweedie 2000, Biometrics 56:455 and JASA 95:89. Checked: metafor 3.8-1 trimfill.
    """
    y, v = arrays.effects(yi, vi)
    arrays.one_of(side, SIDES, "side")
    arrays.one_of(estimator, ESTIMATORS, "estimator of the number of missing studies")
    arrays.one_of(model, MODELS, "model")
    arrays.one_of(tau2, METHODS, "estimator of tau²")
    arrays.one_of(test, TESTS, "test")
    if y.size < 3:
        raise TooFewStudies("Trim and fill needs at least three studies.")
    method = "EE" if model == "common" else tau2
    chosen = _missing_side(y, v, method) if side == "auto" else side
    # Studies are taken to be missing on the left; otherwise the picture is mirrored first and last.
    sign = 1.0 if chosen == "left" else -1.0
    order = np.argsort(sign * y, kind="stable")
    ys, vs = sign * y[order], v[order]
    k0, untruncated, centre = _missing(ys, vs, method, estimator)
    se = _standard_error(ys.size, untruncated, estimator)
    filled = sign * (2.0 * centre - ys[ys.size - k0 :])
    filled_v = vs[ys.size - k0 :]
    pooled = pool(
        np.concatenate([y, filled]), np.concatenate([v, filled_v]), model=model, tau2=tau2, test=test, level=level
    )  # fmt: skip
    return TrimAndFill(
        side=chosen,
        estimator=estimator,
        k=y.size,
        k0=k0,
        se_k0=se,
        p_k0=0.5 ** (k0 + 1) if estimator == "R0" else None,
        filled_yi=filled,
        filled_vi=filled_v,
        pooled=pooled,
        warnings=_cautions(se),
    )


def _missing_side(y: Floats, v: Floats, method: str) -> str:
    """Where the effects of imprecise studies do not point to: the sign of the regression test's slope."""
    try:
        basis = orthonormal(np.column_stack([np.ones_like(v), np.sqrt(v)]), ("intrcpt", "sei"))
    except RankDeficient as error:
        raise NotDefined(
            "All studies are equally precise, so no side of the funnel is empty: name one."
        ) from error
    slope = float(basis.coefficients(_coefficients(Model(y, v, basis.Q), method))[1])
    return "right" if slope < 0 else "left"


def _coefficients(model: Model, method: str) -> Floats:
    tau2 = max(0.0, float(raw(method, model))) if model.df() > 0 else 0.0
    return np.asarray(model.at(tau2).beta)


def _missing(ys: Floats, vs: Floats, method: str, estimator: str) -> tuple[int, float, float]:
    """Number missing on the left, its estimate before rounding, and the centre that says so. ys ascending."""
    k, k0 = ys.size, 0
    for _ in range(ROUNDS):
        kept = slice(0, k - k0)
        centre = float(_coefficients(Model(ys[kept], vs[kept]), method))
        away = ys - centre
        estimate = _estimate(np.sign(away) * _ranks(np.abs(away)), estimator)
        previous, k0 = k0, min(max(0, round(estimate)), k - 1)
        if k0 == previous:
            return k0, estimate, centre
    raise NotConverged("Trim and fill runs in circles on these studies; try another estimator.", float(k0))


def _ranks(sizes: Floats) -> Floats:
    """Ranks 1 … k; sizes that differ by rounding error only are ties, ranked in the order given."""
    order = np.argsort(sizes, kind="stable")
    groups = np.cumsum(np.diff(sizes[order], prepend=0.0) > TIE * sizes.max())
    ranks = np.empty(sizes.size)
    ranks[order[np.lexsort((order, groups))]] = np.arange(1, sizes.size + 1)
    return ranks


def _estimate(signed: Floats, estimator: str) -> float:
    """Missing studies from the signed ranks: L0 and Q0 from the rank sum, R0 from the run at the right end."""
    k = signed.size
    if estimator == "R0":
        return float(k - max(0.0, float((-signed).max())) - 1)
    total = float(signed[signed > 0].sum())
    if estimator == "L0":
        return (4.0 * total - k * (k + 1)) / (2 * k - 1)
    inside = 2.0 * k * k - 4.0 * total + 0.25
    if inside < 0:
        raise NotDefined("Estimator Q0 has no solution for these studies; use L0 or R0.")
    return k - 0.5 - float(np.sqrt(inside))


def _standard_error(k: int, k0: float, estimator: str) -> float | None:
    """From the estimate before rounding; None where the variance formula turns negative.

    Source: Duval & Tweedie 2000, JASA 95:89, section 4.
    """
    if estimator == "R0":
        return float(np.sqrt(2.0 * max(0.0, k0) + 2.0))
    by_k = k * (k + 1) * (2 * k + 1) + (6 * k**2 - 18 * k + 17) * k0
    variance = (by_k + (27 - 18 * k) * k0**2 + 10 * k0**3) / 24.0
    if estimator == "L0":
        return 4.0 * float(np.sqrt(variance)) / (2 * k - 1) if variance >= 0 else None
    slope = (k - 0.5) ** 2 - k0 * (2 * k - k0 - 1)
    return 2.0 * float(np.sqrt(variance / slope)) if variance >= 0 and slope > 0 else None


def _cautions(se: float | None) -> tuple[Caution, ...]:
    if se is not None:
        return ()
    return (
        Caution("k0_without_error", "The standard error of the number of missing studies is not defined."),
    )
