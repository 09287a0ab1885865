"""What the verbs of this floor may refuse, beside what the ground floor refuses."""

from __future__ import annotations

from reviews.errors import Refused


class BadValue(Refused):
    """What was typed cannot be this cell's value."""


class NotYet(Refused):
    """The extractors or assessors are not through, so there is nothing to compare or settle."""
