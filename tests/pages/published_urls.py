"""Who may open what of the published results."""

from __future__ import annotations

from typing import Any

from extraction.services import published
from reviews.access import May
from tests.conftest import Cast
from tests.pages.rows import Row

CLAIM = "1 | total | records | parts = 20 + 218 | total = 238"


def one(cast: Cast) -> dict[str, Any]:
    """A published review with one claim."""
    made = published.add(review=cast.review, title="Ren 2025", text=CLAIM, by=cast.ana)
    return {"slug": cast.review.slug, "pk": made.pk}


ROWS = [
    Row("extraction:published", May.VIEW),
    Row("extraction:published_add", May.EXTRACT),
    Row("extraction:published_add", May.EXTRACT, method="post", data={"title": "Ren 2025", "text": CLAIM}),
    Row("extraction:published_one", May.VIEW, one),
    Row("extraction:published_revise", May.EXTRACT, one),
    Row("extraction:published_revise", May.EXTRACT, one, "post", {"text": f"{CLAIM}\n{CLAIM}", "seen": "1"}),
    Row("extraction:published_csv", May.VIEW, one),
]
