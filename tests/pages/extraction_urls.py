"""Who may open what on the extraction floor."""

from __future__ import annotations

from typing import Any

from extraction.models import TimePoint
from reviews.access import May
from tests.conftest import Cast
from tests.extraction.factories import a_comparison, a_study, an_arm, an_outcome
from tests.pages.rows import Row


def of(cast: Cast, row: Any) -> dict[str, Any]:
    """The review and one row of it."""
    return {"slug": cast.review.slug, "pk": row.pk}


def study(cast: Cast) -> dict[str, Any]:
    """A study with two arms, and an outcome to extract."""
    an_outcome(cast.review)
    a_comparison(cast.review)
    subject = a_study(cast.review)
    an_arm(subject)
    an_arm(subject)
    return of(cast, subject)


def link(cast: Cast) -> dict[str, Any]:
    """A report's place in its study."""
    return of(cast, a_study(cast.review, reports=1).links.get())


def arm(cast: Cast) -> dict[str, Any]:
    """An arm."""
    return of(cast, an_arm(a_study(cast.review)))


def time(cast: Cast) -> dict[str, Any]:
    """A time of a study."""
    return of(cast, TimePoint.objects.create(study=a_study(cast.review), label="6 months", weeks=26))


def finding(cast: Cast) -> dict[str, Any]:
    """A finding that stands no more."""
    return {"slug": cast.review.slug, "fingerprint": "0" * 64}


def outcome(cast: Cast) -> dict[str, Any]:
    """An outcome."""
    return of(cast, an_outcome(cast.review))


def comparison(cast: Cast) -> dict[str, Any]:
    """A comparison."""
    return of(cast, a_comparison(cast.review))


OUTCOME = {"domain": "Pain", "metric": "final", "direction": "lower"}

ROWS = [
    Row("extraction:studies", May.VIEW),
    Row("extraction:study_place", May.EXTRACT, method="post", data={"label": "Braga 2018"}),
    Row("extraction:study_make_each", May.EXTRACT, method="post"),
    Row("extraction:study", May.VIEW, study),
    Row("extraction:study_edit", May.EXTRACT, study),
    Row("extraction:study_edit", May.EXTRACT, study, "post", {"label": "Braga 2018"}),
    Row("extraction:study_part", May.EXTRACT, link, "post"),
    Row("extraction:arm_add", May.EXTRACT, study, "post", {"label": "Exercise"}),
    Row("extraction:arrange", May.EXTRACT, study, "post"),
    Row("extraction:arm", May.EXTRACT, arm),
    Row("extraction:arm", May.EXTRACT, arm, "post", {"label": "Exercise"}),
    Row("extraction:arm_retire", May.EXTRACT, arm, "post"),
    Row("extraction:arms_choose", May.EXTRACT, study, "post"),
    Row("extraction:time_add", May.EXTRACT, study, "post", {"label": "6 months"}),
    Row("extraction:time", May.EXTRACT, time),
    Row("extraction:time", May.EXTRACT, time, "post", {"label": "6 months", "weeks": "26"}),
    Row("extraction:time_retire", May.EXTRACT, time, "post"),
    Row("extraction:checks", May.VIEW),
    Row("extraction:sentinels", May.VIEW),
    Row("extraction:finding_answer", May.EXTRACT, finding, "post", {"reason": "Checked."}),
    Row("extraction:structure", May.VIEW),
    Row("extraction:outcome_add", May.EXTRACT, method="post", data=OUTCOME),
    Row("extraction:outcome", May.EXTRACT, outcome),
    Row("extraction:outcome", May.EXTRACT, outcome, "post", OUTCOME),
    Row("extraction:outcome_retire", May.EXTRACT, outcome, "post"),
    Row("extraction:comparison_add", May.EXTRACT, method="post", data={"experimental": "A", "control": "B"}),
    Row("extraction:comparison", May.EXTRACT, comparison),
    Row("extraction:comparison", May.EXTRACT, comparison, "post", {"experimental": "A", "control": "B"}),
    Row("extraction:comparison_retire", May.EXTRACT, comparison, "post"),
    Row("extraction:extraction", May.VIEW),
    Row("extraction:extract", May.EXTRACT, study),
    Row("extraction:extract", May.EXTRACT, study, "post"),
    Row("extraction:calculators", May.VIEW),
    Row("extraction:calculate", May.EXTRACT, study, found=False),
    Row("extraction:calculate", May.EXTRACT, study, "post", found=False),
    Row("extraction:extract_save", May.EXTRACT, study, "post"),
    Row("extraction:extract_finish", May.EXTRACT, study, "post"),
    Row("extraction:compare", May.SETTLE, study),
    Row("extraction:settle", May.SETTLE, study, "post"),
    Row("extraction:settle_agreeing", May.SETTLE, study, "post"),
    Row("extraction:bias_table", May.VIEW),
    Row("extraction:bias", May.ASSESS, study),
    Row("extraction:bias", May.ASSESS, study, "post"),
    Row("extraction:bias_reopen", May.ASSESS, study, "post"),
    Row("extraction:bias_compare", May.SETTLE, study),
    Row("extraction:bias_settle", May.SETTLE, study, "post"),
    Row("extraction:bias_settle_agreeing", May.SETTLE, study, "post"),
]
