"""The boxes of the PRISMA flow as querysets: what a box counts and what its number leads to are the same query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from extraction.models import Study
from reviews.models import Record, Review, Search
from screening import queries
from screening.queries import Route
from synthesis.models import Analysis, EarlierStudy, FlowStatement, Run
from synthesis.reporting.flow import FlowCounts, Note, StudiesAndReports, Tally

#: A column of the diagram → the prefix of its counts' names in FlowCounts, and what follows their titles.
ROUTES = {Route.DATABASES: ("", ""), Route.OTHER_METHODS: ("other_", " (other methods)")}


@dataclass(frozen=True, slots=True)
class Box:
    """One number of the diagram. `name` is its place in FlowCounts, `key` its place in an address."""

    name: str
    title: str
    rows: QuerySet[Any] = field(repr=False)
    key: str = ""

    @property
    def is_part(self) -> bool:
        """One source of several, or one reason of several."""
        return self.name[-1].isdigit()

    @property
    def address(self) -> str:
        """What stands for it in an address."""
        return self.key or self.name.replace("_", "-").replace(".", "-")


@dataclass(frozen=True, slots=True)
class Flow:
    """All boxes of a review's diagram, with their counts."""

    rows: tuple[tuple[Box, int], ...]
    counts: FlowCounts


def boxes_of(review: Review) -> Iterator[Box]:
    """Every box, in the order of the diagram. Nothing is asked of the database yet, but for sources and reasons."""
    yield from _identified(review)
    yield from _removed(review)
    yield from _screened(review)
    yield from _read(review, Route.DATABASES)
    yield from _found_otherwise(review)
    yield from _read(review, Route.OTHER_METHODS)
    yield from _included(review)


def flow_of(review: Review) -> Flow:
    """The diagram's numbers at this moment."""
    boxes = tuple(boxes_of(review))
    counted = {box.name: box.rows.count() for box in boxes}

    def tallies(name: str) -> tuple[Tally, ...]:
        found = [(box, counted[box.name]) for box in boxes if box.name.startswith(f"{name}.")]
        return tuple(Tally(box.title, n) for box, n in found)

    numbers: dict[str, Any] = {name: n for name, n in counted.items() if "." not in name}
    for name in ("databases", "registers", "exclusion_reasons", "other_exclusion_reasons"):
        numbers[name] = tallies(name)
    counts = counts_with(
        numbers,
        said=FlowStatement.objects.in_force(review),
        included=StudiesAndReports(counted["included.studies"], counted["included.reports"]),
        more_reports=numbers.pop("new_reports_of_previous", 0),
        found_by_both=tuple(queries.found_by_both(review).order_by("pk").values_list("title", flat=True)),
        analysed=_analysed(review),
    )
    return Flow(tuple((box, counted[box.name]) for box in boxes), counts)


def counts_with(
    numbers: Mapping[str, Any],
    *,
    said: FlowStatement,
    included: StudiesAndReports,
    more_reports: int,
    found_by_both: tuple[str, ...],
    analysed: StudiesAndReports | None,
) -> FlowCounts:
    """The counts with what the team says; `more_reports` are new reports of studies of the earlier review."""
    previous = total = None
    if said.is_update:
        previous = StudiesAndReports(said.earlier_studies or 0, said.earlier_reports or 0)
        reports = previous.reports + included.reports + more_reports
        total = StudiesAndReports(previous.studies + included.studies, reports)
    return FlowCounts(
        **numbers,
        included=included,
        previous=previous,
        new_reports_of_previous=more_reports,
        total=total,
        notes=tuple(Note(code, text) for code, text in (("W4", said.note_w4), ("W6", said.note_w6)) if text),
        found_by_both=found_by_both,
        analysed=analysed,
    )


def _identified(review: Review) -> Iterator[Box]:
    """Databases and registers, each with its sources."""
    for name, title, place, kind in (
        ("database_records", "Records identified from databases", "databases", Search.Kind.DATABASE),
        ("register_records", "Records identified from registers", "registers", Search.Kind.REGISTER),
    ):
        records = Record.objects.of(review).filter(search__kind=kind)
        yield Box(name, title, records)
        for number, search in enumerate(review.searches.filter(kind=kind).order_by("pk")):
            yield Box(f"{place}.{number}", str(search), records.filter(search=search), f"search-{search.pk}")


