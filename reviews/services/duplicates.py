"""Links and parts records. Verdicts about pairs are the facts; who is whose duplicate is computed from them, here only."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from reviews.access import May, require
from reviews.deduplication import Band, Key, Link, cluster, find_links_against
from reviews.errors import NothingToDo, Refused
from reviews.models import DuplicateVerdict, Import, Judgement, Record, Review, Search, User
from reviews.queries.clusters import (
    AT_ONCE,
    Pair,
    PairWord,
    Web,
    ordered,
    web_around,
    whole_web,
    words_between,
)
from reviews.services import changes, history
from reviews.services.locking import lock


@transaction.atomic
def link(*, left: Record, right: Record, reason: str = "", by: User) -> None:
    """Say that two records are the same article; with them their clusters become one."""
    review = _begin(left, right, by)
    one, other = _members(left), _members(right)
    if one == other:
        raise NothingToDo("These two records are linked already.")
    pair = ordered(left.pk, right.pk)
    _say(review, [pair], Judgement.SAME, reason, by)
    recompute(review=review, record_ids=set(pair))
    if _members(left) != one | other:
        raise Refused(
            "Somebody said that a record linked to one of these is not the same article as one linked to the other. "
            "Take that back first, or leave them apart."
        )
    _tell(review, "duplicates.linked", f"linked “{left}” and “{right}” as duplicates", left, [pair], by)


@transaction.atomic
def part(*, record: Record, reason: str = "", by: User) -> None:
    """Say that a record is another article than all those it is linked with; these stay together."""
    review = _begin(record, record, by)
    others = sorted(_members(record) - {record.pk})
    if not others:
        raise NothingToDo("This record is not linked to any other.")
    pairs = [ordered(record.pk, other) for other in others]
    _say(review, pairs, Judgement.DIFFERENT, reason, by)
    recompute(review=review, record_ids={record.pk, *others})
    first = Record.objects.get(pk=others[0])
    if loose := sorted(set(others) - _members(first)):
        # They hung together through the parted record only. Whoever parted it saw the others beside each other.
        bonds = [ordered(first.pk, other) for other in loose]
        _say(review, bonds, Judgement.SAME, reason, by)
        recompute(review=review, record_ids={first.pk, *loose})
        pairs += bonds
    _tell(review, "duplicates.parted", f"parted “{record}” from its duplicates", record, pairs, by)


@transaction.atomic
def take_back(*, review: Review, pairs: Iterable[Pair], by: User) -> None:
    """Take back what people said about pairs of records, so that the rules speak again."""
    require(May.DEDUPLICATE, review=review, by=by)
    lock(review)
    wanted = {ordered(*pair) for pair in pairs}
    words = words_between(review, {pk for pair in wanted for pk in pair})
    standing = sorted(pair for pair in wanted if words.get(pair, PairWord()).is_a_persons)
    if not standing:
        raise NothingToDo("This has been taken back already.")
    _say(review, standing, Judgement.WITHDRAWN, "", by)
    recompute(review=review, record_ids={pk for pair in standing for pk in pair})
    first = Record.objects.get(pk=standing[0][0])
    sentence = f"took back what was said about duplicates of “{first}”"
    _tell(review, "duplicates.taken-back", sentence, first, standing, by)


def find_for(origin: Import) -> list[Link]:
    """What the rules find between the records of one file, and between them and all others of the review."""
    review = origin.search.review
    mine = keys(Record.objects.filter(origin=origin))
    known = keys(Record.objects.of(review).exclude(origin=origin))
    return [link for link in find_links_against(mine, known) if link.band is Band.SAME]


def keys(records: QuerySet[Record]) -> list[Key]:
    """The bibliographic fields that rules look at."""
    fields = ("pk", "title", "authors", "year", "journal", "volume", "pages", "doi", "pmid")
    return [
        Key(pk, title, tuple(authors), *rest)
        for pk, title, authors, *rest in records.order_by("pk").values_list(*fields).iterator()
    ]


def write_links(*, review: Review, links: Collection[Link]) -> int:
    """Store what rules found, unless they found it before, and link the records; returns how many links are new."""
    lock(review)
    words = web_around(review, {pk for link in links for pk in (link.a, link.b)}).words
    fresh = [link for link in links if words.get((link.a, link.b), PairWord()).by_rule != Judgement.SAME]
    DuplicateVerdict.objects.bulk_create(
        [
            DuplicateVerdict(
                review=review,
                left_id=link.a,
                right_id=link.b,
                verdict=Judgement.SAME,
                rule=link.rule,
                score=link.score,
                evidence=[dataclasses.asdict(piece) for piece in link.evidence],
            )
            for link in fresh
        ],
        batch_size=500,
    )
    recompute(review=review, record_ids={pk for link in fresh for pk in (link.a, link.b)})
    return len(fresh)


@transaction.atomic
def rebuild(*, review: Review) -> int:
    """Compute all links of a review from scratch; returns how many records were not as they should be."""
    lock(review)
    return len(_store(whole_web(review)))


def recompute(*, review: Review, record_ids: Collection[int]) -> set[int]:
    """Compute the links of these records and of all that hang together with them; returns whose links changed."""
    web = web_around(review, record_ids)
    changed = _store(web)
    if changed:
        changes.records_changed(review=review, record_ids=changed)
    return changed


def _store(web: Web) -> set[int]:
    """Write `duplicate_of` of the web's records where it is not as the verdicts say; returns all it concerns."""
    representatives = _representatives(web)
    stored = dict(_in_parts(web.ids, "pk", "duplicate_of_id"))
    wrong: dict[int | None, list[int]] = defaultdict(list)
    concerned: set[int] = set()
    for pk, before in stored.items():
        now = representatives[pk] if representatives[pk] != pk else None
        if before != now:
            wrong[now].append(pk)
            concerned |= {pk} | ({now} if now else set()) | ({before} if before else set())
    for canonical, pks in wrong.items():
        for start in range(0, len(pks), AT_ONCE):
            Record.objects.filter(pk__in=pks[start : start + AT_ONCE]).update(duplicate_of=canonical)
    return concerned


