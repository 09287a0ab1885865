"""Tables of the extraction floor."""

from __future__ import annotations

from extraction.models.bias import Judgement
from extraction.models.questionnaire import Answer, Asking, Filling, Questionnaire, QuestionnaireVersion
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
    "Answer",
    "Arm",
    "ArmsChoice",
    "Asking",
    "Comparison",
    "ComparisonArm",
    "Completion",
    "Field",
    "Filling",
    "Judgement",
    "Metric",
    "Outcome",
    "Questionnaire",
    "QuestionnaireVersion",
    "SeveralArms",
    "Study",
    "StudyReport",
    "TimePoint",
    "Value",
]
