"""Which clusters of duplicates, and which open questions, a page shows."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from reviews.deduplication import RULES
from reviews.models import DuplicateQuestion, DuplicateVerdict, Judgement, Record, Review, Search
from reviews.queries.duplicates import clusters_of

PEOPLE = "people"


class ClusterFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Text, source, who or what linked them."""

    q = django_filters.CharFilter(label="Text", method="find")
    source = django_filters.ModelChoiceFilter(
        label="Source", queryset=Search.objects.none(), empty_label="All sources", method="by_source"
    )
    by = django_filters.ChoiceFilter(label="Linked by", empty_label="Anything", method="by_word", choices=[])

    class Meta:
        model = Record
        fields: list[str] = []

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, queryset=clusters_of(review), **kwargs)
        self.review = review
        self.filters["source"].queryset = Search.objects.filter(review=review)
        said = DuplicateVerdict.objects.filter(review=review, verdict=Judgement.SAME).exclude(rule="")
        rules = said.order_by("rule").values_list("rule", flat=True).distinct()
        words = [(rule, RULES.get(rule, rule)) for rule in rules]
        self.filters["by"].extra["choices"] = [(PEOPLE, "Somebody of the team"), *words]

    def find(self, heads: Any, _name: str, text: str) -> QuerySet[Record]:
        """Clusters of which a record holds every word."""
        copies = Record.objects.filter(duplicate_of=OuterRef("pk")).matching(text)
        own = Record.objects.filter(pk=OuterRef("pk")).matching(text)
        found: QuerySet[Record] = heads.filter(Exists(own) | Exists(copies))
        return found

    def by_source(self, heads: QuerySet[Record], _name: str, source: Search) -> QuerySet[Record]:
        """Clusters with a record of this search."""
        copies = Record.objects.filter(duplicate_of=OuterRef("pk"), search=source)
        return heads.filter(Q(search=source) | Exists(copies))

    def by_word(self, heads: QuerySet[Record], _name: str, choice: str) -> QuerySet[Record]:
        """Clusters that hold together by this rule, or by what somebody said."""
        rule = "" if choice == PEOPLE else choice
        said = DuplicateVerdict.objects.filter(
            review=self.review, verdict=Judgement.SAME, taken_back_by=None, rule=rule
        )
        ends = said.annotate(
            one=Coalesce("left__duplicate_of", "left"), other=Coalesce("right__duplicate_of", "right")
        )
        # Named beforehand: asked for each cluster anew, a review of ten thousand would take minutes.
        return heads.filter(pk__in=ends.filter(one=F("other")).values("one"))


class QuestionFilter(django_filters.FilterSet):  # type: ignore[misc]
    """By rule, and by how alike the records are."""

    rule = django_filters.ChoiceFilter(label="Why it is asked", empty_label="Any reason", choices=[])
    alike = django_filters.NumberFilter(
        label="At least so alike, in per cent", method="by_likeness", min_value=0, max_value=100
    )

    class Meta:
        model = DuplicateQuestion
        fields: list[str] = []

    def __init__(self, *args: Any, review: Review, rules: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, queryset=DuplicateQuestion.objects.filter(review=review), **kwargs)
        self.filters["rule"].extra["choices"] = rules

    def by_likeness(
        self, questions: QuerySet[DuplicateQuestion], _name: str, percent: Any
    ) -> QuerySet[DuplicateQuestion]:
        """The mean likeness of the fields that both records have."""
        return questions.filter(score__gte=float(percent) / 100)
