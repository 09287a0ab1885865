"""The flow diagram as it was at a moment in the past, counted from the facts that were there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime, time
from typing import Any, Final

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from extraction.models import StudyReport
from reviews.access import May, require
from reviews.errors import Refused
from reviews.models import ExclusionReason, Job, Record, Review, Search, User
from reviews.services import jobs
from reviews.services.jobs import Lease
from screening.models import Report
from screening.queries import Route
from screening.services.then import Then, screening_then
from synthesis.models import Analysis, EarlierStudy, FlowStatement, Run
from synthesis.queries.flow import ROUTES, counts_with
from synthesis.reporting.flow import FlowCounts, StudiesAndReports, Tally

#: The job's name; what it found is its outcome.
COUNT: Final = "synthesis.count_flow"

_KINDS = {
    "database_records": Search.Kind.DATABASE,
    "register_records": Search.Kind.REGISTER,
    "website_records": Search.Kind.WEBSITE,
    "organisation_records": Search.Kind.ORGANISATION,
    "citation_records": Search.Kind.CITATION,
}
_LISTED = {"databases": Search.Kind.DATABASE, "registers": Search.Kind.REGISTER}


@transaction.atomic
def ask(*, review: Review, day: date, by: User) -> Job:
    """Have the flow counted as it was when a day ended; asking again gives what was found before."""
    require(May.VIEW, review=review, by=by)
    at = timezone.make_aware(datetime.combine(day, time.max))
    if at >= timezone.now():
        raise Refused("Choose a day that has ended. What is so today is on the diagram itself.")
    if day < timezone.localdate(review.created_at):
        raise Refused("The review did not exist on that day.")
    known = asked(review, day)
    if known is not None and known.status not in {Job.Status.FAILED, Job.Status.CANCELLED}:
        return known
    title = f"Counting the flow of {day:%-d %B %Y}"
    return jobs.enqueue(COUNT, title=title, review=review, by=by, review_id=review.pk, at=at.isoformat())


def asked(review: Review, day: date) -> Job | None:
    """The newest job that counts this day."""
    at = timezone.make_aware(datetime.combine(day, time.max)).isoformat()
    return Job.objects.filter(review=review, name=COUNT, arguments__at=at).order_by("-pk").first()


def count(lease: Lease, *, review_id: int, at: str) -> dict[str, Any]:
    """The job: facts are never changed, so what it finds is right for ever."""
    lease.beat(done=0, total=1, message="Reading the facts of that time")
    counts = flow_then(review=Review.objects.get(pk=review_id), at=datetime.fromisoformat(at))
    lease.beat(done=1, message="Counted")
    return {"counts": asdict(counts)}


def flow_then(*, review: Review, at: datetime) -> FlowCounts:
    """The counts at that moment; what is counted now and what is counted for now are the same."""
    then = screening_then(review=review, at=at)
    numbers: dict[str, Any] = _identified(review, then) | _removed(then) | _screened(then)
    for route in Route:
        numbers |= _read(then, route)
    said = FlowStatement.objects.filter(review=review, at__lte=at).order_by("-pk").first()
    said = said or FlowStatement(review=review)
    included = _with_status(then, "included")
    study_of = _studies(review, at)
    earlier = _earlier(review, at) if said.is_update else set()
    of_earlier = {report for report in included if study_of.get(report) in earlier}
    of_included = {study_of[report] for report in included if report in study_of}
    studies, there = of_included - earlier, of_included | earlier
    aside = {kind: _with_status(then, kind) for kind in ("awaiting", "ongoing")}
    both = (
        (included | aside["awaiting"] | aside["ongoing"])
        & then.sought[Route.DATABASES]
        & then.sought[Route.OTHER_METHODS]
    )
    return counts_with(
        numbers,
        said=said,
        included=StudiesAndReports(len(studies), len(included - of_earlier)),
        awaiting=_pair(aside["awaiting"], study_of, there),
        ongoing=_pair(aside["ongoing"], study_of, there),
        more_reports=len(of_earlier),
        found_by_both=tuple(
            Report.objects.filter(pk__in=both).order_by("pk").values_list("title", flat=True)
        ),
        analysed=_analysed(review, at, included, study_of),
    )


def _with_status(then: Then, name: str) -> set[int]:
    return {report for report, (status, _) in then.texts.items() if status == name}


def _pair(reports: set[int], study_of: dict[int, int], there: set[int]) -> StudiesAndReports:
    """Reports that are set aside, and their studies but for those that are `there` in the review already."""
    return StudiesAndReports(len({study_of[one] for one in reports if one in study_of} - there), len(reports))


def _identified(review: Review, then: Then) -> dict[str, Any]:
    kinds, searches = Counter(then.kind_of.values()), Counter(then.search_of.values())
    found: dict[str, Any] = {name: kinds[kind] for name, kind in _KINDS.items()}
    for name, kind in _LISTED.items():
        rows = review.searches.filter(kind=kind).order_by("pk")
        found[name] = tuple(Tally(str(search), searches[search.pk]) for search in rows)
    return found


def _removed(then: Then) -> dict[str, int]:
    screened = [pk for pk, kind in then.kind_of.items() if kind in Search.SCREENED_KINDS]
    duplicates = [pk for pk in screened if then.head_of[pk] != pk]
    within = sum(then.search_of[then.head_of[pk]] == then.search_of[pk] for pk in duplicates)
    taken_out = Counter(then.removed[pk] for pk in screened if then.head_of[pk] == pk and pk in then.removed)
    return {
        "duplicates": len(duplicates),
        "duplicates_within_sources": within,
        "duplicates_between_sources": len(duplicates) - within,
        "removed_by_automation": taken_out[Record.Removed.AUTOMATION],
        "removed_for_other_reasons": taken_out[Record.Removed.OTHER],
    }


def _screened(then: Then) -> dict[str, int]:
    statuses = Counter(status for status, _ in then.titles.values())
    return {
        "screened": statuses["included"] + statuses["excluded"],
        "excluded": statuses["excluded"],
        "screening_open": statuses["open"] + statuses["conflict"],
    }


def _read(then: Then, route: Route) -> dict[str, Any]:
    """One column's reports."""
    prefix = ROUTES[route][0]
    sought = then.sought[route]
    outcomes = Counter(then.retrieval[report] for report in sought)
    said = [then.texts[report] for report in sought if report in then.texts]
    statuses = Counter(status for status, _ in said)
    reasons = Counter(reason for status, reason in said if status == "excluded" and reason)
    numbers: dict[str, Any] = {
        "sought": len(sought),
        "not_retrieved": outcomes[Report.Retrieved.NOT_RETRIEVED],
        "retrieval_open": outcomes[Report.Retrieved.SOUGHT],
        "assessed": sum(statuses[one] for one in ("included", "excluded", "awaiting", "ongoing")),
        "assessment_open": statuses["open"] + statuses["conflict"],
        "reports_excluded": statuses["excluded"],
        "exclusion_reasons": tuple(_by_rank(reasons)),
    }
    return {prefix + name: value for name, value in numbers.items()}


