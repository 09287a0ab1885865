"""Clusters of duplicates as people look at them: side by side, with what speaks for each link."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from reviews.deduplication import RULES, Key, Piece, Verdict, differences
from reviews.models import DuplicateVerdict, Event, Judgement, Record, Review
from reviews.models.duplicate import DECISIONS
from reviews.queries.clusters import members_of


def clusters_of(review: Review, *, text: str = "", by: str = "") -> QuerySet[Record]:
    """Canonical records that have duplicates, each with them as `copies`.

    by  "people" for clusters that somebody decided about, a rule's name for those it helped to link.
    """
    heads: QuerySet[Record] = Record.objects.of(review).matching(text) if text else Record.objects.of(review)
    members = Record.objects.filter(duplicate_of=OuterRef("pk"))
    heads = heads.filter(Exists(members))
    if by:
        verdicts = DuplicateVerdict.objects.filter(review=review).filter(
            Q(by__isnull=False) if by == "people" else Q(rule=by)
        )
        about = verdicts.filter(Q(left=OuterRef("pk")) | Q(right=OuterRef("pk")))
        heads = heads.filter(Exists(about))
    copies = Record.objects.select_related("search").defer("abstract").order_by("pk")
    return (
        heads.select_related("search")
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
    """All records, those that are duplicates, and the clusters they are in."""
    return Record.objects.of(review).aggregate(
        records=Count("pk"),
        duplicates=Count("pk", filter=Q(duplicate_of__isnull=False)),
        clusters=Count("duplicate_of", distinct=True),
    )


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of one member; pieces that differ from the first member's are marked."""

    member: Record
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One field of all members."""

    label: str
    differs: bool
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Cluster:
    """The members, the canonical one first, and their fields side by side."""

    members: list[Record]
    rows: list[Row]


_LABELS = {"doi": "DOI", "pmid": "PubMed number"}


def cluster_of(record: Record) -> Cluster:
    """The cluster of a record; of one member if it has no duplicates."""
    members = members_of(record)
    keys = [key_of(member) for member in members]
    compared = [{item.field: item for item in differences(keys[0], key)} for key in keys]
    fields = list(dict.fromkeys(name for items in compared for name in items))
    order = [
        name
        for name in ("title", "authors", "year", "journal", "volume", "pages", "doi", "pmid")
        if name in fields
    ]
    rows = [
        Row(
            label=_LABELS.get(name, name.capitalize()),
            differs=any(items[name].verdict == Verdict.DIFFERENT for items in compared if name in items),
            cells=[
                Cell(member, items[name].right if name in items else ())
                for member, items in zip(members, compared, strict=True)
            ],
        )
        for name in order
    ]
    return Cluster(members, rows)


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
