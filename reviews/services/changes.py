"""Tells the floors above that records changed, in the same transaction, without knowing who they are."""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings
from django.utils.module_loading import import_string

from reviews.models import Review


def records_changed(*, review: Review, record_ids: Collection[int]) -> None:
    """Records were added, linked, parted, removed or put back: let what is derived from them be computed anew."""
    for path in settings.WHEN_RECORDS_CHANGE:
        import_string(path)(review=review, record_ids=record_ids)
