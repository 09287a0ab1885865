"""How far reviews are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.module_loading import import_string

from reviews.models import Event, Membership, Review, Role, Tally, User
from reviews.queries.counting import counted


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


def _kept(prefix: str, **more: str) -> Coalesce:
    """A kept number of the membership's review."""
    rows = Tally.objects.filter(review=OuterRef("review"), name__startswith=prefix, **more)
    return Coalesce(Subquery(rows.order_by().values("review").annotate(sum=Sum("n")).values("sum")), 0)


def of_reviews_of(user: User) -> list[ReviewCard]:
    """The reviews of a person, the most recently busy first; the number of queries does not depend on theirs."""
    rows = list(
        Membership.objects.filter(user=user, left_at=None)
        .annotate(
            records=_kept("record:"),
            unique=_kept("record:", name__contains=":head:"),
            team=counted(Membership.objects.filter(review=OuterRef("review"), left_at=None)),
            last=Subquery(Event.objects.filter(review=OuterRef("review")).order_by("-pk").values("at")[:1]),
        )
        .order_by(F("last").desc(nulls_last=True), "-review")
        .values_list("review_id", "role", "records", "unique", "team", "last")
    )
    reviews = Review.objects.in_bulk([row[0] for row in rows])
    stages: dict[int, list[Progress]] = {pk: [] for pk in reviews}
    for path in settings.PROGRESS:
        for pk, progress in import_string(path)(list(reviews.values())).items():
            stages[pk] += progress
    return [
        ReviewCard(reviews[pk], Role(role).label, records, unique, team, last, stages[pk])
        for pk, role, records, unique, team, last in rows
    ]
