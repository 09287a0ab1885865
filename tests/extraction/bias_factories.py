"""Trials assessed with RoB 2, and the answers that lead to each level."""

from __future__ import annotations

from collections.abc import Mapping

from extraction.models import Outcome, Study
from extraction.riskofbias import ROB2_ASSIGNMENT
from extraction.services import bias, bias_tools, completion
from reviews.models import Review, User
from tests.extraction.factories import BIAS

#: The answers that lead to low risk in each domain.
LOW: dict[str, dict[str, str]] = {
    "D1": {"1.1": "Y", "1.2": "Y", "1.3": "N"},
    "D2": {"2.1": "N", "2.2": "PN", "2.6": "Y"},
    "D3": {"3.1": "Y"},
    "D4": {"4.1": "N", "4.2": "N", "4.3": "N"},
    "D5": {"5.1": "Y", "5.2": "N", "5.3": "N"},
}
#: Answers that lead to high risk.
HIGH: dict[str, dict[str, str]] = {
    "D1": {"1.1": "Y", "1.2": "N", "1.3": "N"},
    "D4": {"4.1": "Y", "4.2": "N"},
    "D5": {"5.1": "N", "5.2": "Y", "5.3": "N"},
}
SUPPORT = "As the report says"


def with_rob2(review: Review, tool: str = ROB2_ASSIGNMENT.key) -> None:
    """From now on every study of the review is assessed with RoB 2."""
    bias_tools.choose(review=review, tool=tool, by=review.created_by)


def answered(
    study: Study, outcome: Outcome, by: User, answers: Mapping[str, Mapping[str, str]] | None = None
) -> None:
    """Every domain of a result, at low risk unless `answers` lead elsewhere; not finished."""
    for key, given in (LOW | dict(answers or {})).items():
        bias.judge(
            study=study,
            tool=ROB2_ASSIGNMENT,
            item=key,
            level="",
            support=f"{by.name} says so",
            outcome=None if key == "D1" else outcome.pk,
            answers=given,
            by=by,
        )


def assessed_result(
    study: Study, outcome: Outcome, by: User, answers: Mapping[str, Mapping[str, str]] | None = None
) -> None:
    """The same, finished."""
    answered(study, outcome, by, answers)
    completion.finish(study=study, task=BIAS, by=by)
