"""What the engine says when it cannot compute: one typed error per reason."""

from __future__ import annotations


class StatsError(Exception):
    """Any refusal of the engine. The message is a sentence for the person who asked for the number."""


class BadInput(StatsError):
    """Arrays of unequal length, missing numbers, an unknown name, an impossible value."""


class BadVariance(BadInput):
    """A sampling variance that is missing, infinite, zero or negative; `rows` are 0-based."""

    def __init__(self, message: str, rows: tuple[int, ...] = ()) -> None:
        super().__init__(message)
        self.rows = rows


class TooFewStudies(StatsError):
    """Fewer studies than the method needs."""


class RankDeficient(BadInput):
    """Columns of the design matrix that are combinations of others; `columns` names them."""

    def __init__(self, message: str, columns: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.columns = columns


class NotConverged(StatsError):
    """An iteration ended without meeting its tolerance; `last` is the last iterate."""

    def __init__(self, message: str, last: float | None = None) -> None:
        super().__init__(message)
        self.last = last


class NotDefined(StatsError):
    """The quantity does not exist for these data, such as a risk ratio without any event."""
