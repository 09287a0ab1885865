"""Which candidates, reports and records a list shows."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet

from reviews.models import ExclusionReason, Membership, Record, Review, Search, User
from screening.filters.agreement import AgreementFilter
from screening.models import (
    Assignment,
    Batch,
    Candidate,
    Label,
    Labelling,
    Pilot,
    PilotRecord,
    Report,
    Stage,
    Standing,
    Verdict,
)

MINE = [("none", "Not yet"), *[(v.value, v.label) for v in Verdict if v != Verdict.WITHDRAWN]]


class StableOrder(django_filters.OrderingFilter):  # type: ignore[misc]
    """Equal rows keep the order in which they were added, so that no page repeats or leaves out a record."""

    def filter(self, rows: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """Sorted, when asked to."""
        return rows.order_by(*self._by(value), "record_id") if value else rows

    def _by(self, value: list[str]) -> list[str]:
        return [self.get_ordering_value(name) for name in value]


class CandidateFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Text, status, one's own vote (never a colleague's), labels one may see, source, years, missing abstract, batch, round.

    Nothing here may tell what a colleague said of an open record: neither which rows there are, nor their order or number.
    """

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
    label = django_filters.ModelChoiceFilter(
        label="Label", queryset=Label.objects.none(), method="by_label", empty_label="Any label"
    )
    batch = django_filters.ModelChoiceFilter(
        label="Batch", queryset=Batch.objects.none(), method="by_batch", empty_label="Any batch"
    )
    to_me = django_filters.BooleanFilter(label="Given to me", method="by_me", widget=forms.CheckboxInput)
    round = django_filters.ModelChoiceFilter(
        label="Pilot round", queryset=Pilot.objects.none(), method="by_round", empty_label="Any round"
    )
    agreement = AgreementFilter(stage=Stage.TITLE_ABSTRACT)
    ordering = StableOrder(
        fields=[
            ("record__title", "title"),
            ("record__year", "year"),
            ("record__search__source", "source"),
            ("status", "status"),
            ("record_id", "added"),
        ],
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Candidate
        fields: list[str] = []

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        review = member.review
        rows = Candidate.objects.of(review, Stage.TITLE_ABSTRACT).order_by("record_id")
        super().__init__(*args, queryset=rows.select_related("record__search", "reason"), **kwargs)
        self.member, self.user, self.review = member, member.user, review
        self.filters["source"].queryset = Search.objects.filter(review=review)
        self.filters["reason"].queryset = ExclusionReason.objects.filter(review=review)
        self.filters["label"].queryset = Label.objects.filter(review=review).order_by("name")
        batches = Batch.objects.in_force().filter(review=review, stage=Stage.TITLE_ABSTRACT)
        self.filters["batch"].queryset = batches
        self.filters["round"].queryset = Pilot.objects.filter(review=review, stage=Stage.TITLE_ABSTRACT)

    def find(self, rows: QuerySet[Candidate], _name: str, text: str) -> QuerySet[Candidate]:
        """Records that hold every word."""
        return rows.filter(record__in=Record.objects.all().matching(text).values("pk"))

    def by_my_vote(self, rows: QuerySet[Candidate], _name: str, choice: str) -> QuerySet[Candidate]:
        """By what the viewer voted, or that they have not."""
        mine = Standing.objects.filter(candidate=OuterRef("pk"), reviewer=self.user)
        return rows.filter(~Exists(mine) if choice == "none" else Exists(mine.filter(verdict=choice)))

    def by_abstract(self, rows: QuerySet[Candidate], _name: str, missing: bool) -> QuerySet[Candidate]:
        """Records without an abstract, when ticked: neither of their own, nor of a duplicate."""
        if not missing:
            return rows
        lent = Record.objects.filter(duplicate_of=OuterRef("record")).exclude(abstract="")
        return rows.filter(~Exists(lent), record__abstract="")

    def by_label(self, rows: QuerySet[Candidate], _name: str, label: Label) -> QuerySet[Candidate]:
        """Records that have it, as far as the viewer may know."""
        on = Labelling.objects.visible_to(self.member).standing().filter(label=label)
        with_it = Record.objects.filter(pk__in=on.values("record"))
        return rows.filter(Q(record__in=with_it) | Q(record__in=with_it.values("duplicate_of")))

    def by_batch(self, rows: QuerySet[Candidate], _name: str, batch: Batch) -> QuerySet[Candidate]:
        """Records that were given out in it."""
        return rows.filter(Exists(Assignment.objects.filter(batch=batch, record=OuterRef("record"))))

    def by_me(self, rows: QuerySet[Candidate], _name: str, mine: bool) -> QuerySet[Candidate]:
        """Records that were given to the viewer, when ticked."""
        given = Assignment.objects.filter(reviewer=self.user, batch__end=None, record=OuterRef("record"))
        return rows.filter(Exists(given)) if mine else rows

    def by_round(self, rows: QuerySet[Candidate], _name: str, pilot: Pilot) -> QuerySet[Candidate]:
        """Records that were drawn for it."""
        return rows.filter(Exists(PilotRecord.objects.filter(pilot=pilot, record=OuterRef("record"))))


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
            ("awaiting", "Awaiting classification"),
            ("ongoing", "Ongoing"),
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
        "awaiting": Q(candidates__status="awaiting"),
        "ongoing": Q(candidates__status="ongoing"),
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
