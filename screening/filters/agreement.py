"""Shows the records behind a number of the agreement page."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet

from reviews.models import Review
from screening.models import Stage
from screening.queries.agreement import candidates_behind


class AgreementFilter(django_filters.CharFilter):  # type: ignore[misc]
    """Records (or reports) that a number of the agreement page counts; a key that no number has shows none.

    `by` is the path from a row of the list to its candidate. The filter set has to have a `review`.
    """

    def __init__(self, *, stage: Stage, by: str = "pk") -> None:
        super().__init__(label="Agreement", widget=forms.HiddenInput, max_length=80)
        self.stage, self.by = stage, by

    def filter(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Only those."""
        if not value:
            return rows
        review: Review = self.parent.review
        found = candidates_behind(review, self.stage, value)
        return rows.filter(**{f"{self.by}__in": found or []})
