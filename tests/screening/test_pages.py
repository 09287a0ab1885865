"""The other pages of screening: what is hidden, what it costs, lists, full texts, conflicts and policies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reviews.models import Event, Membership, User
from screening import rail
from screening.models import Candidate, Document, Policy, Report, Stage, Vote
from screening.services import reports, votes
from tests.conftest import Cast
from tests.factories import a_record
from tests.screening.factories import (
    IN,
    OUT,
    a_candidate,
    a_conflict,
    a_found_record,
    a_full_text,
    a_policy,
    a_report,
    an_upload,
    candidates,
    locked_pdf_bytes,
    pdf_bytes,
    policy_data,
    voted,
)

SignIn = Callable[[User], Client]
BACKGROUND = {"X-Quorum-Screen": "1"}


def address(cast: Cast, name: str, *args: Any) -> str:
    return reverse(f"screening:{name}", args=[cast.review.slug, *args])


def screen(cast: Cast, query: str = "") -> str:
    return address(cast, "screen", Stage.TITLE_ABSTRACT) + query


def html(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, response
    return response.content.decode()


# --- blinding ---


def test_a_colleagues_vote_cannot_be_read_from_any_page_while_the_record_is_open(
    cast: Cast, signed_in: SignIn
) -> None:
    """Two reviews, alike but for Ben's verdict and note: every page must be the same to Ana, Chi and Dov."""
    candidate = a_candidate(cast.review, title="Trial of cycling")
    names = ["candidates", "progress"]
    urls = [address(cast, name, Stage.TITLE_ABSTRACT) for name in names] + [
        screen(cast),
        screen(cast, f"?record={candidate.record_id}"),
        address(cast, "conflicts"),
        address(cast, "conflict", candidate.pk),
        address(cast, "reports"),
        *(f"{address(cast, 'candidates', Stage.TITLE_ABSTRACT)}?mine={v}" for v in ("include", "exclude")),
        *(f"{address(cast, 'candidates', Stage.TITLE_ABSTRACT)}?status={v}" for v in Candidate.Status.values),
    ]

    def seen_by_others() -> list[str]:
        import re

        pages = [html(signed_in(who), url) for who in (cast.ana, cast.chi, cast.dov) for url in urls]
        return [
            re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": "|nonce=")[^"]+', r"\1", page)
            for page in pages
        ]

    votes.cast(candidate=candidate, verdict=IN, note="Secret remark", by=cast.ben)
    included = seen_by_others()
    votes.cast(candidate=candidate, verdict=OUT, note="Another secret", by=cast.ben)
    excluded = seen_by_others()
    assert included == excluded
    assert not any("ecret" in page for page in included)
    own = html(signed_in(cast.ben), address(cast, "conflict", candidate.pk))
    assert "Another secret" in own
    assert not any("exclude" in line.lower() for line in Event.objects.values_list("sentence", flat=True))


def test_votes_are_shown_once_they_are_complete(cast: Cast, signed_in: SignIn) -> None:
    candidate = a_candidate(cast.review)
    votes.cast(candidate=candidate, verdict=IN, note="Looks right", by=cast.ben)
    votes.cast(candidate=candidate, verdict=OUT, note="Not a trial", by=cast.chi)
    for person in (cast.ana, cast.ben, cast.chi, cast.dov):
        page = html(signed_in(person), address(cast, "conflict", candidate.pk))
        assert "Looks right" in page
        assert "Not a trial" in page


def test_visible_votes_follow_the_policy_and_the_state(cast: Cast) -> None:
    def seen(user: User) -> set[str]:
        membership = Membership.objects.get(review=cast.review, user=user)
        return set(Vote.objects.visible_to(membership).values_list("note", flat=True))

    candidate = a_candidate(cast.review)
    votes.cast(candidate=candidate, verdict=IN, note="ben's", by=cast.ben)
    assert (seen(cast.ben), seen(cast.ana), seen(cast.chi)) == ({"ben's"}, set(), set())
    policy = a_policy(cast.review, blinded=False)
    assert seen(cast.ana) == {"ben's"}
    a_policy(cast.review, blinded=True)
    assert policy.version == 2
    votes.cast(candidate=candidate, verdict=IN, note="chi's", by=cast.chi)
    assert seen(cast.ana) == {"ben's", "chi's"}
    votes.take_back(candidate=candidate, by=cast.chi)
    assert seen(cast.ana) == set()


def test_full_text_votes_are_blinded_too(cast: Cast, signed_in: SignIn) -> None:
    candidate = a_full_text(cast.review, cast.ana)
    votes.cast(candidate=candidate, verdict=IN, note="Secret remark", by=cast.ben)
    url = address(cast, "report", candidate.report_id)
    assert "Secret remark" not in html(signed_in(cast.ana), url)
    assert "Secret remark" in html(signed_in(cast.ben), url)


