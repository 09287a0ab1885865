"""Searches and files with what came from them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from reviews.models import Import, Record, Review, Search


def searches_of(review: Review) -> QuerySet[Search]:
    """Searches in order, each with `records`, `duplicates` and `files`."""
    return (
        Search.objects.filter(review=review)
        .annotate(
            records_made=Count("records", distinct=True),
            linked=Count("records", filter=Q(records__duplicate_of__isnull=False), distinct=True),
            files=Count("imports", distinct=True),
        )
        .order_by("pk")
    )


def files_of(search: Search) -> QuerySet[Import]:
    """Files of a search, each with its job."""
    return Import.objects.filter(search=search).select_related("job", "created_by")


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of the records of one file."""

    records: int
    duplicates: int
    removed: int


def tally_of(origin: Import) -> Tally:
    """Counted now, not when it was read."""
    counts = Record.objects.filter(origin=origin).aggregate(
        records=Count("pk"),
        duplicates=Count("pk", filter=Q(duplicate_of__isnull=False)),
        removed=Count("pk", filter=~Q(removed_as="") & Q(duplicate_of=None)),
    )
    return Tally(**counts)
