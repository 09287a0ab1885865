"""Where verbs that look at several rows of a review queue up."""

from __future__ import annotations

from reviews.models import Review


def lock(review: Review) -> Review:
    """The review's row, held until the transaction ends."""
    return Review.objects.select_for_update().get(pk=review.pk)
