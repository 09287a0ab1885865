"""Who may open what where two people extract or one confirms what the other did."""

from __future__ import annotations

from typing import Any

from extraction.models import CellQuestion, ExtractionPolicy
from reviews.access import May
from tests.conftest import Cast
from tests.extraction.factories import a_study, an_arm, an_outcome
from tests.pages.extraction_urls import of, study
from tests.pages.rows import Row


def verified(cast: Cast) -> dict[str, Any]:
    """A study in a review where one person extracts and a second confirms."""
    arguments = study(cast)
    ExtractionPolicy.objects.create(review=cast.review, mode="verified", by=cast.ana)
    return arguments


def question(cast: Cast) -> dict[str, Any]:
    """A question about a value."""
    subject, asked = a_study(cast.review), an_outcome(cast.review)
    arm = an_arm(subject)
    words = {"field": "mean", "text": "Which table?", "asked": [cast.ben.pk], "by": cast.chi}
    row = CellQuestion.objects.create(study=subject, outcome=asked, arm=arm, **words)
    return of(cast, row)


ROWS = [
    Row("extraction:extraction_policy", May.VIEW),
    Row("extraction:extraction_policy", May.EDIT_PROTOCOL, method="post", data={"mode": "verified"}),
    Row("extraction:agreement", May.SETTLE),
    Row("extraction:agreement_csv", May.SETTLE),
    Row("extraction:verify", May.SETTLE, verified),
    Row("extraction:verify_confirm", May.SETTLE, verified, "post"),
    Row("extraction:verify_correct", May.SETTLE, verified, "post"),
    Row("extraction:ask", May.SETTLE, study, "post"),
    Row("extraction:question_answer", May.EXTRACT, question, "post", {"text": "Table 2"}),
]