def _found_otherwise(review: Review) -> Iterator[Box]:
    for name, title, kind in (
        ("website_records", "Records identified from websites", Search.Kind.WEBSITE),
        ("organisation_records", "Records identified from organisations", Search.Kind.ORGANISATION),
        ("citation_records", "Records identified by citation searching", Search.Kind.CITATION),
    ):
        yield Box(name, title, Record.objects.of(review).filter(search__kind=kind))


def _removed(review: Review) -> Iterator[Box]:
    """Of a cluster with a record from a database or register such a record is the canonical one, and is kept."""
    screened = Record.objects.of(review).from_databases_and_registers()
    duplicates = screened.filter(duplicate_of__isnull=False)
    within = Q(duplicate_of__search=F("search"))
    yield Box("duplicates", "Duplicate records removed", duplicates)
    yield Box("duplicates_within_sources", "Duplicates within one source", duplicates.filter(within))
    yield Box("duplicates_between_sources", "Duplicates between sources", duplicates.exclude(within))
    for name, kind in (
        ("removed_by_automation", Record.Removed.AUTOMATION),
        ("removed_for_other_reasons", Record.Removed.OTHER),
    ):
        title = f"Records {kind.label[0].lower()}{kind.label[1:]}"
        yield Box(name, title, screened.unique().filter(removed_as=kind))


def _screened(review: Review) -> Iterator[Box]:
    yield Box("screened", "Records screened", queries.records_screened(review))
    yield Box("excluded", "Records excluded", queries.records_excluded(review))
    yield Box("screening_open", "Records still being screened", queries.records_being_screened(review))


def _read(review: Review, route: Route) -> Iterator[Box]:
    """One column's reports, from “sought” to “excluded”."""
    prefix, other = ROUTES[route]
    for name, title, reports_that_are in (
        ("sought", "Reports sought for retrieval", queries.reports_sought),
        ("not_retrieved", "Reports not retrieved", queries.reports_not_retrieved),
        ("retrieval_open", "Reports still being sought", queries.reports_being_sought),
        ("assessed", "Reports assessed for eligibility", queries.reports_assessed),
        ("assessment_open", "Reports still being assessed", queries.reports_being_assessed),
        ("reports_excluded", "Reports excluded", queries.reports_excluded),
    ):
        yield Box(prefix + name, title + other, reports_that_are(review, route))
    for place, counted in enumerate(queries.excluded_by_reason(review, route)):
        rows = queries.reports_excluded(review, route, reason=counted.reason)
        key = f"{prefix.replace('_', '-')}reason-{counted.reason.pk}"
        yield Box(f"{prefix}exclusion_reasons.{place}", counted.reason.label, rows, key)


def _included(review: Review) -> Iterator[Box]:
    reports = queries.included_reports(review)
    studies = Study.objects.filter(review=review, links__ended_at=None, links__report__in=reports).distinct()
    earlier = earlier_studies(review)
    of_earlier = Q(study_links__ended_at=None, study_links__study__in=earlier)
    yield Box("included.studies", "Studies included in the review", studies.exclude(pk__in=earlier))
    yield Box(
        "included.reports",
        "Reports of included studies",
        reports.exclude(pk__in=reports.filter(of_earlier).values("pk")),
    )
    if FlowStatement.objects.in_force(review).is_update:
        title = "New reports of studies of the earlier review"
        yield Box("new_reports_of_previous", title, reports.filter(of_earlier))


def earlier_studies(review: Review) -> QuerySet[Study]:
    """Studies that the earlier version of the review had already; none where there is no earlier version."""
    if not FlowStatement.objects.in_force(review).is_update:
        return Study.objects.none()
    newest = EarlierStudy.objects.filter(study=OuterRef("pk")).order_by("-pk").values("is_earlier")[:1]
    return Study.objects.filter(review=review).annotate(was_there=Subquery(newest)).filter(was_there=True)


def _analysed(review: Review) -> StudiesAndReports | None:
    """Studies that carry weight in the newest run of at least one current analysis, and their reports."""
    current = Analysis.objects.filter(review=review, replaced_by=None)
    newest = Run.objects.filter(analysis=OuterRef("analysis")).order_by("-number").values("pk")[:1]
    runs = Run.objects.filter(analysis__in=current, pk=Subquery(newest))
    studies = {
        study["study"]
        for result in runs.values_list("result", flat=True)
        if result["pooled"]
        for study in result["studies"]
        if study["yi"] is not None
    }
    if not studies:
        return None
    reports = queries.included_reports(review)
    reports = reports.filter(study_links__study__in=studies, study_links__ended_at=None)
    return StudiesAndReports(len(studies), reports.count())
