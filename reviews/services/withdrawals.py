"""Takes a whole file out of a review, and puts it back: its records are kept, with their votes, and do not count meanwhile."""

from __future__ import annotations

from django.db import transaction

from reviews.access import May, require
from reviews.errors import NothingToDo, Refused
from reviews.models import Import, Record, Removal, Review, Search, User, Withdrawal
from reviews.queries.withdrawals import withdrawn_among
from reviews.services import changes, clustering, history, removals
from reviews.services.locking import lock


@transaction.atomic
def withdraw(*, origin: Import, reason: str, by: User) -> int:
    """Take all records of a file out before screening; returns how many.

    PRISMA counts them as identified, and as removed for other reasons (or as duplicates, where another file has them
    too: that other record then stands for both).
    """
    row, review = _begin(origin, by)
    reason = " ".join(reason.replace("\x00", "").split())
    if not reason:
        raise Refused("Say why the file is withdrawn; the report will need it.")
    if withdrawn_among([row.pk]):
        raise NothingToDo("This file has been withdrawn already.")
    if not row.is_read:
        raise Refused("Let it be read to its end first; a file that is half in the review cannot leave it.")
    if row.search.kind not in Search.SCREENED_KINDS:
        raise Refused("Only files of databases and registers are screened, so only those can be withdrawn.")
    mine = list(Record.objects.filter(origin=row, removed_as="").values_list("pk", flat=True))
    Withdrawal.objects.create(origin=row, reason=reason, by=by)
    removals.write(review, mine, Record.Removed.OTHER, _said(row, reason), by)
    _tell_clusters(review, row)
    sentence = f"withdrew {row.name} with {len(mine)} record{'' if len(mine) == 1 else 's'}: {reason}"
    history.record("import.withdrawn", sentence, review=review, subject=row, by=by, records=len(mine))
    return len(mine)


@transaction.atomic
def put_back(*, origin: Import, by: User) -> int:
    """Put a withdrawn file back; returns how many records came back. Those taken out for another reason stay out."""
    row, review = _begin(origin, by)
    if not withdrawn_among([row.pk]):
        raise NothingToDo("This file has not been withdrawn.")
    newest: dict[int, str] = dict(
        Removal.objects.filter(record__origin=row).order_by("pk").values_list("record_id", "reason")
    )
    last = row.withdrawals.filter(back=False).last()
    said = _said(row, last.reason if last else "")
    mine = sorted(pk for pk, reason in newest.items() if reason == said)
    Withdrawal.objects.create(origin=row, back=True, reason="Put back", by=by)
    removals.write(review, mine, "", "Put back with its file", by)
    _tell_clusters(review, row)
    sentence = f"put {row.name} back with {len(mine)} record{'' if len(mine) == 1 else 's'}"
    history.record("import.put-back", sentence, review=review, subject=row, by=by, records=len(mine))
    return len(mine)


def _begin(origin: Import, by: User) -> tuple[Import, Review]:
    row = Import.objects.select_related("search__review", "job").get(pk=origin.pk)
    review = row.search.review
    require(May.SEARCH, review=review, by=by)
    lock(review)
    return row, review


def _said(origin: Import, reason: str) -> str:
    """The reason that each of its records carries."""
    return f"Its file {origin.name} was withdrawn: {reason}"


def _tell_clusters(review: Review, origin: Import) -> None:
    """Another file's record speaks for a cluster now, or this file's again."""
    mine = list(Record.objects.filter(origin=origin).values_list("pk", flat=True))
    clustering.recompute(review=review, record_ids=mine)
    changes.records_changed(review=review, record_ids=mine)
