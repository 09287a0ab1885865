"""What each source gave to the review, and what only it gave."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from django.db.models import Count, Exists, F, OuterRef, QuerySet

from reviews.models import Record, Review, Search
from screening import queries
from screening.models import ReportRecord


@dataclass(frozen=True, slots=True)
class Contribution:
    """One search: its records, the articles among them, those found nowhere else; and the included reports."""

    search: Search
    records: int
    articles: int
    alone: int
    included: int
    included_alone: int

    @property
    def address(self) -> str:
        """The list of its records in the flow diagram's addresses."""
        return {
            Search.Kind.WEBSITE: "website-records",
            Search.Kind.ORGANISATION: "organisation-records",
            Search.Kind.CITATION: "citation-records",
        }.get(Search.Kind(self.search.kind), f"search-{self.search.pk}")


def contributions(review: Review) -> list[Contribution]:
    """Every search in the order in which they were entered; a fixed number of queries.

    An article is a cluster of duplicates; it counts for each source that has one of its records.
    """
    records = Record.objects.of(review)
    all_records = _by_search(records)
    # Of a cluster, the canonical record, and one record of each other source.
    same_source = Record.objects.filter(
        duplicate_of=OuterRef("duplicate_of"), search=OuterRef("search"), pk__lt=OuterRef("pk")
    )
    copies = records.filter(duplicate_of__isnull=False).exclude(duplicate_of__search=F("search"))
    articles = _by_search(records.unique()) + _by_search(copies.exclude(Exists(same_source)))
    elsewhere = Record.objects.filter(duplicate_of=OuterRef("pk")).exclude(search=OuterRef("search"))
    alone = _by_search(records.unique().exclude(Exists(elsewhere)))
    included, included_alone = _included(review)
    return [
        Contribution(
            search=search,
            records=all_records[search.pk],
            articles=articles[search.pk],
            alone=alone[search.pk],
            included=included[search.pk],
            included_alone=included_alone[search.pk],
        )
        for search in review.searches.order_by("pk")
    ]


def _by_search(records: QuerySet[Record]) -> Counter[int]:
    rows = records.order_by().values_list("search").annotate(n=Count("pk"))
    return Counter(dict(rows))


def _included(review: Review) -> tuple[Counter[int], Counter[int]]:
    """Included reports by source, and those that one source alone led to.

    A report counts for every source that has one of its records, or a duplicate of one.
    """
    reports = queries.included_reports(review)
    newest: dict[int, int] = dict(
        ReportRecord.objects.filter(report__review=review).order_by("pk").values_list("record", "report")
    )
    wanted = set(reports.values_list("pk", flat=True))
    of_record = {record: report for record, report in newest.items() if report in wanted}
    sources: dict[int, set[int]] = defaultdict(set)
    pks = sorted(of_record)
    for start in range(0, len(pks), 400):
        part = pks[start : start + 400]
        heads = {pk: head or pk for pk, head in _values(part, "pk", "duplicate_of")}
        members = Record.objects.filter(pk__in=set(heads.values())) | Record.objects.filter(
            duplicate_of__in=set(heads.values())
        )
        by_head: dict[int, set[int]] = defaultdict(set)
        for pk, head, search in members.values_list("pk", "duplicate_of", "search"):
            by_head[head or pk].add(search)
        for pk, head in heads.items():
            sources[of_record[pk]] |= by_head[head]
    included = Counter(search for found in sources.values() for search in found)
    return included, Counter(next(iter(found)) for found in sources.values() if len(found) == 1)


def _values(pks: list[int], *fields: str) -> list[tuple[int, int | None]]:
    return list(Record.objects.filter(pk__in=pks).values_list(*fields))
