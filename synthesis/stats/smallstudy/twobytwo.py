"""Asymmetry tests for counts in two groups, where a log odds ratio and its standard error are correlated by construction."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from synthesis.stats import arrays
from synthesis.stats.arrays import Floats
from synthesis.stats.effects import effect_sizes
from synthesis.stats.errors import BadInput
from synthesis.stats.smallstudy.asymmetry import AsymmetryTest, dispersed

Cells = tuple[Floats, Floats, Floats, Floats]


def harbord(
    ai: ArrayLike, bi: ArrayLike, ci: ArrayLike, di: ArrayLike, *, level: float = 95.0
) -> AsymmetryTest:
    """Harbord's test: the score of the log odds ratio over its variance, regressed on 1 / √variance.

    ai, bi, ci, di   (k,) events and non-events, treated and control. Studies without an event, or with nothing but
                     events, in both groups carry no information and are left out.
    Z = a − (a + b)(a + c) / n and V = (a + b)(c + d)(a + c)(b + d) / (n²(n − 1)); effects Z / V, weights V.
    Raises TooFewStudies below three studies, RankDeficient, BadInput. Source: Harbord, Egger & Sterne 2006, Stat Med 25:3443.
    """
    a, b, c, d = _cells(ai, bi, ci, di)
    n = a + b + c + d
    score = a - (a + b) * (a + c) / n
    variance = (a + b) * (c + d) * (a + c) * (b + d) / (n**2 * (n - 1.0))
    return dispersed(score / variance, 1.0 / variance, 1.0 / np.sqrt(variance), predictor="sei", level=level)


def peters(
    ai: ArrayLike, bi: ArrayLike, ci: ArrayLike, di: ArrayLike, *, level: float = 95.0
) -> AsymmetryTest:
    """Peters' test: log odds ratios regressed on 1 / n, with weights events × non-events / n of both groups together.

    Arguments and errors as harbord. Log odds ratios get ½ in studies with an empty cell.
    Source: Peters 2006, JAMA 295:676.
    """
    return _pooled_weights(_cells(ai, bi, ci, di), "ninv", level)


def macaskill(
    ai: ArrayLike,
    bi: ArrayLike,
    ci: ArrayLike,
    di: ArrayLike,
    *,
    weights: str = "pooled",
    level: float = 95.0,
) -> AsymmetryTest:
    """Macaskill's funnel plot regression: log odds ratios on sample size.

    weights  "pooled": events × non-events / n of both groups together (FPV), which does not depend on the effect;
             "inverse": the inverse sampling variance (FIV). Other arguments and errors as harbord.
    Source: Macaskill, Walter & Irwig 2001, Stat Med 20:641.
    """
    arrays.one_of(weights, ("pooled", "inverse"), "weighting")
    cells = _cells(ai, bi, ci, di)
    if weights == "pooled":
        return _pooled_weights(cells, "ni", level)
    y, v = _log_odds_ratios(cells)
    return dispersed(y, v, np.asarray(sum(cells)), predictor="ni", level=level)


def _pooled_weights(cells: Cells, predictor: str, level: float) -> AsymmetryTest:
    a, b, c, d = cells
    n = a + b + c + d
    y, _ = _log_odds_ratios(cells)
    size = 1.0 / n if predictor == "ninv" else n
    return dispersed(y, 1.0 / (a + c) + 1.0 / (b + d), size, predictor=predictor, level=level)


def _log_odds_ratios(cells: Cells) -> tuple[Floats, Floats]:
    a, b, c, d = cells
    found = effect_sizes("OR", ai=a, bi=b, ci=c, di=d)
    return found.yi, found.vi


def _cells(ai: ArrayLike, bi: ArrayLike, ci: ArrayLike, di: ArrayLike) -> Cells:
    """The four columns of the informative studies. Raises BadInput for impossible counts."""
    columns = [arrays.vector(x, name) for x, name in ((ai, "ai"), (bi, "bi"), (ci, "ci"), (di, "di"))]
    if len({column.size for column in columns}) != 1:
        raise BadInput("ai, bi, ci and di must have one value for each study.")
    if not all(np.all(np.isfinite(column) & (column >= 0)) for column in columns):
        raise BadInput("Counts must be finite and not negative.")
    a, b, c, d = columns
    informative = (a + b > 0) & (c + d > 0) & (a + c > 0) & (b + d > 0)
    return a[informative], b[informative], c[informative], d[informative]
