"""The analysis as pure computation: frozen rows and settings in, everything a run keeps out. No Django, no database."""

from __future__ import annotations

from synthesis.engine.computing import KEPT, VERSION, Outcome, compute
from synthesis.engine.effects import Effect, effects_of
from synthesis.engine.rule import PublishedRule
from synthesis.engine.specification import MEASURES, MODELS, TAU2, TESTS, ZERO_CELLS, Specification

__all__ = [
    "KEPT",
    "MEASURES",
    "MODELS",
    "TAU2",
    "TESTS",
    "VERSION",
    "ZERO_CELLS",
    "Effect",
    "Outcome",
    "PublishedRule",
    "Specification",
    "compute",
    "effects_of",
]
