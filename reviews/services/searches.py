"""Searches: added and corrected, each change with what was there before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from reviews.access import May, require
from reviews.errors import Refused
from reviews.models import Review, Search, User
from reviews.services import changes, clustering, editing, history
from reviews.services.locking import lock

#: What PRISMA-S asks for, and what a form offers.
FIELDS = (
    "kind",
    "source",
    "platform",
    "searched_on",
    "hits",
    "strategy",
    "limits",
    "searcher",
    "peer_reviewed_by",
    "notes",
)


@transaction.atomic
def add(*, review: Review, values: Mapping[str, Any], by: User) -> Search:
    """A new search."""
    require(May.SEARCH, review=review, by=by)
    search = Search.objects.create(review=review, created_by=by, **values)
    history.record("search.added", f"added the search {search}", review=review, subject=search, by=by)
    return search


@transaction.atomic
def correct_hits(*, search: Search, values: Mapping[str, Any], reason: str, seen: str, by: User) -> Search:
    """Correct how many hits the source reported; the history keeps the reason beside the number that was there."""
    require(May.SEARCH, review=search.review, by=by)
    if not reason.strip():
        raise Refused("Say why the number changes; the history keeps it.")
    lock(search.review)
    row = Search.objects.select_related("review").get(pk=search.pk)
    changed = editing.apply(row, values, seen=seen)
    sentence = f"corrected the hits reported for {row}: {reason.strip()}"
    history.record("search.hits", sentence, review=row.review, subject=row, by=by, changes=changed)
    return row


@transaction.atomic
def change(*, search: Search, values: Mapping[str, Any], seen: str, by: User) -> Search:
    """Correct a search. When its kind changes, its records move to the other column of the flow diagram."""
    require(May.SEARCH, review=search.review, by=by)
    lock(search.review)
    row = Search.objects.select_related("review").get(pk=search.pk)
    changed = editing.apply(row, values, seen=seen)
    sentence = f"changed the search {row}"
    history.record("search.changed", sentence, review=row.review, subject=row, by=by, changes=changed)
    if "kind" in changed:
        # Of a cluster, a record from a database or register speaks for the others, so that choice is made again.
        ids = set(row.records.values_list("pk", flat=True))
        clustering.recompute(review=row.review, record_ids=ids)
        changes.records_changed(review=row.review, record_ids=ids)
    return row
