"""What the sentinels look at: numbers as they are printed, in groups and contrasts, one result of one study at a time.

A number carries an opaque `key`, so that whoever asked can link a finding back to the cell the number stands in.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from extraction.sentinels.spans import Span

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_RELATION = re.compile(r"^(?:[pP](?:[- ]?value)?\s*)?(<=|>=|<|>|=|≤|≥)?\s*")
_SIGNS = str.maketrans({"−": "-", "–": "-", "‐": "-", "‑": "-", "·": ".", "\u00a0": " ", "\u202f": " "})
#: Beyond these, squares and their sums would not be numbers any more, and nobody measures such things.
_LARGEST, _PLACES = Decimal("1e50"), 50
_RELATIONS = {"": "=", "=": "=", "<": "<", "<=": "<", "≤": "<", ">": ">", ">=": ">", "≥": ">"}


class Unreadable(ValueError):
    """The text cannot be read as one number without guessing."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A number as printed: its value, and to how many decimals it was rounded (negative: tens, hundreds).

    `relation` is “<” or “>” for bounds such as p < 0.001. At most 1e50 in size: use `printed` for what people typed. `quote` is the text the number was read in, if anybody kept it.
    """

    value: float
    decimals: int = 0
    text: str = ""
    key: str = ""
    relation: str = "="
    quote: str = ""

    def span(self, units: float = 0.5) -> Span:
        """What the number may have been, give or take `units` of its last printed digit.

        0.5 is rounding, in whichever way halves were rounded; 1 allows for digits cut off and for rounding twice.
        """
        slack = units * 10.0**-self.decimals
        if self.relation == "<":
            return Span(-math.inf, self.value + (slack if units > 0.5 else 0.0))
        if self.relation == ">":
            return Span(self.value - (slack if units > 0.5 else 0.0), math.inf)
        return Span(self.value - slack, self.value + slack)

    def __str__(self) -> str:
        return self.text or f"{self.value:.{max(self.decimals, 0)}f}"


def printed(text: str, *, key: str = "", quote: str = "") -> Printed:
    """Read `text` as a paper prints a number: “−4.70”, “·03”, “12 500”, “1.2e-5”, “61.1 %”, “p < 0.001”.

    A comma is refused, because 1,234 is a thousand in one journal and one-point-two in the next. Raises Unreadable.
    """
    plain = text.translate(_SIGNS).strip()
    relation = _RELATION.match(plain)
    sign = (relation.group(1) or "") if relation else ""
    rest = plain[relation.end() :] if relation else plain
    rest = re.sub(r"(?<=\d) (?=\d{3}(\D|$))", "", rest.rstrip("% "))
    if "," in rest:
        raise Unreadable(f"“{text}” has a comma: write 1234 for a thousand or 1.234 for a decimal.")
    rest = re.sub(r"^([+-]) +", r"\1", rest)
    if not _NUMBER.fullmatch(rest):
        raise Unreadable(f"“{text[:60]}” is not a number.")
    number = Decimal(rest)
    places = int(number.as_tuple().exponent)
    if abs(number) > _LARGEST or abs(places) > _PLACES:
        raise Unreadable(f"“{text[:60]}” is too large or too small to be a result.")
    return Printed(float(number), -places, text.strip(), key, _RELATIONS[sign], quote)


@dataclass(frozen=True, slots=True)
class Group:
    """One group of a study: counts, and mean or median with their spread, each as printed or None.

    `side` is “experimental”, “control” or empty; `percent` is what is printed beside the events (0 to 100);
    `key` names the arm itself, so that one control used in two comparisons is recognised.
    """

    label: str = ""
    side: str = ""
    key: str = ""
    n: Printed | None = None
    randomised: Printed | None = None
    events: Printed | None = None
    percent: Printed | None = None
    mean: Printed | None = None
    sd: Printed | None = None
    se: Printed | None = None
    ci_low: Printed | None = None
    ci_high: Printed | None = None
    median: Printed | None = None
    q1: Printed | None = None
    q3: Printed | None = None
    minimum: Printed | None = None
    maximum: Printed | None = None


@dataclass(frozen=True, slots=True)
class Contrast:
    """A reported comparison of two groups.

    `measure` is one of the names of metafor: MD, SMD, RD (analysed as they are), OR, RR, HR, IRR, ROM (analysed as logarithms;
    estimate and limits as printed, standard error of the logarithm). Empty: not known, and nothing is presumed.
    `on_log_scale` says that a ratio measure's estimate and limits are logarithms already. `ci_level` in percent.
    """

    measure: str = ""
    estimate: Printed | None = None
    ci_low: Printed | None = None
    ci_high: Printed | None = None
    ci_level: float = 95.0
    se: Printed | None = None
    z: Printed | None = None
    t: Printed | None = None
    f: Printed | None = None
    df: Printed | None = None
    p: Printed | None = None
    on_log_scale: bool = False


@dataclass(frozen=True, slots=True)
class Population:
    """Who was studied, for recognising the same people in two studies: registration number, site, dates, authors.

    Dates are ISO text (2014, 2014-03 or 2014-03-01) of the first and last recruitment; authors are family names.
    """

    registration: str = ""
    site: str = ""
    start: str = ""
    end: str = ""
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Characteristic:
    """A number that describes a study's people, under the name it was entered as: (“Age, mean”, 63.2)."""

    name: str
    number: Printed


@dataclass(frozen=True, slots=True)
class Result:
    """One outcome of one study: what the sentinels are given.

    `metric` is final, change, slope, events or time-to-event; `direction` is higher or lower (which is better) or empty;
    `scale_low` and `scale_high` are the ends of the scale; `is_integer_scale` says that one person's score is a whole number,
    `items` how many whole-number items a score is the mean of. `baseline` are the same groups before the intervention.
    """

    study: str
    outcome: str = ""
    measure: str = ""
    metric: str = "final"
    direction: str = ""
    unit: str = ""
    scale_low: float | None = None
    scale_high: float | None = None
    is_integer_scale: bool = False
    items: int = 1
    time: str = ""
    groups: tuple[Group, ...] = ()
    contrast: Contrast | None = None
    total: Printed | None = None
    baseline: tuple[Group, ...] = ()
    population: Population | None = None
    characteristics: tuple[Characteristic, ...] = ()
    key: str = ""

    def sides(self) -> tuple[Group, Group] | None:
        """The experimental and the control group; None unless there is exactly one of each."""
        return pair_of(self.groups)


def pair_of(groups: tuple[Group, ...]) -> tuple[Group, Group] | None:
    """One experimental and one control group; None unless there is exactly one of each."""
    experimental = [group for group in groups if group.side == "experimental"]
    control = [group for group in groups if group.side == "control"]
    return (experimental[0], control[0]) if len(experimental) == len(control) == 1 else None


def whole(number: Printed | None) -> int | None:
    """The count that was printed; None if there is none or it is no whole number above zero."""
    if number is None or number.relation != "=" or number.value < 1 or not float(number.value).is_integer():
        return None
    return int(number.value)


def present(*numbers: Printed | None) -> Iterator[Printed]:
    """Those numbers that are there."""
    return (number for number in numbers if number is not None)
