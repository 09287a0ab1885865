"""Measures of association, change within one group, and reliability."""

from __future__ import annotations

import numpy as np
from scipy.special import hyp2f1

from synthesis.stats.arrays import Floats
from synthesis.stats.effects.measures import (
    CHANGE,
    CORRELATION,
    PARTIAL,
    RELIABILITY,
    Columns,
    Measure,
    Outcome,
    bias_correction,
    weighted_mean,
)


def correlation(d: Columns, vtype: str) -> Outcome:
    r, n = d["ri"], d["ni"]
    centre = weighted_mean(r, n) if vtype == "AV" else r
    return r, (1 - centre**2) ** 2 / (n - 1)


def unbiased_correlation(d: Columns, vtype: str) -> Outcome:
    """Olkin & Pratt 1958, Ann Math Stat 29:201; UB by Hedges 1989 is unbiased for the variance."""
    r, n = d["ri"], d["ni"]
    rest = 1 - r**2
    y = r * _hypergeometric(0.5, (n - 2) / 2, rest)
    if vtype == "UB":
        return y, y**2 - 1 + (n - 3) / (n - 2) * rest * _hypergeometric(1.0, n / 2, rest)
    centre = weighted_mean(y, n) if vtype == "AV" else y
    return y, (1 - centre**2) ** 2 / (n - 1)


def _hypergeometric(a: float, c: Floats, x: Floats) -> Floats:
    """Gauss's 2F1(a, a; c; x). For large c scipy overflows near x = 1, where the series is at its best."""
    with np.errstate(all="ignore"):
        direct = hyp2f1(a, a, c, x)
    term = np.ones_like(x)
    series = np.ones_like(x)
    for i in range(120):
        term = term * ((a + i) ** 2 / ((c + i) * (i + 1)) * x)
        series = series + term
    return np.where(c > 1, np.where(c >= 20, series, direct), np.nan)


def fisher_z(d: Columns, vtype: str) -> Outcome:
    return np.arctanh(d["ri"]), 1 / (d["ni"] - 3)


def _partial(d: Columns) -> tuple[Floats, Floats]:
    df = d["ni"] - d["mi"] - 1
    return d["ti"] / np.sqrt(d["ti"] ** 2 + df), df


def partial_correlation(d: Columns, vtype: str) -> Outcome:
    r, df = _partial(d)
    centre = weighted_mean(r, d["ni"]) if vtype == "AV" else r
    return r, (1 - centre**2) ** 2 / df


def partial_fisher_z(d: Columns, vtype: str) -> Outcome:
    r, df = _partial(d)
    return np.arctanh(r), 1 / df


def semipartial_correlation(d: Columns, vtype: str) -> Outcome:
    """Aloe & Becker 2012, J Educ Behav Stat 37:278."""
    full = d["r2i"]
    r = d["ti"] * np.sqrt(1 - full) / np.sqrt(d["ni"] - d["mi"] - 1)
    centre = weighted_mean(r, d["ni"]) if vtype == "AV" else r
    reduced = full - centre**2
    return r, (full**2 - 2 * full + reduced + 1 - reduced**2) / d["ni"]


def _change_variance(d: Columns) -> Floats:
    return d["sd1i"] ** 2 + d["sd2i"] ** 2 - 2 * d["ri"] * d["sd1i"] * d["sd2i"]


def mean_change(d: Columns, vtype: str) -> Outcome:
    return d["m1i"] - d["m2i"], _change_variance(d) / d["ni"]


def change_by_change(d: Columns, vtype: str) -> Outcome:
    """Change standardized by the SD of the change."""
    raw, n = (d["m1i"] - d["m2i"]) / np.sqrt(_change_variance(d)), d["ni"]
    j = bias_correction(n - 1)
    if vtype == "LS2":
        return j * raw, j**2 * (1 / n + raw**2 / (2 * n))
    return j * raw, 1 / n + (j * raw) ** 2 / (2 * n)


def change_by_first(d: Columns, vtype: str) -> Outcome:
    """Change standardized by the SD of the first measurement. Source: Becker 1988."""
    raw, n = (d["m1i"] - d["m2i"]) / d["sd1i"], d["ni"]
    j = bias_correction(n - 1)
    paired = 2 * (1 - d["ri"]) / n
    if vtype == "LS2":
        return j * raw, j**2 * (paired + raw**2 / (2 * n))
    return j * raw, paired + (j * raw) ** 2 / (2 * n)


