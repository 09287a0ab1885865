"""Records leave in every format with every tag they came with."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reviews.formats import WRITERS, Reference, read
from reviews.models import Import, Record
from reviews.services import uploads
from tests.conftest import Cast
from tests.factories import a_record, a_search
from tests.reviews.factories import an_imported_file, ris, work
from tests.reviews.pages import SignIn, text_of, url
from tests.reviews.test_imports_uploads import ODD_TABLE, SAID, a_waiting_file, a_workbook


def exported(client: Any, cast: Cast, **query: Any) -> bytes:
    """What is downloaded."""
    answer = client.get(url(cast, "records_export"), query)
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def references(content: bytes) -> list[Reference]:
    """What is in it."""
    return [found for found in read(BytesIO(content)) if isinstance(found, Reference)]


@pytest.mark.parametrize("name", WRITERS)
def test_every_tag_survives_import_and_export(cast: Cast, signed_in: SignIn, name: str) -> None:
    table = a_waiting_file(cast, ODD_TABLE)
    uploads.map_columns(upload=table, mapping=SAID, by=cast.ben)
    work(uploads.start(upload=table, search=a_search(cast.review), by=cast.ben))
    book = a_waiting_file(cast, a_workbook(("Title", "Year", "Odd"), ("A trial in a workbook", 2020, "x")))
    work(uploads.start(upload=book, search=a_search(cast.review), by=cast.ben))
    an_imported_file(cast.review, ris("A trial in RIS", ZZ="odd", KW="first"), by=cast.ben)
    found = {row.title: row for row in references(exported(signed_in(cast.dov), cast, format=name))}
    assert set(found) == set(Record.objects.values_list("title", flat=True))
    assert ("Ref", "1") in found["Exercise in a made-up disease"].tags
    assert ("Odd", "x") in found["A trial in a workbook"].tags
    assert ("ZZ", "odd") in found["A trial in RIS"].tags


def test_the_export_holds_what_the_filter_shows_and_is_named_after_it(cast: Cast, signed_in: SignIn) -> None:
    origin = an_imported_file(cast.review, ris("Exercise", "Sport"), by=cast.ben, source="Web of Science")
    an_imported_file(cast.review, ris("Sleep"), by=cast.ben)
    client = signed_in(cast.dov)
    queries: tuple[dict[str, int], ...] = ({"origin": origin.pk}, {"search": origin.search_id})
    for query in queries:
        assert {row.title for row in references(exported(client, cast, format="ris", **query))} == {
            "Exercise",
            "Sport",
        }
        sent: dict[str, str | int] = {"format": "bib", **query}
        name = client.get(url(cast, "records_export"), sent)["Content-Disposition"]
        assert f"{cast.review.slug}-web-of-science-20" in name
        assert name.endswith('.bib"')
    assert [row.title for row in references(exported(client, cast, format="ris", q="sleep"))] == ["Sleep"]


def test_without_its_file_a_record_is_exported_from_its_fields(cast: Cast, signed_in: SignIn) -> None:
    a_record(cast.review, title="A title", authors=["Doe, J."], year=2020)
    (found,) = references(exported(signed_in(cast.dov), cast, format="ris"))
    assert (found.title, found.authors, found.year) == ("A title", ("Doe, J.",), 2020)


@pytest.mark.parametrize("query", ["", "format=papyrus", "format=", "format=%00"])
def test_an_unknown_format_is_said(cast: Cast, signed_in: SignIn, query: str) -> None:
    answer = signed_in(cast.dov).get(f"{url(cast, 'records_export')}?{query}", follow=True)
    assert "Choose a format" in text_of(answer)


def test_an_empty_list_is_exported_all_the_same(cast: Cast, signed_in: SignIn) -> None:
    for name in WRITERS:
        exported(signed_in(cast.dov), cast, format=name, q="nothing like it")


def test_the_queries_of_an_export_grow_with_files_not_with_records(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.dov)
    counts = []
    for number in (3, 30):
        origin = an_imported_file(
            cast.review, ris(*(f"Study {n} of {number}" for n in range(number))), by=cast.ben
        )
        with CaptureQueriesContext(connection) as context:
            exported(client, cast, format="ris", origin=origin.pk)
        counts.append(len(context))
    assert counts[0] == counts[1]
    assert Import.objects.count() == 2
