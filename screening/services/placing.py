"""Many PDFs at once: each goes to the report it is of; where that is not sure, somebody says."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from reviews.access import May, require
from reviews.errors import NothingToDo, Refused
from reviews.models import Review, User
from reviews.services import history
from screening.matching import guesses, sure
from screening.models import Document, LoosePdf, Report
from screening.pdf import NotReadable, first_words
from screening.queries.reports import wanted
from screening.services import reports


@dataclass(frozen=True, slots=True)
class Placing:
    """What became of one file: placed with `report`, waiting, or refused for `problem`."""

    name: str
    report: Report | None = None
    why: str = ""
    problem: str = ""


def receive(*, review: Review, files: Iterable[File[Any]], by: User) -> list[Placing]:
    """Take in PDFs one by one; a file that cannot be read stops no other."""
    require(May.RETRIEVE, review=review, by=by)
    return [_receive(review, file, by) for file in files]


def _receive(review: Review, file: File[Any], by: User) -> Placing:
    name = reports.file_name(file)
    try:
        with transaction.atomic():
            return _place_or_keep(review, file, name, by)
    except Refused as refusal:
        return Placing(name, problem=str(refusal))


def _place_or_keep(review: Review, file: File[Any], name: str, by: User) -> Placing:
    sha256 = _digest(file)
    known = Document.objects.filter(report__review=review, sha256=sha256, withdrawn_at=None).first()
    if known is not None:
        raise NothingToDo(f"This very PDF is attached already, to “{known.report}”.")
    if LoosePdf.objects.waiting().filter(review=review, sha256=sha256).exists():
        raise NothingToDo("This very PDF waits for its report already.")
    reports.check_size(file)
    try:
        text = first_words(file.open("rb"))
    except NotReadable as error:
        raise Refused(str(error)) from error
    found = guesses(name=name, text=text, wanted=wanted(review))
    certain = sure(found)
    if certain is not None:
        report = Report.objects.get(pk=certain.report)
        return Placing(name, reports.retrieved(report=report, file=file, by=by), certain.why)
    loose = LoosePdf(review=review, name=name, size=file.size, sha256=sha256, by=by)
    loose.guesses = [[guess.report, round(guess.alike), guess.why] for guess in found]
    loose.file.save(f"{sha256[:20]}.pdf", file, save=False)
    loose.save()
    history.record("pdf.received", f"uploaded {name}", review=review, subject=loose, by=by)
    return Placing(name)


@transaction.atomic
def place(*, loose: LoosePdf, report: Report, by: User) -> Report:
    """Say which report a PDF is of."""
    row = _lock(loose, by)
    if report.review_id != row.review_id:
        raise Refused("Choose a report of this review.")
    with row.file.open("rb") as content:
        kept = File(content, name=row.name)
        done = reports.retrieved(report=report, file=kept, by=by)
    _settle(row, by, report)
    return done


@transaction.atomic
def put_away(*, loose: LoosePdf, by: User) -> None:
    """A PDF is of no report of this review; it is kept, and not shown any more."""
    row = _lock(loose, by)
    _settle(row, by, None)
    history.record("pdf.put-away", f"put {row.name} away", review=row.review, subject=row, by=by)


def _lock(loose: LoosePdf, by: User) -> LoosePdf:
    require(May.RETRIEVE, review=loose.review, by=by)
    row = (
        LoosePdf.objects.select_for_update(of=("self",), no_key=True)
        .select_related("review")
        .get(pk=loose.pk)
    )
    if row.settled_at is not None:
        raise NothingToDo("Somebody has settled this PDF already.")
    return row


def _settle(row: LoosePdf, by: User, report: Report | None) -> None:
    row.settled_at, row.settled_by, row.report = timezone.now(), by, report
    row.save(update_fields=["settled_at", "settled_by", "report"])


def _digest(file: File[Any]) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
