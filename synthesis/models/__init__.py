"""Tables of the synthesis floor."""

from __future__ import annotations

from synthesis.models.analysis import Analysis, Run
from synthesis.models.flow import EarlierStudy, FlowStatement
from synthesis.models.grading import CertaintyBasis, CertaintyDecision, SofSettings

__all__ = [
    "Analysis",
    "CertaintyBasis",
    "CertaintyDecision",
    "EarlierStudy",
    "FlowStatement",
    "Run",
    "SofSettings",
]
