"""Tells the floors above what changed, in the same transaction, without knowing who they are."""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings
from django.utils.module_loading import import_string

from reviews.models import Review

#: How many records are told of at a time; a query names each of them, and databases take only so many names.
AT_ONCE = 500


def records_added(*, review: Review, record_ids: Collection[int]) -> None:
    """Records came in, and nothing has been said about them: let what is derived from records hold them too."""
    _tell(settings.WHEN_RECORDS_ARRIVE, review, record_ids)


def records_changed(*, review: Review, record_ids: Collection[int]) -> None:
    """Records were linked, parted, removed or put back: let what is derived from them be computed anew."""
    _tell(settings.WHEN_RECORDS_CHANGE, review, record_ids)


def _tell(paths: list[str], review: Review, record_ids: Collection[int]) -> None:
    ids = sorted(record_ids)
    for start in range(0, len(ids), AT_ONCE):
        for path in paths:
            import_string(path)(review=review, record_ids=ids[start : start + AT_ONCE])


def reasons_changed(*, review: Review) -> None:
    """The exclusion reasons were ranked anew, and of several reasons the highest one counts."""
    for path in settings.WHEN_REASONS_CHANGE:
        import_string(path)(review=review)


def rebuilt(*, review: Review) -> None:
    """All that this floor derives was computed anew; the floors above follow, in their order."""
    for path in settings.WHEN_REBUILT:
        import_string(path)(review=review)
