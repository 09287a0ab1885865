"""The axis of a plot: where it begins and ends, where a value lies, and which ticks are worth a label."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from synthesis.figures.typesetting import measure

Scale = Literal["log", "linear"]
Bounds = tuple[float, float]

_DECADES = ((1.0,), (1.0, 3.0), (1.0, 2.0, 5.0), (1.0, 1.5, 2.0, 3.0, 5.0, 7.0))
_STEPS = (1.0, 2.0, 2.5, 5.0)
#: At most this many labelled ticks, and this much room between two labels (points).
MOST_TICKS, TICK_GAP = 7, 7.0
#: An interval that reaches this many typical half-widths beyond all estimates (and farther than these are spread)
#: is cut and gets an arrow.
_REACH = 2.5


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis from `low` to `high` (as printed), laid over `left` to `right` (points)."""

    scale: Scale
    low: float
    high: float
    left: float
    right: float

    def at(self, value: float) -> float:
        """Where a value lies, in points; beyond the ends for values off the axis."""
        if self.scale == "log" and value <= 0:
            return -math.inf
        start, end = onto(self.low, self.scale), onto(self.high, self.scale)
        return self.left + (onto(value, self.scale) - start) / (end - start) * (self.right - self.left)

    def holds(self, value: float) -> bool:
        """Whether a value lies on the axis."""
        return self.low <= value <= self.high


def onto(value: float, scale: Scale) -> float:
    """A printed value on the scale the axis is even in."""
    return math.log(value) if scale == "log" else value


def off(value: float, scale: Scale) -> float:
    """The inverse of `onto`; stays a positive finite number however far off the axis."""
    return math.exp(min(max(value, -690.0), 690.0)) if scale == "log" else value


def choose_bounds(
    scale: Scale,
    null: float,
    estimates: Sequence[float],
    intervals: Sequence[Bounds],
    must_show: Iterable[float],
) -> Bounds:
    """Ends of the axis: all intervals when that leaves the estimates readable, else cut near the estimates.

    Estimates that lie far outside the rest (more than three times its spread beyond the quartiles) do not stretch
    the axis. `must_show` are the values that always have to be seen: the pooled results.
    """
    points = sorted(onto(e, scale) for e in estimates)
    kept = _without_outliers(points, _typical_half_width(scale, intervals))
    core = [*kept, onto(null, scale), *(onto(v, scale) for v in must_show if _drawable(v, scale))]
    low, high = min(core), max(core)
    spread = max(high - low, 0.2 if scale == "log" else 1e-9)
    bounds = [onto(v, scale) for ci in intervals for v in ci if _drawable(v, scale)]
    reach = max(spread, _REACH * _typical_half_width(scale, intervals))
    low, high = max(min([low, *bounds]), low - reach), min(max([high, *bounds]), high + reach)
    if not low < high:
        low, high = low - 1, high + 1
    margin = 0.04 * (high - low)
    return off(low - margin, scale), off(high + margin, scale)


def _drawable(value: float, scale: Scale) -> bool:
    return math.isfinite(value) and (scale == "linear" or value > 0)


def _typical_half_width(scale: Scale, intervals: Sequence[Bounds]) -> float:
    widths = sorted(
        (onto(high, scale) - onto(low, scale)) / 2
        for low, high in intervals
        if _drawable(low, scale) and _drawable(high, scale)
    )
    return widths[len(widths) // 2] if widths else 0.0


def _without_outliers(points: Sequence[float], half_width: float) -> list[float]:
    if len(points) < 4:
        return list(points)
    first, third = points[len(points) // 4], points[(3 * len(points)) // 4]
    reach = 3 * max(third - first, half_width)
    return [p for p in points if first - reach <= p <= third + reach]


def ticks(axis: Axis, size: float) -> list[float]:
    """The values to label: round ones, no more than MOST_TICKS, with room between their labels at `size` points."""
    candidates = _log_candidates(axis) if axis.scale == "log" else _linear_candidates(axis.low, axis.high)
    inside = [[value for value in found if axis.holds(value)] for found in candidates]
    fitting = [found for found in inside if 2 <= len(found) <= MOST_TICKS and _labels_fit(axis, found, size)]
    if fitting:
        return max(fitting, key=len)
    # An axis too short for two round labels still names its ends.
    return [axis.low, axis.high]


def _log_candidates(axis: Axis) -> list[list[float]]:
    first, last = math.floor(math.log10(axis.low)), math.ceil(math.log10(axis.high))
    found = []
    for every in range(1, last - first + 2):
        found.append([10.0**power for power in range(first, last + 1) if power % every == 0])
    for mantissas in _DECADES[1:]:
        found.append([m * 10.0**power for power in range(first, last + 1) for m in mantissas])
    # A short stretch of a log axis is nearly even, and labels best as one.
    return found + _linear_candidates(axis.low, axis.high) if axis.high / axis.low < 4 else found


def _linear_candidates(low: float, high: float) -> list[list[float]]:
    power = math.floor(math.log10(high - low))
    found = []
    for exponent in (power - 1, power):
        for step in _STEPS:
            width = step * 10.0**exponent
            count = (high - low) / width
            if count <= 2 * MOST_TICKS:
                first, last = math.ceil(low / width - 1e-9), math.floor(high / width + 1e-9)
                found.append([round(n * width, 12 - exponent) for n in range(first, last + 1)])
    return found


def _labels_fit(axis: Axis, values: Sequence[float], size: float) -> bool:
    places = [(axis.at(v), measure(tick_label(v, values), size)) for v in values]
    return all(b[0] - b[1] / 2 - (a[0] + a[1] / 2) >= TICK_GAP for a, b in itertools.pairwise(places))


def tick_label(value: float, among: Sequence[float]) -> str:
    """A tick as text: no more digits than needed to tell it from its neighbours, a true minus sign."""
    if value != 0 and not 1e-4 <= abs(value) < 1e6:
        mantissa, _, exponent = f"{value:.6g}".partition("e")
        return (f"{mantissa}e{int(exponent)}" if exponent else mantissa).replace("-", "−")
    gap = min((abs(a - b) for a in among for b in among if a != b), default=abs(value) or 1.0)
    needed = max(0, -math.floor(math.log10(min(gap, abs(value) or gap)) + 1e-9) + 1)
    text = f"{value:.{min(needed, 12)}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "−")
