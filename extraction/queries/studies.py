"""Studies with their reports, and the included reports that belong to none yet."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from itertools import chain, count

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from extraction.models import Study, StudyReport
from reviews.models import Review
from screening.models import Document, Report, ReportRecord
from screening.queries import included_reports

LONGEST_LABEL = 120


@dataclass(frozen=True, slots=True)
class Waiting:
    """An included report that belongs to no study yet, with what its record says about author and year."""

    report: Report
    author: str
    year: int | None

    @property
    def label(self) -> str:
        """First author's surname and year, for example Braga 2018; the start of the title when neither is known."""
        return (
            f"{self.author} {self.year or ''}".strip() or self.report.title.strip()[:60] or "Untitled study"
        )


def waiting_reports(review: Review) -> QuerySet[Report]:
    """Included reports that belong to no study."""
    linked = StudyReport.objects.filter(report=OuterRef("pk"), ended_at=None)
    return included_reports(review).filter(~Exists(linked))


def awaiting_a_study(review: Review) -> list[Waiting]:
    """The same with what is known about them; two queries."""
    links = ReportRecord.objects.select_related("record").order_by("pk")
    reports = waiting_reports(review).order_by("pk").prefetch_related(Prefetch("links", queryset=links))
    return [_waiting(report) for report in reports]


def label_for(waiting: Waiting, used: Collection[str]) -> str:
    """The suggested label, with a letter behind it if another study has it already: Braga 2018b."""
    label = waiting.label[:LONGEST_LABEL]
    letters = chain("bcdefghijklmnopqrstuvwxyz", (f"-{number}" for number in count(27)))
    while label in used:
        suffix = next(letters)
        label = waiting.label[: LONGEST_LABEL - len(suffix)] + suffix
    return label


def labels_in_use(review: Review) -> set[str]:
    """The labels of the review's studies."""
    return set(Study.objects.filter(review=review).values_list("label", flat=True))


def studies_with_reports(review: Review) -> QuerySet[Study]:
    """All studies in label order, each with its present `links` and their reports; two queries."""
    links = StudyReport.objects.filter(ended_at=None).select_related("report")
    return Study.objects.filter(review=review).prefetch_related(Prefetch("links", queryset=links))


def documents_of(study: Study) -> list[Document]:
    """The PDFs of a study's reports."""
    rows = Document.objects.current().filter(
        report__study_links__study=study, report__study_links__ended_at=None
    )
    return list(rows.select_related("report").order_by("report_id", "pk"))


def _waiting(report: Report) -> Waiting:
    records = [link.record for link in report.links.all()]
    authors = [record.authors[0] for record in records if record.authors]
    years = [record.year for record in records if record.year]
    return Waiting(report, surname(authors[0]) if authors else "", years[0] if years else None)


def surname(author: str) -> str:
    """The surname of an author as databases write them: “Braga, A. C.”, “Braga AC”, “van Groenestijn AC”, “王小明”."""
    if "," in author:
        return author.split(",", 1)[0].strip()
    return re.sub(r"(\s+[A-Z][A-Z.\-]{0,4})+$", "", author.strip()) or author.strip()
