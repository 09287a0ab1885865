"""Intervals of what a printed number may have been, and arithmetic with them.

A span is closed, and every operation returns the smallest span that holds all results for numbers inside its operands, as long as
these vary independently (interval arithmetic: Moore RE, Interval Analysis, 1966). It is therefore never too narrow.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

#: What the last bits of floating-point arithmetic may add, relative to the size of the numbers.
_GRAIN = 1e-9


@dataclass(frozen=True, slots=True)
class Span:
    """All numbers from `low` to `high`."""

    low: float
    high: float

    def __add__(self, other: Span) -> Span:
        return Span(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Span) -> Span:
        return Span(self.low - other.high, self.high - other.low)

    def __mul__(self, other: Span) -> Span:
        ends = [_times(a, b) for a in (self.low, self.high) for b in (other.low, other.high)]
        return Span(min(ends), max(ends))

    def __truediv__(self, other: Span) -> Span:
        """Everything, if the divisor may be zero."""
        if other.low <= 0 <= other.high:
            return EVERYTHING
        return self * Span(1 / other.high, 1 / other.low)

    def times(self, factor: float) -> Span:
        """The span stretched by an exact number."""
        return self * Span(factor, factor)

    def size(self) -> Span:
        """Absolute values."""
        if self.low <= 0 <= self.high:
            return Span(0.0, max(-self.low, self.high))
        return Span(min(abs(self.low), abs(self.high)), max(abs(self.low), abs(self.high)))

    def squared(self) -> Span:
        """Squares."""
        size = self.size()
        return Span(_times(size.low, size.low), _times(size.high, size.high))

    def root(self) -> Span:
        """Square roots of what is not negative."""
        return Span(math.sqrt(max(self.low, 0.0)), math.sqrt(max(self.high, 0.0)))

    def log(self) -> Span:
        """Natural logarithms of what is positive."""
        return Span(_log(self.low), _log(self.high))

    def positive(self) -> Span:
        """The part that is not negative; for what cannot be, such as a standard deviation printed as 0.0."""
        return Span(max(self.low, 0.0), max(self.high, 0.0))

    def meets(self, other: Span) -> bool:
        """Whether some number is in both."""
        grain = _GRAIN * max((abs(x) for x in (*self, *other) if math.isfinite(x)), default=0.0)
        return self.low <= other.high + grain and other.low <= self.high + grain

    def gap(self, other: Span) -> float:
        """The distance between the nearest numbers of the two; 0 if they meet."""
        return 0.0 if self.meets(other) else max(self.low - other.high, other.low - self.high)

    @property
    def middle(self) -> float:
        """The number in the middle; the finite end if there is only one."""
        ends = [end for end in self if math.isfinite(end)]
        return sum(ends) / len(ends) if ends else 0.0

    def __iter__(self) -> Iterator[float]:
        yield self.low
        yield self.high


def _times(a: float, b: float) -> float:
    """a × b, where nothing times infinity is nothing: the bound is approached, not reached."""
    return 0.0 if a == 0 or b == 0 else a * b


def _log(number: float) -> float:
    return math.log(number) if number > 0 else -math.inf


EVERYTHING = Span(-math.inf, math.inf)
