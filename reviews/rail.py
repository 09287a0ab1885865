"""The ground floor's entries of the left rail."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse

from reviews.models import Membership, Record


@dataclass(frozen=True, slots=True)
class Section:
    """One entry: `key` is what a view passes as `section=`; counts of None are not shown."""

    order: int
    key: str
    title: str
    url: str
    group: str = ""
    todo: int | None = None
    done: int | None = None
    conflicts: int | None = None


def sections(membership: Membership) -> list[Section]:
    """Overview, protocol, searches, duplicates, and at the end team and history; one query."""
    review = membership.review
    counts = Record.objects.of(review).aggregate(
        all=Count("pk"), duplicates=Count("pk", filter=Q(duplicate_of__isnull=False))
    )

    def entry(order: int, key: str, title: str, *, done: int | None = None) -> Section:
        return Section(order, key, title, reverse(f"reviews:{key}", args=[review.slug]), done=done)

    return [
        entry(0, "overview", "Overview"),
        entry(10, "protocol", "Protocol"),
        entry(20, "searches", "Searches", done=counts["all"]),
        entry(30, "duplicates", "Duplicates", done=counts["duplicates"]),
        entry(900, "team", "Team"),
        entry(910, "history", "History"),
    ]
