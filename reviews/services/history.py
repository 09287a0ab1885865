"""Writes the history, in the same transaction as what it tells of."""

from __future__ import annotations

from typing import Any

from django.db import models

from reviews.models import Event, Review, User


def record(
    verb: str,
    sentence: str,
    *,
    review: Review | None,
    subject: models.Model | None = None,
    by: User | None,
    **data: Any,
) -> Event:
    """Add a line: `by` (None for the system itself) did what `sentence` says. No verdicts in it: see Event."""
    return Event.objects.create(
        review=review,
        actor=by,
        verb=verb,
        sentence=sentence,
        subject_kind=subject._meta.model_name or "" if subject else "",  # noqa: SLF001 - Django's own door to a model
        subject_id=subject.pk if subject else None,
        data=data,
    )
