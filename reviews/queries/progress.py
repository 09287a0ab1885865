"""How far reviews are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.module_loading import import_string

from reviews.models import Event, Membership, Record, Review, User


@dataclass(frozen=True, slots=True)
class Progress:
    """One stage of one review, as a floor above reports it."""

    title: str
    done: int
    todo: int
    conflicts: int = 0

    @property
    def total(self) -> int:
        """All there is to do in it."""
        return self.done + self.todo + self.conflicts


@dataclass(frozen=True, slots=True)
class ReviewCard:
    """A review on the home page."""

    review: Review
    role: str
    records: int
    unique: int
    team: int
    last_event: datetime | None
    stages: list[Progress]


def of_reviews_of(user: User) -> list[ReviewCard]:
    """The reviews of a person, the most recently busy first; the number of queries does not depend on theirs."""
    memberships = list(
        Membership.objects.filter(user=user, left_at=None)
        .select_related("review")
        .annotate(
            records=_count(Record.objects.filter(review=OuterRef("review"))),
            unique=_count(Record.objects.filter(review=OuterRef("review"), duplicate_of=None)),
            team=_count(Membership.objects.filter(review=OuterRef("review"), left_at=None)),
            last=Subquery(Event.objects.filter(review=OuterRef("review")).order_by("-pk").values("at")[:1]),
        )
        .order_by(F("last").desc(nulls_last=True), "-review")
    )
    reviews = [membership.review for membership in memberships]
    stages: dict[int, list[Progress]] = {review.pk: [] for review in reviews}
    for path in settings.PROGRESS:
        for pk, progress in import_string(path)(reviews).items():
            stages[pk] += progress
    return [
        ReviewCard(
            review=member.review,
            role=member.get_role_display(),
            records=member.records,
            unique=member.unique,
            team=member.team,
            last_event=member.last,
            stages=stages[member.review.pk],
        )
        for member in memberships
    ]


def _count(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("review").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
