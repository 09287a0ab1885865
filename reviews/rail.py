"""The ground floor's entries of the left rail."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from reviews.models import Criterion, ExclusionReason, Membership, Record, Review, Search


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
    """Overview, protocol, searches, duplicates, and at the end team and history; three queries."""
    review = membership.review
    written = _protocol_parts(review)
    searches = Search.objects.filter(review=review).aggregate(
        all=Count("pk", distinct=True),
        with_files=Count("pk", filter=Q(imports__job__status="done"), distinct=True),
    )
    linked = Record.objects.of(review).exclude(duplicate_of=None).count()  # type: ignore[attr-defined]

    def entry(order: int, key: str, title: str, todo: int | None = None, done: int | None = None) -> Section:
        return Section(order, key, title, reverse(f"reviews:{key}", args=[review.slug]), todo=todo, done=done)

    return [
        entry(0, "overview", "Overview"),
        entry(10, "protocol", "Protocol", written.count(False), written.count(True)),
        # A review without any search has one to add.
        entry(
            20,
            "searches",
            "Searches",
            searches["all"] - searches["with_files"] if searches["all"] else 1,
            searches["with_files"],
        ),
        entry(30, "duplicates", "Duplicates", done=linked),
        entry(900, "team", "Team"),
        entry(910, "history", "History"),
    ]


def _protocol_parts(review: Review) -> list[bool]:
    """Whether the question, the criteria and the reasons for exclusion are written down."""
    in_use = Q(review=OuterRef("pk"), retired_at=None)
    has = (
        Review.objects.filter(pk=review.pk)
        .annotate(
            criteria_there=Exists(Criterion.objects.filter(in_use)),
            reasons_there=Exists(ExclusionReason.objects.filter(in_use)),
        )
        .values_list("criteria_there", "reasons_there")
        .get()
    )
    return [bool(review.population and review.intervention), *has]
