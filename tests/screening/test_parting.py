"""Records that led to one report by mistake lead to two again; and a full text that is a web address is a link."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from reviews.errors import NotAllowed, NothingToDo, Refused
from reviews.models import Event, Record, User
from screening.models import Candidate, Document, Report, ReportRecord, Retrieval
from screening.services import reports, standing
from tests.conftest import Cast
from tests.screening.factories import IN, a_candidate, a_found_record, a_full_text, a_report, voted

SignIn = Callable[[User], Client]


def record_of(report: Report) -> Record:
    link = report.links.order_by("pk").first()
    assert link is not None
    return link.record


def test_what_was_joined_is_taken_apart_with_its_votes(cast: Cast) -> None:
    kept, moved = a_report(cast.review), a_full_text(cast.review, cast.ana)
    assert moved.report is not None
    voted(moved, cast.ben, IN)
    reports.join(report=moved.report, into=kept, by=cast.ana)
    assert not Candidate.objects.filter(report=moved.report_id).exists()
    back = reports.part(record=record_of(moved.report), by=cast.chi)
    assert back == moved.report
    assert back.is_sought
    assert Candidate.objects.get(report=back).votes == 1
    assert reports.records_of(kept) == {record_of(kept).pk}
    assert Event.objects.filter(verb="report.parted", subject_id=kept.pk, actor=cast.chi).exists()
    assert ReportRecord.objects.count() == 4  # two were made, one joined, one taken apart: none changed


def test_the_record_whose_report_was_kept_gets_a_new_one(cast: Cast) -> None:
    kept, other = a_report(cast.review, title="Kept"), a_report(cast.review, title="Other")
    reports.join(report=other, into=kept, by=cast.ana)
    new = reports.part(record=record_of(kept), by=cast.ana)
    assert new not in (kept, other)
    assert (new.title, new.is_sought, new.retrieval) == ("Kept", True, "sought")
    assert reports.records_of(kept) == {record_of(other).pk}
    assert set(Report.objects.sought()) == {kept, new}


def test_duplicates_move_together_and_are_not_parted(cast: Cast) -> None:
    kept, other = a_report(cast.review), a_report(cast.review)
    twin = a_candidate(cast.review).record
    assert twin is not None
    Record.objects.filter(pk=twin.pk).update(duplicate_of=record_of(other).pk)
    standing.records_changed(review=cast.review, record_ids=[twin.pk])
    reports.join(report=other, into=kept, by=cast.ana)
    twin.refresh_from_db()
    with pytest.raises(Refused, match="leads to no report"):
        reports.part(record=twin, by=cast.ana)
    assert reports.part(record=record_of(other), by=cast.ana) == other
    with pytest.raises(Refused, match="No other article"):
        reports.part(record=record_of(other), by=cast.ana)


def test_a_report_that_another_record_describes_by_now_is_not_given_back(cast: Cast) -> None:
    one, two, three = (a_report(cast.review) for _ in range(3))
    reports.join(report=one, into=two, by=cast.ana)
    reports.join(report=three, into=one, by=cast.ana)
    assert reports.part(record=record_of(one), by=cast.ana) not in (one, two, three)


def test_parting_by_routes_counts_each_again(cast: Cast) -> None:
    left = a_report(cast.review)
    record = a_found_record(cast.review)
    right = reports.seek(record=record, by=cast.ben)
    reports.join(report=right, into=left, by=cast.ben)
    reports.part(record=record, by=cast.ben)
    left.refresh_from_db()
    right.refresh_from_db()
    assert (left.from_databases, left.from_other_methods) == (True, False)
    assert (right.from_databases, right.from_other_methods) == (False, True)


def test_who_may_not_part_is_refused(cast: Cast) -> None:
    report = a_report(cast.review)
    for person in (cast.dov, cast.eve):
        with pytest.raises(NotAllowed):
            reports.part(record=record_of(report), by=person)


def test_it_is_parted_on_the_page(cast: Cast, signed_in: SignIn) -> None:
    kept, other = a_report(cast.review), a_report(cast.review)
    client, here = signed_in(cast.ben), reverse("screening:report", args=[cast.review.slug, kept.pk])
    assert "Another document" not in client.get(here).content.decode()
    reports.join(report=other, into=kept, by=cast.ana)
    there = reverse("screening:part_report", args=[cast.review.slug, kept.pk, record_of(other).pk])
    assert there in client.get(here).content.decode()
    assert there not in signed_in(cast.dov).get(here).content.decode()
    assert "a report of its own" in client.post(there, follow=True).content.decode()
    assert "No other article" in client.post(there, follow=True).content.decode()
    assert Report.objects.sought().count() == 2


@pytest.mark.parametrize(
    ("note", "address"),
    [
        ("https://example.org/a.pdf", "https://example.org/a.pdf"),
        ("Library, see HTTPS://example.org/a?b=(c)&d=1.", "HTTPS://example.org/a?b=(c)&d=1"),
        ("behind the sign-in (http://example.org/x)", "http://example.org/x"),
        ("On paper, room 12", ""),
        ("javascript:alert(1)", ""),
        ("data:text/html,https:", ""),
        ("https://", ""),
        ("https://<script>", ""),
        ("ftp://example.org/a.pdf", ""),
    ],
)
def test_a_web_address_in_the_note_can_be_opened_and_nothing_else(note: str, address: str) -> None:
    assert Retrieval(note=note).address == address


def test_the_link_to_the_full_text_is_on_the_page(cast: Cast, signed_in: SignIn) -> None:
    report = a_report(cast.review)
    client = signed_in(cast.ben)
    there = reverse("screening:retrieved", args=[cast.review.slug, report.pk])
    text = client.post(there, {"where": "https://example.org/a?b=1&c=2"}, follow=True).content.decode()
    assert '<a class="button" href="https://example.org/a?b=1&amp;c=2" target="_blank" rel="noopener' in text
    assert not Document.objects.exists()


def test_a_record_that_moved_meanwhile_is_not_moved_again(cast: Cast) -> None:
    one, two = a_report(cast.review), a_report(cast.review)
    reports.join(report=one, into=two, by=cast.ana)
    record = record_of(one)
    reports.part(record=record, by=cast.ana)
    with pytest.raises((NothingToDo, Refused)):
        reports.part(record=record, by=cast.ben)
