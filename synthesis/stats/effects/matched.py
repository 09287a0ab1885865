"""Measures of matched pairs: ai = both, bi = first only, ci = second only, di = neither."""

from __future__ import annotations

import numpy as np

from synthesis.stats.effects.measures import TWO_BY_TWO, Columns, Measure, Outcome


def matched_risk_difference(d: Columns, vtype: str) -> Outcome:
    n = d["ai"] + d["bi"] + d["ci"] + d["di"]
    first, second = d["bi"] / n, d["ci"] / n
    return first - second, (first + second - (first - second) ** 2) / n


def matched_risk_ratio(d: Columns, vtype: str) -> Outcome:
    first, second = d["ai"] + d["bi"], d["ai"] + d["ci"]
    return np.log(first) - np.log(second), (d["bi"] + d["ci"]) / (first * second)


def marginal_odds_ratio(d: Columns, vtype: str) -> Outcome:
    """Marginal odds ratio from the paired table. Source: Becker & Balagtas 2001; Zou 2007."""
    n = d["ai"] + d["bi"] + d["ci"] + d["di"]
    covariance = d["ai"] / n - (d["ai"] + d["bi"]) * (d["ai"] + d["ci"]) / n**2
    return _marginal(d, covariance)


def marginal_odds_ratio_correlated(d: Columns, vtype: str) -> Outcome:
    """Marginal odds ratio from the margins: ai/bi first with/without, ci/di second; ri links the two.

    Source: Elbourne 2002, Int J Epidemiol 31:140. n is the mean of the two totals, which
    should be equal; like metafor, a half is rounded to the even number.
    """
    n = np.rint((d["ai"] + d["bi"] + d["ci"] + d["di"]) / 2)
    y = np.log(d["ai"]) - np.log(d["bi"]) - np.log(d["ci"]) + np.log(d["di"])
    shared = 2 * n * d["ri"] / np.sqrt(d["ai"] * d["bi"] * d["ci"] * d["di"])
    return y, 1 / d["ai"] + 1 / d["bi"] + 1 / d["ci"] + 1 / d["di"] - shared


def conditional_odds_ratio(d: Columns, vtype: str) -> Outcome:
    return np.log(d["bi"]) - np.log(d["ci"]), 1 / d["bi"] + 1 / d["ci"]


def matched_peto(d: Columns, vtype: str) -> Outcome:
    total = d["bi"] + d["ci"]
    return 2 * (d["bi"] - d["ci"]) / total, 4 / total


def _marginal(d: Columns, covariance: np.ndarray) -> Outcome:
    n = d["ai"] + d["bi"] + d["ci"] + d["di"]
    first, second = d["ai"] + d["bi"], d["ai"] + d["ci"]
    y = np.log(first) - np.log(n - first) - np.log(second) + np.log(n - second)
    p1, p2 = first / n, second / n
    variance = 1 / (n * p1 * (1 - p1)) + 1 / (n * p2 * (1 - p2))
    return y, variance - 2 * covariance / (n * p1 * (1 - p1) * p2 * (1 - p2))


MEASURES = (
    Measure("MPRD", "matched pairs risk difference", TWO_BY_TWO, matched_risk_difference),
    Measure("MPRR", "matched pairs marginal log risk ratio", TWO_BY_TWO, matched_risk_ratio),
    Measure("MPOR", "matched pairs marginal log odds ratio", TWO_BY_TWO, marginal_odds_ratio),
    Measure("MPORC", "matched pairs conditional log odds ratio", TWO_BY_TWO, conditional_odds_ratio),
    Measure("MPPETO", "matched pairs Peto log odds ratio", TWO_BY_TWO, matched_peto),
    Measure(
        "MPORM", "marginal log odds ratio from margins", (*TWO_BY_TWO, "ri"), marginal_odds_ratio_correlated
    ),
)
