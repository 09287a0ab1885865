"""From a relative effect and a comparator's risk to risks and differences per 1000; from a standardised difference to a scale.

The assumed comparator risk (ACR) is held fixed: the interval of an absolute effect is the relative one's, transformed.
Source: Schünemann et al., Cochrane Handbook sections 15.4.4 (risks) and 15.5.3 (standardised differences); for hazard
ratios Skoetz et al. 2020, J Clin Epidemiol 118:124.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

#: Measures that a comparator's risk makes absolute.
RISKS = frozenset({"RR", "OR", "HR", "RD"})
STANDARDISED = frozenset({"SMD", "SMDH"})
#: Measures that are analysed as a logarithm.
RATIOS = frozenset({"RR", "OR", "HR", "IRR", "ROM"})


class NoRisk(ValueError):
    """The comparator's risk is not between 0 and 1."""


@dataclass(frozen=True, slots=True)
class Span:
    """An estimate with its confidence limits, low ≤ high whatever they were computed from."""

    estimate: float
    low: float
    high: float

    def through(self, function: Callable[[float], float]) -> Span:
        """Each of the three numbers transformed by a monotone function."""
        ends = sorted((function(self.low), function(self.high)))
        return Span(function(self.estimate), *ends)


@dataclass(frozen=True, slots=True)
class Absolute:
    """Risks as probabilities: with the comparator, with the intervention, and their difference (intervention − comparator).

    `is_capped`: a limit lay outside of 0 to 1 and was set to it.
    """

    comparator: float
    intervention: Span
    difference: Span
    is_capped: bool


def exponential(value: float) -> float:
    """eˣ; beyond what a number can hold, the largest that will do: limits of very few studies may lie there."""
    return math.exp(min(value, 700.0))


def risk_from_rr(acr: float, rr: float) -> float:
    """ACR·RR; above 1 where the risk ratio does not fit so high a risk (Handbook 15.4.4.1)."""
    return acr * rr


def risk_from_or(acr: float, odds_ratio: float) -> float:
    """OR·ACR / (1 − ACR + OR·ACR) (Handbook 15.4.4.2)."""
    return odds_ratio * acr / (1 - acr + odds_ratio * acr)


def risk_from_hr(acr: float, hr: float) -> float:
    """1 − (1 − ACR)^HR, under proportional hazards; ACR is the risk by the time that is reported (Handbook 15.4.4.3)."""
    return 1 - float((1 - acr) ** hr)


def risk_from_rd(acr: float, rd: float) -> float:
    """ACR + RD."""
    return acr + rd


_FORMULAS: dict[str, Callable[[float, float], float]] = {
    "RR": risk_from_rr,
    "OR": risk_from_or,
    "HR": risk_from_hr,
    "RD": risk_from_rd,
}


def absolute(measure: str, effect: Span, acr: float) -> Absolute:
    """Absolute effects of a risk ratio, odds ratio, hazard ratio or risk difference (not its logarithm).

    Raises NoRisk unless 0 < acr < 1, and KeyError for a measure that is none of these.
    """
    if not 0 < acr < 1:
        raise NoRisk("The comparator’s risk must lie between 0 and 1.")
    raw = effect.through(lambda value: _FORMULAS[measure](acr, value))
    risk = raw.through(lambda value: min(1.0, max(0.0, value)))
    return Absolute(acr, risk, risk.through(lambda value: value - acr), is_capped=raw != risk)


def of_thousand(risk: float) -> str:
    """People of 1000, in whole numbers; with a decimal where that would be fewer than ten."""
    number = 1000 * risk
    return f"{number:.1f}" if 0 < abs(number) < 9.95 else f"{number:.0f}"


def on_scale(smd: Span, sd: float) -> Span:
    """SMD · SD of a familiar instrument, in its units (Handbook 15.5.3.2). Raises ValueError unless sd > 0."""
    if not (sd > 0 and math.isfinite(sd)):
        raise ValueError("A standard deviation is above zero.")
    return smd.through(lambda value: value * sd)


def odds_ratio_of_smd(smd: float) -> float:
    """exp(π·SMD/√3), for a logistic distribution of the outcome (Chinn 2000, Stat Med 19:3127; Handbook 15.5.3.3)."""
    return exponential(math.pi * smd / math.sqrt(3))


def size_in_words(smd: float) -> str:
    """Cohen's rule of thumb (1988): 0.2 small, 0.5 moderate, 0.8 large."""
    for least, word in ((0.8, "large"), (0.5, "moderate"), (0.2, "small")):
        if abs(smd) >= least:
            return word
    return "trivial"
