"""Measures of one group: proportions, rates and means; and rates of two groups."""

from __future__ import annotations

import numpy as np

from synthesis.stats.effects.measures import (
    ONE_MEAN,
    ONE_PROPORTION,
    ONE_RATE,
    TWO_RATES,
    Columns,
    Measure,
    Outcome,
    bias_correction,
    weighted_mean,
)


def rate_ratio(d: Columns, vtype: str) -> Outcome:
    y = np.log(d["x1i"] / d["t1i"]) - np.log(d["x2i"] / d["t2i"])
    return y, 1 / d["x1i"] + 1 / d["x2i"]


def rate_difference(d: Columns, vtype: str) -> Outcome:
    return d["x1i"] / d["t1i"] - d["x2i"] / d["t2i"], d["x1i"] / d["t1i"] ** 2 + d["x2i"] / d["t2i"] ** 2


def root_rate_difference(d: Columns, vtype: str) -> Outcome:
    y = np.sqrt(d["x1i"] / d["t1i"]) - np.sqrt(d["x2i"] / d["t2i"])
    return y, 1 / (4 * d["t1i"]) + 1 / (4 * d["t2i"])


def proportion(d: Columns, vtype: str) -> Outcome:
    n, p = d["ni"], d["xi"] / d["ni"]
    if vtype == "UB":
        return p, p * (1 - p) / (n - 1)
    if vtype == "AV":
        mean = weighted_mean(p, n)
        return p, mean * (1 - mean) / n
    return p, p * (1 - p) / n


def log_proportion(d: Columns, vtype: str) -> Outcome:
    n, p = d["ni"], d["xi"] / d["ni"]
    if vtype == "AV":
        return np.log(p), 1 / (weighted_mean(p, n) * n) - 1 / n
    return np.log(p), 1 / d["xi"] - 1 / n


def logit_proportion(d: Columns, vtype: str) -> Outcome:
    n, p = d["ni"], d["xi"] / d["ni"]
    y = np.log(d["xi"]) - np.log(n - d["xi"])
    if vtype == "AV":
        mean = weighted_mean(p, n)
        return y, 1 / (mean * n) + 1 / ((1 - mean) * n)
    return y, 1 / d["xi"] + 1 / (n - d["xi"])


def arcsine_proportion(d: Columns, vtype: str) -> Outcome:
    return np.arcsin(np.sqrt(d["xi"] / d["ni"])), 1 / (4 * d["ni"])


def double_arcsine_proportion(d: Columns, vtype: str) -> Outcome:
    """Freeman & Tukey 1950, Ann Math Stat 21:607 (half the sum, as Miller 1978 inverts it)."""
    x, n = d["xi"], d["ni"]
    y = (np.arcsin(np.sqrt(x / (n + 1))) + np.arcsin(np.sqrt((x + 1) / (n + 1)))) / 2
    return y, 1 / (4 * n + 2)


def rate(d: Columns, vtype: str) -> Outcome:
    return d["xi"] / d["ti"], d["xi"] / d["ti"] ** 2


def log_rate(d: Columns, vtype: str) -> Outcome:
    return np.log(d["xi"] / d["ti"]), 1 / d["xi"]


def root_rate(d: Columns, vtype: str) -> Outcome:
    return np.sqrt(d["xi"] / d["ti"]), 1 / (4 * d["ti"])


def double_root_rate(d: Columns, vtype: str) -> Outcome:
    y = (np.sqrt(d["xi"] / d["ti"]) + np.sqrt((d["xi"] + 1) / d["ti"])) / 2
    return y, 1 / (4 * d["ti"])


def mean(d: Columns, vtype: str) -> Outcome:
    return d["mi"], d["sdi"] ** 2 / d["ni"]


def standardized_mean(d: Columns, vtype: str) -> Outcome:
    y = bias_correction(d["ni"] - 1) * d["mi"] / d["sdi"]
    return y, 1 / d["ni"] + y**2 / (2 * d["ni"])


def log_mean(d: Columns, vtype: str) -> Outcome:
    return np.log(d["mi"]), d["sdi"] ** 2 / (d["ni"] * d["mi"] ** 2)


def log_variation(d: Columns, vtype: str) -> Outcome:
    half = 1 / (2 * (d["ni"] - 1))
    cv = d["sdi"] / d["mi"]
    return np.log(cv) + half, half + cv**2 / d["ni"]


def log_deviation(d: Columns, vtype: str) -> Outcome:
    half = 1 / (2 * (d["ni"] - 1))
    return np.log(d["sdi"]) + half, half


MEASURES = (
    Measure("IRR", "log incidence rate ratio", TWO_RATES, rate_ratio),
    Measure("IRD", "incidence rate difference", TWO_RATES, rate_difference),
    Measure("IRSD", "difference of square root rates", TWO_RATES, root_rate_difference, add=0),
    Measure("PR", "proportion", ONE_PROPORTION, proportion, ("LS", "UB", "AV")),
    Measure("PLN", "log proportion", ONE_PROPORTION, log_proportion, ("LS", "AV")),
    Measure("PLO", "logit proportion", ONE_PROPORTION, logit_proportion, ("LS", "AV")),
    Measure("PAS", "arcsine proportion", ONE_PROPORTION, arcsine_proportion, add=0),
    Measure("PFT", "Freeman–Tukey proportion", ONE_PROPORTION, double_arcsine_proportion, add=0),
    Measure("IR", "incidence rate", ONE_RATE, rate),
    Measure("IRLN", "log incidence rate", ONE_RATE, log_rate),
    Measure("IRS", "square root incidence rate", ONE_RATE, root_rate, add=0),
    Measure("IRFT", "Freeman–Tukey incidence rate", ONE_RATE, double_root_rate, add=0),
    Measure("MN", "mean", ONE_MEAN, mean),
    Measure("SMN", "standardized mean", ONE_MEAN, standardized_mean),
    Measure("MNLN", "log mean", ONE_MEAN, log_mean),
    Measure("CVLN", "log coefficient of variation", ONE_MEAN, log_variation),
    Measure("SDLN", "log standard deviation", ONE_MEAN, log_deviation),
)
