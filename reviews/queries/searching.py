"""Searches and files with what came from them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet

from reviews.models import Import, Review, Search
from reviews.queries import tallies
from reviews.queries.tallies import RecordNumbers


def searches_of(review: Review) -> list[Search]:
    """Searches in order, each with `records_made`, `linked` (duplicates) and `files`; three queries."""
    rows = list(Search.objects.filter(review=review).order_by("pk"))
    numbers = tallies.of_files(review)
    origins: dict[int, list[int]] = defaultdict(list)
    for origin, search in Import.objects.filter(search__review=review).values_list("pk", "search"):
        origins[search].append(origin)
    for row in rows:
        found = [numbers[origin] for origin in origins[row.pk] if origin in numbers]
        row.records_made = sum(file.records for file in found)  # type: ignore[attr-defined]
        row.linked = sum(file.duplicates for file in found)  # type: ignore[attr-defined]
        row.files = len(origins[row.pk])  # type: ignore[attr-defined]
    return rows


def files_of(search: Search) -> QuerySet[Import]:
    """Files of a search, each with its job."""
    return Import.objects.filter(search=search).select_related("job", "created_by")


@dataclass(frozen=True, slots=True)
class Numbers:
    """What became of the records of one file."""

    records: int
    duplicates: int
    removed: int


def tally_of(origin: Import) -> Numbers:
    """As it is now, not when it was read."""
    row = tallies.of_files(origin.search.review).get(origin.pk, RecordNumbers(origin.pk))
    return Numbers(row.records, row.duplicates, sum(row.removed.values()))
