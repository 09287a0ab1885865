"""Peto's one-step method for odds ratios: observed minus expected events."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from synthesis.stats import arrays
from synthesis.stats.arrays import Floats, Numbers
from synthesis.stats.cautions import Caution
from synthesis.stats.errors import BadInput, NotDefined, TooFewStudies
from synthesis.stats.fitting import critical, q_based_i2
from synthesis.stats.mantel_haenszel import TABLE, CountPooled, chi_square


def peto(*, level: float = 95.0, **columns: Numbers) -> CountPooled:
    """Log odds ratio Σ(O − E) / ΣV from ai bi ci di, each (k,).

    Biased when the groups differ much in size or the effect is large (Greenland & Salvan 1990): a caution says so.
    Raises NotDefined when no study has both outcomes, TooFewStudies, BadInput.
    Source: Yusuf 1985, Prog Cardiovasc Dis 27:335. Checked: metafor 3.8-1 rma.peto.
    """
    a, b, c, d = _complete_tables(columns)
    n1, n2, events, others = a + b, c + d, a + c, b + d
    n = n1 + n2
    told = (events > 0) & (others > 0) & (n1 > 0) & (n2 > 0) & (n > 1)
    if not told.any():
        raise NotDefined(
            "No study has both outcomes and both groups: Peto's method has nothing to work with."
        )
    gap = (a - events * n1 / n)[told]
    variance = (events * others * (n1 / n) * (n2 / n) / (n - 1))[told]
    estimate, se = float(gap.sum() / variance.sum()), float(1 / np.sqrt(variance.sum()))
    df = int(told.sum()) - 1
    q = float((variance * (gap / variance - estimate) ** 2).sum()) if df else 0.0
    margin = critical(None, level) * se
    return CountPooled(
        measure="PETO",
        level=level,
        k=a.size,
        k_yi=int(told.sum()),
        k_pos=int(told.sum()),
        estimate=estimate,
        se=se,
        ci_lb=estimate - margin,
        ci_ub=estimate + margin,
        statistic=estimate / se,
        p_value=float(2 * ndtr(-abs(estimate / se))),
        Q=chi_square(q, df),
        I2=q_based_i2(q, df),
        H2=q / df if df else 1.0,
        cmh=None,
        cochran=None,
        breslow_day=None,
        tarone=None,
        warnings=_cautions(estimate, bool(((n1 > 4 * n2) | (n2 > 4 * n1))[told].any())),
    )


def _complete_tables(columns: dict[str, Numbers]) -> list[Floats]:
    """The four cells of the studies that report them all."""
    if set(columns) != set(TABLE):
        raise BadInput("Peto's method needs ai, bi, ci and di.")
    cells = [arrays.vector(columns[name], name) for name in TABLE]
    if len({cell.size for cell in cells}) != 1:
        raise BadInput("All columns must have the same number of rows.")
    complete = np.all([np.isfinite(cell) for cell in cells], axis=0)
    if not complete.any():
        raise TooFewStudies("There is no study to pool.")
    if any((cell[complete] < 0).any() for cell in cells):
        raise BadInput("Counts cannot be negative.")
    return [cell[complete] for cell in cells]


def _cautions(estimate: float, unbalanced: bool) -> tuple[Caution, ...]:
    found = []
    if abs(estimate) > np.log(3):
        found.append(
            Caution("peto_large_effect", "Peto's method is biased for effects as large as this one.")
        )
    if unbalanced:
        found.append(Caution("peto_unbalanced", "Peto's method is biased when group sizes differ a lot."))
    return tuple(found)
