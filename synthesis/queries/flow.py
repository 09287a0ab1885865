"""The boxes of the PRISMA flow as querysets: what a box counts and what its number leads to are the same query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from extraction.models import Study
from reviews.models import Import, Record, Review, Search
from reviews.queries import tallies
from reviews.queries.tallies import RecordNumbers
from screening import queries
from screening.models import Stage
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
    kept: int | None = None

    def count(self) -> int:
        """How many rows; a kept number where there is one, for there may be a million of them."""
        return self.rows.count() if self.kept is None else self.kept

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
    """Every box, in the order of the diagram. Rows are not counted yet, where no number of them is kept."""
    found = Identified(review)
    yield from _identified(found)
    yield from _removed(found)
    yield from _screened(review)
    yield from _read(review, Route.DATABASES)
    yield from _found_otherwise(found)
    yield from _read(review, Route.OTHER_METHODS)
    yield from _included(review)
    yield from _set_aside(review)


class Identified:
    """The searches of a review with the kept numbers of their records; three queries."""

    def __init__(self, review: Review) -> None:
        self.review = review
        self.searches = list(review.searches.order_by("pk"))
        numbers = tallies.of_files(review)
        self.by_search: dict[int, list[RecordNumbers]] = defaultdict(list)
        for origin, search in Import.objects.filter(pk__in=numbers).values_list("pk", "search"):
            self.by_search[search].append(numbers[origin])

    def of_kind(self, *kinds: str) -> list[Search]:
        """The searches of these kinds."""
        return [search for search in self.searches if search.kind in kinds]

    def total(self, searches: Iterable[Search], number: Callable[[RecordNumbers], int]) -> int:
        """A number, added up over all files of these searches."""
        return sum(number(row) for search in searches for row in self.by_search[search.pk])


def flow_of(review: Review) -> Flow:
    """The diagram's numbers at this moment."""
    boxes = tuple(boxes_of(review))
    counted = {box.name: box.count() for box in boxes}

    def tallies(name: str) -> tuple[Tally, ...]:
        found = [(box, counted[box.name]) for box in boxes if box.name.startswith(f"{name}.")]
        return tuple(Tally(box.title, n) for box, n in found)

    def pair(name: str) -> StudiesAndReports:
        return StudiesAndReports(counted[f"{name}.studies"], counted[f"{name}.reports"])

    numbers: dict[str, Any] = {name: n for name, n in counted.items() if "." not in name}
    for name in ("databases", "registers", "exclusion_reasons", "other_exclusion_reasons"):
        numbers[name] = tallies(name)
    counts = counts_with(
        numbers,
        said=FlowStatement.objects.in_force(review),
        included=pair("included"),
        awaiting=pair("awaiting_classification"),
        ongoing=pair("ongoing"),
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
    awaiting: StudiesAndReports,
    ongoing: StudiesAndReports,
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
        awaiting_classification=awaiting,
        ongoing=ongoing,
        previous=previous,
        new_reports_of_previous=more_reports,
        total=total,
        notes=tuple(Note(code, text) for code, text in (("W4", said.note_w4), ("W6", said.note_w6)) if text),
        found_by_both=found_by_both,
        analysed=analysed,
    )


def _identified(found: Identified) -> Iterator[Box]:
    """Databases and registers, each with its sources."""
    for name, title, place, kind in (
        ("database_records", "Records identified from databases", "databases", Search.Kind.DATABASE),
        ("register_records", "Records identified from registers", "registers", Search.Kind.REGISTER),
    ):
        records = Record.objects.of(found.review).filter(search__kind=kind)
        searches = found.of_kind(kind)
        yield Box(name, title, records, kept=found.total(searches, lambda row: row.records))
        for number, search in enumerate(searches):
            rows, n = records.filter(search=search), found.total([search], lambda row: row.records)
            yield Box(f"{place}.{number}", str(search), rows, f"search-{search.pk}", n)


def _found_otherwise(found: Identified) -> Iterator[Box]:
    for name, title, kind in (
        ("website_records", "Records identified from websites", Search.Kind.WEBSITE),
        ("organisation_records", "Records identified from organisations", Search.Kind.ORGANISATION),
        ("citation_records", "Records identified by citation searching", Search.Kind.CITATION),
    ):
        n = found.total(found.of_kind(kind), lambda row: row.records)
        yield Box(name, title, Record.objects.of(found.review).filter(search__kind=kind), kept=n)


def _removed(found: Identified) -> Iterator[Box]:
    """Of a cluster with a record from a database or register such a record is the canonical one, and is kept."""
    screened = Record.objects.of(found.review).from_databases_and_registers()
    searches = found.of_kind(*Search.SCREENED_KINDS)
    rows, same = screened.filter(duplicate_of__isnull=False), Q(duplicate_of__search=F("search"))
    within = found.total(searches, lambda row: row.within)
    between = found.total(searches, lambda row: row.between)
    yield Box("duplicates", "Duplicate records removed", rows, kept=within + between)
    yield Box("duplicates_within_sources", "Duplicates within one source", rows.filter(same), kept=within)
    yield Box("duplicates_between_sources", "Duplicates between sources", rows.exclude(same), kept=between)
    for name, kind in (
        ("removed_by_automation", Record.Removed.AUTOMATION),
        ("removed_for_other_reasons", Record.Removed.OTHER),
    ):
        title = f"Records {kind.label[0].lower()}{kind.label[1:]}"
        n = sum(row.removed.get(kind, 0) for search in searches for row in found.by_search[search.pk])
        yield Box(name, title, screened.unique().filter(removed_as=kind), kept=n)


def _screened(review: Review) -> Iterator[Box]:
    counts = queries.stage_counts(review, Stage.TITLE_ABSTRACT)
    yield Box("screened", "Records screened", queries.records_screened(review), kept=counts.decided)
    yield Box("excluded", "Records excluded", queries.records_excluded(review), kept=counts.excluded)
    waiting = queries.records_being_screened(review)
    yield Box("screening_open", "Records still being screened", waiting, kept=counts.open + counts.conflict)


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


def _set_aside(review: Review) -> Iterator[Box]:
    """What was read, but is neither included nor excluded; a study with an included report is included all the same."""
    of_included = Q(links__ended_at=None, links__report__in=queries.included_reports(review))
    unsettled = Study.objects.filter(review=review).exclude(pk__in=earlier_studies(review))
    unsettled = unsettled.exclude(pk__in=Study.objects.filter(of_included).values("pk"))
    for name, words, reports in (
        ("awaiting_classification", "awaiting classification", queries.reports_awaiting(review)),
        ("ongoing", "ongoing", queries.reports_ongoing(review)),
    ):
        of_these = Q(links__ended_at=None, links__report__in=reports)
        studies = unsettled.filter(of_these).distinct()
        yield Box(f"{name}.studies", f"Studies {words}", studies)
        yield Box(f"{name}.reports", f"Reports of studies {words}", reports)


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
