"""Records and duplicates: filtering, taking out, linking, parting."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

import pytest

from reviews.models import Event, Record
from reviews.services import duplicates, removals
from tests.conftest import Cast
from tests.factories import a_record, a_search
from tests.reviews.factories import an_imported_file, ris, three_records
from tests.reviews.pages import SignIn, text_of, url


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
