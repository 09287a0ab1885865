"""How far the stages of several reviews are, for the list of somebody's reviews."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Count, Q

from reviews.models import Review
from reviews.queries.progress import Progress
from screening.models import Candidate, Stage

_DECIDED = Q(status__in=[Candidate.Status.INCLUDED, Candidate.Status.EXCLUDED])


def progress_of(reviews: Collection[Review]) -> dict[int, list[Progress]]:
    """For each review its stages that have begun, in their order; one query."""
    rows = (
        Candidate.objects.filter(review__in=reviews)
        .order_by()
        .values("review_id", "stage")
        .annotate(
            done=Count("pk", filter=_DECIDED),
            todo=Count("pk", filter=Q(status=Candidate.Status.OPEN)),
            conflicts=Count("pk", filter=Q(status=Candidate.Status.CONFLICT)),
        )
    )
    order = list(Stage.values)
    found: dict[int, list[Progress]] = {}
    for row in sorted(rows, key=lambda row: order.index(row["stage"])):
        progress = Progress(Stage(row["stage"]).label, row["done"], row["todo"], row["conflicts"])
        found.setdefault(row["review_id"], []).append(progress)
    return found
