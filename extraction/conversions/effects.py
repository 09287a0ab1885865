"""Estimate and standard error of a comparison, from counts and person-time, and from one measure to another.

Sources: Deeks & Higgins 2010 (Statistical algorithms in Review Manager 5); Cochrane Handbook, version 6.5, sections 6.7 (rates)
and 15.4.4.4 (an OR as an RR); Chinn 2000 (Stat Med 19:3127) and Hasselblad & Hedges 1995 (Psychol Bull 117:167) between log
odds and standardised differences.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

#: Standard deviation of the standard logistic distribution, π / √3.
LOGISTIC_SD = math.pi / math.sqrt(3)


@dataclass(frozen=True, slots=True)
class Estimate:
    """Estimate and standard error on the analysis scale, and what makes them doubtful."""

    estimate: float
    se: float
    warnings: tuple[str, ...] = ()


def odds_ratio(events1: float, n1: float, events2: float, n2: float) -> Estimate:
    """Log odds ratio of group 1 against 2; SE² = 1/a + 1/b + 1/c + 1/d (Woolf 1955; Deeks & Higgins 2010).

    With a cell of zero 0.5 is added to all four. Raises ValueError for impossible counts, and where nobody or everybody
    has the event.
    """
    (a, b, c, d), warnings = _cells(events1, n1, events2, n2)
    return Estimate(
        math.log(a) - math.log(b) - math.log(c) + math.log(d),
        math.sqrt(1 / a + 1 / b + 1 / c + 1 / d),
        warnings,
    )


def risk_ratio(events1: float, n1: float, events2: float, n2: float) -> Estimate:
    """Log risk ratio; SE² = 1/a − 1/n1 + 1/c − 1/n2 (Katz 1978; Deeks & Higgins 2010). Zero cells and errors as `odds_ratio`."""
    (a, b, c, d), warnings = _cells(events1, n1, events2, n2)
    se = math.sqrt(b / a / (a + b) + d / c / (c + d))
    log_risks = math.log(a) - math.log(a + b), math.log(c) - math.log(c + d)
    return Estimate(log_risks[0] - log_risks[1], se, warnings)


def risk_difference(events1: float, n1: float, events2: float, n2: float) -> Estimate:
    """Risk difference; SE² = p1 (1 − p1) / n1 + p2 (1 − p2) / n2 (Deeks & Higgins 2010).

    With a cell of zero the standard error alone is that of the table with 0.5 added: it would be too small, or zero.
    """
    _check(events1, n1, events2, n2)
    warnings: tuple[str, ...] = ()
    a, b, c, d = events1, n1 - events1, events2, n2 - events2
    if min(a, b, c, d) == 0:
        a, b, c, d = a + 0.5, b + 0.5, c + 0.5, d + 0.5
        warnings = ("A cell of the table is zero: 0.5 was added to all four for the standard error.",)
    se = math.sqrt(a * b / (a + b) ** 3 + c * d / (c + d) ** 3)
    return Estimate(events1 / n1 - events2 / n2, se, warnings)


def rate_ratio(events1: float, time1: float, events2: float, time2: float) -> Estimate:
    """Log rate ratio; SE² = 1/E1 + 1/E2 (Handbook 6.7). With no event in one group 0.5 is added to both."""
    _check_rates(events1, time1, events2, time2)
    if events1 == events2 == 0:
        raise ValueError("Nobody has the event: a ratio cannot be estimated.")
    warnings: tuple[str, ...] = ()
    if 0 in (events1, events2):
        events1, events2 = events1 + 0.5, events2 + 0.5
        warnings = ("One group has no event: 0.5 was added to both.",)
    return Estimate(
        math.log(events1) - math.log(time1) - math.log(events2) + math.log(time2),
        math.sqrt(1 / events1 + 1 / events2),
        warnings,
    )


def rate_difference(events1: float, time1: float, events2: float, time2: float) -> Estimate:
    """Rate difference; SE² = E1/T1² + E2/T2² (Handbook 6.7). Raises ValueError where nobody has the event."""
    _check_rates(events1, time1, events2, time2)
    if events1 == events2 == 0:
        raise ValueError("Nobody has the event: the standard error would be zero.")
    return Estimate(events1 / time1 - events2 / time2, math.sqrt(events1 / time1**2 + events2 / time2**2))


def risk_ratio_from_odds_ratio(ratio: float, baseline: float) -> float:
    """RR = OR / (1 − p0 (1 − OR)), p0 the risk without the intervention, 0 to 1 (Handbook 15.4.4.4; Zhang & Yu 1998)."""
    if not ratio > 0:
        raise ValueError("An odds ratio must be above zero.")
    if not 0 < baseline < 1:
        raise ValueError("The risk in the comparator must lie between 0 and 1 (0 and 100 %).")
    return ratio / (1 - baseline * (1 - ratio))


def smd_from_log_odds_ratio(log_ratio: float, se: float) -> Estimate:
    """d = ln OR × √3/π, its standard error likewise (Hasselblad & Hedges 1995; Chinn 2000; Handbook 10.6)."""
    _check_se(se)
    return Estimate(log_ratio / LOGISTIC_SD, se / LOGISTIC_SD)


def log_odds_ratio_from_smd(smd: float, se: float) -> Estimate:
    """ln OR = d × π/√3, its standard error likewise (Chinn 2000; Handbook 10.6)."""
    _check_se(se)
    return Estimate(smd * LOGISTIC_SD, se * LOGISTIC_SD)


def _cells(
    events1: float, n1: float, events2: float, n2: float
) -> tuple[tuple[float, float, float, float], tuple[str, ...]]:
    """The four cells of the table for a ratio, corrected where one is zero."""
    _check(events1, n1, events2, n2)
    a, b, c, d = events1, n1 - events1, events2, n2 - events2
    if a == c == 0 or b == d == 0:
        raise ValueError("Nobody, or everybody, has the event in both groups: a ratio cannot be estimated.")
    if min(a, b, c, d) > 0:
        return (a, b, c, d), ()
    corrected = (a + 0.5, b + 0.5, c + 0.5, d + 0.5)
    return corrected, ("A cell of the table is zero: 0.5 was added to all four.",)


def _check(events1: float, n1: float, events2: float, n2: float) -> None:
    if not (n1 > 0 and n2 > 0):
        raise ValueError("Both groups must have people in them.")
    if not (0 <= events1 <= n1 and 0 <= events2 <= n2):
        raise ValueError("The people with the event must be between none and all of the group.")


def _check_rates(events1: float, time1: float, events2: float, time2: float) -> None:
    if not (time1 > 0 and time2 > 0):
        raise ValueError("Both groups must have person-time.")
    if not (events1 >= 0 and events2 >= 0):
        raise ValueError("A number of events must not be negative.")


def _check_se(se: float) -> None:
    if not se > 0:
        raise ValueError("A standard error must be above zero.")