# --- costs ---


def test_one_vote_by_http_costs_few_queries(
    cast: Cast, signed_in: SignIn, django_assert_max_num_queries: Any
) -> None:
    rows = candidates(cast.review, 40)
    client = signed_in(cast.ben)
    client.post(screen(cast), {"record": rows[0].record_id, "verdict": "include"}, headers=BACKGROUND)
    held = ",".join(str(row.record_id) for row in rows[2:4])
    with django_assert_max_num_queries(35):
        client.post(
            screen(cast),
            {"record": rows[1].record_id, "verdict": "include", "have": held},
            headers=BACKGROUND,
        )


@pytest.mark.parametrize(
    "name", ["screen", "candidates", "progress", "conflicts", "reports", "found_elsewhere"]
)
def test_lists_cost_the_same_however_long(
    cast: Cast, signed_in: SignIn, name: str, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def grow(n: int) -> None:
        for _ in range(n):
            a_conflict(cast.review, cast.ben, cast.chi, authors=["A B"])
            a_full_text(cast.review, cast.ana)
            a_found_record(cast.review)
        candidates(cast.review, n)

    staged = name in {"screen", "candidates", "progress"}
    url = address(cast, name, *([Stage.TITLE_ABSTRACT] if staged else []))
    client = signed_in(cast.ana)
    grow(3)
    html(client, url)
    with CaptureQueriesContext(connection) as few:
        html(client, url)
    grow(5)
    with django_assert_max_num_queries(len(few)):
        html(client, url)


def test_the_rail_asks_three_times_and_counts_for_the_viewer(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    rows = candidates(cast.review, 3)
    voted(rows[0], cast.ben, IN)
    a_conflict(cast.review, cast.ana, cast.chi)
    a_report(cast.review)
    ben = Membership.objects.select_related("user", "review").get(review=cast.review, user=cast.ben)
    with django_assert_num_queries(3):
        titles, texts, conflicts = rail.sections(ben)
    assert (titles.todo, titles.done, titles.conflicts) == (2, 2, 1)
    assert (texts.todo, texts.done, conflicts.conflicts) == (1, 0, 1)
    dov = Membership.objects.select_related("user", "review").get(review=cast.review, user=cast.dov)
    titles, texts, _ = rail.sections(dov)
    assert (titles.todo, titles.done, texts.todo) == (3, 1, 0)


# --- lists ---


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", {"Alpha", "Beta", "Gamma"}),
        ("?status=open", {"Beta", "Gamma"}),
        ("?mine=include", {"Alpha"}),
        ("?mine=none", {"Beta", "Gamma"}),
        ("?q=gam", {"Gamma"}),
        ("?no_abstract=on", {"Beta"}),
        ("?year_from=2010&year_to=2012", {"Gamma"}),
        ("?status=nonsense&page=-3&year_from=x", {"Alpha", "Beta", "Gamma"}),
    ],
)
def test_the_list_is_narrowed(cast: Cast, signed_in: SignIn, query: str, titles: set[str]) -> None:
    first = a_candidate(cast.review, title="Alpha", abstract="x", year=2001)
    a_candidate(cast.review, title="Beta", year=2005)
    a_candidate(cast.review, title="Gamma", abstract="y", year=2011)
    for person in (cast.ana, cast.ben):
        voted(first, person, IN)
    page = html(signed_in(cast.ben), address(cast, "candidates", Stage.TITLE_ABSTRACT) + query)
    assert {title for title in ("Alpha", "Beta", "Gamma") if f">{title}</a>" in page} == titles


def test_reports_are_listed_by_state(cast: Cast, signed_in: SignIn) -> None:
    sought = a_report(cast.review, title="Sought one")
    read = a_full_text(cast.review, cast.ana, title="Read one")
    gone = a_report(cast.review, title="Gone one")
    reports.not_retrieved(report=gone, note="Author", by=cast.ana)
    client = signed_in(cast.ben)
    for state, report in (("sought", sought), ("read", read.report), ("not-retrieved", gone)):
        page = html(client, address(cast, "reports") + f"?state={state}")
        titles = {r.title for r in Report.objects.all() if f">{r.title}</a>" in page}
        assert titles == {report.title}  # type: ignore[union-attr]


# --- full texts ---


