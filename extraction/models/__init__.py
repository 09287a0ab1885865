"""Tables of the extraction floor."""

from __future__ import annotations

from extraction.models.bias import Judgement
from extraction.models.result import Field, Value
from extraction.models.structure import Arm, Comparison, ComparisonArm, Metric, Outcome
from extraction.models.study import Completion, Study, StudyReport

__all__ = [
    "Arm",
    "Comparison",
    "ComparisonArm",
    "Completion",
    "Field",
    "Judgement",
    "Metric",
    "Outcome",
    "Study",
    "StudyReport",
    "Value",
]
