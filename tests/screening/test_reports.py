"""Seeking, retrieving, giving up, joining; and which files are taken for a PDF."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.conf import settings

from reviews.errors import NotAllowed, NothingToDo, Refused
from reviews.models import Record
from screening.errors import BadDocument
from screening.models import Candidate, Document, Report, Retrieval, Stage
from screening.pdf import NotReadable, count_pages
from screening.queries import Route, found_by_both, included_reports, reports_sought
from screening.services import reports, standing
from tests.conftest import Cast
from tests.factories import a_member
from tests.screening.factories import (
    IN,
    a_candidate,
    a_found_record,
    a_full_text,
    a_report,
    an_upload,
    locked_pdf_bytes,
    pdf_bytes,
    voted,
)


def stored_files() -> list[Path]:
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_pages_of_a_pdf_are_counted_and_the_file_is_left_at_its_start() -> None:
    file = io.BytesIO(b"junk before\n" + pdf_bytes(3))
    assert count_pages(file) == 3
    assert file.tell() == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"TY  - JOUR\n", "not a PDF"),
        (b"PK\x03\x04 word/document.xml", "Word document"),
        (b"<!DOCTYPE html><html>Sign in</html>", "web page"),
        (b"%PDF-1.7\n" + b"x" * 500, "damaged"),
        (pdf_bytes(2)[:200], "damaged"),
        (locked_pdf_bytes(), "password"),
    ],
)
def test_what_is_not_a_readable_pdf_is_refused_in_plain_words(content: bytes, message: str) -> None:
    with pytest.raises(NotReadable, match=message):
        count_pages(io.BytesIO(content))


def test_a_pdf_makes_the_report_a_candidate_of_the_full_text_stage(cast: Cast) -> None:
    report, content = a_report(cast.review), pdf_bytes(2)
    row = reports.retrieved(
        report=report, file=an_upload(content, "C:\\Users\\ana\\Drory 2001.pdf"), by=cast.ana
    )
    document = Document.objects.get()
    assert (row.retrieval, document.pages, document.name) == ("retrieved", 2, "Drory 2001.pdf")
    assert document.file.read() == content
    assert Candidate.objects.get(report=report).status == "open"


def test_a_file_that_is_refused_leaves_nothing_behind(cast: Cast) -> None:
    report = a_report(cast.review)
    with pytest.raises(BadDocument, match="password"):
        reports.retrieved(report=report, file=an_upload(locked_pdf_bytes()), by=cast.ana)
    assert not stored_files()
    assert not Document.objects.exists()


def test_a_file_that_is_too_large_is_refused(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reports, "LARGEST_PDF", 100)
    with pytest.raises(BadDocument, match="at most"):
        reports.retrieved(report=a_report(cast.review), file=an_upload(pdf_bytes()), by=cast.ana)


def test_the_same_pdf_is_not_attached_twice_but_another_one_is(cast: Cast) -> None:
    report, content = a_report(cast.review), pdf_bytes(1)
    reports.retrieved(report=report, file=an_upload(content), by=cast.ana)
    with pytest.raises(NothingToDo):
        reports.retrieved(report=report, file=an_upload(content), by=cast.ana)
    reports.retrieved(report=report, file=an_upload(pdf_bytes(2)), by=cast.ana)
    assert Document.objects.count() == 2
    assert Retrieval.objects.count() == 1


def test_a_full_text_on_paper_is_retrieved_too(cast: Cast) -> None:
    report = a_report(cast.review)
    with pytest.raises(Refused, match="Upload the PDF"):
        reports.retrieved(report=report, by=cast.ana)
    reports.retrieved(report=report, where="On paper, room 12", by=cast.ana)
    assert Candidate.objects.filter(report=report).exists()


def test_withdrawing_the_only_pdf_seeks_the_report_again_and_keeps_the_votes(cast: Cast) -> None:
    report = a_report(cast.review)
    reports.retrieved(report=report, file=an_upload(pdf_bytes(1)), by=cast.ana)
    candidate = Candidate.objects.get(report=report)
    voted(candidate, cast.ana, IN)
    reports.withdraw_document(document=Document.objects.get(), by=cast.ana)
    report.refresh_from_db()
    assert report.retrieval == "sought"
    assert not Candidate.objects.filter(report=report).exists()
    assert len(stored_files()) == 1
    reports.retrieved(report=report, file=an_upload(pdf_bytes(2)), by=cast.ana)
    assert Candidate.objects.get(report=report).votes == 1


def test_giving_up_says_what_was_tried_and_can_be_taken_up_again(cast: Cast) -> None:
    report = a_report(cast.review)
    with pytest.raises(Refused, match="what was tried"):
        reports.not_retrieved(report=report, note=" ", by=cast.ana)
    reports.not_retrieved(report=report, note="Library, author", by=cast.ana)
    with pytest.raises(NothingToDo):
        reports.not_retrieved(report=report, note="Again", by=cast.ana)
    assert Report.objects.get().retrieval == "not-retrieved"
    reports.seek_again(report=report, by=cast.ana)
    assert Report.objects.get().retrieval == "sought"
    reports.retrieved(report=report, file=an_upload(pdf_bytes()), by=cast.ana)
    with pytest.raises(Refused, match="Withdraw it first"):
        reports.not_retrieved(report=report, note="Wrong one", by=cast.ana)


def test_a_librarian_looks_after_full_texts_and_an_observer_does_not(cast: Cast) -> None:
    report = a_report(cast.review)
    lib = a_member(cast.review, "Lib", "librarian")  # type: ignore[arg-type]
    for person in (cast.dov, cast.eve):
        with pytest.raises(NotAllowed):
            reports.not_retrieved(report=report, note="No", by=person)
    reports.not_retrieved(report=report, note="Asked around", by=lib)


def test_a_record_found_on_a_website_goes_straight_to_sought(cast: Cast) -> None:
    record = a_found_record(cast.review)
    assert not Candidate.objects.exists()
    report = reports.seek(record=record, by=cast.ben)
    assert (report.is_sought, report.from_databases, report.from_other_methods) == (True, False, True)
    with pytest.raises(NothingToDo):
        reports.seek(record=record, by=cast.ben)
    reports.leave_aside(record=record, by=cast.ben)
    report.refresh_from_db()
    assert not report.is_sought
    assert reports.seek(record=record, by=cast.ben) == report


def test_a_record_that_is_screened_is_not_picked(cast: Cast) -> None:
    candidate = a_candidate(cast.review)
    with pytest.raises(Refused, match="screened on title and abstract"):
        reports.seek(record=Record.objects.get(pk=candidate.subject_id), by=cast.ben)


def test_a_picked_record_that_a_database_has_too_goes_the_left_way(cast: Cast) -> None:
    candidate = a_candidate(cast.review)
    record = a_found_record(cast.review)
    reports.seek(record=record, by=cast.ben)
    Record.objects.filter(pk=record.pk).update(duplicate_of=candidate.record_id)
    standing.records_changed(review=cast.review, record_ids=[record.pk])
    assert not Report.objects.sought().exists()
    voted(candidate, cast.ana, IN)
    voted(candidate, cast.ben, IN)
    report = Report.objects.get()
    assert (report.from_databases, report.from_other_methods) == (True, False)


def test_joined_reports_count_once_and_by_both_routes(cast: Cast) -> None:
    left = a_report(cast.review)
    right = reports.seek(record=a_found_record(cast.review), by=cast.ben)
    reports.join(report=right, into=left, by=cast.ben)
    assert list(Report.objects.sought()) == [left]
    assert list(reports_sought(cast.review, Route.DATABASES)) == [left]
    assert list(reports_sought(cast.review, Route.OTHER_METHODS)) == [left]
    reports.retrieved(report=left, where="Shelf", by=cast.ana)
    for person in (cast.ana, cast.ben):
        voted(Candidate.objects.get(report=left), person, IN)
    assert list(included_reports(cast.review)) == [left]
    assert list(found_by_both(cast.review)) == [left]
    with pytest.raises(Refused):
        reports.join(report=left, into=left, by=cast.ben)


def test_of_two_reports_of_one_article_the_one_further_along_goes_on(cast: Cast) -> None:
    first = a_report(cast.review)
    second = a_full_text(cast.review, cast.ana)
    voted(second, cast.ben, IN)
    one, two = (report.links.get().record for report in (first, Report.objects.get(pk=second.subject_id)))
    Record.objects.filter(pk=two.pk).update(duplicate_of=one.pk)
    standing.records_changed(review=cast.review, record_ids=[two.pk])
    assert list(Report.objects.sought().values_list("pk", flat=True)) == [second.report_id]
    assert Candidate.objects.of(cast.review, Stage.FULL_TEXT).get().votes == 1
