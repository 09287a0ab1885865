"""What several people read in one place, side by side: the same rules for numbers of the sheet and answers of a form."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Generic, TypeVar

from extraction.conversions import NotANumber, same_after_rounding
from extraction.models import Answer, Value
from reviews.models import User

Said = TypeVar("Said", Value, Answer)


def stands(settled: int, readings: Iterable[int]) -> bool:
    """A settled row (its id; 0: none) stands while no extractor has written anything after it."""
    return settled > max(readings, default=0)


class Place(Generic[Said]):
    """One place with what each person wrote there and what was settled; whoever inherits says when they `agree`."""

    __slots__ = ()
    readings: dict[int, Said | None]
    settled: Said | None

    @property
    @abstractmethod
    def agree(self) -> bool:
        """All say the same."""

    @property
    def read(self) -> list[Said]:
        """What was found, where something was found."""
        return [one for one in self.readings.values() if one and one.text]

    @property
    def is_empty(self) -> bool:
        """Nobody found anything here."""
        return not self.read

    @property
    def is_settled(self) -> bool:
        """A settled word stands, and no extractor has changed theirs since."""
        readings = [one.pk for one in self.readings.values() if one]
        return stands(self.settled.pk if self.settled else 0, readings)

    @property
    def agree_after_rounding(self) -> bool:
        """Not the same number, but the same one after rounding to the fewest decimals that were printed."""
        words = self.read
        if self.agree or len(words) < len(self.readings):
            return False
        try:
            return all(same_after_rounding(one.text, other.text) for one, other in combinations(words, 2))
        except NotANumber:
            return False


Row = TypeVar("Row", bound=Place)  # type: ignore[type-arg]


@dataclass(frozen=True, slots=True)
class SideBySide(Generic[Row]):
    """All places of a study, with the people whose words are compared."""

    extractors: list[User]
    rows: list[Row]

    @property
    def differing(self) -> list[Row]:
        """What has to be talked about."""
        return [row for row in self.rows if not row.is_settled and not row.agree]

    @property
    def agreeing(self) -> list[Row]:
        """What only has to be written down."""
        return [row for row in self.rows if not row.is_settled and row.agree]

    @property
    def settled(self) -> list[Row]:
        """What is done."""
        return [row for row in self.rows if row.is_settled]
