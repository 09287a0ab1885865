"""Keeps the kept numbers right: counted anew where they are wrong, their slots folded together where there are many."""

from __future__ import annotations

from django.db import connection, transaction

from reviews.models import Review, Tally
from reviews.queries.tallies import counted_anew

#: So many slots are a sign that many connections have come and gone.
MANY_SLOTS = 2000


@transaction.atomic
def recount(review: Review) -> int:
    """Put every number of the review right; returns how many were wrong."""
    kept, right = Tally.objects.of(review, ""), counted_anew(review)
    wrong = {name for name in kept.keys() | right.keys() if kept.get(name, 0) != right.get(name, 0)}
    if wrong:
        Tally.objects.filter(review=review).delete()
        Tally.objects.bulk_create(Tally(review=review, name=name, n=n) for name, n in right.items())
    return len(wrong)


def fold() -> int:
    """Add the slots of each number together when there are many; returns how many there were."""
    if connection.vendor == "sqlite" or Tally.objects.exclude(slot=0).count() < MANY_SLOTS:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH gone AS (DELETE FROM reviews_tally WHERE slot <> 0 RETURNING review_id, name, n) "
            "INSERT INTO reviews_tally (review_id, name, slot, n) SELECT review_id, name, 0, SUM(n) FROM gone GROUP BY review_id, name "
            "ON CONFLICT (review_id, name, slot) DO UPDATE SET n = reviews_tally.n + excluded.n"
        )
        folded: int = cursor.rowcount
    return folded
