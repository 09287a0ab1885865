"""Covariances of relative risks that share a reference group, rebuilt from published counts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq, least_squares
from scipy.special import expit

from synthesis.stats.arrays import Floats, one_of
from synthesis.stats.errors import BadInput, NotConverged

DESIGNS = ("cc", "ci", "ir")
METHODS = ("gl", "hamling", "independent")


def covariance(
    effects: Floats,
    variances: Floats,
    cases: Floats | None,
    totals: Floats | None,
    *,
    design: str,
    method: str = "gl",
) -> Floats:
    """Covariance matrix (n, n) of the n log relative risks of one study against its reference dose.

    effects, variances  (n,) as reported, without the reference
    cases, totals       (n + 1,) the reference first; totals are people, or person-time for ir
    design              cc case–control (odds ratios), ci cumulative incidence (risk ratios), ir incidence rates
    method              gl Greenland & Longnecker 1992, hamling Hamling 2008, or independent (a diagonal matrix)
    Correlations come from pseudo-counts that reproduce the adjusted relative risks; variances stay as reported.
    Raises BadInput, NotConverged (Hamling: no table reproduces these intervals).
    Source: Greenland & Longnecker 1992, Am J Epidemiol 135:1301; Orsini 2012, Am J Epidemiol 175:66.
    """
    one_of(method, METHODS, "method for the covariance")
    one_of(design, DESIGNS, "design")
    if method == "independent":
        return np.diag(variances)
    if cases is None or totals is None:
        raise BadInput("Covariances need the numbers of cases and of people; or take method 'independent'.")
    _check(cases, totals, design)
    if method == "gl":
        a, n = greenland_longnecker(effects, cases, totals, design), totals
    else:
        a, n = hamling(effects, variances, cases, totals, design)
    spread = _spread(a, n, design)
    total = spread[0] + spread[1:]
    correlation = spread[0] / np.sqrt(np.outer(total, total))
    np.fill_diagonal(correlation, 1.0)
    sd = np.sqrt(variances)
    return np.asarray(np.outer(sd, sd) * correlation)


def greenland_longnecker(effects: Floats, cases: Floats, totals: Floats, design: str) -> Floats:
    """Pseudo-counts of cases (n + 1,): totals and the sum of cases are kept.

    Their odds ratios (cc and ci, as dosresmeta and glst) or rate ratios (ir) are the effects. The odds p / (1 − p) at
    the reference are one unknown, found by bracketing: it always exists.
    """
    log = np.append(0.0, effects)
    number = float(cases.sum())
    if design == "ir":
        share = totals * np.exp(log - log.max())
        return np.asarray(number * share / share.sum())

    def surplus(level: float) -> float:
        return float((totals * expit(level + log)).sum()) - number

    reach = 50.0 + float(np.abs(log).max())
    level = float(brentq(surplus, -reach, reach, xtol=1e-14, rtol=1e-14))
    return np.asarray(totals * expit(level + log))


def hamling(
    effects: Floats, variances: Floats, cases: Floats, totals: Floats, design: str
) -> tuple[Floats, Floats]:
    """Pseudo-counts of cases and totals (n + 1,) that reproduce effects and variances exactly.

    Two quantities of the raw table are kept: the share of the reference among the non-cases (cc) or totals, and the
    ratio of non-cases (totals) to cases over all doses. Raises NotConverged.
    Source: Hamling 2008, Stat Med 27:954.
    """
    base = totals - cases if design == "cc" else totals
    wanted = np.log([base[0] / base.sum(), base.sum() / cases.sum()])

    def table(theta: Floats) -> tuple[Floats, Floats]:
        a0, b0 = np.exp(theta)
        a, b = _pseudo(effects, variances, float(a0), float(b0), design)
        return np.append(a0, a), np.append(b0, b)

    def miss(theta: Floats) -> Floats:
        a, b = table(theta)
        if not (np.all(np.isfinite(a)) and np.all(a > 0) and np.all(b > 0)):
            return np.full(2, 1e3)
        return np.asarray(np.log([b[0] / b.sum(), b.sum() / a.sum()]) - wanted)

    best = _smallest_miss(miss, np.log([cases[0], base[0]]))
    a, b = table(best)
    return a, (a + b if design == "cc" else b)


def _smallest_miss(miss: Callable[[Floats], Floats], start: Floats) -> Floats:
    for shift in (0.0, 0.5, 1.0, 2.0, 4.0):
        found = least_squares(miss, start + shift, xtol=1e-15, ftol=1e-15, gtol=1e-15)
        if float(np.abs(found.fun).max()) < 1e-9:
            return np.asarray(found.x)
    raise NotConverged("No table of counts reproduces these relative risks and intervals (Hamling).")


def _pseudo(effects: Floats, variances: Floats, a0: float, b0: float, design: str) -> tuple[Floats, Floats]:
    """Cases and non-cases (cc) or totals (ci, ir) of the other doses, given those of the reference."""
    rr = np.exp(effects)
    with np.errstate(divide="ignore", invalid="ignore"):
        if design == "cc":
            left = variances - 1 / a0 - 1 / b0
            return (1 + rr * a0 / b0) / left, (1 + b0 / (a0 * rr)) / left
        left = variances - 1 / a0 + (1 / b0 if design == "ci" else 0.0)
        risk = rr * a0 / b0
        a = (1 - risk) / left if design == "ci" else 1 / left
        return a, a / risk


def _spread(a: Floats, n: Floats, design: str) -> Floats:
    """Each dose's part of the variance of its log relative risk."""
    if design == "cc":
        return np.asarray(1 / a + 1 / (n - a))
    return np.asarray(1 / a - 1 / n if design == "ci" else 1 / a)


def _check(cases: Floats, totals: Floats, design: str) -> None:
    if not (np.all(np.isfinite(cases)) and np.all(np.isfinite(totals)) and np.all(cases >= 0)):
        raise BadInput("Numbers of cases and of people must be there for every dose and not negative.")
    if not np.all(totals > 0) or cases.sum() <= 0:
        raise BadInput("Every dose needs people (or person-time), and the study a case.")
    if design != "ir" and not np.all(cases <= totals):
        raise BadInput("There cannot be more cases than people.")
    if design == "cc" and cases.sum() >= totals.sum():
        raise BadInput("A case–control study needs controls.")
