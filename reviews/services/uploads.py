"""Files at the door: looked at, told what they are and where they came from, then imported or thrown away, each on its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.files.base import File
from django.db import transaction

from reviews.access import May, require
from reviews.errors import NothingToDo, Refused
from reviews.formats import AUTHOR_SEPARATORS, FIELDS, Sniffed
from reviews.models import Import, Review, Search, Upload, User
from reviews.queries.sources import guess
from reviews.services import history, imports, looking, searches
from reviews.services.locking import lock
from reviews.uploads import too_large_in_words


def receive(
    *, review: Review, file: File[bytes], name: str, search: Search | None = None, by: User
) -> Upload:
    """Keep an uploaded file and look into it; one that cannot be read is kept too, with the reason, until somebody says.

    Raises Refused for a file larger than allowed.
    """
    require(May.SEARCH, review=review, by=by)
    if file.size > settings.UPLOAD_LIMIT:
        raise Refused(too_large_in_words(name))
    # Looking takes a moment, so it is done before the transaction in which others would wait.
    upload = Upload(
        review=review, search=search, name=imports.plain_name(name), size=file.size, created_by=by
    )
    upload.sha256 = imports.digest_of(file)
    _describe(upload, looking.look(cast("BinaryIO", file), size=file.size))
    file.seek(0)
    with transaction.atomic():
        upload.save()
        history.record(
            "upload.received",
            f"uploaded {upload.name}",
            review=review,
            by=by,
            sha256=upload.sha256,
            size=file.size,
        )
        # Last, since a file does not go away with a transaction. Its name on disk is ours: an uploaded one may be anything.
        upload.file.save(f"{upload.sha256[:16]}.{upload.format}", file, save=True)
    return upload


@transaction.atomic
def reread(*, upload: Upload, format_name: str, encoding: str, by: User) -> Upload:
    """Look again, at what a person says that the file is; what was said about its columns is forgotten."""
    row = _mine(upload, by)
    # Of an unusual table the dialect says what parts the cells, which a person who says “table” does not know.
    told = Sniffed(format_name, encoding, row.dialect if format_name == row.format else "", "")
    row.mapping = {}
    with row.file.open("rb") as stream:
        _describe(row, looking.look(cast("BinaryIO", stream), size=row.size, sniffed=told))
    row.save()
    return row


@transaction.atomic
def map_columns(*, upload: Upload, mapping: Mapping[str, str], by: User) -> Upload:
    """Say what the columns of a table hold (column → field).

    Raises Refused, in words, for a mapping by which no record could be made.
    """
    row = _mine(upload, by)
    chosen = {column: name for column, name in mapping.items() if name}
    _check(row, chosen)
    with row.file.open("rb") as stream:
        sniffed = Sniffed(row.format, row.encoding, row.dialect, "")
        found = looking.look(cast("BinaryIO", stream), size=row.size, sniffed=sniffed, mapping=chosen)
    if found.refusal:
        raise Refused(found.refusal)
    row.mapping = chosen
    _describe(row, replace(found, needs_mapping=False))
    row.save()
    return row


@transaction.atomic
def discard(*, upload: Upload, by: User) -> None:
    """Throw a waiting file away, with its bytes."""
    row = _mine(upload, by)
    history.record(
        "upload.discarded", f"threw {row.name} away unread", review=row.review, by=by, sha256=row.sha256
    )
    row.delete()
    transaction.on_commit(partial(row.file.storage.delete, row.file.name or ""))


@transaction.atomic
def start(*, upload: Upload, search: Search | Mapping[str, Any], again: bool = False, by: User) -> Import:
    """Turn a waiting file into an import of `search`, or of a new search with these values, and queue its reading.

    Raises Refused if it cannot be read yet, and AlreadyImported for bytes that the review has, unless `again`.
    """
    row = _mine(upload, by)
    if row.refusal:
        raise Refused(f"{row.name}: {row.refusal}")
    if row.needs_mapping:
        raise Refused(f"{row.name}: say first what its columns hold.")
    if not isinstance(search, Search):
        search = searches.add(review=row.review, values=search, by=by)
    if search.review_id != row.review_id:
        raise Refused("This search belongs to another review.")
    origin = Import(
        search=search,
        file=row.file.name,
        name=row.name,
        size=row.size,
        sha256=row.sha256,
        format=row.format,
        encoding=row.encoding,
        dialect=row.dialect,
        mapping=row.mapping,
        created_by=by,
    )
    imports.queue(origin=origin, again=again, by=by)
    row.delete()
    return origin


def _mine(upload: Upload, by: User) -> Upload:
    """The row, locked, if it is still there: of two people one imports it, and the other is told."""
    require(May.SEARCH, review=upload.review, by=by)
    lock(upload.review)
    row = Upload.objects.select_related("review").filter(pk=upload.pk).first()
    if row is None:
        raise NothingToDo("This file has been imported or thrown away already.")
    return row


def _describe(upload: Upload, found: looking.Look) -> None:
    what = found.sniffed
    upload.format, upload.encoding, upload.dialect = what.format, what.encoding, what.dialect[:40]
    upload.refusal, upload.needs_mapping = found.refusal, found.needs_mapping
    upload.seen, upload.refused, upload.seen_bytes = found.seen, found.refused, found.seen_bytes
    upload.problem_counts, upload.columns = found.problem_counts, found.columns
    likely = guess(
        format_name=what.format, dialect=what.dialect, database=found.database, file_name=upload.name
    )
    upload.source, upload.platform, upload.kind = likely


def _check(upload: Upload, chosen: Mapping[str, str]) -> None:
    names = {column["name"] for column in upload.columns}
    if unknown := sorted(set(chosen) - names):
        raise Refused(f"This file has no column “{unknown[0]}”.")
    given = [field for field in chosen.values() if field != "ignore"]
    plain = [field.partition(":")[0] for field in given]
    for field in plain:
        if field not in FIELDS:
            raise Refused(f"“{field}” is not a field.")
        if plain.count(field) > 1:
            raise Refused(
                f"Two columns are said to hold the same: {FIELDS[field].lower()}. Choose one of them."
            )
    if "title" not in plain:
        raise Refused("Say which column holds the title: without one, nobody could screen these records.")
    parts = [field.partition(":")[2] for field in given if ":" in field]
    if any(part not in AUTHOR_SEPARATORS for part in parts):
        raise Refused("Choose from the list what parts the names of the authors.")
