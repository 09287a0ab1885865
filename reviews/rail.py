"""The ground floor's entries of the left rail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from reviews.models import (
    Criterion,
    ExclusionReason,
    Import,
    Job,
    Membership,
    Review,
    Search,
)
from reviews.queries import tallies
from reviews.queries.counting import counted


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
    there = _what_is_there(review)
    written = [
        bool(review.population and review.intervention),
        there["criteria_there"],
        there["reasons_there"],
    ]

    any_duplicates = there["asked"] or there["linked"]

    def entry(order: int, key: str, title: str, todo: int | None = None, done: int | None = None) -> Section:
        return Section(order, key, title, reverse(f"reviews:{key}", args=[review.slug]), todo=todo, done=done)

    return [
        entry(0, "overview", "Overview"),
        entry(10, "protocol", "Protocol", written.count(False), written.count(True)),
        # A review without any search has one to add.
        entry(20, "searches", "Searches", max(there["all"], 1) - there["read"], there["read"]),
        # A review in which nothing was linked and nothing is asked has no work here.
        entry(30, "duplicates", "Duplicates", there["asked"] if any_duplicates else None, there["linked"]),
        entry(900, "team", "Team"),
        entry(910, "history", "History"),
    ]


def _what_is_there(review: Review) -> dict[str, Any]:
    """Criteria and reasons in use, searches, those with a file that has been read, records linked as duplicates."""
    mine = Q(review=OuterRef("pk"))
    read = Import.objects.filter(search=OuterRef("pk"), job__status=Job.Status.DONE)
    return dict(
        Review.objects.filter(pk=review.pk)
        .values(
            criteria_there=Exists(Criterion.objects.filter(mine, retired_at=None)),
            reasons_there=Exists(ExclusionReason.objects.filter(mine, retired_at=None)),
            all=counted(Search.objects.filter(mine)),
            read=counted(Search.objects.filter(mine).filter(Exists(read))),
        )
        .get()
    ) | {
        "asked": tallies.questions(review),
        "linked": sum(row.duplicates for row in tallies.of_files(review).values()),
    }
