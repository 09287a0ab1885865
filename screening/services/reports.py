"""Reports: sought, retrieved with a PDF or without, not retrieved, joined. Each step is a fact that is only added."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from reviews.access import May, require
from reviews.errors import NothingToDo, Refused
from reviews.models import Record, User
from reviews.services import history
from screening.errors import BadDocument
from screening.models import Document, Pick, Report, ReportRecord, Retrieval
from screening.pdf import NotReadable, count_pages
from screening.services import clusters, standing
from screening.services.seeking import report_for

#: A scanned thesis has 60 MB; what is larger is usually a whole book.
LARGEST_PDF = min(settings.UPLOAD_LIMIT, 100 * 1024 * 1024)


@transaction.atomic
def seek(*, record: Record, note: str = "", by: User) -> Report:
    """Seek the report of a record found by other methods, which is not screened on title and abstract."""
    members = _other_methods(record, by)
    if _last_pick(members) is True:
        raise NothingToDo("This report is sought already.")
    link = ReportRecord.objects.filter(record__in=members).order_by("pk").select_related("report").last()
    report = link.report if link else None
    if report is None:
        report = report_for(record.review, record)
        report.save()
        ReportRecord.objects.create(report=report, record=record, by=by)
    Pick.objects.create(record=record, sought=True, note=note.strip(), by=by)
    standing.reports_changed(review=record.review, report_ids=[report.pk])
    _tell("report.sought", "seeks", report, by)
    report.refresh_from_db()
    return report


@transaction.atomic
def leave_aside(*, record: Record, note: str = "", by: User) -> Pick:
    """Do not (or no longer) seek the report of a record found by other methods."""
    members = _other_methods(record, by)
    if _last_pick(members) is False:
        raise NothingToDo("This record is left aside already.")
    pick = Pick.objects.create(record=record, sought=False, note=note.strip(), by=by)
    linked = ReportRecord.objects.filter(record__in=members).values_list("report_id", flat=True)
    standing.reports_changed(review=record.review, report_ids=set(linked))
    history.record(
        "record.left-aside",
        f"left aside “{short(record.title)}”",
        review=record.review,
        subject=record,
        by=by,
    )
    return pick


def _other_methods(record: Record, by: User) -> list[int]:
    """The cluster of a record that only other methods found; refuses any other record."""
    require(May.RETRIEVE, review=record.review, by=by)
    root = record.duplicate_of_id or record.pk
    Record.objects.select_for_update(no_key=True).get(pk=root)
    cluster = clusters.load({root})[root]
    if cluster.from_databases:
        raise Refused(
            "This record is screened on title and abstract, because a database or register found it (too)."
        )
    if cluster.removed:
        raise Refused("This record was removed before screening.")
    return cluster.members


def _last_pick(members: list[int]) -> bool | None:
    last = Pick.objects.filter(record__in=members).order_by("pk").last()
    return last.sought if last else None


@transaction.atomic
def retrieved(*, report: Report, file: File[Any] | None = None, where: str = "", by: User) -> Report:
    """The full text is here: a PDF to keep, or a word on where the team reads it (on paper, behind a sign-in)."""
    row = lock(report, by)
    if file is None and not where.strip():
        raise Refused("Upload the PDF, or say where the team can read the full text.")
    if file is None and row.retrieval == Report.Retrieved.RETRIEVED:
        raise NothingToDo("This report is retrieved already.")
    document = _attach(row, file, by) if file is not None else None
    try:
        if row.retrieval != Report.Retrieved.RETRIEVED:
            _write(row, Report.Retrieved.RETRIEVED, where, by)
        _tell("report.retrieved", "retrieved" if document is None else "added a PDF to", row, by)
    except BaseException:
        if document is not None:
            document.file.delete(save=False)
        raise
    return row


@transaction.atomic
def not_retrieved(*, report: Report, note: str, by: User) -> Report:
    """The search for the full text is given up; the note says what was tried."""
    row = lock(report, by)
    if not note.strip():
        raise Refused("Say what was tried: the report will be counted as not retrieved.")
    if row.retrieval == Report.Retrieved.NOT_RETRIEVED:
        raise NothingToDo("This report is marked as not retrieved already.")
    if row.documents.filter(withdrawn_at=None).exists():
        raise Refused("There is a PDF of this report. Withdraw it first if it is the wrong one.")
    _write(row, Report.Retrieved.NOT_RETRIEVED, note, by)
    _tell("report.not-retrieved", "gave up seeking", row, by)
    return row


@transaction.atomic
def seek_again(*, report: Report, by: User) -> Report:
    """Take up the search again for a report that was not retrieved, or that was retrieved by mistake."""
    row = lock(report, by)
    if row.retrieval == Report.Retrieved.SOUGHT:
        raise NothingToDo("This report is being sought already.")
    if row.documents.filter(withdrawn_at=None).exists():
        raise Refused("There is a PDF of this report. Withdraw it first if it is the wrong one.")
    _write(row, Report.Retrieved.SOUGHT, "", by)
    _tell("report.sought-again", "seeks again", row, by)
    return row


@transaction.atomic
def withdraw_document(*, document: Document, by: User) -> Report:
    """The PDF is the wrong one. It is kept but not shown; without another the report is sought again."""
    row = lock(document.report, by)
    if not row.documents.filter(pk=document.pk, withdrawn_at=None).update(withdrawn_at=timezone.now()):
        raise NothingToDo("This PDF was withdrawn already.")
    if not row.documents.filter(withdrawn_at=None).exists():
        _write(row, Report.Retrieved.SOUGHT, "", by)
    _tell("report.document-withdrawn", "withdrew a PDF of", row, by)
    return row


@transaction.atomic
def join(*, report: Report, into: Report, by: User) -> Report:
    """Two reports are one document: all records of the first describe the second from now on."""
    require(May.RETRIEVE, review=report.review, by=by)
    if report.pk == into.pk or report.review_id != into.review_id:
        raise Refused("Choose another report of this review to join it with.")
    rows = {
        r.pk: r
        for r in Report.objects.select_for_update(no_key=True)
        .filter(pk__in=[report.pk, into.pk])
        .order_by("pk")
    }
    records = records_of(rows[report.pk])
    if not records:
        raise NothingToDo("This report was joined to another one already.")
    ReportRecord.objects.bulk_create(
        ReportRecord(report=rows[into.pk], record_id=pk, by=by) for pk in sorted(records)
    )
    standing.reports_changed(review=report.review, report_ids=[report.pk, into.pk])
    _tell("report.joined", f"joined “{short(report.title)}” to", into, by)
    rows[into.pk].refresh_from_db()
    return rows[into.pk]


@transaction.atomic
def part(*, record: Record, by: User) -> Report:
    """A record is about another document than the report it leads to: with its duplicates it gets a report of its own.

    That is the report it had before, with the PDFs and votes of that one, unless another record describes it now.
    """
    require(May.RETRIEVE, review=record.review, by=by)
    link = ReportRecord.objects.filter(record=record).order_by("pk").last()
    if link is None:
        raise Refused("This record leads to no report.")
    report = Report.objects.select_for_update(no_key=True).get(pk=link.report_id)
    root = record.duplicate_of_id or record.pk
    here = records_of(report)
    moving = here.intersection(clusters.load({root})[root].members)
    if record.pk not in moving:
        raise NothingToDo("This record leads to another report by now.")
    if here == moving:
        raise Refused(
            "No other article leads to this report. Records that are duplicates have one report together."
        )
    own = _former(moving, report)
    if own is None:
        own = report_for(record.review, record)
        own.save()
    ReportRecord.objects.bulk_create(ReportRecord(report=own, record_id=pk, by=by) for pk in sorted(moving))
    standing.reports_changed(review=record.review, report_ids=[report.pk, own.pk])
    _tell("report.parted", f"took “{short(record.title)}” apart from", report, by)
    own.refresh_from_db()
    return own


def _former(records: set[int], report: Report) -> Report | None:
    """The last report that these records had before, if no record describes it today."""
    before = ReportRecord.objects.filter(record__in=records).exclude(report=report).order_by("-pk")
    former = next((link.report for link in before.select_related("report")), None)
    return former if former is not None and not records_of(former) else None


def records_of(report: Report) -> set[int]:
    """The records that describe a report today: of each record's links the newest counts."""
    ever = ReportRecord.objects.filter(report=report).values_list("record_id", flat=True)
    rows = (
        ReportRecord.objects.filter(record__in=list(ever))
        .order_by("pk")
        .values_list("record_id", "report_id")
    )
    return {record for record, owner in dict(rows).items() if owner == report.pk}


