"""Measures of two independent groups with means and standard deviations."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from synthesis.stats.arrays import Floats
from synthesis.stats.effects.measures import (
    TWO_MEANS,
    Columns,
    Measure,
    Outcome,
    bias_correction,
    weighted_mean,
)


def _pooled_variance(d: Columns) -> Floats:
    n1, n2 = d["n1i"], d["n2i"]
    return ((n1 - 1) * d["sd1i"] ** 2 + (n2 - 1) * d["sd2i"] ** 2) / (n1 + n2 - 2)


def _cohen(d: Columns) -> Outcome:
    """Cohen's d with the pooled standard deviation, and its large-sample variance."""
    n1, n2 = d["n1i"], d["n2i"]
    y = (d["m1i"] - d["m2i"]) / np.sqrt(_pooled_variance(d))
    return y, 1 / n1 + 1 / n2 + y**2 / (2 * (n1 + n2))


def mean_difference(d: Columns, vtype: str) -> Outcome:
    y = d["m1i"] - d["m2i"]
    if vtype == "HO":
        return y, _pooled_variance(d) * (1 / d["n1i"] + 1 / d["n2i"])
    return y, d["sd1i"] ** 2 / d["n1i"] + d["sd2i"] ** 2 / d["n2i"]


def hedges_g(d: Columns, vtype: str) -> Outcome:
    """Bias-corrected standardized mean difference. Sources: Hedges 1981; LS2: Borenstein 2009; UB: Hedges 1983."""
    n1, n2 = d["n1i"], d["n2i"]
    m = n1 + n2 - 2
    raw, plain = _cohen(d)
    j = bias_correction(m)
    return j * raw, _standardized_variance(vtype, j, raw, plain, m, d, n1 + n2)


def glass_delta(d: Columns, vtype: str) -> Outcome:
    """Standardized by the second group's standard deviation."""
    n1, n2 = d["n1i"], d["n2i"]
    raw = (d["m1i"] - d["m2i"]) / d["sd2i"]
    j = bias_correction(n2 - 1)
    plain = 1 / n1 + 1 / n2 + raw**2 / (2 * n2)
    return j * raw, _standardized_variance(vtype, j, raw, plain, n2 - 1, d, n2)


def _standardized_variance(
    vtype: str, j: Floats, raw: Floats, plain: Floats, m: Floats, d: Columns, n: Floats
) -> Floats:
    """j, raw: correction and uncorrected effect; plain: its variance; m: its df; n: people behind the scaling SD."""
    groups = 1 / d["n1i"] + 1 / d["n2i"]
    y = j * raw
    if vtype == "LS2":
        return j**2 * plain
    if vtype == "UB":
        return groups + (1 - (m - 2) / (m * j**2)) * y**2
    if vtype == "AV":
        return groups + weighted_mean(y, d["n1i"] + d["n2i"]) ** 2 / (2 * n)
    return groups + y**2 / (2 * n)


def hedges_g_heteroscedastic(d: Columns, vtype: str) -> Outcome:
    """Standardized by the root mean variance. Source: Bonett 2008, Psychol Methods 13:99.

    metafor 3.8-1 shrinks Bonett's variance by J²; its LS2 puts v where v² belongs, so that LS2 changes with the
    unit of measurement. Both are kept for comparability (docs/methods.md), LS2 with a caution.
    """
    n1, n2, v1, v2 = d["n1i"], d["n2i"], d["sd1i"] ** 2, d["sd2i"] ** 2
    total = v1 + v2
    j = bias_correction(n1 + n2 - 2)
    y = j * (d["m1i"] - d["m2i"]) / np.sqrt(total / 2)
    if vtype == "LS2":
        return y, y**2 * (v1 / n1 + v2 / n2) / (2 * total**2) + 2 * (v1 / n1 + v2 / n2) / total
    shape = (v1**2 / (n1 - 1) + v2**2 / (n2 - 1)) / (2 * total**2)
    return y, j**2 * (y**2 * shape + 2 * (v1 / (n1 - 1) + v2 / (n2 - 1)) / total)


def glass_delta_heteroscedastic(d: Columns, vtype: str) -> Outcome:
    n1, n2 = d["n1i"], d["n2i"]
    y = bias_correction(n2 - 1) * (d["m1i"] - d["m2i"]) / d["sd2i"]
    return y, (d["sd1i"] / d["sd2i"]) ** 2 / n1 + 1 / n2 + y**2 / (2 * n2)


def ratio_of_means(d: Columns, vtype: str) -> Outcome:
    """Log ratio of means; AV and AVHO average the coefficients of variation. Source: Hedges 1999; Nakagawa 2022."""
    n1, n2 = d["n1i"], d["n2i"]
    y = np.log(d["m1i"] / d["m2i"])
    cv1, cv2 = d["sd1i"] / d["m1i"], d["sd2i"] / d["m2i"]
    if vtype == "HO":
        pooled = _pooled_variance(d)
        return y, pooled / (n1 * d["m1i"] ** 2) + pooled / (n2 * d["m2i"] ** 2)
    if vtype == "AV":
        return y, weighted_mean(cv1, n1) ** 2 / n1 + weighted_mean(cv2, n2) ** 2 / n2
    if vtype == "AVHO":
        both = weighted_mean(np.concatenate([cv1, cv2]), np.concatenate([n1, n2])) ** 2
        return y, both / n1 + both / n2
    return y, cv1**2 / n1 + cv2**2 / n2


