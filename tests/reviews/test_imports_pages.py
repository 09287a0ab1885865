"""The pages of importing: many files at once, with right and wrong inputs."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reviews.formats import reading
from reviews.forms.uploads import FORMATS
from reviews.models import Import, Search, Upload
from tests.conftest import Cast
from tests.factories import a_review, a_search, an_upload_waiting
from tests.reviews.factories import an_imported_file, ris, work
from tests.reviews.pages import SignIn, text_of, url
from tests.reviews.test_imports_uploads import ODD_TABLE

EMBASE = ris("One", UR="https://www.embase.com/search/results?id=L1")
SCOPUS = ris("Two", DB="Scopus")


def drop(client: Client, cast: Cast, *contents: bytes, **headers: str) -> Any:
    """Drop files on the page of all imports."""
    files = [SimpleUploadedFile(f"file-{n}.txt", content) for n, content in enumerate(contents)]
    return client.post(url(cast, "upload_receive"), {"files": files}, headers=headers)


def assigned(**more: str) -> dict[str, str]:
    """The form as the page offers it, for each waiting file; `more` is put into every one."""
    rows: dict[str, str] = {}
    for row in Upload.objects.all():
        given = {
            "target": "new",
            "source": row.source or "Somewhere",
            "platform": row.platform,
            "kind": row.kind,
        } | more
        rows |= {f"file-{row.pk}-{name}": value for name, value in given.items()}
    return rows


def test_files_of_several_databases_become_a_search_each(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.ben)
    assert drop(client, cast, EMBASE, SCOPUS, b"%PDF-1.4", ODD_TABLE)["Location"] == url(cast, "uploads")
    page = text_of(client.get(url(cast, "uploads")))
    assert "as Embase.com writes it" in page
    assert "This is a PDF document" in page
    assert "Say what its 5 columns hold" in page
    assert "Import all 2" in page
    answer = client.post(url(cast, "uploads_start"), assigned())
    assert answer["Location"] == url(cast, "imports")
    assert {str(row) for row in Search.objects.all()} == {"Embase (Embase.com)", "Scopus"}
    assert {row.name for row in Upload.objects.all()} == {"file-2.txt", "file-3.txt"}
    assert [work(origin).made for origin in Import.objects.all()] == [1, 1]


def test_two_parts_of_one_new_search_become_one_search(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.ben)
    drop(client, cast, EMBASE, ris("Another", UR="https://www.embase.com/search/results?id=L1"))
    client.post(url(cast, "uploads_start"), assigned(hits="2"))
    search = Search.objects.get()
    assert (search.hits, search.imports.count()) == (2, 2)


def test_a_search_that_waits_for_its_file_is_proposed(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.ben)
    search = a_search(cast.review, source="embase", platform="Embase.com")
    drop(client, cast, EMBASE)
    page = text_of(client.get(url(cast, "uploads")))
    assert f'<option value="{search.pk}" selected>' in page


def test_one_file_that_cannot_be_started_does_not_hold_up_the_others(cast: Cast, signed_in: SignIn) -> None:
    an_imported_file(cast.review, EMBASE, by=cast.ben)
    client = signed_in(cast.ben)
    drop(client, cast, EMBASE, SCOPUS)
    answer = client.post(url(cast, "uploads_start"), assigned())
    assert answer.status_code == 422
    assert "was already imported on" in text_of(answer)
    assert Import.objects.count() == 2
    assert not Search.objects.filter(source="Embase").exists()
    assert "The same bytes were imported on" in text_of(client.get(url(cast, "uploads")))


def test_the_browser_that_sends_one_by_one_gets_a_word_and_no_page(
    cast: Cast, signed_in: SignIn, settings: Any
) -> None:
    client = signed_in(cast.ben)
    assert drop(client, cast, EMBASE, **{"X-Quorum-Upload": "1"}).status_code == 204
    settings.UPLOAD_LIMIT = 100
    answer = drop(client, cast, b"x" * 70_000, **{"X-Quorum-Upload": "1"})
    assert (answer.status_code, "larger than" in text_of(answer)) == (422, True)
    assert Upload.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"target": "999999"},
        {"target": ""},
        {"target": "x"},
        {"source": ""},
        {"source": "x" * 121},
        {"kind": "oracle"},
        {"hits": "-1"},
        {"hits": "9" * 40},
        {"source": "a\x00b"},
    ],
)
def test_an_assignment_that_makes_no_sense_gets_a_message_and_loses_nothing(
    cast: Cast, signed_in: SignIn, wrong: dict[str, str]
) -> None:
    client = signed_in(cast.ben)
    drop(client, cast, EMBASE)
    answer = client.post(url(cast, "uploads_start"), assigned(**wrong))
    assert answer.status_code == 422
    assert "file-0.txt: " in text_of(answer)
    assert Upload.objects.count() == 1
    assert not Search.objects.exists()


def test_a_search_of_another_review_cannot_be_chosen(cast: Cast, signed_in: SignIn) -> None:
    other = a_search(a_review())
    client = signed_in(cast.ben)
    drop(client, cast, EMBASE)
    assert client.post(url(cast, "uploads_start"), assigned(target=str(other.pk))).status_code == 422
    client.post(
        url(cast, "upload_receive"), {"files": [SimpleUploadedFile("a.ris", SCOPUS)], "search": other.pk}
    )
    assert [row.search_id for row in Upload.objects.all()] == [None, None]


def test_without_a_file_the_page_says_so(cast: Cast, signed_in: SignIn) -> None:
    answer = signed_in(cast.ben).post(url(cast, "upload_receive"), follow=True)
    assert "Choose a file first." in text_of(answer)


def test_columns_are_chosen_on_a_page_that_shows_what_stands_in_them(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.ben)
    drop(client, cast, ODD_TABLE)
    row = Upload.objects.get()
    page = text_of(client.get(url(cast, "upload_look", row.pk)))
    assert "What it is called" in page
    assert "Sleep in a made-up disease" in page
    names = [column["name"] for column in row.columns]
    wrong = {f"column-{n}": "ignore" for n in range(len(names))}
    answer = client.post(url(cast, "upload_columns", row.pk), wrong)
    assert (answer.status_code, "which column holds the title" in text_of(answer)) == (422, True)
    assert client.post(url(cast, "upload_columns", row.pk), {}).status_code == 422
    assert client.post(url(cast, "upload_columns", row.pk), wrong | {"column-1": "moon"}).status_code == 422
    right = wrong | {
        "column-1": "title",
        "column-2": "authors",
        "column-3": "year",
        "separator": "vertical bars",
    }
    answer = client.post(url(cast, "upload_columns", row.pk), right, follow=True)
    assert "Doe, J.; Roe, R. · 2020" in text_of(answer)
    row.refresh_from_db()
    assert row.mapping["Who"] == "authors:|"


def test_a_file_is_looked_at_as_something_else(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.ben)
    drop(client, cast, ris("Élan").decode().encode("cp1252"))
    row = Upload.objects.get()
    told = {"format_name": "ris", "encoding": "cp1251"}
    assert "Йlan" in text_of(client.post(url(cast, "upload_format", row.pk), told, follow=True))
    page = client.post(
        url(cast, "upload_format", row.pk), {"format_name": "papyrus", "encoding": "x"}, follow=True
    )
    assert "Read it as: " in text_of(page)
    for name in ("xlsx", "csv", "nbib", "bib", "endnote-xml", "wos", "pubmed-xml"):
        client.post(url(cast, "upload_format", row.pk), {"format_name": name, "encoding": "utf-16-le"})
        assert client.get(url(cast, "upload_look", row.pk)).status_code == 200
        assert client.get(url(cast, "uploads")).status_code == 200


def test_a_waiting_file_is_thrown_away(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.ben)
    drop(client, cast, EMBASE)
    page = client.post(url(cast, "upload_discard", Upload.objects.get().pk), follow=True)
    assert "file-0.txt is gone." in text_of(page)
    assert not Upload.objects.exists()


def test_what_others_have_imported_meanwhile_is_said(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.ben)
    drop(client, cast, EMBASE)
    form = assigned()
    client.post(url(cast, "uploads_start"), form)
    assert client.post(url(cast, "uploads_start"), form)["Location"] == url(cast, "uploads")
    assert Import.objects.count() == 1


def test_the_queries_of_the_waiting_list_do_not_grow_with_it(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.ben)

    def queries() -> int:
        with CaptureQueriesContext(connection) as context:
            assert client.get(url(cast, "uploads")).status_code == 200
        return len(context)

    for _ in range(2):
        an_upload_waiting(cast.review, search=a_search(cast.review))
    few = queries()
    for _ in range(20):
        an_upload_waiting(cast.review, search=a_search(cast.review))
    assert queries() == few


def test_the_table_of_files_follows_running_work_and_stops_with_it(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.ben)
    drop(client, cast, EMBASE)
    client.post(url(cast, "uploads_start"), assigned())
    piece = client.get(url(cast, "imports"), headers={"HX-Request": "true"})
    assert "every 2s" in text_of(piece)
    assert "<html" not in text_of(piece)
    work(Import.objects.get())
    assert "every 2s" not in text_of(client.get(url(cast, "imports"), headers={"HX-Request": "true"}))


def test_every_format_that_is_read_has_a_name_for_people() -> None:
    assert set(FORMATS) == {"ris", "ctgov-json", *reading.TAGGED, *reading.TABLES, *reading.XML}
    assert max(map(len, FORMATS)) <= (Upload._meta.get_field("format").max_length or 0)
