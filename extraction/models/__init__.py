"""Tables of the extraction floor."""

from __future__ import annotations

from extraction.models.bias import Judgement
from extraction.models.result import Field, Value
from extraction.models.structure import (
    Arm,
    ArmsChoice,
    Comparison,
    ComparisonArm,
    Metric,
    Outcome,
    SeveralArms,
    TimePoint,
)
from extraction.models.study import Completion, Study, StudyReport

__all__ = [
    "Arm",
    "ArmsChoice",
    "Comparison",
    "ComparisonArm",
    "Completion",
    "Field",
    "Judgement",
    "Metric",
    "Outcome",
    "SeveralArms",
    "Study",
    "StudyReport",
    "TimePoint",
    "Value",
]