def variation_ratio(d: Columns, vtype: str) -> Outcome:
    """Log ratio of coefficients of variation. Source: Nakagawa 2015, Methods Ecol Evol 6:143."""
    n1, n2 = d["n1i"], d["n2i"]
    cv1, cv2 = d["sd1i"] / d["m1i"], d["sd2i"] / d["m2i"]
    half1, half2 = 1 / (2 * (n1 - 1)), 1 / (2 * (n2 - 1))
    return np.log(cv1) + half1 - np.log(cv2) - half2, half1 + cv1**2 / n1 + half2 + cv2**2 / n2


def variability_ratio(d: Columns, vtype: str) -> Outcome:
    half1, half2 = 1 / (2 * (d["n1i"] - 1)), 1 / (2 * (d["n2i"] - 1))
    return np.log(d["sd1i"] / d["sd2i"]) + half1 - half2, half1 + half2


def _point_biserial(d: Columns) -> tuple[Floats, Floats, Floats]:
    raw = (d["m1i"] - d["m2i"]) / np.sqrt(_pooled_variance(d))
    m = d["n1i"] + d["n2i"] - 2
    h = m / d["n1i"] + m / d["n2i"]
    return raw / np.sqrt(raw**2 + h), raw, h


def point_biserial(d: Columns, vtype: str) -> Outcome:
    """Point-biserial correlation; CS lets the group sizes vary (Tate 1954), ST holds them fixed."""
    n = d["n1i"] + d["n2i"]
    r, raw, h = _point_biserial(d)
    if vtype == "CS":
        p = d["n1i"] / n
        return r, (1 - r**2) ** 2 * (1 - 1.5 * r**2 + r**2 / (4 * p * (1 - p))) / n
    return r, h**2 / (h + raw**2) ** 3 * (1 / d["n1i"] + 1 / d["n2i"] + raw**2 / (2 * n))


def biserial(d: Columns, vtype: str) -> Outcome:
    """Biserial correlation. Source: Soper 1914, Biometrika 10:384."""
    n = d["n1i"] + d["n2i"]
    r, _, _ = _point_biserial(d)
    p = d["n1i"] / n
    q = 1 - p
    z = ndtri(q)
    f = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    y = np.sqrt(p * q) / f * r
    bracket = 1.5 + (1 - p * z / f) * (1 + q * z / f)
    bounded = np.clip(y, -1, 1)  # the estimate can leave [-1, 1], its variance formula cannot
    return y, (p * q / f**2 - bracket * bounded**2 + bounded**4) / (n - 1)


def difference_as_odds_logistic(d: Columns, vtype: str) -> Outcome:
    y, v = _cohen(d)
    return y * np.pi / np.sqrt(3), v * np.pi**2 / 3


def difference_as_odds_normal(d: Columns, vtype: str) -> Outcome:
    y, v = _cohen(d)
    return y * 1.65, v * 1.65**2


_STANDARDIZED = ("LS", "LS2", "UB", "AV")
MEASURES = (
    Measure("MD", "mean difference", TWO_MEANS, mean_difference, ("LS", "HO")),
    Measure("SMD", "standardized mean difference (Hedges' g)", TWO_MEANS, hedges_g, _STANDARDIZED),
    Measure("SMDH", "SMD, unequal variances", TWO_MEANS, hedges_g_heteroscedastic, ("LS", "LS2")),
    Measure("SMD1", "SMD by the second group's SD (Glass's delta)", TWO_MEANS, glass_delta, _STANDARDIZED),
    Measure("SMD1H", "Glass's delta, unequal variances", TWO_MEANS, glass_delta_heteroscedastic),
    Measure("ROM", "log ratio of means", TWO_MEANS, ratio_of_means, ("LS", "HO", "AV", "AVHO")),
    Measure("CVR", "log coefficient of variation ratio", TWO_MEANS, variation_ratio),
    Measure("VR", "log variability ratio", TWO_MEANS, variability_ratio),
    Measure("RPB", "point-biserial correlation", TWO_MEANS, point_biserial, ("ST", "CS")),
    Measure("RBIS", "biserial correlation", TWO_MEANS, biserial),
    Measure("D2OR", "SMD as log odds ratio", TWO_MEANS, difference_as_odds_logistic),
    Measure("D2ORL", "SMD as log odds ratio (logistic)", TWO_MEANS, difference_as_odds_logistic),
    Measure("D2ORN", "SMD as log odds ratio (normal)", TWO_MEANS, difference_as_odds_normal),
)
