"""Looks for the duplicates of newly read records, in steps: a killed worker's successor goes on, and a person can stop it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from reviews.deduplication import Band, Key, Link, block_names, find_links_against
from reviews.models import DuplicateVerdict, Import, Record, Review
from reviews.queries.clusters import rules_said
from reviews.services import blocking, clustering
from reviews.services.jobs import Lease
from reviews.services.locking import lock

#: About so many links are written in one transaction.
LINKS: Final = 1000


def match_file(lease: Lease, origin: Import) -> int:
    """Find and write what rules say about the records of a file that has been read; returns how many links are new."""
    review = origin.search.review
    _block_older(lease, origin)
    block_file(lease, origin)
    links = find_for(origin, heartbeat=lease)
    written = linked = 0
    for part in _in_components(links):
        written += len(part)
        with lease.step(done=written, total=len(links), message="Linking duplicates"):
            linked += write_links(review=review, links=part)
    return linked


def match_records(*, review: Review, record_ids: Collection[int]) -> int:
    """The same for a few records that came by another way than a file, in the caller's transaction."""
    mine = list(blocking.keys_of(set(record_ids)))
    blocking.store(review, mine)
    return write_links(review=review, links=_find(review, mine))


def block_file(lease: Lease, origin: Import) -> None:
    """Store the blocks of the records of a file that has been read to its end, once."""
    if origin.blocked_as == blocking.VERSION:
        return
    mine = Record.objects.filter(origin=origin)
    last = (lease.job.checkpoint.get("blocked") or {}).get(str(origin.pk), 0)
    done, total = mine.filter(pk__lte=last).count(), mine.count()
    for batch in blocking.in_batches(mine.filter(pk__gt=last)):
        done += len(batch)
        checkpoint = {**lease.job.checkpoint, "blocked": {str(origin.pk): batch[-1].id}}
        with lease.step(done=done, total=total, message="Looking for duplicates", checkpoint=checkpoint):
            blocking.store(origin.search.review, batch)
    with lease.step():
        Import.objects.filter(pk=origin.pk).update(blocked_as=blocking.VERSION)
    origin.blocked_as = blocking.VERSION


def _block_older(lease: Lease, origin: Import) -> None:
    """Files read before blocks were stored, or whose reading was given up, are to be found too."""
    review = origin.search.review
    others = Import.objects.filter(search__review=review).exclude(pk=origin.pk).select_related("job")
    for other in others.exclude(blocked_as=blocking.VERSION):
        if other.is_read:
            block_file(lease, other)
        elif other.job and other.job.is_finished:
            # It may still be read on, and is then blocked as a whole.
            for batch in blocking.in_batches(Record.objects.filter(origin=other)):
                with lease.step():
                    blocking.store(review, batch)


def find_for(origin: Import, *, heartbeat: Lease | None = None) -> list[Link]:
    """What the rules find between the records of one file, and between them and all others of the review."""
    mine: list[Key] = []
    for batch in blocking.in_batches(Record.objects.filter(origin=origin)):
        mine += batch
        if heartbeat:
            heartbeat.beat()
    return _find(origin.search.review, mine)


def _find(review: Review, mine: list[Key]) -> list[Link]:
    """Known records are read from the stored blocks: only those that share one with a new record."""
    ids = {key.id for key in mine}
    known: set[int] = set()
    if Record.objects.of(review).count() > len(ids):
        names = {name for key in mine for name in block_names(key)}
        known = blocking.neighbours(review, names, but=ids)
    return find_links_against(mine, list(blocking.keys_of(known)))


def write_links(*, review: Review, links: Collection[Link]) -> int:
    """Store what rules say, unless they said it before, and link the records; returns how many links of one article are new."""
    lock(review)
    before = rules_said(review, {(link.a, link.b) for link in links})
    fresh = [link for link in links if before.get((link.a, link.b)) != link.band]
    DuplicateVerdict.objects.bulk_create(
        [
            DuplicateVerdict(
                review=review,
                left_id=link.a,
                right_id=link.b,
                verdict=link.band,
                rule=link.rule,
                score=link.score,
                # What the values are stands in the records, which never change.
                evidence=[{"field": piece.field, "alike": round(piece.alike, 4)} for piece in link.evidence],
            )
            for link in fresh
        ],
        batch_size=500,
    )
    clustering.recompute(review=review, record_ids={pk for link in fresh for pk in (link.a, link.b)})
    return sum(link.band is Band.SAME for link in fresh)


def _in_components(links: Iterable[Link]) -> Iterator[list[Link]]:
    """The links in portions, of which each holds all that is said about its records: none has to be thought over later."""
    root: dict[int, int] = {}

    def find(pk: int) -> int:
        while root.setdefault(pk, pk) != pk:
            root[pk] = root[root[pk]]
            pk = root[pk]
        return pk

    links = list(links)
    for link in links:
        root[find(link.a)] = find(link.b)
    together: dict[int, list[Link]] = defaultdict(list)
    for link in links:
        together[find(link.a)].append(link)
    portion: list[Link] = []
    for component in together.values():
        portion += component
        if len(portion) >= LINKS:
            yield portion
            portion = []
    if portion:
        yield portion
