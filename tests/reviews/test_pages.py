"""Pages of the ground floor as people use them: right and wrong inputs, two tabs, lists that stay quick."""

from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from reviews.models import Event, ExclusionReason, Import, Job, Membership, Record, Review, Role, Search, User
from reviews.services import duplicates, history, jobs, removals, team
from tests.conftest import Cast
from tests.factories import a_reason, a_record, a_search
from tests.reviews.factories import an_imported_file, an_upload, ris, three_records

SignIn = Callable[[User], Client]


def url(cast: Cast, name: str, *arguments: Any) -> str:
    """An address within the review."""
    return reverse(f"reviews:{name}", args=[cast.review.slug, *arguments])


def text_of(response: Any) -> str:
    """What the browser gets."""
    return str(response.content.decode())


# Home and creation


def test_without_reviews_the_home_page_says_what_to_do(cast: Cast, signed_in: SignIn) -> None:
    page = text_of(signed_in(cast.eve).get("/"))
    assert "You are in no review yet" in page
    assert reverse("reviews:create") in page


def test_home_shows_my_reviews_with_their_progress_and_nobody_elses(cast: Cast, signed_in: SignIn) -> None:
    an_imported_file(cast.review, ris("A trial of exercise", "Another trial of sport"), by=cast.ben)
    page = text_of(signed_in(cast.dov).get("/"))
    assert cast.review.title in page
    assert "2 records" in page
    assert "0 done, 2 to do" in page
    assert cast.review.title not in text_of(signed_in(cast.eve).get("/"))


def test_a_review_is_started_in_steps(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.eve)
    answer = client.post(reverse("reviews:create"), {"title": "Exercise in ALS", "population": "Adults"})
    review = Review.objects.get(title="Exercise in ALS")
    assert answer["Location"] == reverse("reviews:set_up", args=[review.slug])
    answer = client.post(answer["Location"], {"inclusion": "Adults\n\nTrials\n", "reasons": "Wrong design\n"})
    assert answer["Location"] == reverse("screening:policy", args=[review.slug])
    assert list(review.criteria.values_list("text", flat=True)) == ["Adults", "Trials"]
    assert list(review.exclusion_reasons.values_list("label", flat=True)) == ["Wrong design"]


@pytest.mark.parametrize("title", ["", "   ", "x" * 301, "a\x00b"])
def test_a_title_that_makes_no_sense_is_refused(cast: Cast, signed_in: SignIn, title: str) -> None:
    answer = signed_in(cast.eve).post(reverse("reviews:create"), {"title": title})
    assert answer.status_code == 422
    assert Review.objects.count() == 1


def test_a_reason_that_is_too_long_is_refused_with_all_the_rest(cast: Cast, signed_in: SignIn) -> None:
    answer = signed_in(cast.ana).post(url(cast, "set_up"), {"inclusion": "Adults", "reasons": "x" * 121})
    assert answer.status_code == 422
    assert "longer than 120" in text_of(answer)
    assert not cast.review.criteria.exists()


# Protocol


def test_of_two_tabs_the_second_is_shown_both_texts_and_may_then_save(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.ana)
    seen = client.get(url(cast, "terms")).context["form"]["seen"].value()
    client.post(url(cast, "terms"), {"terms_for": "mine", "seen": seen})
    answer = client.post(url(cast, "terms"), {"terms_for": "from the other tab", "seen": seen})
    assert answer.status_code == 422
    assert "Stored now: mine" in text_of(answer)
    assert "from the other tab" in text_of(answer)
    again = answer.context["form"]["seen"].value()
    assert client.post(url(cast, "terms"), {"terms_for": "both", "seen": again}).status_code == 302
    assert Review.objects.get(pk=cast.review.pk).terms_for == "both"


def test_the_head_of_the_page_keeps_the_stored_title_while_a_wrong_one_is_corrected(
    cast: Cast, signed_in: SignIn
) -> None:
    answer = signed_in(cast.ana).post(url(cast, "question"), {"title": "x" * 301, "seen": ""})
    assert answer.status_code == 422
    assert f">{cast.review.title}</span>" in text_of(answer)


