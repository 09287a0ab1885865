"""Keeps the names of the blocks that records are in, so that new records are compared only with old ones that may be their duplicates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Left

from reviews.deduplication import Key, block_names
from reviews.models import DuplicateVerdict, Import, Judgement, Record, RecordBlock, Review
from reviews.queries.clusters import in_parts
from reviews.services.locking import lock

#: To be raised whenever `block_names` gives a record other names than before: all are then stored anew.
VERSION: Final = 1
#: Records whose blocks are stored in one transaction.
BATCH: Final = 2000
#: Rules look at the beginning of an abstract only; so large files fit into memory.
ABSTRACT: Final = 600

_FIELDS: Final = ("pk", "title", "authors", "year", "journal", "volume", "pages", "doi", "pmid", "issue")
_MORE: Final = ("kind", "accession")


def keys(records: QuerySet[Record], *, most: int | None = None) -> Iterator[Key]:
    """The bibliographic fields that rules look at, in the order in which the records came; of the first `most`."""
    rows = records.order_by("pk").annotate(beginning=Left("abstract", ABSTRACT))
    for pk, title, authors, *rest in rows.values_list(*_FIELDS, "beginning", *_MORE)[:most].iterator(BATCH):
        yield Key(pk, title, tuple(authors), *rest)


def keys_of(record_ids: set[int]) -> Iterator[Key]:
    """The same for some records."""
    for part in in_parts(record_ids):
        yield from keys(Record.objects.filter(pk__in=part))


def store(review: Review, batch: Sequence[Key]) -> None:
    """Write the names of the blocks of these records, unless they are there."""
    rows = [(review.pk, name, key.id) for key in batch for name in block_names(key)]
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO reviews_recordblock (review_id, name, record_id) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            # In the order of the index, which is then written from one end to the other.
            sorted(rows),
        )


def in_batches(records: QuerySet[Record]) -> Iterator[list[Key]]:
    """All keys of the records, a transaction's worth at a time.

    Each batch is read to its end before it is handed out: a query still open when somebody else writes would keep SQLite
    from beginning the transaction in which the batch is stored.
    """
    last = 0
    while batch := list(keys(records.filter(pk__gt=last), most=BATCH)):
        yield batch
        last = batch[-1].id


def neighbours(review: Review, names: set[int], *, but: set[int]) -> set[int]:
    """All records in one of these blocks, and those that rules linked with them, directly or through others, except `but`."""
    found: set[int] = set()
    for part in in_parts(names):
        rows = RecordBlock.objects.filter(review=review, name__in=part)
        found.update(rows.values_list("record_id", flat=True))
    fresh = found = found - but
    linked = DuplicateVerdict.objects.filter(review=review, verdict=Judgement.SAME).exclude(rule="")
    while fresh:
        ends: set[int] = set()
        for part in in_parts(fresh):
            pairs = linked.filter(Q(left__in=part) | Q(right__in=part)).values_list("left_id", "right_id")
            ends.update(pk for pair in pairs for pk in pair)
        fresh = ends - found - but
        found |= fresh
    return found


@transaction.atomic
def rebuild(*, review: Review) -> None:
    """Store all blocks of a review anew."""
    lock(review)
    RecordBlock.objects.filter(review=review).delete()
    for batch in in_batches(Record.objects.of(review)):
        store(review, batch)
    Import.objects.filter(search__review=review).update(blocked_as=VERSION)
