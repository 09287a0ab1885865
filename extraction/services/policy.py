"""Verb: say how results are extracted from now on."""

from __future__ import annotations

from django.db import transaction

from extraction.models import ExtractionPolicy
from extraction.queries.policy import mode_of
from reviews.access import May, require
from reviews.errors import NothingToDo, Refused
from reviews.models import Review, User
from reviews.services import history

LONGEST_REASON = 2_000


@transaction.atomic
def choose_mode(*, review: Review, mode: str, reason: str = "", by: User) -> ExtractionPolicy:
    """Set the mode. Nothing that was read, finished or settled under the other one is touched."""
    require(May.EDIT_PROTOCOL, review=review, by=by)
    Review.objects.select_for_update(no_key=True).get(pk=review.pk)
    reason = reason.replace("\x00", "").strip()
    if mode not in ExtractionPolicy.Mode.values:
        raise Refused("Choose how results are extracted.")
    if len(reason) > LONGEST_REASON:
        raise Refused(f"The reason is too long: at most {LONGEST_REASON} characters.")
    if mode == mode_of(review.pk):
        raise NothingToDo("That is how results are extracted already.")
    policy = ExtractionPolicy.objects.create(review=review, mode=mode, reason=reason, by=by)
    said = f"set how results are extracted: {policy.get_mode_display().lower()}"
    history.record("extraction.policy", said, review=review, subject=policy, by=by)
    return policy
