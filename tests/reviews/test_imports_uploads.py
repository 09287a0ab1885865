"""Files at the door: each recognised by what is in it, assigned, and imported on its own."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from openpyxl import Workbook

from reviews.errors import NotAllowed, NothingToDo, Refused
from reviews.models import Import, Record, Search, Upload
from reviews.queries.rawtags import tags_of
from reviews.services import imports, looking, uploads
from tests.conftest import Cast
from tests.factories import a_review, a_search
from tests.reviews.factories import an_imported_file, ris, work

ODD_TABLE = (
    b"Ref;What it is called;Who;When;Text\r\n"
    b"1;Exercise in a made-up disease;Doe, J. | Roe, R.;2020;An abstract.\r\n"
    b"2;Sleep in a made-up disease;Poe, E.;2021;Another abstract.\r\n"
)
SAID = {"What it is called": "title", "Who": "authors:|", "When": "year", "Text": "abstract", "Ref": "ignore"}


def a_workbook(*rows: tuple[object, ...]) -> bytes:
    """An Excel file with these rows."""
    book, stream = Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


def a_waiting_file(
    cast: Cast, content: bytes, *, name: str = "export.ris", search: Search | None = None
) -> Upload:
    """A file received by Ben."""
    return uploads.receive(
        review=cast.review, file=ContentFile(content), name=name, search=search, by=cast.ben
    )


def test_a_file_is_recognised_counted_and_its_source_guessed(cast: Cast) -> None:
    content = ris("One", "Two", UR="https://www.embase.com/search/results?id=L1")
    upload = a_waiting_file(cast, content)
    assert (upload.format, upload.encoding, upload.dialect) == ("ris", "utf-8", "Embase.com")
    assert (upload.source, upload.platform) == ("Embase", "Embase.com")
    assert (upload.seen, upload.estimate, upload.is_whole, upload.is_ready) == (2, 2, True, True)
    assert upload.file.read() == content
    assert not Import.objects.exists()
    assert not Record.objects.exists()


def test_of_a_long_file_only_the_beginning_is_read_and_the_rest_estimated(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "FAR_ENOUGH", 1000)
    upload = a_waiting_file(cast, ris(*(f"Study number {number:04}" for number in range(1000))))
    assert not upload.is_whole
    assert upload.seen < 30
    assert 800 < upload.estimate < 1200


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"", "empty"), (b"%PDF-1.7 ...", "PDF document"), (b"PK\x03\x04xl/ broken", "damaged|workbook")],
)
def test_a_file_that_cannot_be_read_is_kept_with_the_reason_and_never_imported(
    cast: Cast, content: bytes, says: str
) -> None:
    upload = a_waiting_file(cast, content)
    with pytest.raises(Refused, match=says):
        uploads.start(upload=upload, search=a_search(cast.review), by=cast.ben)
    assert Upload.objects.get() == upload
    assert not Import.objects.exists()


def test_an_upload_becomes_an_import_and_its_bytes_are_not_copied(cast: Cast) -> None:
    upload = a_waiting_file(cast, ris("A title"))
    path = upload.file.path
    origin = work(uploads.start(upload=upload, search={"source": "Embase", "hits": 1}, by=cast.ben))
    assert (origin.made, origin.file.path, str(origin.search), origin.search.hits) == (1, path, "Embase", 1)
    assert not Upload.objects.exists()


def test_of_two_people_one_imports_a_file_and_the_other_is_told(cast: Cast) -> None:
    upload = a_waiting_file(cast, ris("A title"))
    uploads.start(upload=upload, search=a_search(cast.review), by=cast.ben)
    with pytest.raises(NothingToDo, match="already"):
        uploads.start(upload=upload, search=a_search(cast.review), by=cast.chi)
    with pytest.raises(NothingToDo, match="already"):
        uploads.discard(upload=upload, by=cast.chi)
    assert Import.objects.count() == 1


def test_when_the_bytes_are_known_nothing_is_left_half_done(cast: Cast) -> None:
    an_imported_file(cast.review, ris("A title"), by=cast.ben)
    upload = a_waiting_file(cast, ris("A title"))
    with pytest.raises(imports.AlreadyImported):
        uploads.start(upload=upload, search={"source": "Embase"}, by=cast.ben)
    assert not Search.objects.filter(source="Embase").exists()
    assert Upload.objects.get() == upload
    assert work(uploads.start(upload=upload, search={"source": "Embase"}, again=True, by=cast.ben)).made == 1


def test_a_search_of_another_review_is_refused(cast: Cast) -> None:
    upload = a_waiting_file(cast, ris("A title"))
    with pytest.raises(Refused, match="another review"):
        uploads.start(upload=upload, search=a_search(a_review()), by=cast.ben)


def test_a_file_thrown_away_takes_its_bytes_along(
    cast: Cast, django_capture_on_commit_callbacks: object
) -> None:
    upload = a_waiting_file(cast, ris("A title"))
    path = Path(upload.file.path)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        uploads.discard(upload=upload, by=cast.ben)
    assert not path.exists()
    assert not Upload.objects.exists()


def test_an_observer_uploads_nothing(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        uploads.receive(review=cast.review, file=ContentFile(ris("A")), name="a.ris", by=cast.dov)
    upload = a_waiting_file(cast, ris("A title"))
    with pytest.raises(NotAllowed):
        uploads.discard(upload=upload, by=cast.dov)


def test_a_table_of_unknown_columns_waits_for_a_word_and_is_read_by_it(cast: Cast) -> None:
    upload = a_waiting_file(cast, ODD_TABLE, name="odd.csv")
    assert upload.needs_mapping
    assert [column["name"] for column in upload.columns] == [
        "Ref",
        "What it is called",
        "Who",
        "When",
        "Text",
    ]
    with pytest.raises(Refused, match="say first what its columns hold"):
        uploads.start(upload=upload, search=a_search(cast.review), by=cast.ben)
    upload = uploads.map_columns(upload=upload, mapping=SAID, by=cast.ben)
    assert (upload.is_ready, upload.seen) == (True, 2)
    origin = work(uploads.start(upload=upload, search=a_search(cast.review), by=cast.ben))
    assert origin.mapping == SAID
    first, second = Record.objects.filter(origin=origin)
    assert (first.title, first.authors, first.year) == (
        "Exercise in a made-up disease",
        ["Doe, J.", "Roe, R."],
        2020,
    )
    assert second.abstract == "Another abstract."
    assert ("Ref", "1") in (tags_of(first) or ())


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({}, "which column holds the title"),
        ({"When": "year"}, "which column holds the title"),
        ({"What it is called": "title", "Text": "title"}, "hold the same: title"),
        ({"What it is called": "title", "No such": "year"}, "no column “No such”"),
        ({"What it is called": "title", "When": "moon"}, "“moon” is not a field"),
        ({"What it is called": "title", "Who": "authors:xx"}, "names of the authors"),
    ],
)
def test_a_choice_by_which_nothing_could_be_read_is_refused_in_words(
    cast: Cast, wrong: dict[str, str], says: str
) -> None:
    upload = a_waiting_file(cast, ODD_TABLE)
    with pytest.raises(Refused, match=says):
        uploads.map_columns(upload=upload, mapping=wrong, by=cast.ben)
    upload.refresh_from_db()
    assert (upload.mapping, upload.needs_mapping) == ({}, True)


def test_a_file_is_read_as_something_else_when_a_person_says_so(cast: Cast) -> None:
    upload = a_waiting_file(cast, ris("Élan").decode().encode("cp1252"))
    upload = uploads.reread(upload=upload, format_name="ris", encoding="cp1251", by=cast.ben)
    assert (upload.format, upload.encoding) == ("ris", "cp1251")
    origin = work(uploads.start(upload=upload, search=a_search(cast.review), by=cast.ben))
    assert Record.objects.get(origin=origin).title == "Йlan"


def test_a_workbook_is_read_through_a_text_that_is_kept_beside_it(cast: Cast) -> None:
    content = a_workbook(
        ("Title", "Authors", "Year", "Odd"), ("A trial", "Doe, J.", 2020, "x"), ("Another", "Roe", 2021, "y")
    )
    upload = a_waiting_file(cast, content, name="export.xlsx")
    assert (upload.format, upload.seen, upload.is_ready) == ("xlsx", 2, True)
    origin = work(uploads.start(upload=upload, search=a_search(cast.review), by=cast.ben))
    assert (origin.made, origin.file.read() == content) == (2, True)
    origin.refresh_from_db()
    record = Record.objects.get(origin=origin, position=2)
    assert origin.text.read()[record.offset : record.offset + record.length].startswith(b"Another,Roe,2021")
    assert tags_of(record) == (("Title", "Another"), ("Authors", "Roe"), ("Year", "2021"), ("Odd", "y"))
