"""Which candidates, reports and records a list shows."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet

from reviews.models import ExclusionReason, Record, Review, Search, User
from screening.filters.agreement import AgreementFilter
from screening.models import Candidate, Report, Stage, Standing, Verdict

MINE = [("none", "Not yet"), *[(v.value, v.label) for v in Verdict if v != Verdict.WITHDRAWN]]


class CandidateFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Text, status, one's own vote (never a colleague's), source, years, missing abstract."""

    q = django_filters.CharFilter(label="Text", method="find")
    status = django_filters.ChoiceFilter(
        label="Status", choices=Candidate.Status.choices, empty_label="Any status"
    )
    mine = django_filters.ChoiceFilter(label="My vote", choices=MINE, method="by_my_vote", empty_label="Any")
    reason = django_filters.ModelChoiceFilter(
        label="Reason", queryset=ExclusionReason.objects.none(), empty_label="Any reason"
    )
    source = django_filters.ModelChoiceFilter(
        label="Source", queryset=Search.objects.none(), field_name="record__search", empty_label="All sources"
    )
    year_from = django_filters.NumberFilter(
        label="From year", field_name="record__year", lookup_expr="gte", min_value=0, max_value=3000
    )
    year_to = django_filters.NumberFilter(
        label="To year", field_name="record__year", lookup_expr="lte", min_value=0, max_value=3000
    )
    no_abstract = django_filters.BooleanFilter(
        label="No abstract", method="by_abstract", widget=forms.CheckboxInput
    )
    agreement = AgreementFilter(stage=Stage.TITLE_ABSTRACT)
    ordering = django_filters.OrderingFilter(
        fields=[("record__title", "title"), ("record__year", "year"), ("record_id", "added")],
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Candidate
        fields: list[str] = []

    def __init__(self, *args: Any, review: Review, user: User, **kwargs: Any) -> None:
        rows = Candidate.objects.of(review, Stage.TITLE_ABSTRACT).order_by("record_id")
        super().__init__(*args, queryset=rows.select_related("record__search", "reason"), **kwargs)
        self.user, self.review = user, review
        self.filters["source"].queryset = Search.objects.filter(review=review)
        self.filters["reason"].queryset = ExclusionReason.objects.filter(review=review)

    def find(self, rows: QuerySet[Candidate], _name: str, text: str) -> QuerySet[Candidate]:
        """Records that hold every word."""
        return rows.filter(record__in=Record.objects.all().matching(text).values("pk"))

    def by_my_vote(self, rows: QuerySet[Candidate], _name: str, choice: str) -> QuerySet[Candidate]:
        """By what the viewer voted, or that they have not."""
        mine = Standing.objects.filter(candidate=OuterRef("pk"), reviewer=self.user)
        return rows.filter(~Exists(mine) if choice == "none" else Exists(mine.filter(verdict=choice)))

    def by_abstract(self, rows: QuerySet[Candidate], _name: str, missing: bool) -> QuerySet[Candidate]:
        """Records without an abstract, when ticked."""
        return rows.filter(record__abstract="") if missing else rows


class ReportFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Text and state; the state tells where a report is on its way."""

    q = django_filters.CharFilter(label="Text", method="find")
    state = django_filters.ChoiceFilter(
        label="State",
        method="by_state",
        empty_label="Any state",
        choices=[
            ("sought", "To be found"),
            ("read", "To be read"),
            ("conflict", "In conflict"),
            ("included", "Included"),
            ("excluded", "Excluded"),
            ("not-retrieved", "Not retrieved"),
        ],
    )
    mine = django_filters.ChoiceFilter(label="My vote", choices=MINE, method="by_my_vote", empty_label="Any")
    agreement = AgreementFilter(stage=Stage.FULL_TEXT, by="candidates")

    STATES = {
        "sought": Q(retrieval="sought"),
        "read": Q(retrieval="retrieved", candidates__status="open"),
        "conflict": Q(candidates__status="conflict"),
        "included": Q(candidates__status="included"),
        "excluded": Q(candidates__status="excluded"),
        "not-retrieved": Q(retrieval="not-retrieved"),
    }

    class Meta:
        model = Report
        fields: list[str] = []

    def __init__(self, *args: Any, review: Review, user: User, **kwargs: Any) -> None:
        super().__init__(*args, queryset=Report.objects.of(review).sought().order_by("pk"), **kwargs)
        self.user, self.review = user, review

    def find(self, rows: QuerySet[Report], _name: str, text: str) -> QuerySet[Report]:
        """Reports whose title or citation holds every word."""
        for word in text.split()[:12]:
            rows = rows.filter(Q(title__icontains=word) | Q(citation__icontains=word))
        return rows

    def by_state(self, rows: QuerySet[Report], _name: str, state: str) -> QuerySet[Report]:
        """By where they are."""
        return rows.filter(self.STATES[state])

    def by_my_vote(self, rows: QuerySet[Report], _name: str, choice: str) -> QuerySet[Report]:
        """By what the viewer voted on the full text, or that they have not."""
        mine = Standing.objects.filter(candidate__report=OuterRef("pk"), reviewer=self.user)
        return rows.filter(~Exists(mine) if choice == "none" else Exists(mine.filter(verdict=choice)))


class FoundFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Records found by other methods: text, and whether their report is sought."""

    q = django_filters.CharFilter(label="Text", method="find")
    picked = django_filters.ChoiceFilter(
        label="Report",
        method="by_pick",
        empty_label="Any",
        choices=[("open", "Not yet looked at"), ("sought", "Sought"), ("left", "Left aside")],
    )

    class Meta:
        model = Record
        fields: list[str] = []

    def find(self, rows: Any, _name: str, text: str) -> QuerySet[Record]:
        """Records that hold every word."""
        found: QuerySet[Record] = rows.matching(text)
        return found

    def by_pick(self, rows: QuerySet[Record], _name: str, choice: str) -> QuerySet[Record]:
        """By the newest word on them."""
        newest = {"last_pick": {"open": None, "sought": True, "left": False}[choice]}
        return rows.filter(**newest)