def test_line_ends_of_a_browser_are_no_change(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.ana)
    for _ in range(2):
        seen = client.get(url(cast, "terms")).context["form"]["seen"].value()
        client.post(url(cast, "terms"), {"terms_for": "one\r\ntwo", "seen": seen})
    assert Event.objects.filter(verb="protocol.terms").count() == 1


def test_a_reason_that_exists_is_refused_with_a_message(cast: Cast, signed_in: SignIn) -> None:
    a_reason(cast.review, "Wrong design")
    page = signed_in(cast.ana).post(url(cast, "reason_add"), {"label": "wrong design"}, follow=True)
    assert "There is a reason “Wrong design” already" in text_of(page)
    assert ExclusionReason.objects.count() == 1
    page = signed_in(cast.ana).post(url(cast, "reason_add"), {"label": ""}, follow=True)
    assert "Reason: This field is required." in text_of(page)


def test_an_observer_sees_the_protocol_without_its_buttons(cast: Cast, signed_in: SignIn) -> None:
    a_reason(cast.review)
    page = text_of(signed_in(cast.dov).get(url(cast, "protocol")))
    assert "Not randomised" in page
    assert "Retire" not in page


# Searches and files


@pytest.mark.parametrize(
    "wrong",
    [
        {"source": ""},
        {"kind": "oracle"},
        {"hits": "-1"},
        {"hits": "many"},
        {"searched_on": "2999-01-01"},
        {"searched_on": "soon"},
    ],
)
def test_a_search_that_makes_no_sense_is_refused(
    cast: Cast, signed_in: SignIn, wrong: dict[str, str]
) -> None:
    answer = signed_in(cast.ben).post(
        url(cast, "search_add"), {"kind": "database", "source": "MEDLINE"} | wrong
    )
    assert answer.status_code == 422
    assert not Search.objects.exists()


def upload(client: Client, cast: Cast, *contents: bytes, **more: str) -> Any:
    """Post files to the review's search."""
    search = Search.objects.first() or a_search(cast.review)
    files = [SimpleUploadedFile(f"file-{n}.ris", content) for n, content in enumerate(contents)]
    return client.post(url(cast, "upload", search.pk), {"files": files, **more})


def test_a_file_is_taken_in_and_its_page_shows_the_work(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.ben)
    answer = upload(client, cast, ris("A title"))
    origin = Import.objects.get()
    assert answer["Location"] == url(cast, "import", origin.pk)
    page = text_of(client.get(answer["Location"]))
    assert "waiting for a worker" in page
    assert 'hx-trigger="every 1s"' in page


def test_of_several_files_a_bad_one_does_not_hold_up_the_others(cast: Cast, signed_in: SignIn) -> None:
    answer = upload(signed_in(cast.ben), cast, ris("A title"), b"%PDF-1.4", ris("Another title"))
    assert answer.status_code == 422
    assert "file-1.ris: This is a PDF document" in text_of(answer)
    assert Import.objects.count() == 2


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n123", b"PK\x03\x04abc", b"no references here"])
def test_a_wrong_file_gets_a_sentence(cast: Cast, signed_in: SignIn, content: bytes) -> None:
    answer = upload(signed_in(cast.ben), cast, content)
    assert answer.status_code == 422
    assert "file-0.ris: " in text_of(answer)
    assert not Import.objects.exists()


def test_without_a_file_the_form_says_so(cast: Cast, signed_in: SignIn) -> None:
    answer = upload(signed_in(cast.ben), cast)
    assert answer.status_code == 422
    assert "Choose a file first." in text_of(answer)


def test_a_file_beyond_the_limit_is_left_out_while_it_arrives(
    cast: Cast, signed_in: SignIn, settings: Any
) -> None:
    settings.UPLOAD_LIMIT = 100_000
    answer = upload(signed_in(cast.ben), cast, b"TY  - JOUR\n" * 20_000)
    assert answer.status_code == 422
    assert "file-0.ris is larger than 0 MB" in text_of(answer)
    assert not Import.objects.exists()


