"""Which records a list shows."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet

from reviews.models import Import, Record, Review, Search


class RecordFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Text, source, file, years, duplicates, removal."""

    q = django_filters.CharFilter(label="Text", method="find")
    search = django_filters.ModelChoiceFilter(
        label="Source", queryset=Search.objects.none(), empty_label="All sources"
    )
    origin = django_filters.ModelChoiceFilter(
        label="File", queryset=Import.objects.none(), widget=forms.HiddenInput
    )
    year_from = django_filters.NumberFilter(
        label="From year", field_name="year", lookup_expr="gte", min_value=0, max_value=3000
    )
    year_to = django_filters.NumberFilter(
        label="To year", field_name="year", lookup_expr="lte", min_value=0, max_value=3000
    )
    duplicates = django_filters.ChoiceFilter(
        label="Duplicates",
        empty_label="All records",
        method="by_duplicates",
        choices=[
            ("unique", "Without their duplicates"),
            ("with", "That have duplicates"),
            ("are", "That are duplicates"),
        ],
    )
    removed = django_filters.ChoiceFilter(
        label="Taken out",
        empty_label="Either way",
        method="by_removal",
        choices=[("no", "Not taken out"), ("yes", "Taken out"), *Record.Removed.choices],
    )
    ordering = django_filters.OrderingFilter(
        fields=[("title", "title"), ("year", "year"), ("pk", "added")], widget=forms.HiddenInput
    )

    class Meta:
        model = Record
        fields: list[str] = []

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, queryset=Record.objects.of(review), **kwargs)
        self.filters["search"].queryset = Search.objects.filter(review=review)
        self.filters["origin"].queryset = Import.objects.filter(search__review=review)

    def find(self, records: Any, _name: str, text: str) -> QuerySet[Record]:
        """Records that hold every word."""
        found: QuerySet[Record] = records.matching(text)
        return found

    def by_duplicates(self, records: QuerySet[Record], _name: str, choice: str) -> QuerySet[Record]:
        """By their place in a cluster."""
        if choice == "are":
            return records.exclude(duplicate_of=None)
        unique = records.filter(duplicate_of=None)
        return (
            unique.filter(Exists(Record.objects.filter(duplicate_of=OuterRef("pk"))))
            if choice == "with"
            else unique
        )

    def by_removal(self, records: QuerySet[Record], _name: str, choice: str) -> QuerySet[Record]:
        """By whether and how they were taken out."""
        if choice in {"yes", "no"}:
            return records.filter(~Q(removed_as="") if choice == "yes" else Q(removed_as=""))
        return records.filter(removed_as=choice)
