"""Measures of a 2×2 table: ai/bi = treated with/without the event, ci/di = control with/without."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from synthesis.stats.arrays import Floats
from synthesis.stats.effects.measures import TWO_BY_TWO, Columns, Measure, Outcome, weighted_mean
from synthesis.stats.effects.tetrachoric import tetrachoric


def _margins(d: Columns) -> tuple[Floats, Floats, Floats, Floats]:
    n1, n2 = d["ai"] + d["bi"], d["ci"] + d["di"]
    return n1, n2, d["ai"] / n1, d["ci"] / n2


def _log_odds_ratio(d: Columns) -> Outcome:
    y = np.log(d["ai"]) - np.log(d["bi"]) - np.log(d["ci"]) + np.log(d["di"])
    return y, 1 / d["ai"] + 1 / d["bi"] + 1 / d["ci"] + 1 / d["di"]


def risk_ratio(d: Columns, vtype: str) -> Outcome:
    n1, n2, p1, p2 = _margins(d)
    return np.log(p1) - np.log(p2), 1 / d["ai"] - 1 / n1 + 1 / d["ci"] - 1 / n2


def odds_ratio(d: Columns, vtype: str) -> Outcome:
    return _log_odds_ratio(d)


def risk_difference(d: Columns, vtype: str) -> Outcome:
    n1, n2, p1, p2 = _margins(d)
    if vtype == "UB":
        variance = p1 * (1 - p1) / (n1 - 1) + p2 * (1 - p2) / (n2 - 1)
    elif vtype == "AV":
        q1, q2 = weighted_mean(p1, n1), weighted_mean(p2, n2)
        variance = q1 * (1 - q1) / n1 + q2 * (1 - q2) / n2
    else:
        variance = p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2
    return p1 - p2, variance


def arcsine_difference(d: Columns, vtype: str) -> Outcome:
    n1, n2, p1, p2 = _margins(d)
    return np.arcsin(np.sqrt(p1)) - np.arcsin(np.sqrt(p2)), 1 / (4 * n1) + 1 / (4 * n2)


def peto_odds_ratio(d: Columns, vtype: str) -> Outcome:
    n1, n2, _, _ = _margins(d)
    n = n1 + n2
    events, others = d["ai"] + d["ci"], d["bi"] + d["di"]
    information = events * others * (n1 / n) * (n2 / n) / (n - 1)
    return (d["ai"] - events * n1 / n) / information, 1 / information


def phi(d: Columns, vtype: str) -> Outcome:
    """Phi; CS treats all four cells as random (Yule 1912), ST only the events within fixed groups."""
    n1, n2, p1, p2 = _margins(d)
    n = n1 + n2
    e, f = d["ai"] + d["ci"], d["bi"] + d["di"]
    y = (d["ai"] * d["di"] - d["bi"] * d["ci"]) / np.sqrt(n1 * n2 * e * f)
    if vtype == "ST":
        slope = np.sqrt(n1 * n2 / (e * f))
        bend = (p1 - p2) * (f - e) / (2 * e * f)
        variance = slope**2 * (
            (1 - n1 * bend) ** 2 * p1 * (1 - p1) / n1 + (1 + n2 * bend) ** 2 * p2 * (1 - p2) / n2
        )
        return y, variance
    g1, g2, h1, h2 = n1 / n, n2 / n, e / n, f / n
    variance = (
        1
        - y**2
        + y * (1 + y**2 / 2) * (g1 - g2) * (h1 - h2) / np.sqrt(g1 * g2 * h1 * h2)
        - 0.75 * y**2 * ((g1 - g2) ** 2 / (g1 * g2) + (h1 - h2) ** 2 / (h1 * h2))
    ) / n
    return y, variance


def yule_q(d: Columns, vtype: str) -> Outcome:
    ratio = d["ai"] * d["di"] / (d["bi"] * d["ci"])
    y = (ratio - 1) / (ratio + 1)
    return y, _at_the_bound(y, (1 - y**2) ** 2 / 4 * _log_odds_ratio(d)[1])


def yule_y(d: Columns, vtype: str) -> Outcome:
    root = np.sqrt(d["ai"] * d["di"] / (d["bi"] * d["ci"]))
    y = (root - 1) / (root + 1)
    return y, _at_the_bound(y, (1 - y**2) ** 2 / 16 * _log_odds_ratio(d)[1])


def _at_the_bound(y: Floats, v: Floats) -> Floats:
    """A coefficient of ±1 comes from an empty cell: its log odds ratio has no finite variance."""
    return np.where(np.abs(y) == 1, np.inf, v)


def tetrachoric_correlation(d: Columns, vtype: str) -> Outcome:
    fits = [tetrachoric(*cells) for cells in zip(d["ai"], d["bi"], d["ci"], d["di"], strict=True)]
    return np.array([fit[0] for fit in fits]), np.array([fit[1] for fit in fits])


def probit_difference(d: Columns, vtype: str) -> Outcome:
    n1, n2, p1, p2 = _margins(d)
    z1, z2 = ndtri(p1), ndtri(p2)
    variance = 2 * np.pi * (p1 * (1 - p1) * np.exp(z1**2) / n1 + p2 * (1 - p2) * np.exp(z2**2) / n2)
    return z1 - z2, variance


def _odds_ratio_as_difference(d: Columns, factor: float) -> Outcome:
    y, v = _log_odds_ratio(d)
    return y * factor, v * factor**2


def odds_ratio_logistic(d: Columns, vtype: str) -> Outcome:
    return _odds_ratio_as_difference(d, np.sqrt(3) / np.pi)


def odds_ratio_normal(d: Columns, vtype: str) -> Outcome:
    return _odds_ratio_as_difference(d, 1 / 1.65)


MEASURES = (
    Measure("RR", "log risk ratio", TWO_BY_TWO, risk_ratio),
    Measure("OR", "log odds ratio", TWO_BY_TWO, odds_ratio),
    Measure("RD", "risk difference", TWO_BY_TWO, risk_difference, ("LS", "UB", "AV")),
    Measure("AS", "arcsine risk difference", TWO_BY_TWO, arcsine_difference, add=0),
    Measure("PETO", "Peto log odds ratio", TWO_BY_TWO, peto_odds_ratio),
    Measure("PHI", "phi coefficient", TWO_BY_TWO, phi, ("CS", "ST"), add=0),
    Measure("YUQ", "Yule's Q", TWO_BY_TWO, yule_q),
    Measure("YUY", "Yule's Y", TWO_BY_TWO, yule_y),
    Measure("RTET", "tetrachoric correlation", TWO_BY_TWO, tetrachoric_correlation, add=0),
    Measure("PBIT", "probit difference", TWO_BY_TWO, probit_difference),
    Measure("OR2D", "odds ratio as standardized mean difference", TWO_BY_TWO, odds_ratio_logistic),
    Measure("OR2DL", "odds ratio as SMD (logistic)", TWO_BY_TWO, odds_ratio_logistic),
    Measure("OR2DN", "odds ratio as SMD (normal)", TWO_BY_TWO, odds_ratio_normal),
)
