"""Tables of the synthesis floor."""

from __future__ import annotations

from synthesis.models.analysis import Analysis, Run
from synthesis.models.flow import EarlierStudy, FlowStatement

__all__ = ["Analysis", "EarlierStudy", "FlowStatement", "Run"]
