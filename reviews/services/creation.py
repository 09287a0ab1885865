"""Starts a review."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.text import slugify

from reviews.models import Membership, Review, Role, User
from reviews.services import history

#: What `create` takes beside the title.
QUESTION = (
    "population",
    "intervention",
    "comparator",
    "outcomes",
    "study_designs",
    "registration",
)
# /reviews/new/ is the page that starts a review.
_RESERVED = frozenset({"new"})
_LONGEST_SLUG = 50


@transaction.atomic
def create(*, title: str, question: Mapping[str, str] | None = None, by: User) -> Review:
    """A new review whose creator leads it."""
    review = Review.objects.create(
        title=title,
        slug=_free_slug(title),
        created_by=by,
        **{k: (question or {}).get(k, "") for k in QUESTION},
    )
    Membership.objects.create(review=review, user=by, role=Role.LEAD)
    history.record("review.created", "started the review", review=review, subject=review, by=by, title=title)
    return review


def _free_slug(title: str) -> str:
    stem = slugify(title) or "review"
    if len(stem) > _LONGEST_SLUG:
        # Whole words, where there are any.
        stem = stem[: _LONGEST_SLUG + 1].rpartition("-")[0] or stem[:_LONGEST_SLUG]
    taken = set(Review.objects.filter(slug__startswith=stem).values_list("slug", flat=True)) | _RESERVED
    candidates = (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3)))
    return next(slug for slug in candidates if slug not in taken)
