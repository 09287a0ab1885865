"""E-values: how strong unmeasured confounding would have to be to explain an association away."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from synthesis.stats import arrays
from synthesis.stats.errors import BadInput

MEASURES = ("RR", "OR", "HR", "SMD")
# A standardised mean difference as a log risk ratio, and its standard error (VanderWeele & Ding 2017, table 2).
SMD_SLOPE, SMD_SPREAD = 0.91, 1.78


@dataclass(frozen=True, slots=True)
class EValue:
    """estimate, limit: E-values (≥ 1) of the estimate and of the interval's limit nearer the null; risk ratios.

    risk_ratio, ci_lb, ci_ub   what was given, as (approximate) risk ratios;  limit None without an interval
    """

    measure: str
    risk_ratio: float
    ci_lb: float | None
    ci_ub: float | None
    estimate: float
    limit: float | None


def e_value(
    estimate: float,
    *,
    measure: str = "RR",
    ci_lb: float | None = None,
    ci_ub: float | None = None,
    se: float | None = None,
    common: bool = False,
    true: float = 1.0,
) -> EValue:
    """The smallest risk ratio a confounder must have with both exposure and outcome to move the estimate to `true`.

    estimate      a ratio for RR, OR, HR (1 is no effect); a standardised mean difference for SMD (0 is no effect)
    ci_lb, ci_ub  its interval, on the same scale; for SMD give its standard error `se` instead
    common        the outcome is common (over 15 % at the end of follow-up): OR and HR are converted first
    true          the risk ratio that confounding would have to leave, default no effect
    RR + √(RR (RR − 1)); OR → √OR and HR → (1 − ½^√HR) / (1 − ½^√(1/HR)) when common; d → exp(0.91 d).
    Raises BadInput for ratios that are not positive, half an interval, or an interval without its estimate.
    Source: VanderWeele & Ding 2017, Ann Intern Med 167:268. Checked: there, RR 3.9 (1.8, 8.7) gives 7.26 and 3.0.
    """
    arrays.one_of(measure, MEASURES, "measure of an E-value")
    if measure == "SMD":
        low, high = _smd_interval(estimate, ci_lb, ci_ub, se)
        return _summary(measure, _exp(SMD_SLOPE * estimate), low, high, true)
    if se is not None:
        raise BadInput("A standard error is used for SMD only; give ratios with their interval.")
    given = [value for value in (estimate, ci_lb, ci_ub, true) if value is not None]
    if not all(math.isfinite(value) and value > 0 for value in given):
        raise BadInput("Ratios and their limits must be positive and finite.")
    as_risk_ratio = _conversion(measure, common)
    limits = [None if value is None else as_risk_ratio(value) for value in (ci_lb, ci_ub)]
    return _summary(measure, as_risk_ratio(estimate), limits[0], limits[1], true)


def _conversion(measure: str, common: bool) -> Callable[[float], float]:
    if measure == "OR" and common:
        return math.sqrt
    if measure == "HR" and common:
        return lambda hr: (1 - 0.5 ** math.sqrt(hr)) / (1 - 0.5 ** math.sqrt(1 / hr))
    return lambda ratio: ratio


def _smd_interval(
    d: float, low: float | None, high: float | None, se: float | None
) -> tuple[float | None, float | None]:
    if low is not None or high is not None:
        raise BadInput("For SMD give the standard error; its interval as a risk ratio is wider than its own.")
    if not math.isfinite(d) or (se is not None and not (math.isfinite(se) and se >= 0)):
        raise BadInput("A standardised mean difference and its standard error must be finite numbers.")
    if se is None:
        return None, None
    return _exp(SMD_SLOPE * d - SMD_SPREAD * se), _exp(SMD_SLOPE * d + SMD_SPREAD * se)


def _exp(log: float) -> float:
    if abs(log) > 500:
        raise BadInput("This standardised mean difference is too large to be a risk ratio.")
    return math.exp(log)


def _summary(measure: str, rr: float, low: float | None, high: float | None, true: float) -> EValue:
    if not (math.isfinite(true) and true > 0):
        raise BadInput("The true risk ratio must be positive and finite.")
    if (low is None) != (high is None):
        raise BadInput("Give both limits of the interval, or none.")
    limit = None
    if low is not None and high is not None:
        if not low <= rr <= high:
            raise BadInput("The interval must contain its estimate.")
        nearer = low if rr > true else high
        limit = 1.0 if low <= true <= high else _strength(nearer / true)
    return EValue(measure, rr, low, high, _strength(rr / true), limit)


def _strength(ratio: float) -> float:
    away = max(ratio, 1 / ratio)
    return away + math.sqrt(away * (away - 1))