def test_a_file_that_came_before_is_imported_again_only_when_ticked(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.ben)
    upload(client, cast, ris("A title"))
    answer = upload(client, cast, ris("A title"))
    assert answer.status_code == 422
    assert "was already imported on" in text_of(answer)
    assert "Import it again anyway" in text_of(answer)
    assert upload(client, cast, ris("A title"), again="on").status_code == 302
    assert Import.objects.count() == 2


def test_the_page_of_a_file_shows_what_was_odd_and_compares_with_the_hits(
    cast: Cast, signed_in: SignIn
) -> None:
    content = ris("A title", "<script>alert(1)</script>")[:-8]
    origin = an_imported_file(cast.review, content, by=cast.ben, hits=5)
    page = text_of(signed_in(cast.dov).get(url(cast, "import", origin.pk)))
    assert "The file ends in the middle of a record" in page
    assert "3 fewer than the source reported" in page
    assert "<script>alert(1)" not in page


def test_a_failed_reading_says_what_is_there_and_can_go_on(cast: Cast, signed_in: SignIn) -> None:
    origin = an_upload(a_search(cast.review), ris("A title"), by=cast.ben)
    Job.objects.update(status="failed", message="Something went wrong.", checkpoint={"position": 1})
    page = text_of(signed_in(cast.ben).get(url(cast, "import", origin.pk)))
    assert "Something went wrong." in page
    assert "Go on from where it stopped" in page
    back = {"next": url(cast, "import", origin.pk)}
    answer = signed_in(cast.ben).post(url(cast, "job_retry", origin.job_id), back)
    assert answer["Location"] == back["next"]
    assert Job.objects.get().status == "queued"


def test_the_kept_file_comes_back_byte_for_byte(cast: Cast, signed_in: SignIn) -> None:
    content = ris("Ein Titel, übersetzt")
    origin = an_imported_file(cast.review, content, by=cast.ben)
    answer = signed_in(cast.dov).get(url(cast, "import_file", origin.pk))
    assert b"".join(answer.streaming_content) == content  # type: ignore[attr-defined]
    assert answer["Content-Disposition"].startswith("attachment")


# Jobs


def test_the_progress_piece_stops_polling_and_reloads_the_page_around_it(
    cast: Cast, signed_in: SignIn
) -> None:
    job = jobs.enqueue("reviews.read_import", title="Reading", review=cast.review, by=cast.ben)
    client = signed_in(cast.ben)
    piece = client.get(url(cast, "job", job.pk), headers={"HX-Request": "true"})
    assert "every 1s" in text_of(piece)
    assert "<html" not in text_of(piece)
    assert "HX-Refresh" not in piece
    Job.objects.update(status="done")
    piece = client.get(url(cast, "job", job.pk), headers={"HX-Request": "true"})
    assert "every 1s" not in text_of(piece)
    assert piece["HX-Refresh"] == "true"


def test_a_job_is_steered_from_its_page_and_never_to_another_site(cast: Cast, signed_in: SignIn) -> None:
    job = jobs.enqueue("reviews.read_import", title="Reading", review=cast.review, by=cast.ben)
    answer = signed_in(cast.ben).post(url(cast, "job_cancel", job.pk), {"next": "https://evil.example.org/"})
    assert answer["Location"] == url(cast, "job", job.pk)
    assert Job.objects.get().status == "cancelled"
    page = signed_in(cast.chi).post(url(cast, "job_retry", job.pk), follow=True)
    assert "you may not" in text_of(page)


# Records


