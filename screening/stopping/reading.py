"""What was read so far, in order, and what of it was relevant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np

from screening.stopping.errors import BadReading
from screening.stopping.hypergeometric import Whole

Share = Fraction | Decimal | str | int


@dataclass(frozen=True, slots=True)
class Reading:
    """`total` records, of which `read` were read in a known order; `finds` (r,) are the places, from 1, of the relevant ones."""

    total: int
    read: int
    finds: Whole

    def __post_init__(self) -> None:
        if not 0 <= self.read <= self.total:
            raise BadReading(f"{self.read} of {self.total} records cannot have been read.")
        places = self.finds
        if len(places) and (places[0] < 1 or places[-1] > self.read or (np.diff(places) < 1).any()):
            raise BadReading("Finds are places in the order of reading, each once.")

    @classmethod
    def of(cls, labels: Iterable[bool | int], *, total: int) -> Reading:
        """From one label for each record read, in order: was it relevant?"""
        relevant = np.fromiter((bool(label) for label in labels), dtype=bool)
        return cls(total, len(relevant), np.flatnonzero(relevant).astype(np.int64) + 1)

    @property
    def found(self) -> int:
        """How many relevant records were found (r)."""
        return len(self.finds)

    @property
    def unread(self) -> int:
        """How many records nobody has read."""
        return self.total - self.read

    @property
    def in_a_row(self) -> int:
        """How many irrelevant records were read since the last relevant one."""
        return self.read - int(self.finds[-1]) if self.found else self.read

    def after(self, read: int) -> Reading:
        """What was known when the first `read` records had been read."""
        return Reading(self.total, read, self.finds[: int(np.searchsorted(self.finds, read, side="right"))])


def share(value: Share, name: str) -> Fraction:
    """A share strictly between 0 and 1, exactly: 0.95 is 19/20 and not the nearest double. Raises BadReading."""
    try:
        exact = Fraction(value)
    except (ValueError, ZeroDivisionError) as error:
        raise BadReading(f"The {name} is a number such as 0.95.") from error
    if not 0 < exact < 1:
        raise BadReading(f"The {name} lies between 0 and 1.")
    return exact
