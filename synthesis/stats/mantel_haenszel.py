"""Pooling counts without sampling variances: Mantel–Haenszel, with its tests of association and homogeneity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypedDict

import numpy as np
from scipy.special import chdtrc, ndtr

from synthesis.stats import arrays
from synthesis.stats.arrays import Floats, Numbers
from synthesis.stats.cautions import Caution
from synthesis.stats.effects import EffectSizes, effect_sizes
from synthesis.stats.effects.zerocells import corrected
from synthesis.stats.errors import TooFewStudies
from synthesis.stats.fitting import critical, q_based_i2

MEASURES = ("OR", "RR", "RD", "IRR", "IRD")
TABLE = ("ai", "bi", "ci", "di")
RATES = ("x1i", "t1i", "x2i", "t2i")


@dataclass(frozen=True, slots=True)
class ChiSquare:
    """A test statistic with its degrees of freedom and p."""

    statistic: float
    df: int
    p_value: float


@dataclass(frozen=True, slots=True)
class CountPooled:
    """An effect pooled from counts; ratios as natural logs.

    k, k_yi, k_pos    studies; those with an effect of their own; those that a test of homogeneity can use
    estimate …        None where the ratio does not exist, with a caution; the tests of association may still exist
    statistic         None where the standard error is zero
    Q                 heterogeneity of the studies' own effects around the estimate
    cmh, cochran      tests of no association;  breslow_day, tarone  tests of one common odds ratio (OR only)
    """

    measure: str
    level: float
    k: int
    k_yi: int
    k_pos: int
    estimate: float | None
    se: float | None
    ci_lb: float | None
    ci_ub: float | None
    statistic: float | None
    p_value: float | None
    Q: ChiSquare | None
    I2: float | None
    H2: float | None
    cmh: ChiSquare | None
    cochran: ChiSquare | None
    breslow_day: ChiSquare | None
    tarone: ChiSquare | None
    warnings: tuple[Caution, ...]


def mantel_haenszel(
    measure: str = "OR",
    *,
    add: tuple[float, float] = (0.5, 0.0),
    to: tuple[str, str] = ("only0", "none"),
    drop00: tuple[bool, bool] = (True, False),
    correct: bool = True,
    level: float = 95.0,
    **columns: Numbers,
) -> CountPooled:
    """Mantel–Haenszel estimate from counts.

    measure            OR, RR, RD from ai bi ci di;  IRR, IRD from x1i t1i x2i t2i, each (k,)
    add, to, drop00    zero-cell rules: first for the studies' own effects (Q), second for the pooling cells
    correct            continuity correction of the Cochran–Mantel–Haenszel test; never touches the estimate
    Raises TooFewStudies without usable rows, BadInput.
    Sources: Mantel & Haenszel 1959; Robins, Breslow & Greenland 1986; Greenland & Robins 1985; Tarone 1985.
    """
    arrays.one_of(measure, MEASURES, "Mantel–Haenszel measure")
    given: dict[str, Any] = dict(columns)
    own = effect_sizes(measure, add=add[0], to=to[0], drop00=drop00[0], **given)
    names = TABLE if measure in ("OR", "RR", "RD") else RATES
    data = _usable(names, columns, drop00[1])
    cells = corrected(names, data, add[1], to[1])
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate, se = (_pool_table if names == TABLE else _pool_rates)(measure, *(cells[n] for n in names))
    exists = bool(np.isfinite(estimate) and np.isfinite(se))
    tests = _table_tests(cells, correct, estimate) if names == TABLE else _rate_tests(cells, correct)
    return CountPooled(
        measure=measure,
        level=level,
        k=next(iter(data.values())).size,
        k_yi=len(own),
        k_pos=_informative(cells) if exists else 0,
        cmh=tests[0],
        cochran=tests[1],
        breslow_day=tests[2] if measure == "OR" else None,
        tarone=tests[3] if measure == "OR" else None,
        warnings=own.warnings + (() if exists else (_NO_RATIO,)),
        **_estimate(estimate if exists else None, se, level),
        **_homogeneity(own, estimate if exists else None),
    )


_NO_RATIO = Caution(
    "not_estimable", "One group has no event (or nothing but events) in any study: no ratio exists."
)


class _Estimate(TypedDict):
    estimate: float | None
    se: float | None
    ci_lb: float | None
    ci_ub: float | None
    statistic: float | None
    p_value: float | None


def _estimate(estimate: float | None, se: float, level: float) -> _Estimate:
    if estimate is None:
        none: _Estimate = {
            "estimate": None,
            "se": None,
            "ci_lb": None,
            "ci_ub": None,
            "statistic": None,
            "p_value": None,
        }
        return none
    margin = critical(None, level) * se
    zval = estimate / se if se > 0 else None
    p_value = None if zval is None else float(2 * ndtr(-abs(zval)))
    return {
        "estimate": estimate,
        "se": se,
        "ci_lb": estimate - margin,
        "ci_ub": estimate + margin,
        "statistic": zval,
        "p_value": p_value,
    }


class _Homogeneity(TypedDict):
    Q: ChiSquare | None
    I2: float | None
    H2: float | None


def _homogeneity(own: EffectSizes, estimate: float | None) -> _Homogeneity:
    """Cochran's Q of the studies' own effects around the estimate."""
    df = max(len(own) - 1, 0)
    if estimate is None and len(own) > 0:
        return {"Q": None, "I2": None, "H2": None}
    q = float(((own.yi - (estimate or 0.0)) ** 2 / own.vi)[own.vi > 0].sum()) if df else 0.0
    return {"Q": chi_square(q, df), "I2": q_based_i2(q, df), "H2": q / df if df else 1.0}


def chi_square(statistic: float, df: int) -> ChiSquare:
    """A χ² statistic with its upper tail; p = 1 without degrees of freedom."""
    return ChiSquare(statistic, df, float(chdtrc(df, statistic)) if df > 0 else 1.0)


def _usable(names: tuple[str, ...], columns: dict[str, Numbers], drop00: bool) -> dict[str, Floats]:
    data = {name: arrays.vector(columns[name], name) for name in names}
    kept = np.all([np.isfinite(column) for column in data.values()], axis=0)
    if drop00:
        if names == TABLE:
            nothing = (data["ai"] + data["ci"] == 0) | (data["bi"] + data["di"] == 0)
        else:
            nothing = data["x1i"] + data["x2i"] == 0
        kept &= ~nothing
    if not kept.any():
        raise TooFewStudies("No study carries information about the effect.")
    return {name: column[kept] for name, column in data.items()}


def _pool_table(measure: str, a: Floats, b: Floats, c: Floats, d: Floats) -> tuple[float, float]:
    n1, n2 = a + b, c + d
    n = n1 + n2
    if measure == "OR":
        r, s = a * d / n, b * c / n
        p, q = (a + d) / n, (b + c) / n
        R, S = r.sum(), s.sum()
        variance = (
            (p * r).sum() / R**2 + ((p * s).sum() + (q * r).sum()) / (R * S) + (q * s).sum() / S**2
        ) / 2
        return float(np.log(R / S)), float(np.sqrt(variance))
    R, S = (a * n2 / n).sum(), (c * n1 / n).sum()
    if measure == "RR":
        variance = ((n1 * n2 * (a + c) / n - a * c) / n).sum() / (R * S)
        return float(np.log(R / S)), float(np.sqrt(variance))
    total = (n1 * n2 / n).sum()
    estimate = (R - S) / total
    first = (c * (n1 / n) ** 2 - a * (n2 / n) ** 2 + n1 / n * (n2 / n) * (n2 - n1) / 2).sum()
    second = (a * (n2 - c) / n + c * (n1 - a) / n).sum() / 2
    return float(estimate), float(np.sqrt((estimate * first + second) / total**2))


def _pool_rates(measure: str, x1: Floats, t1: Floats, x2: Floats, t2: Floats) -> tuple[float, float]:
    t = t1 + t2
    R, S = (x1 * t2 / t).sum(), (x2 * t1 / t).sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        if measure == "IRR":
            return float(np.log(R / S)), float(np.sqrt(((x1 + x2) * t1 * t2 / t**2).sum() / (R * S)))
        total = (t1 * t2 / t).sum()
        variance = ((t1 * t2 / t) ** 2 * (x1 / t1**2 + x2 / t2**2)).sum() / total**2
    return float((R - S) / total), float(np.sqrt(variance))


def _informative(cells: dict[str, Floats]) -> int:
    if "ai" in cells:
        both = (cells["ai"] + cells["ci"] > 0) & (cells["bi"] + cells["di"] > 0)
        return int(both.sum())
    return int((cells["x1i"] + cells["x2i"] > 0).sum())


def _continuity(difference: float, correct: bool) -> float:
    return (abs(difference) - (0.5 if correct else 0.0)) ** 2


def _table_tests(
    cells: dict[str, Floats], correct: bool, estimate: float
) -> tuple[ChiSquare | None, ChiSquare | None, ChiSquare | None, ChiSquare | None]:
    """Cochran–Mantel–Haenszel, Cochran, Breslow–Day and Tarone."""
    a, b, c, d = (cells[name] for name in TABLE)
    n1, n2, e, f = a + b, c + d, a + c, b + d
    n = n1 + n2
    spread = (n1 / n) * (n2 / n) * e * f
    if not spread.sum() > 0:
        return None, None, None, None
    top = _continuity(float((a - n1 * e / n).sum()), correct)
    with np.errstate(divide="ignore", invalid="ignore"):
        cmh = chi_square(top / float(np.where(n > 1, spread / (n - 1), 0.0).sum()), 1)
    cochran = chi_square(top / float((spread / n).sum()), 1)
    homogeneity = _breslow_day(a, (n1, n2, e, f), float(np.exp(estimate)))
    return cmh, cochran, *homogeneity


def _breslow_day(
    a: Floats, margins: tuple[Floats, Floats, Floats, Floats], ratio: float
) -> tuple[ChiSquare | None, ChiSquare | None]:
    """Observed against expected events under the common odds ratio. Source: Breslow & Day 1980; Tarone 1985."""
    kept = (margins[2] > 0) & (margins[3] > 0)
    if not kept.any() or not 0 < ratio < np.inf:
        return None, None
    a, (n1, n2, e, _) = a[kept], (margin[kept] for margin in margins)
    # Expected A solves A (n2 − e + A) = ratio (n1 − A)(e − A); the smaller root in a form without cancellation.
    linear = ratio * (n1 + e) + (n2 - e)
    root = np.sqrt(linear**2 - 4 * (ratio - 1) * ratio * n1 * e)
    expected = 2 * ratio * n1 * e / (linear + root)
    with np.errstate(divide="ignore"):
        weight = 1 / expected + 1 / (n1 - expected) + 1 / (e - expected) + 1 / (n2 - e + expected)
    gap = a - expected
    statistic = float((gap**2 * weight)[np.isfinite(weight)].sum())
    shift = float(gap.sum()) ** 2 / float((1 / weight).sum())
    df = int(kept.sum()) - 1
    return chi_square(statistic, df), chi_square(max(statistic - shift, 0.0), df)


def _rate_tests(
    cells: dict[str, Floats], correct: bool
) -> tuple[ChiSquare | None, ChiSquare | None, None, None]:
    x1, t1, x2, t2 = (cells[name] for name in RATES)
    t, x = t1 + t2, x1 + x2
    spread = float((x * (t1 / t) * (t2 / t)).sum())
    if not spread > 0:
        return None, None, None, None
    return chi_square(_continuity(float((x1 - x * t1 / t).sum()), correct) / spread, 1), None, None, None
