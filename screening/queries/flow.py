"""This floor's numbers of the PRISMA flow, each a queryset of exactly the records or reports that it counts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from django.db.models import Count, Q, QuerySet

from reviews.models import ExclusionReason, Record, Review
from screening.models import Candidate, Report, Stage

OPEN, CONFLICT, INCLUDED, EXCLUDED, AWAITING, ONGOING = Candidate.Status


class Route(Enum):
    """The two columns of PRISMA 2020; the value is the column of Report that says it."""

    DATABASES = "from_databases"
    OTHER_METHODS = "from_other_methods"


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How many reports were excluded for one reason."""

    reason: ExclusionReason
    n: int


def records_screened(review: Review) -> QuerySet[Record]:
    """Records with a decision on title and abstract (one of each cluster). Unit: records."""
    return _records(review, INCLUDED, EXCLUDED)


def records_excluded(review: Review) -> QuerySet[Record]:
    """Records excluded on title and abstract. Unit: records."""
    return _records(review, EXCLUDED)


def records_being_screened(review: Review) -> QuerySet[Record]:
    """Records that wait for votes or are in conflict. Unit: records."""
    return _records(review, OPEN, CONFLICT)


def _records(review: Review, *statuses: str) -> QuerySet[Record]:
    found = Candidate.objects.of(review, Stage.TITLE_ABSTRACT).filter(status__in=statuses)
    return Record.objects.filter(pk__in=found.values("record"))


def reports_sought(review: Review, route: Route) -> QuerySet[Report]:
    """Reports sought for retrieval by one route, whatever became of them. Unit: reports."""
    return Report.objects.of(review).filter(**{route.value: True})


def reports_being_sought(review: Review, route: Route) -> QuerySet[Report]:
    """Of these, reports neither retrieved nor given up yet. Unit: reports."""
    return reports_sought(review, route).filter(retrieval=Report.Retrieved.SOUGHT)


def reports_not_retrieved(review: Review, route: Route) -> QuerySet[Report]:
    """Of these, reports not retrieved. Unit: reports."""
    return reports_sought(review, route).filter(retrieval=Report.Retrieved.NOT_RETRIEVED)


def reports_assessed(review: Review, route: Route) -> QuerySet[Report]:
    """Reports with a decision on the full text, or set aside after reading. Unit: reports."""
    return _read(review, route, INCLUDED, EXCLUDED, AWAITING, ONGOING)


def reports_excluded(
    review: Review, route: Route, *, reason: ExclusionReason | None = None
) -> QuerySet[Report]:
    """Reports excluded on the full text, all or those for one reason. Unit: reports."""
    excluded = _read(review, route, EXCLUDED)
    return excluded if reason is None else excluded.filter(candidates__reason=reason)


def reports_being_assessed(review: Review, route: Route) -> QuerySet[Report]:
    """Retrieved reports that wait for votes or are in conflict. Unit: reports."""
    return _read(review, route, OPEN, CONFLICT)


def excluded_by_reason(review: Review, route: Route) -> list[ReasonCount]:
    """The excluded reports of one route by their primary reason, highest-ranked first (one query)."""
    counted = Q(**{f"report__{route.value}": True}, stage=Stage.FULL_TEXT, status=EXCLUDED)
    found = Candidate.objects.filter(counted, review=review).order_by("reason").values_list("reason")
    counts = dict(found.annotate(n=Count("pk")))
    reasons = ExclusionReason.objects.filter(pk__in=counts).order_by("rank", "pk")
    return [ReasonCount(reason, counts[reason.pk]) for reason in reasons]


def included_reports(review: Review, route: Route | None = None) -> QuerySet[Report]:
    """Reports included on the full text, of both routes (each once) or of one. Unit: reports."""
    if route is not None:
        return _read(review, route, INCLUDED)
    return _of_both(review, INCLUDED)


def reports_awaiting(review: Review) -> QuerySet[Report]:
    """Reports read, of both routes, that await classification: neither included nor excluded. Unit: reports."""
    return _of_both(review, AWAITING)


def reports_ongoing(review: Review) -> QuerySet[Report]:
    """Reports read, of both routes, about ongoing studies: neither included nor excluded. Unit: reports."""
    return _of_both(review, ONGOING)


def found_by_both(review: Review) -> QuerySet[Report]:
    """Reports assessed and not excluded that both routes led to: the overlap of rule E7. Unit: reports."""
    found = _of_both(review, INCLUDED, AWAITING, ONGOING)
    return found.filter(from_databases=True, from_other_methods=True)


def _of_both(review: Review, *statuses: str) -> QuerySet[Report]:
    found = Report.objects.of(review)
    return found.filter(candidates__stage=Stage.FULL_TEXT, candidates__status__in=statuses)


def _read(review: Review, route: Route, *statuses: str) -> QuerySet[Report]:
    return reports_sought(review, route).filter(
        candidates__stage=Stage.FULL_TEXT, candidates__status__in=statuses
    )