def test_records_are_filtered_by_text_source_year_duplicates_and_removal(
    cast: Cast, signed_in: SignIn
) -> None:
    scopus = a_search(cast.review, source="Scopus")
    a = a_record(cast.review, search=scopus, title="Exercise", year=2001, authors=["Müller, Ö."])
    b = a_record(cast.review, search=a_search(cast.review), title="Sport", abstract="on exercise", year=2010)
    c = a_record(cast.review, search=scopus, title="Sleep", year=2020)
    duplicates.link(left=a, right=b, by=cast.ben)
    removals.remove(review=cast.review, records=[c.pk], kind="other", reason="Retracted", by=cast.ben)
    client = signed_in(cast.dov)

    def shown(**query: Any) -> set[str]:
        return {record.title for record in client.get(url(cast, "records"), query).context["page"]}

    assert shown() == {"Exercise", "Sport", "Sleep"}
    assert shown(q="EXERCISE") == {"Exercise", "Sport"}
    assert shown(q="exercise sport") == {"Sport"}
    assert shown(q="Müller") == {"Exercise"}
    assert shown(search=scopus.pk) == {"Exercise", "Sleep"}
    assert shown(year_from=2002, year_to=2015) == {"Sport"}
    assert shown(duplicates="unique") == {"Exercise", "Sleep"}
    assert shown(duplicates="with") == {"Exercise"}
    assert shown(duplicates="are") == {"Sport"}
    assert shown(removed="yes") == {"Sleep"}
    assert shown(removed="no") == {"Exercise", "Sport"}
    assert shown(q="nothing like it") == set()


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "year_from=x",
        "search=999999",
        "search=x",
        "ordering=password",
        "page=0",
        "page=x",
        "removed=?",
        "q=" + "a+" * 500,
    ],
)
def test_a_filter_that_makes_no_sense_breaks_nothing(cast: Cast, signed_in: SignIn, query: str) -> None:
    a_record(cast.review)
    for name in ("records", "records_csv", "duplicates", "history"):
        assert signed_in(cast.dov).get(f"{url(cast, name)}?{query}").status_code == 200


def test_the_table_for_a_spreadsheet_holds_what_the_filter_shows_and_no_formula(
    cast: Cast, signed_in: SignIn
) -> None:
    a_record(cast.review, title="=HYPERLINK(1)", year=2001)
    a_record(cast.review, title="Not this one", year=1999)
    answer = signed_in(cast.dov).get(url(cast, "records_csv"), {"year_from": 2000})
    content = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    (row,) = csv.DictReader(StringIO(content))
    assert (row["title"], row["year"]) == ("'=HYPERLINK(1)", "2001")


def test_a_record_shows_its_original_tags_its_source_and_its_duplicates(
    cast: Cast, signed_in: SignIn
) -> None:
    an_imported_file(
        cast.review, ris("The same trial", "The same trial", DO="10.1000/als", ZZ="odd"), by=cast.ben
    )
    first, second = Record.objects.all()
    page = text_of(signed_in(cast.dov).get(url(cast, "record", first.pk)))
    assert "<code>ZZ</code>" in page
    assert "record 1, line 1" in page
    assert url(cast, "record", second.pk) in page


def test_records_are_taken_out_ticked_or_all_and_put_back(cast: Cast, signed_in: SignIn) -> None:
    a, _b, _c = three_records(cast.review)
    client = signed_in(cast.ben)
    form = {"kind": "automation", "reason": "Not in English", "scope": "ticked", "records": [a.pk]}
    client.post(url(cast, "records_remove"), form)
    assert Record.objects.get(removed_as="automation") == a
    client.post(f"{url(cast, 'records_remove')}?q=B", form | {"scope": "all"})
    assert Record.objects.exclude(removed_as="").count() == 2
    client.post(f"{url(cast, 'records_remove')}?removed=yes", {"back": "1", "scope": "all", "kind": "other"})
    assert not Record.objects.exclude(removed_as="").exists()
    page = client.post(url(cast, "records_remove"), form | {"reason": ""}, follow=True)
    assert "Reason: This field is required." in text_of(page)
    page = client.post(url(cast, "records_remove"), form | {"records": ["0"]}, follow=True)
    assert "No record was chosen" in text_of(page)


