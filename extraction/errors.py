"""What the verbs of this floor may refuse."""

from __future__ import annotations

from reviews.errors import Refused


class BadValue(Refused):
    """What was typed cannot be this cell's value."""


class ChangedMeanwhile(Refused):
    """The cell was changed in another tab after this one was opened; nothing was saved."""


class NotYet(Refused):
    """The extractors or assessors are not through, so there is nothing to compare or settle."""
