"""Selection models: the likelihood of the studies one sees, when their chance of being seen depends on their p-value."""

from __future__ import annotations

from synthesis.stats.selection.result import SelectionModel, selection_model
from synthesis.stats.selection.setup import TYPES

__all__ = ["TYPES", "SelectionModel", "selection_model"]
