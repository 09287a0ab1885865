"""Which of a file's problems a list shows."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from reviews.models import Import, ImportProblem
from reviews.queries.doctor import in_words


class ProblemFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Kind, tag, text, and whether a record was refused."""

    q = django_filters.CharFilter(label="Text", method="find")
    kind = django_filters.ChoiceFilter(label="Kind", field_name="code", empty_label="All kinds")
    tag = django_filters.ChoiceFilter(label="Tag", empty_label="All tags")
    refused = django_filters.ChoiceFilter(
        label="Records",
        empty_label="Taken or not",
        method="by_refusal",
        choices=[("yes", "Not taken"), ("no", "Taken")],
    )
    line_from = django_filters.NumberFilter(
        label="From line",
        field_name="line",
        lookup_expr="gte",
        min_value=0,
        max_value=2**31 - 1,
        widget=forms.NumberInput,
    )

    class Meta:
        model = ImportProblem
        fields: list[str] = []

    def __init__(self, *args: Any, origin: Import, **kwargs: Any) -> None:
        super().__init__(*args, queryset=origin.problems.all(), **kwargs)
        kinds = origin.problems.order_by().values_list("code", "tag").distinct()
        pairs = list(kinds)
        self.filters["kind"].extra["choices"] = [
            (code, in_words(code)) for code in sorted({code for code, _ in pairs})
        ]
        self.filters["tag"].extra["choices"] = [
            (tag, tag) for tag in sorted({tag for _, tag in pairs if tag})
        ]

    def find(self, problems: Any, _name: str, text: str) -> QuerySet[ImportProblem]:
        """Those that hold every word."""
        for word in text.replace("\x00", "").split()[:12]:
            problems = problems.filter(
                Q(message__icontains=word) | Q(excerpt__icontains=word) | Q(remedy__icontains=word)
            )
        found: QuerySet[ImportProblem] = problems
        return found

    def by_refusal(self, problems: Any, _name: str, choice: str) -> QuerySet[ImportProblem]:
        """Those of refused records, or the others."""
        found: QuerySet[ImportProblem] = problems.filter(refused=choice == "yes")
        return found
