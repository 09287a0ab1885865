"""Log hazard ratio and its variance from what trials report of time to an event.

Sources: Parmar, Torri & Stewart 1998 (Stat Med 17:2815); Tierney, Stewart, Ghersi, Burdett & Sydes 2007 (Trials 8:16);
Cochrane Handbook, version 6.5, section 6.8.2. O − E is observed less expected events of the research arm, V the variance of
the log-rank statistic: ln HR = (O − E) / V, SE = 1 / √V.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.special import ndtri

from extraction.conversions.dispersion import se_from_ci


@dataclass(frozen=True, slots=True)
class LogHazardRatio:
    """Log hazard ratio, its standard error, and O − E and V that go with them."""

    estimate: float
    se: float

    @property
    def v(self) -> float:
        """Variance of the log-rank statistic, 1 / SE²."""
        return 1 / self.se**2

    @property
    def o_minus_e(self) -> float:
        """Observed less expected events of the research arm."""
        return self.estimate * self.v


def from_log_rank(o_minus_e: float, v: float) -> LogHazardRatio:
    """From O − E and V as printed (Tierney 2007, equations 1 and 2; Handbook 6.8.2). Raises ValueError unless V > 0."""
    if not v > 0:
        raise ValueError("V, the variance of O − E, must be above zero.")
    return LogHazardRatio(o_minus_e / v, 1 / math.sqrt(v))


def from_interval(ratio: float, low: float, high: float, *, level: float = 95) -> LogHazardRatio:
    """From a hazard ratio and its confidence interval: V = [2 z / (ln high − ln low)]² (Tierney 2007, method 3)."""
    if not (ratio > 0 and low > 0 and high > 0):
        raise ValueError("A hazard ratio and its limits must be above zero.")
    return LogHazardRatio(math.log(ratio), se_from_ci(math.log(low), math.log(high), level=level))


def variance_from_events(events1: float, events2: float) -> float:
    """V = O1 O2 / (O1 + O2), from the events of each arm when they were randomised 1:1 (Parmar 1998; Tierney 2007).

    Raises ValueError unless both arms have events.
    """
    if not (events1 > 0 and events2 > 0):
        raise ValueError("Both arms must have events.")
    return events1 * events2 / (events1 + events2)


def variance_from_allocation(events: float, n1: float, n2: float) -> float:
    """V = O n1 n2 / (n1 + n2)², from all events and the people randomised to each arm; O/4 for 1:1 (Parmar 1998; Tierney 2007).

    Raises ValueError unless there are events and both arms have people.
    """
    if not (events > 0 and n1 > 0 and n2 > 0):
        raise ValueError("There must be events, and people in both arms.")
    return events * (n1 / (n1 + n2)) * (n2 / (n1 + n2))


def from_p(p: float, v: float, *, research_better: bool) -> LogHazardRatio:
    """From the two-sided p value of the log-rank test and V: O − E = ± z √V (Tierney 2007, methods 7 to 9).

    research_better  the research arm had fewer events than expected: a p value does not say which way.
    Raises ValueError unless 0 < p ≤ 1 and V > 0.
    """
    if not 0 < p <= 1:
        raise ValueError(
            "A p value must lie between 0 and 1; for “p < 0.001” enter 0.001 and note that it is a bound."
        )
    if not v > 0:
        raise ValueError("V, the variance of O − E, must be above zero.")
    z = -float(ndtri(p / 2))
    return LogHazardRatio((-z if research_better else z) / math.sqrt(v), 1 / math.sqrt(v))


def from_ratio(ratio: float, v: float) -> LogHazardRatio:
    """From a hazard ratio and V, found by the events (Tierney 2007, methods 5 and 6). Raises ValueError unless both > 0."""
    if not (ratio > 0 and v > 0):
        raise ValueError("A hazard ratio and V must be above zero.")
    return LogHazardRatio(math.log(ratio), 1 / math.sqrt(v))
