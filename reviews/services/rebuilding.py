"""Computes all derived state of a review from its facts, as if none had been stored."""

from __future__ import annotations

from django.db import transaction

from reviews.models import Review
from reviews.services import blocking, changes, clustering, removals, tallies
from reviews.services.locking import lock


@transaction.atomic
def rebuild(*, review: Review) -> int:
    """Rebuild this floor, then the floors above; returns how many records and numbers of this floor were not as they should be."""
    lock(review)
    blocking.rebuild(review=review)
    wrong = clustering.rebuild(review=review) + removals.rebuild(review=review)
    changes.rebuilt(review=review)
    return wrong + tallies.recount(review)
