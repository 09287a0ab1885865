"""Where verbs that look at several rows of a review queue up."""

from __future__ import annotations

from reviews.models import Review


def lock(review: Review) -> Review:
    """The review's row, held until the transaction ends.

    Not its key: who adds a row that points to the review (a vote, say) must not wait for this one, which may wait for
    what they hold.
    """
    return Review.objects.select_for_update(no_key=True).get(pk=review.pk)
