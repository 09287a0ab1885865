"""Behind each rule of the flow: the records, reports or studies to look at when it does not hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from extraction.models import Study
from reviews.models import Record, Review
from screening import queries
from screening.models import Candidate, Report, ReportRecord, Stage
from synthesis.queries.flow import Box


def places_to_look(review: Review) -> Iterator[tuple[str, Box]]:
    """The code of a rule, and rows that would break it or explain it; most of these are empty, as they should be."""
    yield "E2", _box("e2-unscreened", "Records kept that did not reach screening", _not_reached(review))
    yield "W4", _box("w4-shared", "Reports that several screened records led to", _shared(review))
    yield "W4", _box("w4-none", "Records kept after screening without a report", _without_report(review))
    retrieved = Report.objects.of(review).sought().filter(retrieval=Report.Retrieved.RETRIEVED)
    read = Candidate.objects.filter(report=OuterRef("pk"), stage=Stage.FULL_TEXT)
    yield (
        "E5",
        _box("e5-unread", "Reports retrieved that nobody is asked to read", retrieved.exclude(Exists(read))),
    )
    included = queries.included_reports(review)
    homeless = included.exclude(study_links__ended_at=None, study_links__isnull=False)
    yield "E8", _box("e8-no-study", "Included reports that belong to no study yet", homeless)
    unreasoned = Report.objects.of(review).filter(
        candidates__stage=Stage.FULL_TEXT, candidates__status="excluded", candidates__reason=None
    )
    yield "E8", _box("e8-no-reason", "Excluded reports without a reason", unreasoned)
    current = Q(links__ended_at=None, links__isnull=False)
    empty = Study.objects.filter(review=review).exclude(pk__in=Study.objects.filter(current).values("pk"))
    yield "E8", _box("e8-no-report", "Studies without a report", empty)


def _box(key: str, title: str, rows: QuerySet[Any]) -> Box:
    return Box(key, title, rows, key)


def _not_reached(review: Review) -> QuerySet[Any]:
    candidates = Candidate.objects.filter(record=OuterRef("pk"), stage=Stage.TITLE_ABSTRACT)
    kept = Record.objects.of(review).from_databases_and_registers().unique().not_removed()
    return kept.exclude(Exists(candidates))


def _shared(review: Review) -> QuerySet[Any]:
    several = (
        ReportRecord.objects.filter(report__review=review, record__duplicate_of=None)
        .values("report")
        .annotate(n=Count("record", distinct=True))
        .filter(n__gt=1)
        .values("report")
    )
    return Report.objects.of(review).filter(from_databases=True, pk__in=several)


def _without_report(review: Review) -> QuerySet[Any]:
    links = ReportRecord.objects.filter(Q(record=OuterRef("pk")) | Q(record__duplicate_of=OuterRef("pk")))
    kept = Candidate.objects.of(review, Stage.TITLE_ABSTRACT).filter(status=Candidate.Status.INCLUDED)
    return Record.objects.filter(pk__in=kept.values("record")).exclude(Exists(links))
