"""Tells the floor above that something an analysis may rest on has changed."""

from __future__ import annotations

from django.conf import settings
from django.utils.module_loading import import_string

from reviews.models import Review, User


def results_changed(*, review: Review, by: User) -> None:
    """Settled values or judgements, arms, their sides, times, windows, or what is known about a study."""
    for path in settings.WHEN_RESULTS_CHANGE:
        import_string(path)(review=review, by=by)
