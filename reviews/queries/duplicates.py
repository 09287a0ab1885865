"""Clusters of duplicates as people look at them: side by side, with what speaks for each link."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce

from reviews.deduplication import RULES, Key, Piece, Verdict, differences
from reviews.models import DuplicateVerdict, Event, Judgement, Record, Review
from reviews.models.duplicate import DECISIONS
from reviews.queries import tallies
from reviews.queries.clusters import members_of
from reviews.queries.shown import Shown


def clusters_of(review: Review) -> QuerySet[Record]:
    """Canonical records that have duplicates, each with them as `copies`."""
    heads = Record.objects.of(review).filter(duplicate_of__isnull=False).values("duplicate_of")
    copies = Record.objects.select_related("search").defer("abstract").order_by("pk")
    return (
        Record.objects.of(review)
        .filter(pk__in=heads)
        .select_related("search")
        .defer("abstract")
        .prefetch_related(Prefetch("duplicates", copies, "copies"))
    )


def rules_of(heads: Iterable[Record]) -> dict[int, list[str]]:
    """For each cluster on a page, the rules (in words) and people that linked it."""
    cluster_of = {record.pk: head.pk for head in heads for record in (head, *head.copies)}  # type: ignore[attr-defined]
    verdicts = DuplicateVerdict.objects.filter(
        left__in=cluster_of, right__in=cluster_of, verdict=Judgement.SAME
    ).values_list("left_id", "right_id", "rule")
    found: dict[int, set[str]] = defaultdict(set)
    for left, right, rule in verdicts:
        if cluster_of[left] == cluster_of[right]:
            found[cluster_of[left]].add(rule)
    names = [*RULES, ""]
    return {
        head: [
            RULES.get(rule, "Linked by hand.")
            for rule in sorted(rules, key=lambda rule: names.index(rule) if rule in names else -1)
        ]
        for head, rules in found.items()
    }


def counts_of(review: Review) -> dict[str, int]:
    """All records, those that are duplicates, the clusters they are in, and the open questions."""
    files = tallies.of_files(review).values()
    linked = Record.objects.of(review).filter(duplicate_of__isnull=False)
    counts = {
        "records": sum(row.records for row in files),
        "duplicates": sum(row.duplicates for row in files),
        "articles": sum(row.heads for row in files),
        "questions": tallies.questions(review),
    }
    return counts | linked.aggregate(clusters=Count("duplicate_of", distinct=True))


def links_by_rule(review: Review) -> list[tuple[str, str, int]]:
    """How many links stand on each rule and on people's word: name (empty for people), words, number; the surest rule first."""
    said = DuplicateVerdict.objects.filter(review=review, verdict=Judgement.SAME, taken_back_by=None)
    ends = said.annotate(
        one=Coalesce("left__duplicate_of", "left"), other=Coalesce("right__duplicate_of", "right")
    )
    rows = ends.filter(one=F("other")).order_by("rule").values_list("rule")
    counts: dict[str, int] = dict(rows.annotate(number=Count("pk")))
    order = [*RULES, ""]
    return [
        (rule, RULES.get(rule, rule) or "Somebody of the team said so.", counts[rule])
        for rule in sorted(counts, key=lambda rule: order.index(rule) if rule in order else -1)
    ]


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of one member; pieces that differ from the first member's are marked.

    Whether it is shown for the whole cluster, because it is the best or because a person chose it, is known on the
    page of a cluster only.
    """

    member: Record
    pieces: tuple[Piece, ...]
    is_shown: bool = False
    is_chosen: bool = False
    may_be_shown: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One field of all members."""

    name: str
    label: str
    differs: bool
    agrees: bool
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Cluster:
    """The members, the canonical one first, and their fields side by side."""

    members: list[Record]
    rows: list[Row]


_LABELS = {
    "title": "Title",
    "authors": "Authors",
    "year": "Year",
    "journal": "Journal",
    "volume": "Volume",
    "issue": "Issue",
    "pages": "Pages",
    "doi": "DOI",
    "pmid": "PubMed number",
}


_OTHERS = {"abstract": "Abstract", "kind": "Kind", "language": "Language", "accession": "Accession"}


def cluster_of(record: Record) -> Cluster:
    """The cluster of a record; of one member if it has no duplicates."""
    return side_by_side(members_of(record))


def side_by_side(members: list[Record]) -> Cluster:
    """Records field by field, each compared with the first."""
    keys = [key_of(member) for member in members]
    compared = [{item.field: item for item in differences(keys[0], key)} for key in keys]
    named = {name for items in compared for name in items}
    order = [name for name in _LABELS if name in named]
    rows = [
        Row(
            name=name,
            label=_LABELS[name],
            differs=any(items[name].verdict == Verdict.DIFFERENT for items in compared if name in items),
            agrees=all(name in items and items[name].verdict == Verdict.SAME for items in compared),
            cells=[
                Cell(member, items[name].right if name in items else ())
                for member, items in zip(members, compared, strict=True)
            ],
        )
        for name in order
    ]
    return Cluster(members, rows + _plain_rows(members))


def _plain_rows(members: list[Record]) -> list[Row]:
    """Fields that are shown as they are: their letters differ too much, or say too little."""
    found = []
    for name, label in _OTHERS.items():
        values = [str(getattr(member, name)) for member in members]
        if any(values):
            cells = [
                Cell(member, (Piece(value, differs=False),) if value else ())
                for member, value in zip(members, values, strict=True)
            ]
            found.append(Row(name, label, differs=False, agrees=len(set(values)) == 1, cells=cells))
    return found


def with_shown(cluster: Cluster, shown: Shown) -> list[Row]:
    """The rows, each cell of which knows whether its value is shown for the cluster."""
    rows = []
    for row in cluster.rows:
        source = shown.sources.get(row.name)
        cells = [
            replace(
                cell,
                is_shown=cell.member.pk == source,
                is_chosen=cell.member.pk == source and row.name in shown.chosen,
                may_be_shown=bool(cell.pieces) and source is not None and not row.agrees,
            )
            for cell in row.cells
        ]
        rows.append(replace(row, cells=cells))
    return rows


def key_of(record: Record) -> Key:
    """What rules look at."""
    return Key(
        id=record.pk,
        title=record.title,
        authors=tuple(record.authors),
        year=record.year,
        journal=record.journal,
        volume=record.volume,
        pages=record.pages,
        doi=record.doi,
        pmid=record.pmid,
        issue=record.issue,
        abstract=record.abstract[:600],
        kind=record.kind,
        accession=record.accession,
    )


@dataclass(frozen=True, slots=True)
class Word:
    """What was said about a pair, with the evidence."""

    verdict: DuplicateVerdict
    rule: str


def words_about(members: Iterable[Record]) -> list[Word]:
    """Everything rules and people said about pairs with one of these records, the newest first."""
    pks = [member.pk for member in members]
    verdicts = DuplicateVerdict.objects.filter(Q(left__in=pks) | Q(right__in=pks)).select_related(
        "by", "left", "right"
    )
    return [Word(verdict, RULES.get(verdict.rule, "")) for verdict in verdicts.order_by("-pk")]


def decisions_of(review: Review) -> QuerySet[Event]:
    """What people decided about duplicates, newest first; `stands` until it is taken back."""
    standing = DuplicateVerdict.objects.filter(decision=OuterRef("pk"), taken_back_by=None)
    return (
        Event.objects.filter(review=review, verb__in=DECISIONS)
        .select_related("actor")
        .annotate(stands=Exists(standing))
    )
