"""Which files are out of a review: read from the facts, of which the newest one counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from reviews.models import Withdrawal


def withdrawn_among(origins: Iterable[int], *, until: datetime | None = None) -> set[int]:
    """Those of these files that are withdrawn (or were, at a moment)."""
    rows = Withdrawal.objects.filter(origin__in=set(origins)).order_by("pk")
    if until is not None:
        rows = rows.filter(at__lte=until)
    newest = dict(rows.values_list("origin_id", "back"))
    return {origin for origin, back in newest.items() if not back}