def test_a_pdf_is_uploaded_read_and_voted_on(cast: Cast, signed_in: SignIn) -> None:
    report = a_report(cast.review)
    client = signed_in(cast.ben)
    client.post(address(cast, "retrieved", report.pk), {"file": an_upload(pdf_bytes(2))})
    document = Document.objects.get()
    served = client.get(address(cast, "document", document.pk))
    assert served["Content-Type"] == "application/pdf"
    assert served["Content-Disposition"].startswith("inline")
    assert served["X-Content-Type-Options"] == "nosniff"
    assert served["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    client.post(address(cast, "report_vote", report.pk), {"verdict": "include", "note": "Fits"})
    assert Vote.objects.get(stage=Stage.FULL_TEXT).note == "Fits"
    client.post(address(cast, "report_vote", report.pk), {"undo": "yes"})
    assert Candidate.objects.get(report=report).votes == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "The file is empty"), (b"hello", "not a PDF"), (locked_pdf_bytes(), "password")],
)
def test_a_wrong_file_is_refused_in_words(
    cast: Cast, signed_in: SignIn, content: bytes, sentence: str
) -> None:
    report = a_report(cast.review)
    response = signed_in(cast.ben).post(
        address(cast, "retrieved", report.pk), {"file": an_upload(content)}, follow=True
    )
    assert sentence in response.content.decode()
    assert Report.objects.get().retrieval == "sought"


def test_a_missing_file_on_the_server_is_not_found_and_no_crash(cast: Cast, signed_in: SignIn) -> None:
    report = a_report(cast.review)
    reports.retrieved(report=report, file=an_upload(pdf_bytes()), by=cast.ana)
    document = Document.objects.get()
    document.file.storage.delete(str(document.file.name))
    assert signed_in(cast.ben).get(address(cast, "document", document.pk)).status_code == 404


def test_records_of_other_methods_are_sought_or_left(cast: Cast, signed_in: SignIn) -> None:
    record = a_found_record(cast.review, title="Registered trial")
    client = signed_in(cast.ben)
    assert "Registered trial" in html(client, address(cast, "found_elsewhere") + "?picked=open")
    client.post(address(cast, "pick", record.pk), {"seek": "yes"})
    assert Report.objects.get().from_other_methods
    client.post(address(cast, "pick", record.pk), {"leave": "yes"})
    assert not Report.objects.sought().exists()
    assert "Registered trial" in html(client, address(cast, "found_elsewhere") + "?picked=left")


# --- conflicts and policies ---


def test_a_conflict_is_resolved_and_opened_again_on_its_page(cast: Cast, signed_in: SignIn) -> None:
    candidate = a_conflict(cast.review, cast.ben, cast.chi)
    url = address(cast, "conflict", candidate.pk)
    client = signed_in(cast.ana)
    assert client.post(url, {"kind": "arbitration", "verdict": "include"}).status_code == 422
    client.post(url, {"kind": "arbitration", "verdict": "include", "explanation": "Fits after all."})
    candidate.refresh_from_db()
    assert candidate.status == "included"
    page = html(client, url)
    assert "Fits after all." in page
    assert "Open it again" in page
    client.post(address(cast, "reopen", candidate.pk), {"explanation": "Hm."})
    candidate.refresh_from_db()
    assert candidate.status == "conflict"


def test_who_may_not_resolve_gets_no_form(cast: Cast, signed_in: SignIn) -> None:
    candidate = a_conflict(cast.review, cast.ana, cast.chi)
    page = html(signed_in(cast.ben), address(cast, "conflict", candidate.pk))
    assert "Waits for its resolution" in page


def test_a_policy_change_is_previewed_before_it_is_saved(cast: Cast, signed_in: SignIn) -> None:
    voted(a_candidate(cast.review, title="Trial of cycling"), cast.ben, IN)
    client, url = signed_in(cast.ana), address(cast, "policy")
    data = policy_data(votes_needed="1")
    page = client.post(url, {**data, "preview": "yes"}).content.decode()
    assert "1 would get another status" in page
    assert "Trial of cycling" in page
    assert Policy.objects.in_force(cast.review, Stage.TITLE_ABSTRACT).votes_needed == 2
    client.post(url, {**data, "save": "yes"})
    assert Policy.objects.in_force(cast.review, Stage.TITLE_ABSTRACT).votes_needed == 1
    assert client.post(url, {**data, "title-abstract-votes_needed": "7", "save": "yes"}).status_code == 422


def test_new_records_from_an_import_wait_for_votes(cast: Cast) -> None:
    from reviews.services import changes

    records = [a_record(cast.review) for _ in range(3)]
    changes.records_changed(review=cast.review, record_ids=[record.pk for record in records])
    assert Candidate.objects.of(cast.review, Stage.TITLE_ABSTRACT).count() == 3
