"""What a suggestion is computed from, and what it consists of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from synthesis.grading.absolute import RATIOS, RISKS, STANDARDISED, Span, absolute, exponential, on_scale


@dataclass(frozen=True, slots=True)
class StudyEvidence:
    """A study that was pooled. `effect` on the analysis scale, weight in percent; `bias`: low, some, high or "" (not judged)."""

    label: str
    effect: Span
    weight: float
    bias: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A result: the pooled effect, or that of the only study, on the analysis scale (logarithms for ratios).

    participants, events   in both arms together; None where some study does not tell
    prediction             limits of the prediction interval
    egger_p                p of the test for funnel asymmetry
    """

    measure: str
    studies: tuple[StudyEvidence, ...]
    effect: Span | None
    prediction: tuple[float, float] | None = None
    i2: float | None = None
    egger_p: float | None = None
    other_tests: tuple[tuple[str, float], ...] = ()
    participants: float | None = None
    events: float | None = None

    @property
    def k(self) -> int:
        """How many studies there are."""
        return len(self.studies)

    @property
    def is_ratio(self) -> bool:
        """Analysed as a logarithm."""
        return self.measure in RATIOS

    def printed(self, value: float) -> float:
        """A number of the analysis scale as it is printed: a ratio for its logarithm."""
        return exponential(value) if self.is_ratio else value


@dataclass(frozen=True, slots=True)
class Basis:
    """What people gave: against which numbers a result is judged.

    acr         assumed comparator risk
    thresholds  sizes of difference that matter, smallest first: per 1000 for risks, else in the units of the effect (of the
                familiar scale, where `sd` is given)
    sd          standard deviation of a familiar scale
    reduction, delta, alpha, power   of the optimal information size
    """

    acr: float | None = None
    thresholds: tuple[float, ...] = ()
    sd: float | None = None
    reduction: float = 0.25
    delta: float = 0.2
    alpha: float = 0.05
    power: float = 0.8


@dataclass(frozen=True, slots=True)
class Suggestion:
    """By how many levels the numbers speak for a change (None: they cannot tell), why, from which numbers, by whose rule."""

    domain: str
    change: int | None
    reasons: tuple[str, ...]
    numbers: dict[str, float] = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True, slots=True)
class Yardstick:
    """The scale on which thresholds are given, and the limits between conclusions on it."""

    unit: str
    convert: Callable[[float], float]
    limits: tuple[float, ...]

    def crossed(self, low: float, high: float) -> tuple[float, ...]:
        """The limits inside the interval of two numbers of the analysis scale."""
        ends = sorted((self.convert(low), self.convert(high)))
        return tuple(limit for limit in self.limits if ends[0] < limit < ends[1])

    def zone(self, value: float) -> int:
        """Between which limits a number of the analysis scale lies."""
        return sum(limit < self.convert(value) for limit in self.limits)


def yardstick(evidence: Evidence, basis: Basis) -> Yardstick:
    """Thresholds on both sides of no effect; without any (or without the comparator's risk they need), no effect itself."""
    unit, convert = _scale(evidence, basis)
    if not basis.thresholds or not unit:
        return Yardstick(unit, convert, (0.0,))
    sizes = sorted(basis.thresholds)
    return Yardstick(unit, convert, (*(-size for size in reversed(sizes)), *sizes))


def _scale(evidence: Evidence, basis: Basis) -> tuple[str, Callable[[float], float]]:
    measure, acr, sd = evidence.measure, basis.acr, basis.sd
    if measure == "RD":
        return "per 1000", lambda value: 1000 * value
    if measure in RISKS:
        if acr is None:
            return "", float
        return "per 1000", lambda value: 1000 * _difference(measure, exponential(value), acr)
    if measure in STANDARDISED and sd is not None:
        return "points of the scale", lambda value: on_scale(Span(value, value, value), sd).estimate
    return ("", float) if evidence.is_ratio else ("units of the effect", float)


def _difference(measure: str, value: float, acr: float) -> float:
    return absolute(measure, Span(value, value, value), acr).difference.estimate
