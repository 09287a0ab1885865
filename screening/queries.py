"""Reads of this floor that join things up; what upper floors import."""

from __future__ import annotations

from django.db.models import QuerySet

from reviews.models import Review
from screening.models import Candidate, Report, Stage


def included_reports(review: Review) -> QuerySet[Report]:
    """Reports that are included on full text and still sought."""
    included = Candidate.objects.of(review, Stage.FULL_TEXT).filter(status=Candidate.Status.INCLUDED)
    return Report.objects.of(review).sought().filter(pk__in=included.values("report"))
