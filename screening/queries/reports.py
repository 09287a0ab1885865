"""Reports with what is known about them, and the records that only other methods found."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, fields

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from reviews.models import Record, Review, Search, User
from screening.matching import Wanted
from screening.models import Candidate, Pick, Report, ReportRecord, Stage, Standing


@dataclass(frozen=True, slots=True)
class ReportCounts:
    """How many sought reports are where."""

    sought: int
    read: int
    conflict: int
    included: int
    excluded: int
    awaiting: int
    ongoing: int
    not_retrieved: int

    @property
    def total(self) -> int:
        """All that are sought."""
        return sum(getattr(self, field.name) for field in fields(self))


def report_counts(review: Review) -> ReportCounts:
    """One query."""

    def having(**condition: str) -> Count:
        return Count("pk", filter=Q(**condition))

    numbers = (
        Report.objects.of(review)
        .sought()
        .aggregate(
            sought=having(retrieval="sought"),
            not_retrieved=having(retrieval="not-retrieved"),
            read=having(candidates__status="open"),
            conflict=having(candidates__status="conflict"),
            included=having(candidates__status="included"),
            excluded=having(candidates__status="excluded"),
            awaiting=having(candidates__status="awaiting"),
            ongoing=having(candidates__status="ongoing"),
        )
    )
    return ReportCounts(**numbers)


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A report as the list shows it; `mine` is the viewer's own vote."""

    report: Report
    candidate: Candidate | None
    mine: Standing | None


def report_rows(reports: list[Report], user: User) -> list[ReportRow]:
    """Two queries, however many reports."""
    found = Candidate.objects.filter(report__in=reports, stage=Stage.FULL_TEXT).select_related("reason")
    candidates = {candidate.report_id: candidate for candidate in found}
    standing = Standing.objects.filter(candidate__in=candidates.values(), reviewer=user)
    mine = {row.candidate_id: row for row in standing}
    rows = []
    for report in reports:
        candidate = candidates.get(report.pk)
        rows.append(ReportRow(report, candidate, mine.get(candidate.pk) if candidate else None))
    return rows


def records_behind(report: Report) -> QuerySet[Record]:
    """The records that describe a report today."""
    newest = ReportRecord.objects.filter(record=OuterRef("pk")).order_by("-pk").values("report")[:1]
    linked = Record.objects.filter(report_links__report=report).distinct()
    return (
        linked.annotate(last_report=Subquery(newest)).filter(last_report=report.pk).select_related("search")
    )


def wanted(review: Review) -> list[Wanted]:
    """Every report that is sought, with the DOIs of its records; two queries."""
    dois: dict[int, set[str]] = defaultdict(set)
    links = ReportRecord.objects.filter(report__review=review).exclude(record__doi="")
    for report, doi in links.values_list("report", "record__doi"):
        dois[report].add(doi.lower())
    rows = Report.objects.of(review).sought().order_by("pk").values_list("pk", "title")
    return [Wanted(pk, title, frozenset(dois[pk])) for pk, title in rows]


def found_elsewhere(review: Review) -> QuerySet[Record]:
    """One record of each cluster that only other methods found, with the newest word on seeking it (`last_pick`)."""
    screened = Record.objects.filter(duplicate_of=OuterRef("pk"), search__kind__in=Search.SCREENED_KINDS)
    cluster = Q(record=OuterRef("pk")) | Q(record__duplicate_of=OuterRef("pk"))
    newest = Pick.objects.filter(cluster).order_by("-pk").values("sought")[:1]
    return (
        Record.objects.filter(review=review, duplicate_of=None, removed_as="")
        .exclude(search__kind__in=Search.SCREENED_KINDS)
        .exclude(Exists(screened))
        .annotate(last_pick=Subquery(newest))
        .select_related("search")
        .order_by("pk")
    )
