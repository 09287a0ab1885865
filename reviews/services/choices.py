"""Chooses whose value of a field is shown for a cluster of duplicates; a choice is a fact, and so is taking it back."""

from __future__ import annotations

from django.db import transaction

from reviews.access import May, require
from reviews.errors import NothingToDo, Refused
from reviews.models import FieldChoice, Record, User
from reviews.queries.clusters import members_of
from reviews.queries.shown import LABELS, shown_in
from reviews.services import changes, history
from reviews.services.locking import lock


@transaction.atomic
def show(*, record: Record, field: str, by: User) -> None:
    """Let this record's value of the field be shown for its cluster."""
    require(May.DEDUPLICATE, review=record.review, by=by)
    lock(record.review)
    members = _members(record, field)
    now = shown_in(members)
    if now.sources[field] == record.pk and field in now.chosen:
        raise NothingToDo("This value is shown already.")
    if getattr(record, field) in ("", None, []):
        raise Refused("This record has no value to show.")
    _write(record, field, shown=True, by=by)
    sentence = f"chose the {LABELS[field].lower()} that {record.search} has to be shown for “{record}”"
    history.record("duplicates.shown", sentence, review=record.review, subject=record, by=by, field=field)
    changes.records_changed(review=record.review, record_ids=[row.pk for row in members])


@transaction.atomic
def show_the_best(*, record: Record, field: str, by: User) -> None:
    """Take back what was chosen for the field of the record's cluster: the best value is shown again."""
    require(May.DEDUPLICATE, review=record.review, by=by)
    lock(record.review)
    members = _members(record, field)
    if field not in shown_in(members).chosen:
        raise NothingToDo("Nothing was chosen here.")
    for member in members:
        if member.field_choices.filter(field=field).exists():
            _write(member, field, shown=False, by=by)
    sentence = f"left the {LABELS[field].lower()} of “{record}” to be the best there is"
    history.record("duplicates.shown", sentence, review=record.review, subject=record, by=by, field=field)
    changes.records_changed(review=record.review, record_ids=[row.pk for row in members])


def _members(record: Record, field: str) -> list[Record]:
    if field not in LABELS:
        raise Refused("There is no such field.")
    fresh = Record.objects.get(pk=record.pk)
    return members_of(fresh)


def _write(record: Record, field: str, *, shown: bool, by: User) -> None:
    FieldChoice.objects.create(review=record.review, record=record, field=field, shown=shown, by=by)
