"""Which lines of the history are shown."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet

from reviews.models import Event, Review, User


class EventFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Who, what, when."""

    who = django_filters.ModelChoiceFilter(
        label="Who", field_name="actor", queryset=User.objects.none(), empty_label="Everybody"
    )
    what = django_filters.ChoiceFilter(label="What", empty_label="Everything", method="by_topic", choices=[])
    since = django_filters.DateFilter(
        label="From", field_name="at", lookup_expr="date__gte", widget=forms.DateInput(attrs={"type": "date"})
    )
    until = django_filters.DateFilter(
        label="To", field_name="at", lookup_expr="date__lte", widget=forms.DateInput(attrs={"type": "date"})
    )

    class Meta:
        model = Event
        fields: list[str] = []

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        events = Event.objects.filter(review=review)
        super().__init__(*args, queryset=events.select_related("actor"), **kwargs)
        # Members who left have a past here too.
        self.filters["who"].queryset = User.objects.filter(memberships__review=review)
        verbs = events.order_by("verb").values_list("verb", flat=True).distinct()
        topics = dict.fromkeys(verb.partition(".")[0] for verb in verbs)
        self.filters["what"].extra["choices"] = [
            (topic, topic.replace("-", " ").capitalize()) for topic in topics
        ]

    def by_topic(self, events: QuerySet[Event], _name: str, topic: str) -> QuerySet[Event]:
        """Verbs begin with what they are about."""
        return events.filter(verb__startswith=f"{topic}.")
