"""Texts and labels in, an order of reading out, with its reasons.  Pure: no Django, no clock, no chance but a seed."""

from __future__ import annotations

from screening.prioritisation.counting import Text
from screening.prioritisation.explaining import explain
from screening.prioritisation.mixing import Place, Way, mix
from screening.prioritisation.ranking import (
    DEFAULT,
    BadLabel,
    Ranking,
    Settings,
    UnknownRow,
    cold_start,
    rank,
)
from screening.prioritisation.space import OutdatedSpace, Space, build

__all__ = [
    "DEFAULT",
    "BadLabel",
    "OutdatedSpace",
    "Place",
    "Ranking",
    "Settings",
    "Space",
    "Text",
    "UnknownRow",
    "Way",
    "build",
    "cold_start",
    "explain",
    "mix",
    "rank",
]
