"""Which conflicts the board shows."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet

from reviews.models import Membership, Record, User
from screening.models import Candidate, Stage, Standing
from screening.queries.decisions import conflicts_of

WHOSE = [("mine", "I disagree with somebody"), ("others", "Others disagree")]


class ConflictFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Text, stage, whose, and a person whose vote is one of those that differ."""

    q = django_filters.CharFilter(label="Text", method="find")
    stage = django_filters.ChoiceFilter(label="Stage", choices=Stage.choices, empty_label="Both stages")
    whose = django_filters.ChoiceFilter(label="Whose", choices=WHOSE, method="by_me", empty_label="Anybody's")
    reviewer = django_filters.ModelChoiceFilter(
        label="With", queryset=User.objects.none(), method="by_reviewer", empty_label="Anybody"
    )

    class Meta:
        model = Candidate
        fields: list[str] = []

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        rows = conflicts_of(member.review)
        super().__init__(*args, queryset=rows, **kwargs)
        self.total = rows.count()
        self.me = member.user_id
        self.filters["reviewer"].queryset = User.objects.filter(memberships__review=member.review).order_by(
            "name"
        )

    def find(self, rows: QuerySet[Candidate], _name: str, text: str) -> QuerySet[Candidate]:
        """Records that hold every word, and reports whose title does."""
        about = Q(record__in=Record.objects.all().matching(text).values("pk"))
        titles = Q(report__isnull=False)
        for word in text.split()[:12]:
            titles &= Q(report__title__icontains=word)
        return rows.filter(about | titles)

    def by_me(self, rows: QuerySet[Candidate], _name: str, choice: str) -> QuerySet[Candidate]:
        """Those in which the viewer's own vote is one that differs, or the others."""
        mine = Exists(Standing.objects.filter(candidate=OuterRef("pk"), reviewer=self.me))
        return rows.filter(mine if choice == "mine" else ~mine)

    def by_reviewer(self, rows: QuerySet[Candidate], _name: str, person: User) -> QuerySet[Candidate]:
        """Those on which this person voted."""
        return rows.filter(Exists(Standing.objects.filter(candidate=OuterRef("pk"), reviewer=person)))