def _by_rank(reasons: Counter[int]) -> Iterable[Tally]:
    for reason in ExclusionReason.objects.filter(pk__in=reasons).order_by("rank", "pk"):
        yield Tally(reason.label, reasons[reason.pk])


def _studies(review: Review, at: datetime) -> dict[int, int]:
    """The study of each report then."""
    links = StudyReport.objects.filter(
        Q(ended_at=None) | Q(ended_at__gt=at), study__review=review, at__lte=at
    )
    return dict(links.order_by("pk").values_list("report", "study"))


def _earlier(review: Review, at: datetime) -> set[int]:
    marks = EarlierStudy.objects.filter(study__review=review, at__lte=at).order_by("pk")
    newest: dict[int, bool] = dict(marks.values_list("study", "is_earlier"))
    return {study for study, is_earlier in newest.items() if is_earlier}


def _analysed(
    review: Review, at: datetime, included: set[int], study_of: dict[int, int]
) -> StudiesAndReports | None:
    """Studies in the newest run, then, of an analysis that nothing had replaced yet, and their reports."""
    asked = Analysis.objects.filter(review=review, created_at__lte=at)
    current = asked.exclude(pk__in=asked.filter(replaces__isnull=False).values("replaces"))
    rows = Run.objects.filter(analysis__in=current, at__lte=at).order_by("number")
    newest = dict(rows.values_list("analysis", "result"))
    studies = {
        study["study"]
        for result in newest.values()
        if result["pooled"]
        for study in result["studies"]
        if study["yi"] is not None
    }
    if not studies:
        return None
    reports = sum(study_of.get(report) in studies for report in included)
    return StudiesAndReports(len(studies), reports)
