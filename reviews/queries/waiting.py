"""Files that wait to be assigned, and whether the review has their bytes already."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import OuterRef, QuerySet

from reviews.models import Import, Review, Search, Upload
from reviews.queries.counting import counted


def waiting_of(review: Review) -> QuerySet[Upload]:
    """The files that wait, the oldest first."""
    return Upload.objects.filter(review=review).select_related("created_by", "search")


def came_before(review: Review, uploads: Sequence[Upload]) -> dict[str, Import]:
    """By the hash of their bytes: the first import of what waits here once more."""
    hashes = {upload.sha256 for upload in uploads}
    rows = Import.objects.filter(search__review=review, sha256__in=hashes).select_related(
        "search", "created_by"
    )
    found: dict[str, Import] = {}
    for row in rows.order_by("pk"):
        found.setdefault(row.sha256, row)
    return found


def searches_to_choose_from(review: Review) -> list[Search]:
    """The searches of a review, each with its number of `files`."""
    files = counted(Import.objects.filter(search=OuterRef("pk")), by="search")
    return list(Search.objects.filter(review=review).annotate(files=files).order_by("source", "pk"))
