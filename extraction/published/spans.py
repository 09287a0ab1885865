"""Printed numbers as the span of numbers that could have been printed so, and arithmetic with such spans."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

_NUMBER = re.compile(
    r"([<>=≤≥]|<=|>=)?\s*([+-]?\s*(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?)\s*%?"
)
_SIGNS = str.maketrans({"−": "-", "–": "-", "‐": "-", "‑": "-", "·": ".", "\u00a0": " ", "\u202f": " "})
#: Computed and printed numbers that meet within this share of their size meet.
SLACK = 1e-9


class Unreadable(ValueError):
    """The text is not what the field needs; the message says what it needs."""


@dataclass(frozen=True, slots=True)
class Span:
    """All numbers from `low` to `high`; either end may be infinite."""

    low: float
    high: float

    @property
    def middle(self) -> float:
        """Half way; the finite end if the other is infinite."""
        if math.isinf(self.low):
            return self.high
        return self.low if math.isinf(self.high) else (self.low + self.high) / 2

    def meets(self, other: Span) -> bool:
        """Is there a number in both?"""
        return self.gap(other) <= SLACK * max(1.0, _size(self), _size(other))

    def gap(self, other: Span) -> float:
        """How far apart the nearest two numbers are; 0 when the spans meet."""
        return max(0.0, self.low - other.high, other.low - self.high)

    def holds(self, number: float) -> bool:
        """Is the number in it?"""
        return self.meets(Span(number, number))

    def minus(self, other: Span) -> Span:
        """Every difference."""
        return Span(self.low - other.high, self.high - other.low)

    def times(self, factor: float) -> Span:
        """Every number times `factor`."""
        return Span(*sorted((self.low * factor, self.high * factor)))

    def over(self, other: Span) -> Span:
        """Every ratio; everything when the divisor may be zero."""
        if other.low <= 0 <= other.high:
            return Span(-math.inf, math.inf)
        ratios = [one / two for one in (self.low, self.high) for two in (other.low, other.high)]
        return Span(min(ratios), max(ratios))

    def size(self) -> Span:
        """Every absolute value."""
        largest = max(abs(self.low), abs(self.high))
        smallest = 0.0 if self.low <= 0 <= self.high else min(abs(self.low), abs(self.high))
        return Span(smallest, largest)

    def within(self, low: float, high: float) -> Span:
        """The same with its ends moved into a range of possible values."""
        return Span(min(max(self.low, low), high), max(min(self.high, high), low))

    def through(self, rising: Callable[[float], float]) -> Span:
        """The image under a rising function."""
        return Span(rising(self.low), rising(self.high))


@dataclass(frozen=True, slots=True)
class Printed:
    """A number as a paper prints it: 0.028 stands for 0.0275 to 0.0285, and “< 0.05” for everything below.

    Both halves are let pass, because papers round a half up, down and to even.
    """

    text: str
    span: Span

    @property
    def whole(self) -> int | None:
        """The count that it is; None for a number with decimals or a bound."""
        exact = re.fullmatch(r"\+?\s*([0-9]{1,12})", self.text)
        return int(exact[1]) if exact else None

    def __str__(self) -> str:
        return self.text


def printed(text: str) -> Printed:
    """The number that `text` prints, with the sign of a bound before it or without.

    A comma is refused: 1,234 is a thousand in one journal and one-point-two in the next. Raises Unreadable.
    """
    plain = text.translate(_SIGNS).strip()
    plain = re.sub(r"(?<=\d) (?=\d{3}(\D|$))", "", plain)
    if re.search(r"\d,\d", plain):
        raise Unreadable(f"“{text}” has a comma: write 1234 for a thousand or 1.234 for a decimal.")
    found = _NUMBER.fullmatch(plain)
    if not found:
        raise Unreadable(f"“{text}” is not a number.")
    sign, digits = found[1] or "=", found[2].replace(" ", "")
    number = float(digits)
    if not math.isfinite(number) or abs(number) > 1e15:
        raise Unreadable(f"“{text}” is too large.")
    if sign in {"<", "<=", "≤"}:
        return Printed(plain.removesuffix("%").strip(), Span(-math.inf, number))
    if sign in {">", ">=", "≥"}:
        return Printed(plain.removesuffix("%").strip(), Span(number, math.inf))
    half = 0.0 if re.fullmatch(r"[+-]?[0-9]+", digits) else _half_a_place(digits)
    return Printed(digits, Span(number - half, number + half))


def rounded(number: Printed) -> Span:
    """The span of a measured quantity: printed without decimals it may be off by a half, unlike a count."""
    if number.span.low < number.span.high:
        return number.span
    return Span(number.span.low - 0.5, number.span.high + 0.5)


def short(number: float) -> str:
    """The number with enough digits to recognise it: four that count, whole above a thousand."""
    if math.isinf(number):
        return "any number" if number > 0 else "minus any number"
    text = f"{number:.4g}" if abs(number) < 1000 else f"{number:.0f}"
    return text.replace("-", "−")


def told(span: Span) -> str:
    """The span in words, as one number when its ends look alike."""
    if math.isinf(span.low) and math.isinf(span.high):
        return "any number"
    if math.isinf(span.low):
        return f"at most {short(span.high)}"
    if math.isinf(span.high):
        return f"at least {short(span.low)}"
    low, high = short(span.low), short(span.high)
    return low if low == high else f"{low} to {high}"


def _half_a_place(digits: str) -> float:
    exponent = Decimal(digits).as_tuple().exponent
    return float(Decimal(5).scaleb(int(exponent) - 1))


def _size(span: Span) -> float:
    return max((abs(end) for end in (span.low, span.high) if math.isfinite(end)), default=0.0)
