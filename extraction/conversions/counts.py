"""Numbers of people with an event, from a printed percentage."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Events:
    """A whole number of people, and what makes it doubtful."""

    events: int
    warnings: tuple[str, ...] = ()


def events_from_percent(percent: float, n: float) -> Events:
    """How many of `n` people `percent` (0 to 100) are: percent × n / 100, to the nearest whole number.

    Warns when the percentage, as printed, fits several numbers of people (it was rounded too far for this n), or none
    (it was taken of another denominator). Raises ValueError unless 0 ≤ percent ≤ 100 and n > 0.
    """
    if not 0 <= percent <= 100:
        raise ValueError("A percentage must lie between 0 and 100.")
    if not (n > 0 and math.isfinite(n)):
        raise ValueError("The group must have people in it.")
    events = math.floor(percent / 100 * n + 0.5)
    fitting = _fitting(percent, n)
    if fitting > 1:
        return Events(
            events,
            (f"{percent:g} % of {n:g} could be {fitting} different numbers of events, because of rounding.",),
        )
    if fitting == 0:
        return Events(
            events,
            (
                f"No whole number of {n:g} people is {percent:g} %: the percentage may be of another number, or estimated.",
            ),
        )
    return Events(events)


def _fitting(percent: float, n: float) -> int:
    """How many whole numbers of events would be printed as `percent`, with as many decimals as it has."""
    decimals = max(0, -int(Decimal(repr(float(percent))).normalize().as_tuple().exponent))
    half = 0.5 * 10.0**-decimals * (1 + 1e-9)
    low = max(0, math.ceil((percent - half) / 100 * n))
    high = min(math.floor(n), math.floor((percent + half) / 100 * n))
    return max(0, high - low + 1)