def _representatives(web: Web) -> dict[int, int]:
    """For each record the one that speaks for its cluster: from a database or register if possible, then the oldest.

    So a cluster belongs to the left column of PRISMA exactly when its canonical record does.
    """
    clusters: Mapping[int, int] = cluster(
        sorted(web.ids), same=web.pairs(Judgement.SAME), different=web.pairs(Judgement.DIFFERENT)
    )
    members: dict[int, list[int]] = defaultdict(list)
    for pk, name in clusters.items():
        members[name].append(pk)
    several = [pk for group in members.values() if len(group) > 1 for pk in group]
    kinds = dict(_in_parts(several, "pk", "search__kind"))
    result = {pk: pk for pk in web.ids}
    for group in members.values():
        if len(group) > 1:
            best = min(group, key=lambda pk: (kinds[pk] not in Search.SCREENED_KINDS, pk))
            result.update(dict.fromkeys(group, best))
    return result


def _in_parts(ids: Collection[int], *fields: str) -> Iterator[tuple[int, Any]]:
    names = sorted(ids)
    for start in range(0, len(names), AT_ONCE):
        yield from Record.objects.filter(pk__in=names[start : start + AT_ONCE]).values_list(*fields)


def _begin(left: Record, right: Record, by: User) -> Review:
    """What both verbs about two records do first."""
    review = left.review
    if right.review_id != review.pk:
        raise Refused("Records of different reviews cannot be linked.")
    require(May.DEDUPLICATE, review=review, by=by)
    return lock(review)


def _members(record: Record) -> set[int]:
    """The record and all it is linked with, as stored now."""
    head = Record.objects.filter(pk=record.pk).values_list(Coalesce("duplicate_of_id", "pk"), flat=True).get()
    return set(Record.objects.filter(Q(pk=head) | Q(duplicate_of=head)).values_list("pk", flat=True))


def _say(review: Review, pairs: Iterable[Pair], judgement: Judgement, reason: str, by: User) -> None:
    DuplicateVerdict.objects.bulk_create(
        DuplicateVerdict(review=review, left_id=left, right_id=right, verdict=judgement, reason=reason, by=by)
        for left, right in pairs
    )


def _tell(review: Review, verb: str, sentence: str, subject: Record, pairs: list[Pair], by: User) -> None:
    history.record(verb, sentence, review=review, subject=subject, by=by, pairs=pairs)
