"""Computes candidates, their status and the standing votes from the facts; the only writer of these tables."""

from __future__ import annotations

from collections.abc import Collection

from reviews.models import Record, Review
from screening.models import Candidate, Stage


def records_changed(*, review: Review, record_ids: Collection[int]) -> None:
    """A screened record has a candidate as long as it is canonical and not removed."""
    screened = (
        Record.objects.of(review)
        .filter(pk__in=record_ids)
        .unique()
        .not_removed()
        .from_databases_and_registers()
    )
    Candidate.objects.bulk_create(
        [Candidate(review=review, stage=Stage.TITLE_ABSTRACT, record=record) for record in screened],
        ignore_conflicts=True,
    )
