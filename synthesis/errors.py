"""What the verbs of this floor may refuse."""

from __future__ import annotations

from reviews.errors import Refused


class Unsuitable(Refused):
    """The measure does not fit the outcome."""


class NoStudies(Refused):
    """There is no settled result to analyse."""
