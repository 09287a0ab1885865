"""Reads a number as a paper prints it."""

from __future__ import annotations

import math
import re
from decimal import Decimal

_PLAIN = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_SIGNS = str.maketrans(
    {"\u2212": "-", "\u2013": "-", "\u2010": "-", "\u2011": "-", "\u00b7": ".", "\u00a0": " ", "\u202f": " "}
)


class NotANumber(ValueError):
    """The text cannot be read as one number without guessing."""


def parse_number(text: str) -> float:
    """The number that `text` stands for.

    Typographic minus signs and the raised decimal point of older journals are read as such; spaces may group digits.
    A comma is refused: 1,234 is a thousand in one journal and one-point-two in the next. Raises NotANumber.
    """
    number = float(_plain(text))
    if not math.isfinite(number):
        raise NotANumber(f"“{text}” is too large.")
    return number


def same_after_rounding(one: str, other: str) -> bool:
    """Could both texts be one number, printed with more decimals here than there?

    34.1 and 34.12 could, 34.1 and 34.2 could not; numbers with as many decimals must be equal. A half is let pass in
    both directions, because papers round it up, down and to even. Raises NotANumber.
    """
    first, second = Decimal(_plain(one)), Decimal(_plain(other))
    coarser = max(_last_place(first), _last_place(second))
    if _last_place(first) == _last_place(second):
        return first == second
    return abs(first - second) <= Decimal(5).scaleb(coarser - 1)


def decimals(text: str) -> int:
    """How many decimals were printed: 2 for 34.10, 0 for 34, −3 for 34e3. Raises NotANumber."""
    return -_last_place(Decimal(_plain(text)))


def _plain(text: str) -> str:
    """`text` as Python writes numbers."""
    plain = text.translate(_SIGNS).strip()
    plain = re.sub(r"(?<=\d) (?=\d{3}(\D|$))", "", plain)
    plain = re.sub(r"^([+-]) +", r"\1", plain)
    if "," in plain:
        raise NotANumber(f"“{text}” has a comma: write 1234 for a thousand or 1.234 for a decimal.")
    if not _PLAIN.fullmatch(plain):
        raise NotANumber(f"“{text}” is not a number.")
    return plain


def _last_place(number: Decimal) -> int:
    """The power of ten of the last printed digit."""
    return int(number.as_tuple().exponent)
