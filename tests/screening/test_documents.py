"""The viewer: what is served of a PDF, to whom, and what is said when something is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews.models import User
from screening.models import Document
from screening.pdfpages import Unreadable
from screening.services import reports
from tests.conftest import Cast
from tests.screening.factories import a_report, an_upload, locked_pdf_bytes, pdf_bytes
from tests.screening.papers import paper

SignIn = Callable[[User], Client]
PARTS: list[tuple[str, dict[str, int]]] = [
    ("document", {}),
    ("read_document", {}),
    ("page_image", {"number": 1}),
    ("page_words", {"number": 1}),
    ("find_words", {}),
]


@pytest.fixture(autouse=True)
def nothing_cached() -> None:
    cache.clear()


@pytest.fixture
def document(cast: Cast) -> Document:
    """A paper of three pages."""
    return kept(cast, paper())


def kept(cast: Cast, content: bytes) -> Document:
    """A PDF with its report."""
    reports.retrieved(report=a_report(cast.review), file=an_upload(content), by=cast.ana)
    return Document.objects.latest("pk")


def spoilt(document: Document, content: bytes) -> Document:
    """The same document after its file was damaged on the server."""
    with document.file.open("wb") as file:
        file.write(content)
    return document


def at(document: Document, name: str, **arguments: Any) -> str:
    return reverse(
        f"screening:{name}", kwargs={"slug": document.report.review.slug, "pk": document.pk} | arguments
    )


@pytest.mark.parametrize(("name", "arguments"), PARTS)
def test_who_may_open_the_pdf_may_see_its_pages_and_nobody_else(
    cast: Cast, signed_in: SignIn, document: Document, name: str, arguments: dict[str, int]
) -> None:
    for person in (cast.ana, cast.ben, cast.dov):
        assert signed_in(person).get(at(document, name, **arguments)).status_code == 200, person
    assert signed_in(cast.eve).get(at(document, name, **arguments)).status_code == 404
    assert Client().get(at(document, name, **arguments)).status_code == 302


@pytest.mark.parametrize(("name", "arguments"), PARTS)
def test_a_document_of_another_review_is_not_found(
    cast: Cast, signed_in: SignIn, document: Document, name: str, arguments: dict[str, int]
) -> None:
    address = reverse(
        f"screening:{name}", kwargs={"slug": cast.review.slug, "pk": document.pk + 1} | arguments
    )
    assert signed_in(cast.ana).get(address).status_code == 404


def test_a_picture_is_kept_by_the_browser_alone_and_sent_once(
    cast: Cast, signed_in: SignIn, document: Document
) -> None:
    client, address = signed_in(cast.ben), at(document, "page_image", number=2)
    served = client.get(address)
    assert served["Content-Type"] == "image/png"
    assert served.content.startswith(b"\x89PNG")
    assert served["Cache-Control"] == "private, max-age=31536000, immutable"
    again = client.get(address, headers={"if-none-match": served["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == "private, max-age=31536000, immutable"
    larger = client.get(f"{address}?scale=3")
    assert larger["ETag"] != served["ETag"]
    assert len(larger.content) > len(served.content)


def test_somebody_who_has_the_picture_but_no_access_any_more_gets_nothing(
    cast: Cast, signed_in: SignIn, document: Document
) -> None:
    address = at(document, "page_image", number=1)
    etag = signed_in(cast.ben).get(address)["ETag"]
    assert signed_in(cast.eve).get(address, headers={"if-none-match": etag}).status_code == 404


@pytest.mark.parametrize("scale", ["0", "-1", "nan", "inf", "1e999", "large", "", "\x00", "²"])
def test_a_scale_that_is_none_is_refused_in_words(
    cast: Cast, signed_in: SignIn, document: Document, scale: str
) -> None:
    answer = signed_in(cast.ben).get(at(document, "page_image", number=1), {"scale": scale})
    assert (answer.status_code, answer.content.decode()) == (400, "The scale has to be a number above 0.")


@pytest.mark.parametrize("number", [0, 4, 10**12])
def test_a_page_that_is_not_there_is_not_found(
    cast: Cast, signed_in: SignIn, document: Document, number: int
) -> None:
    client = signed_in(cast.ben)
    picture = client.get(at(document, "page_image", number=number))
    assert (picture.status_code, picture.content.decode()) == (404, f"This PDF has no page {number}.")
    words = client.get(at(document, "page_words", number=number))
    assert (words.status_code, words.json()) == (404, {"error": f"This PDF has no page {number}."})


def test_words_come_with_their_places(cast: Cast, signed_in: SignIn, document: Document) -> None:
    data = signed_in(cast.ben).get(at(document, "page_words", number=2)).json()
    assert (data["page"], data["cut"]) == (2, False)
    text, after, line, ends, x, y, width, height = data["words"][6]
    assert (text, after, line, ends) == ("exer", "", 0, False)
    assert all(0 < part < 1 for part in (x, y, width, height))


def test_a_sentence_is_found_where_it_stands(cast: Cast, signed_in: SignIn, document: Document) -> None:
    client = signed_in(cast.ben)
    (hit,) = client.get(at(document, "find_words"), {"q": "48 patients to exercise"}).json()["hits"]
    assert (hit["first"], hit["last"]) == ([2, 3], [2, 7])
    assert [box[0] for box in hit["boxes"]] == [2, 2]
    for nothing in ("", "\x00", "x" * 5000, "no such words"):
        assert client.get(at(document, "find_words"), {"q": nothing}).json() == {"hits": []}
    assert client.get(at(document, "find_words")).json() == {"hits": []}


def test_a_scan_has_pages_and_no_words(cast: Cast, signed_in: SignIn) -> None:
    document, client = kept(cast, pdf_bytes(2)), signed_in(cast.ben)
    assert client.get(at(document, "page_words", number=2)).json()["words"] == []
    assert client.get(at(document, "page_image", number=2)).status_code == 200


@pytest.mark.parametrize(
    ("content", "message"), [(b"", "damaged"), (b"%PDF-1.7 x", "damaged"), (locked_pdf_bytes(), "password")]
)
def test_a_file_that_went_bad_is_said_to_be_in_words(
    cast: Cast, signed_in: SignIn, document: Document, content: bytes, message: str
) -> None:
    client = signed_in(cast.ben)
    spoilt(document, content)
    for name, arguments in PARTS[2:]:
        answer = client.get(at(document, name, **arguments), {"q": "trial"})
        assert answer.status_code == 422, name
        assert message in answer.content.decode()
    page = client.get(at(document, "read_document"))
    assert page.status_code == 200
    assert "The pages cannot be shown here" in page.content.decode()
    assert message in page.content.decode()


def test_a_file_that_is_gone_is_not_found_and_no_crash(
    cast: Cast, signed_in: SignIn, document: Document
) -> None:
    client = signed_in(cast.ben)
    document.file.storage.delete(str(document.file.name))
    for name, arguments in PARTS[2:]:
        assert client.get(at(document, name, **arguments), {"q": "trial"}).status_code == 404
    assert "The file is missing on the server." in client.get(at(document, "read_document")).content.decode()


def test_without_a_script_the_pages_follow_one_another(
    cast: Cast, signed_in: SignIn, document: Document
) -> None:
    page = signed_in(cast.ben).get(at(document, "read_document")).content.decode()
    assert page.count('alt="Page ') == 3
    assert page.count("Next page</a>") == page.count("Previous page</a>") == 2
    assert f'href="{at(document, "document")}"' in page


def test_a_long_paper_costs_no_more_queries_than_a_short_one(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.ben)
    short, long = kept(cast, paper()), kept(cast, paper([("Exercise",)] * 40))
    client.get(at(short, "read_document"))
    for name, arguments in PARTS[1:]:
        costs = []
        for document in (short, long):
            address = at(document, name, **arguments)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address, {"q": "exercise"}).status_code == 200
            costs.append(len(queries))
        assert costs[0] == costs[1], name


def test_what_was_read_once_is_not_read_again(
    cast: Cast, signed_in: SignIn, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(cast.ben)
    first = client.get(at(document, "find_words"), {"q": "exercise"}).content

    def never(*_: Any) -> None:
        raise Unreadable("It was opened again.")

    monkeypatch.setattr("screening.queries.documents.page_text", never)
    monkeypatch.setattr("screening.queries.documents.page_sizes", never)
    assert client.get(at(document, "find_words"), {"q": "exercise"}).content == first
    assert len(json.loads(first)["hits"]) == 4