def change_by_first_heteroscedastic(d: Columns, vtype: str) -> Outcome:
    """Bonett 2008: the two occasions may differ in variance."""
    n = d["ni"]
    j = bias_correction(n - 1)
    y = j * (d["m1i"] - d["m2i"]) / d["sd1i"]
    return y, j**2 * (_change_variance(d) / (d["sd1i"] ** 2 * (n - 1)) + y**2 / (2 * (n - 1)))


def _paired_mean_ratio_variance(d: Columns) -> Floats:
    cv1, cv2 = d["sd1i"] / d["m1i"], d["sd2i"] / d["m2i"]
    return (cv1**2 + cv2**2 - 2 * d["ri"] * cv1 * cv2) / d["ni"]


def change_ratio(d: Columns, vtype: str) -> Outcome:
    return np.log(d["m1i"] / d["m2i"]), _paired_mean_ratio_variance(d)


def change_variation_ratio(d: Columns, vtype: str) -> Outcome:
    y = np.log(d["sd1i"] / d["m1i"]) - np.log(d["sd2i"] / d["m2i"])
    return y, (1 - d["ri"] ** 2) / (d["ni"] - 1) + _paired_mean_ratio_variance(d)


def change_variability_ratio(d: Columns, vtype: str) -> Outcome:
    return np.log(d["sd1i"] / d["sd2i"]), (1 - d["ri"] ** 2) / (d["ni"] - 1)


def alpha(d: Columns, vtype: str) -> Outcome:
    """Cronbach's alpha. Source: van Zyl 2000, Psychometrika 65:271."""
    a, m, n = d["ai"], d["mi"], d["ni"]
    return a, 2 * m * (1 - a) ** 2 / ((m - 1) * (n - 2))


def alpha_cube_root(d: Columns, vtype: str) -> Outcome:
    """Hakstian & Whalen 1976, Psychometrika 41:219."""
    a, m, n = d["ai"], d["mi"], d["ni"]
    return 1 - (1 - a) ** (1 / 3), 18 * m * (n - 1) * (1 - a) ** (2 / 3) / ((m - 1) * (9 * n - 11) ** 2)


def alpha_log(d: Columns, vtype: str) -> Outcome:
    """Bonett 2002, J Educ Behav Stat 27:335."""
    return -np.log(1 - d["ai"]), 2 * d["mi"] / ((d["mi"] - 1) * (d["ni"] - 2))


MEASURES = (
    Measure("COR", "correlation", CORRELATION, correlation, ("LS", "AV")),
    Measure("UCOR", "correlation, bias corrected", CORRELATION, unbiased_correlation, ("LS", "UB", "AV")),
    Measure("ZCOR", "Fisher's z", CORRELATION, fisher_z),
    Measure("PCOR", "partial correlation", PARTIAL, partial_correlation, ("LS", "AV")),
    Measure("ZPCOR", "Fisher's z of a partial correlation", PARTIAL, partial_fisher_z),
    Measure("SPCOR", "semi-partial correlation", (*PARTIAL, "r2i"), semipartial_correlation, ("LS", "AV")),
    Measure("MC", "mean change", CHANGE, mean_change),
    Measure("SMCC", "change standardized by the SD of change", CHANGE, change_by_change, ("LS", "LS2")),
    Measure("SMCR", "change standardized by the first SD", CHANGE, change_by_first, ("LS", "LS2")),
    Measure("SMCRH", "SMCR, unequal variances", CHANGE, change_by_first_heteroscedastic),
    Measure("ROMC", "log ratio of means, one group", CHANGE, change_ratio),
    Measure("CVRC", "log coefficient of variation ratio, one group", CHANGE, change_variation_ratio),
    Measure("VRC", "log variability ratio, one group", CHANGE, change_variability_ratio),
    Measure("ARAW", "Cronbach's alpha", RELIABILITY, alpha),
    Measure("AHW", "alpha, cube-root transform", RELIABILITY, alpha_cube_root),
    Measure("ABT", "alpha, log transform", RELIABILITY, alpha_log),
)