def test_one_record_is_taken_out_and_put_back_on_its_page(cast: Cast, signed_in: SignIn) -> None:
    a, _, _ = three_records(cast.review)
    client = signed_in(cast.ben)
    page = client.post(
        url(cast, "record_remove", a.pk), {"kind": "other", "reason": "Retracted"}, follow=True
    )
    assert "Retracted" in text_of(page)
    client.post(url(cast, "record_put_back", a.pk))
    assert not Record.objects.exclude(removed_as="").exists()


# Duplicates


def test_a_cluster_is_shown_side_by_side_with_what_differs(cast: Cast, signed_in: SignIn) -> None:
    an_imported_file(cast.review, ris("Exercise: a trial", DO="10.1000/als"), by=cast.ben, source="Scopus")
    an_imported_file(cast.review, ris("Exercise: a TRIAL", DO="10.1000/als"), by=cast.ben)
    head, copy = Record.objects.all()
    page = text_of(signed_in(cast.dov).get(url(cast, "cluster", head.pk)))
    assert "<mark>TRIAL</mark>" in page
    assert "The same DOI, and nothing that speaks against it." in page
    assert "Part it" not in page
    assert signed_in(cast.dov).get(url(cast, "cluster", copy.pk))["Location"] == url(cast, "cluster", head.pk)
    assert "The same DOI" in text_of(signed_in(cast.dov).get(url(cast, "duplicates")))


def test_two_records_are_linked_by_hand_and_the_link_is_taken_back(cast: Cast, signed_in: SignIn) -> None:
    a, b, _ = three_records(cast.review)
    client = signed_in(cast.chi)
    found = client.get(url(cast, "cluster", a.pk), {"q": "B"})
    assert [record.title for record in found.context["found"]] == ["B"]
    client.post(url(cast, "duplicate_link", a.pk), {"other": b.pk})
    assert list(a.duplicates.all()) == [b]
    event = Event.objects.get(verb="duplicates.linked")
    assert "Take back" in text_of(client.get(url(cast, "duplicates")))
    client.post(url(cast, "duplicate_undo", event.pk))
    assert not a.duplicates.exists()
    page = client.post(url(cast, "duplicate_undo", event.pk), follow=True)
    assert "taken back already" in text_of(page)


@pytest.mark.parametrize("other", ["", "x", "-1", "0", "99999999999999999999999"])
def test_linking_with_nothing_is_not_found(cast: Cast, signed_in: SignIn, other: str) -> None:
    a, _, _ = three_records(cast.review)
    assert signed_in(cast.chi).post(url(cast, "duplicate_link", a.pk), {"other": other}).status_code == 404


# Team and joining


def test_signing_up_through_the_link_lands_in_the_review(cast: Cast) -> None:
    invitation = team.invite(review=cast.review, role=Role.REVIEWER, by=cast.ana)
    client = Client()
    link = reverse("reviews:join", args=[invitation.token])
    assert cast.review.title in text_of(client.get(link))
    sign_up = client.post(link)["Location"]
    account = {
        "email": "fay@example.org",
        "name": "Fay",
        "password1": "a long pass word",
        "password2": "a long pass word",
    }
    answer = client.post(sign_up, account | {"next": link}, follow=True)
    assert answer.redirect_chain[-1][0] == url(cast, "overview")
    assert Membership.objects.get(user__email="fay@example.org").role == Role.REVIEWER


def test_signing_in_elsewhere_joins_nothing(cast: Cast, signed_in: SignIn) -> None:
    invitation = team.invite(review=cast.review, role=Role.REVIEWER, by=cast.ana)
    link = reverse("reviews:join", args=[invitation.token])
    client = signed_in(cast.eve)
    assert "Join as Eve" in text_of(client.get(link))
    assert not Membership.objects.filter(user=cast.eve).exists()
    client.post(link)
    assert Membership.objects.filter(user=cast.eve).exists()
    assert "cannot be used" in text_of(Client().get(link))
    assert Client().get(reverse("reviews:join", args=["nonsense"])).status_code == 404


