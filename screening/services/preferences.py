"""How somebody likes to read: words of their own, and switches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from reviews.access import May, require
from reviews.models import Review, User
from screening.models import Preference


@transaction.atomic
def prefer(*, review: Review, values: Mapping[str, Any], by: User) -> Preference:
    """Keep what this person wants from now on; what `values` does not name stays. It is private, so history is not told."""
    require(May.VIEW, review=review, by=by)
    preference, _ = Preference.objects.update_or_create(review=review, user=by, defaults=dict(values))
    return preference