def lock(report: Report, by: User) -> Report:
    """The row of a report that is sought, held until the transaction ends, for somebody who looks after full texts."""
    require(May.RETRIEVE, review=report.review, by=by)
    row = (
        Report.objects.select_for_update(of=("self",), no_key=True)
        .select_related("review__created_by")
        .get(pk=report.pk)
    )
    if not row.is_sought:
        raise Refused("This report is not sought (any more).")
    return row


def _write(row: Report, outcome: Report.Retrieved, note: str, by: User) -> None:
    Retrieval.objects.create(report=row, outcome=outcome, note=note.strip(), by=by)
    standing.reports_changed(review=row.review, report_ids=[row.pk])
    row.refresh_from_db(fields=["retrieval", "is_sought"])


def check_size(file: File[Any]) -> None:
    """Refuse what is larger than a full text can be."""
    if file.size > LARGEST_PDF:
        raise BadDocument(
            f"A PDF may have at most {LARGEST_PDF // 1024**2} MB; this one has {file.size // 1024**2} MB."
        )


def _attach(row: Report, file: File[Any], by: User) -> Document:
    check_size(file)
    try:
        pages = count_pages(file.open("rb"))
    except NotReadable as error:
        raise BadDocument(str(error)) from error
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    sha256 = digest.hexdigest()
    if row.documents.filter(sha256=sha256, withdrawn_at=None).exists():
        raise NothingToDo("This very PDF is attached to the report already.")
    document = Document(report=row, name=file_name(file), size=file.size, sha256=sha256, pages=pages, by=by)
    document.file.save(f"{sha256[:20]}.pdf", file, save=False)
    document.save()
    return document


def file_name(file: File[Any]) -> str:
    """The name without folders."""
    name = (file.name or "").replace("\\", "/").rsplit("/", 1)[-1].strip()
    return name[-255:] or "report.pdf"


def short(title: str) -> str:
    """A title for the history."""
    return title if len(title) <= 80 else title[:79].rstrip() + "…"


def _tell(verb: str, sentence: str, report: Report, by: User) -> None:
    history.record(verb, f"{sentence} “{short(report.title)}”", review=report.review, subject=report, by=by)
