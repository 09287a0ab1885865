"""Records that the reader refused, made all the same by a person, with no more than a title."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from reviews.access import May, require
from reviews.errors import NothingToDo, Refused
from reviews.models import Import, ImportProblem, Record, Rescue, User
from reviews.queries.pieces import piece_of
from reviews.services import changes, history, matching
from reviews.services.locking import lock

LONGEST_TITLE = 2000


@transaction.atomic
def rescue(*, problem: ImportProblem, title: str, by: User) -> Record:
    """Make a record of a refused one: its title as a person gives it, its place in the file, and nothing else.

    The file's counts stay an equation: one more made, one fewer refused. Duplicates are looked for as for any record.
    """
    origin = Import.objects.select_related("search__review", "job").get(pk=problem.origin_id)
    review = origin.search.review
    require(May.SEARCH, review=review, by=by)
    lock(review)
    title = " ".join(title.replace("\x00", "").split())
    if not title:
        raise Refused("Give the record a title: nobody could screen it without.")
    if len(title) > LONGEST_TITLE:
        raise Refused(f"A title of more than {LONGEST_TITLE:,} characters is not one.")
    if not problem.refused:
        raise Refused("This record was not refused.")
    if not origin.is_read:
        raise Refused("Wait until the file has been read to its end.")
    if Rescue.objects.filter(problem=problem).exists():
        raise NothingToDo("A record has been made of it already.")
    piece = piece_of(problem)
    if piece is None:
        raise Refused("The file is no longer in the store.")
    record = Record.objects.create(
        review=review,
        search=origin.search,
        origin=origin,
        position=piece.position,
        line=problem.line,
        offset=piece.offset,
        length=piece.length,
        title=title,
    )
    Rescue.objects.create(problem=problem, record=record, by=by)
    Import.objects.filter(pk=origin.pk).update(made=F("made") + 1, refused=F("refused") - 1)
    changes.records_changed(review=review, record_ids=[record.pk])
    matching.match_records(review=review, record_ids=[record.pk])
    sentence = f"made a record of line {problem.line} of {origin.name}, which could not be read"
    history.record(
        "import.rescued", sentence, review=review, subject=record, by=by, line=problem.line, title=title
    )
    return record
