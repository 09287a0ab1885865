"""Takes records out before screening, and puts them back: each a fact, of which the newest counts."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from reviews.access import May, require
from reviews.errors import NothingToDo, Refused
from reviews.models import Record, Removal, Review, User
from reviews.services import changes, history
from reviews.services.locking import lock

AT_ONCE = 500


@transaction.atomic
def remove(*, review: Review, records: Collection[int], kind: str, reason: str, by: User) -> int:
    """Take records out before screening; returns how many. Those that cannot be are left as they are.

    Raises Refused, with what stood in the way, when none of them can.
    """
    require(May.SEARCH, review=review, by=by)
    lock(review)
    if not reason.strip():
        raise Refused("Say why these records are taken out; the report will need it.")
    ready = [pk for pk, row in _standing(review, records).items() if row == ("", None, True)]
    if not ready:
        raise _why_not(review, records)
    write(review, ready, kind, reason, by)
    sentence = f"took {_counted(len(ready))} out before screening: {reason}"
    history.record("records.removed", sentence, review=review, by=by, records=ready, kind=kind)
    return len(ready)


@transaction.atomic
def put_back(*, review: Review, records: Collection[int], reason: str = "", by: User) -> int:
    """Put removed records back; returns how many were."""
    require(May.SEARCH, review=review, by=by)
    lock(review)
    removed = [pk for pk, (kind, *_) in _standing(review, records).items() if kind]
    if not removed:
        raise NothingToDo("None of these records has been taken out.")
    write(review, removed, "", reason.strip() or "Put back", by)
    sentence = f"put {_counted(len(removed))} back"
    history.record("records.put-back", sentence, review=review, by=by, records=removed)
    return len(removed)


def rebuild(*, review: Review) -> int:
    """Compute `removed_as` of all records from the facts; returns how many were wrong."""
    newest: dict[int, str] = dict(
        Removal.objects.filter(record__review=review).order_by("pk").values_list("record_id", "kind")
    )
    wrong = 0
    for pk, stored in Record.objects.of(review).values_list("pk", "removed_as").iterator():
        if stored != newest.get(pk, ""):
            Record.objects.filter(pk=pk).update(removed_as=newest.get(pk, ""))
            wrong += 1
    return wrong


def _standing(review: Review, records: Collection[int]) -> dict[int, tuple[str, int | None, bool]]:
    """For each record of the review: how it was removed, whose duplicate it is, whether its source is screened."""
    found: dict[int, tuple[str, int | None, bool]] = {}
    names = sorted(set(records))
    for start in range(0, len(names), AT_ONCE):
        rows = (
            Record.objects.of(review).filter(pk__in=names[start : start + AT_ONCE]).select_related("search")
        )
        for row in rows.only("removed_as", "duplicate_of", "search__kind"):
            screened = row.search.kind in row.search.SCREENED_KINDS
            found[row.pk] = (row.removed_as, row.duplicate_of_id, screened)
    return found


def _why_not(review: Review, records: Collection[int]) -> Refused:
    rows = _standing(review, records).values()
    if any(kind for kind, *_ in rows):
        return NothingToDo("Taken out already.")
    if any(canonical for _, canonical, _ in rows):
        return Refused("A duplicate is not counted anyway; take out the record that it is a duplicate of.")
    if rows:
        return Refused(
            "Only records from databases and registers can be taken out before screening; "
            "those found by other methods are sought at once."
        )
    return NothingToDo("No record was chosen.")


def write(review: Review, records: list[int], kind: str, reason: str, by: User) -> None:
    """Store the facts and what is derived from them; the floors above hear of it. Rules are the caller's."""
    Removal.objects.bulk_create(
        [Removal(record_id=pk, kind=kind, reason=reason, by=by) for pk in records], batch_size=AT_ONCE
    )
    for start in range(0, len(records), AT_ONCE):
        Record.objects.filter(pk__in=records[start : start + AT_ONCE]).update(removed_as=kind)
    changes.records_changed(review=review, record_ids=records)


def _counted(number: int) -> str:
    return f"{number} record{'' if number == 1 else 's'}"