def test_the_team_page_shows_links_to_leads_only(cast: Cast, signed_in: SignIn) -> None:
    invitation = team.invite(review=cast.review, role=Role.REVIEWER, by=cast.ana)
    assert invitation.token in text_of(signed_in(cast.ana).get(url(cast, "team")))
    assert invitation.token not in text_of(signed_in(cast.ben).get(url(cast, "team")))


def test_wrong_roles_and_addresses_are_refused(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.ana)
    page = client.post(url(cast, "invite"), {"role": "emperor"}, follow=True)
    assert "Select a valid choice" in text_of(page)
    page = client.post(url(cast, "invite"), {"role": "reviewer", "email": "nobody"}, follow=True)
    assert "Enter a valid email address" in text_of(page)
    ben = Membership.objects.get(user=cast.ben)
    page = client.post(url(cast, "member_role", ben.pk), {"role": "emperor"}, follow=True)
    assert "Select a valid choice" in text_of(page)


def test_who_leaves_goes_home_and_the_last_lead_is_told_to_stay(cast: Cast, signed_in: SignIn) -> None:
    ben, ana = (Membership.objects.get(user=person) for person in (cast.ben, cast.ana))
    assert signed_in(cast.ben).post(url(cast, "member_remove", ben.pk))["Location"] == "/"
    page = signed_in(cast.ana).post(url(cast, "member_remove", ana.pk), follow=True)
    assert "A review needs a lead" in text_of(page)
    assert signed_in(cast.chi).post(url(cast, "member_remove", ana.pk)).status_code == 403


# History and overview


def test_the_history_is_filtered_by_who_what_and_when(cast: Cast, signed_in: SignIn) -> None:
    history.record("search.added", "added a search", review=cast.review, by=cast.ben)
    history.record("team.left", "left the team", review=cast.review, by=cast.chi)
    client = signed_in(cast.dov)

    def shown(**query: Any) -> list[str]:
        return [event.sentence for event in client.get(url(cast, "history"), query).context["page"]]

    assert shown() == ["left the team", "added a search"]
    assert shown(who=cast.ben.pk) == ["added a search"]
    assert shown(what="team") == ["left the team"]
    assert shown(until="2001-01-01") == []
    assert len(shown(who=cast.eve.pk)) == 2, "not a member, so no such choice"


def test_the_overview_says_what_is_to_do(cast: Cast, signed_in: SignIn) -> None:
    page = text_of(signed_in(cast.ben).get(url(cast, "overview")))
    assert "Protocol" in page
    assert "3 to do" in page


# Lists stay quick


@pytest.mark.parametrize(
    "name", ["home", "searches", "search", "import", "records", "duplicates", "team", "history"]
)
def test_a_longer_list_asks_the_database_no_more_often(
    cast: Cast,
    signed_in: SignIn,
    name: str,
    django_assert_num_queries: Any,
    django_assert_max_num_queries: Any,
) -> None:
    client = signed_in(cast.ana)

    def grow(number: int) -> Import:
        for each in range(number):
            title = f"Trial {each} of exercise in motor neuron disease"
            an_imported_file(cast.review, ris(title, title, DO=f"10.1000/{number}.{each}"), by=cast.ana)
            made = Review.objects.create(slug=f"r-{number}-{each}", title="R", created_by=cast.ana)
            Membership.objects.create(review=made, user=cast.ana, role=Role.LEAD)
            team.invite(review=cast.review, role=Role.REVIEWER, by=cast.ana)
            pair = list(Record.objects.of(cast.review).filter(duplicate_of=None)[:2])
            if len(pair) == 2:
                duplicates.link(left=pair[0], right=pair[1], by=cast.ana)
        return an_upload(
            cast.review.searches.get_or_create(source="X", created_by=cast.ana)[0],
            ris(f"{number}"),
            by=cast.ana,
        )

    origin = grow(2)
    address = {
        "home": "/",
        "search": url(cast, "search", origin.search_id),
        "import": url(cast, "import", origin.pk),
    }.get(name) or url(cast, name)
    client.get(address)
    with django_assert_max_num_queries(30) as before:
        client.get(address)
    grow(4)
    with django_assert_num_queries(len(before)):
        client.get(address)
