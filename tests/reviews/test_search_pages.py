"""Searches, uploads and the work behind them, with right and wrong inputs."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from reviews.models import Import, Job, Search, Upload
from reviews.services import jobs
from tests.conftest import Cast
from tests.factories import a_search
from tests.reviews.factories import an_imported_file, an_upload, ris
from tests.reviews.pages import SignIn, text_of, url


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
    client = signed_in(cast.ben)
    answer = upload(client, cast, ris("A title"), b"%PDF-1.4", ris("Another title"))
    assert answer["Location"] == url(cast, "uploads")
    page = text_of(client.get(answer["Location"]))
    assert "file-1.ris: This is a PDF document" in page
    assert "Being read: file-0.ris, file-2.ris." in page
    assert Import.objects.count() == 2
    assert Upload.objects.get().name == "file-1.ris"


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n123", b"PK\x03\x04abc", b"no references here"])
def test_a_wrong_file_gets_a_sentence(cast: Cast, signed_in: SignIn, content: bytes) -> None:
    client = signed_in(cast.ben)
    answer = upload(client, cast, content)
    page = text_of(client.get(answer["Location"]))
    assert "file-0.ris: " in page
    assert Upload.objects.get().refusal in page.replace("&#x27;", "'")
    assert not Import.objects.exists()


def test_without_a_file_the_form_says_so(cast: Cast, signed_in: SignIn) -> None:
    answer = upload(signed_in(cast.ben), cast)
    assert answer.status_code == 422
    assert "Choose a file first." in text_of(answer)


def test_a_file_beyond_the_limit_is_left_out_while_it_arrives(
    cast: Cast, signed_in: SignIn, settings: Any
) -> None:
    settings.UPLOAD_LIMIT = 100_000
    client = signed_in(cast.ben)
    answer = upload(client, cast, b"TY  - JOUR\n" * 20_000)
    assert "file-0.ris is larger than 0 MB" in text_of(client.get(answer["Location"]))
    assert not Import.objects.exists()
    assert not Upload.objects.exists()


def test_a_file_that_came_before_is_imported_again_only_when_ticked(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.ben)
    upload(client, cast, ris("A title"))
    answer = upload(client, cast, ris("A title"))
    page = text_of(client.get(answer["Location"]))
    assert "was already imported on" in page
    assert "Import it again" in page
    waiting = Upload.objects.get()
    form: dict[str, object] = {f"file-{waiting.pk}-target": waiting.search_id}
    assert client.post(url(cast, "uploads_start"), form).status_code == 422
    assert Import.objects.count() == 1
    form[f"file-{waiting.pk}-again"] = "on"
    assert client.post(url(cast, "uploads_start"), form)["Location"] == url(cast, "imports")
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
