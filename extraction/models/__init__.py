"""Tables of the extraction floor."""

from __future__ import annotations

from extraction.models.bias import Judgement
from extraction.models.checks import FindingVerdict, RaisedFinding
from extraction.models.policy import ExtractionPolicy
from extraction.models.published import ClaimSheet, PublishedReview
from extraction.models.question import CellAnswer, CellQuestion
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
    "CellAnswer",
    "CellQuestion",
    "ClaimSheet",
    "Comparison",
    "ComparisonArm",
    "Completion",
    "ExtractionPolicy",
    "Field",
    "Filling",
    "FindingVerdict",
    "Judgement",
    "Metric",
    "Outcome",
    "PublishedReview",
    "Questionnaire",
    "QuestionnaireVersion",
    "RaisedFinding",
    "SeveralArms",
    "Study",
    "StudyReport",
    "TimePoint",
    "Value",
]
