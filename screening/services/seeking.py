"""Which reports are sought, by which route, and what became of them; called by services/standing.py only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Count, Max

from reviews.models import Record, Review
from screening.models import Candidate, Pick, Report, ReportRecord, Retrieval, Vote
from screening.services import clusters
from screening.services.clusters import Cluster


@dataclass(slots=True)
class Links:
    """Reports and the clusters of records that describe them, closed under both."""

    clusters: dict[int, Cluster] = field(default_factory=dict)
    report_of: dict[int, int] = field(default_factory=dict)
    reports: set[int] = field(default_factory=set)

    def of(self, cluster: Cluster) -> set[int]:
        """The reports of a cluster: one, unless records were linked as duplicates that had a report each."""
        return {self.report_of[member] for member in cluster.members if member in self.report_of}


def make_missing(review: Review, included: Iterable[Cluster]) -> None:
    """Included on title and abstract: seek its report. Made once; a cluster that has one keeps it."""
    lacking = {cluster.root: cluster for cluster in included}
    members = [member for cluster in lacking.values() for member in cluster.members]
    linked = ReportRecord.objects.filter(record__in=members).values_list("record_id", flat=True)
    lacking_roots = set(lacking) - clusters.roots_of(set(linked)) if linked else set(lacking)
    records = Record.objects.filter(pk__in=lacking_roots).order_by("pk")
    pairs = [(report_for(review, record), record) for record in records]
    Report.objects.bulk_create(report for report, _ in pairs)
    ReportRecord.objects.bulk_create(ReportRecord(report=report, record=record) for report, record in pairs)


def report_for(review: Review, record: Record) -> Report:
    """An unsaved report with the record's words."""
    parts = (record.author_line, record.source_line, f"doi:{record.doi}" if record.doi else "")
    return Report(
        review=review,
        title=record.title,
        citation=". ".join(part.removesuffix(".") for part in parts if part),
    )


def linked_to(members: Collection[int]) -> set[int]:
    """The reports that these records describe, or once did."""
    return set(ReportRecord.objects.filter(record__in=members).values_list("report_id", flat=True))


def follow(report_ids: Collection[int]) -> Links:
    """Everything that these reports' state depends on: usually one record and its cluster."""
    links, new = Links(), set(report_ids)
    while new:
        links.reports |= new
        records = ReportRecord.objects.filter(report__in=new).values_list("record_id", flat=True)
        roots = clusters.roots_of(set(records)) - set(links.clusters)
        found = clusters.load(roots)
        links.clusters |= found
        members = [member for cluster in found.values() for member in cluster.members]
        rows = ReportRecord.objects.filter(record__in=members).order_by("pk")
        links.report_of |= dict(rows.values_list("record_id", "report_id"))
        new = set(links.report_of.values()) - links.reports
    return links


def settle(links: Links) -> list[Report]:
    """Write each report's routes and retrieval; returns all of them as they are now."""
    reports = {
        r.pk: r
        for r in Report.objects.select_for_update(no_key=True).filter(pk__in=links.reports).order_by("pk")
    }
    retrieval = _newest_retrievals(reports)
    included = set(
        Candidate.objects.filter(record__in=links.clusters, status=Candidate.Status.INCLUDED).values_list(
            "record_id", flat=True
        )
    )
    picked = _picked([m for c in links.clusters.values() if not c.from_databases for m in c.members])
    work = _work([cluster for cluster in links.clusters.values() if len(links.of(cluster)) > 1], links)
    by_databases, by_other = routes(
        links, retrieval=retrieval, included={pk for pk in included if pk}, picked=picked, work=work
    )
    changed = []
    for pk, report in reports.items():
        now = (retrieval[pk], pk in by_databases, pk in by_other, pk in by_databases or pk in by_other)
        if now != (report.retrieval, report.from_databases, report.from_other_methods, report.is_sought):
            report.retrieval, report.from_databases, report.from_other_methods, report.is_sought = now
            changed.append(report)
    fields = ["retrieval", "from_databases", "from_other_methods", "is_sought"]
    Report.objects.bulk_update(changed, fields, batch_size=200)
    return list(reports.values())


def _newest_retrievals(report_ids: Collection[int]) -> dict[int, str]:
    retrieval = dict.fromkeys(report_ids, str(Report.Retrieved.SOUGHT))
    facts = Retrieval.objects.filter(report__in=list(report_ids)).order_by("pk")
    return retrieval | dict(facts.values_list("report_id", "outcome"))


def routes(
    links: Links,
    *,
    retrieval: Mapping[int, str],
    included: Collection[int],
    picked: Mapping[int, tuple[int, bool]],
    work: Mapping[int, int],
) -> tuple[set[int], set[int]]:
    """The reports sought by databases and registers, and those sought by other methods.

    retrieval  what became of each report; included  the roots included on title and abstract; picked  the newest pick of
    each record, its id and whether the report is sought; work  the full-text votes of reports of one cluster.
    """
    by_databases: set[int] = set()
    by_other: set[int] = set()
    for cluster in links.clusters.values():
        mine = links.of(cluster)
        if not mine:
            continue
        # Two reports of one paper: the one that is further along is gone on with.
        chosen = min(mine, key=lambda pk: (retrieval[pk] != Report.Retrieved.RETRIEVED, -work.get(pk, 0), pk))
        if cluster.root in included:
            by_databases.add(chosen)
        elif not cluster.from_databases and not cluster.removed and _last_pick(cluster, picked):
            by_other.add(chosen)
    return by_databases, by_other


def _work(doubled: list[Cluster], links: Links) -> dict[int, int]:
    """How many full-text votes the reports of these clusters have got, for the rare cluster with two."""
    reports = {pk for cluster in doubled for pk in links.of(cluster)}
    if not reports:
        return {}
    counts = Vote.objects.filter(report__in=reports).order_by("report").values_list("report")
    return dict(counts.annotate(n=Count("pk")))


def _picked(record_ids: list[int]) -> dict[int, tuple[int, bool]]:
    if not record_ids:
        return {}
    newest = (
        Pick.objects.filter(record__in=record_ids)
        .order_by("record_id")
        .values("record")
        .annotate(last=Max("pk"))
    )
    picks = Pick.objects.filter(pk__in=[row["last"] for row in newest])
    return {record: (pk, sought) for pk, record, sought in picks.values_list("pk", "record_id", "sought")}


def _last_pick(cluster: Cluster, picked: Mapping[int, tuple[int, bool]]) -> bool:
    last = max((picked[member] for member in cluster.members if member in picked), default=(0, False))
    return last[1]
