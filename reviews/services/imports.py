"""Takes in a file that a search was exported to: it is kept as it came, recognised if it came before, and read by a job."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from reviews.access import May, require
from reviews.errors import Refused
from reviews.formats import FormatError, read, sniff
from reviews.models import Import, Search, User
from reviews.services import history, jobs
from reviews.services.locking import lock
from reviews.uploads import too_large_in_words

HEAD = 1 << 16


class AlreadyImported(Refused):
    """The same bytes came before; it can be imported again if that is meant."""

    def __init__(self, name: str, before: Import) -> None:
        self.name = name
        self.before = before
        day = timezone.localtime(before.created_at).strftime("%-d %B %Y")
        same_name = "" if before.name == name else f" as {before.name}"
        super().__init__(f"{name} was already imported on {day}{same_name}, for {before.search}.")


def receive(*, search: Search, file: File[bytes], name: str, again: bool = False, by: User) -> Import:
    """Keep an uploaded file and queue its reading, in one step and without asking anything (see services/uploads.py).

    Raises Refused, with what to do, for a file that holds no references we can read, and AlreadyImported for bytes that
    this review has imported before, unless `again`.
    """
    require(May.SEARCH, review=search.review, by=by)
    if file.size > settings.UPLOAD_LIMIT:
        raise Refused(too_large_in_words(name))
    # Looking through a large file takes seconds, so it is done before the transaction in which others would wait.
    origin = Import(search=search, name=plain_name(name), size=file.size, created_by=by)
    _describe(origin, file)
    with transaction.atomic():
        queue(origin=origin, again=again, by=by)
        # Last, since a file does not go away with a transaction. Its name on disk is ours: an uploaded one may be anything.
        origin.file.save(f"{origin.sha256[:16]}.{origin.format}", file, save=True)
    return origin


@transaction.atomic
def queue(*, origin: Import, again: bool, by: User) -> None:
    """Store a new import and the job that reads it; AlreadyImported for bytes that the review has, unless `again`."""
    review = lock(origin.search.review)
    earlier = Import.objects.filter(search__review=review, sha256=origin.sha256)
    before = earlier.select_related("search").first()
    if before and not again:
        raise AlreadyImported(origin.name, before)
    origin.save()
    origin.job = jobs.enqueue(
        "reviews.read_import", title=f"Reading {origin.name}", review=review, by=by, import_id=origin.pk
    )
    origin.save(update_fields=["job"])
    sentence = f"imported {origin.name} for the search {origin.search}"
    history.record("import.received", sentence, review=review, subject=origin, by=by, sha256=origin.sha256)


def plain_name(name: str) -> str:
    """An uploaded file's name as it is stored and shown; what is too long loses its beginning, not its ending."""
    return name.replace("\x00", "")[-255:] or "file"


def digest_of(file: File[bytes]) -> str:
    """SHA-256, in hexadecimal digits, without holding the file in memory."""
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    return digest.hexdigest()


def _describe(origin: Import, file: File[bytes]) -> None:
    """Write down what the file is; raises Refused if it holds no references we can read."""
    file.seek(0)
    sniffed = sniff(file.read(HEAD))
    file.seek(0)
    try:
        read(file, sniffed=sniffed)  # type: ignore[arg-type]
    except FormatError as error:
        raise Refused(f"{origin.name}: {error}") from None
    file.seek(0)
    origin.format, origin.encoding, origin.dialect = sniffed.format, sniffed.encoding, sniffed.dialect
    origin.sha256 = digest_of(file)
    file.seek(0)
