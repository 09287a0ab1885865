"""The doctor's report: records seen are records made and records refused, and nothing is lost on the way."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from reviews.errors import ChangedMeanwhile, NotAllowed, NothingToDo, Refused
from reviews.models import Event, Import, ImportProblem, Record
from reviews.queries import doctor
from reviews.queries.pieces import piece_of
from reviews.queries.rawtags import tags_of
from reviews.services import rescues, searches
from reviews.services.editing import fingerprint
from screening.models import Candidate
from tests.conftest import Cast
from tests.factories import a_review, a_search, an_import
from tests.reviews.factories import an_imported_file, an_upload, ris, work
from tests.reviews.pages import SignIn, text_of, url

#: Of the second of three records nothing can be read.
BROKEN = b"""@article{one, title = {First of three}, year = 2020}

@article{two The second of three, which has no fields}

@article{three, title = {Third of three}, year = 2022}
"""


def test_a_refused_record_is_found_again_with_its_text_and_a_title(cast: Cast) -> None:
    origin = an_imported_file(cast.review, BROKEN, by=cast.ben)
    assert (origin.seen, origin.made, origin.refused) == (3, 2, 1)
    piece = piece_of(origin.problems.get(refused=True))
    assert piece
    assert piece.text.startswith("@article{two")
    assert "@article{three" not in piece.text
    assert piece.title == "The second of three, which has no fields"
    assert BROKEN[piece.offset : piece.offset + piece.length].startswith(b"@article{two")


def test_a_refused_record_becomes_one_by_hand_and_the_account_stays_an_equation(cast: Cast) -> None:
    origin = an_imported_file(cast.review, BROKEN, by=cast.ben)
    problem = origin.problems.get(refused=True)
    record = rescues.rescue(problem=problem, title="Second  of\nthree", by=cast.ben)
    origin.refresh_from_db()
    assert (origin.seen, origin.made, origin.refused) == (3, 3, 0)
    assert origin.made == Record.objects.filter(origin=origin).count()
    assert (record.title, record.position, record.line) == ("Second of three", 2, problem.line)
    assert Candidate.objects.filter(record=record).exists()
    assert Event.objects.get(verb="import.rescued").actor == cast.ben
    assert doctor.rescued(origin) == 1
    with pytest.raises(NothingToDo, match="already"):
        rescues.rescue(problem=problem, title="Again", by=cast.chi)
    assert Record.objects.count() == 3


@pytest.mark.parametrize("title", ["", "  \n ", "\x00", "x" * 2001])
def test_without_a_title_no_record_is_made(cast: Cast, title: str) -> None:
    origin = an_imported_file(cast.review, BROKEN, by=cast.ben)
    with pytest.raises(Refused):
        rescues.rescue(problem=origin.problems.get(refused=True), title=title, by=cast.ben)
    assert Record.objects.count() == 2


def test_an_observer_makes_no_record(cast: Cast) -> None:
    origin = an_imported_file(cast.review, BROKEN, by=cast.ben)
    with pytest.raises(NotAllowed):
        rescues.rescue(problem=origin.problems.get(refused=True), title="A title", by=cast.dov)


def test_a_file_that_is_still_read_is_left_alone(cast: Cast) -> None:
    origin = an_upload(a_search(cast.review), BROKEN, by=cast.ben)
    problem = ImportProblem.objects.create(origin=origin, line=3, code="unreadable-record", refused=True)
    with pytest.raises(Refused, match="Wait until"):
        rescues.rescue(problem=problem, title="A title", by=cast.ben)


class RefusedPieces(TestCase):
    """Whatever stands around it, a refused record is found at its own place."""

    @given(
        st.lists(st.booleans(), min_size=1, max_size=12),
        st.sampled_from(["utf-8", "utf-16-le", "utf-16-be", "cp1252"]),
        st.sampled_from(["\n", "\r\n", "\r"]),
    )
    def test_each_refused_record_is_at_its_place(self, whole: list[bool], encoding: str, ends: str) -> None:
        from tests.factories import a_user

        lead = a_user()
        text = "".join(
            f"@article{{k{n}, title = {{Study number {n} à propos}}, year = 2020}}\n\n"
            if good
            else f"@article{{k{n} Broken à {n} twice}}\n\n"
            for n, good in enumerate(whole)
        )
        content = ("@comment{made up}\n" + text).replace("\n", ends).encode(encoding)
        review = a_review(lead=lead)
        search = a_search(review)
        origin = work(an_upload(search, content, by=lead))
        refused = list(origin.problems.filter(refused=True))
        assert (origin.made, len(refused)) == (sum(whole), len(whole) - sum(whole))
        for problem in refused:
            piece = piece_of(problem)
            assert piece is not None
            assert piece.text.lstrip().startswith("@article{k")
            assert not Record.objects.filter(origin=origin, position=piece.position).exists()
            record = rescues.rescue(problem=problem, title=piece.title, by=lead)
            assert (record.title, tags_of(record)) == (
                f"Broken à {record.position - 1} twice",
                (("@", "article"),),
            )
        origin.refresh_from_db()
        assert (origin.made, origin.refused) == (origin.seen, 0)


def test_the_page_says_what_was_refused_and_why_and_leads_to_the_record(
    cast: Cast, signed_in: SignIn
) -> None:
    origin = an_imported_file(cast.review, BROKEN, by=cast.ben)
    problem = origin.problems.get(refused=True)
    page = text_of(signed_in(cast.dov).get(url(cast, "import", origin.pk)))
    assert "Not taken" in page
    assert problem.remedy in page
    assert url(cast, "problem", problem.pk) in page
    assert "or take its title" not in page
    client = signed_in(cast.ben)
    page = text_of(client.get(url(cast, "problem", problem.pk)))
    assert "The second of three, which has no fields</textarea>" in page
    answer = client.post(url(cast, "problem", problem.pk), {"title": "Second of three"})
    assert answer["Location"] == url(cast, "record", Record.objects.get(title="Second of three").pk)
    page = text_of(client.get(url(cast, "import", origin.pk)))
    assert "Made by hand" in page
    assert "1 of them made by hand" in page
    assert client.post(url(cast, "problem", problem.pk), {"title": ""}).status_code == 422
    assert client.post(url(cast, "problem", problem.pk), {"title": "Twice"}).status_code == 422


@pytest.mark.parametrize(
    ("hits", "says"),
    [
        (None, "Nobody has written down how many hits"),
        (2, "It agrees."),
        (5, "3 fewer than the source reported"),
        (1, "1 more than the source reported"),
    ],
)
def test_the_difference_from_the_hits_is_explained(
    cast: Cast, signed_in: SignIn, hits: int | None, says: str
) -> None:
    origin = an_imported_file(cast.review, ris("One", "Two"), by=cast.ben, hits=hits)
    assert says in text_of(signed_in(cast.dov).get(url(cast, "import", origin.pk)))


def test_a_file_imported_twice_is_named_where_there_are_too_many(cast: Cast, signed_in: SignIn) -> None:
    search = a_search(cast.review, hits=2)
    for name in ("first.ris", "second.ris"):
        origin = work(an_upload(search, ris("One", "Two"), by=cast.ben, name=name, again=True))
    page = text_of(signed_in(cast.dov).get(url(cast, "import", origin.pk)))
    assert "2 more than the source reported" in page
    assert "imported twice: second.ris" in page


def test_the_hits_are_corrected_with_a_reason_that_stays(cast: Cast, signed_in: SignIn) -> None:
    origin = an_imported_file(cast.review, ris("One"), by=cast.ben, hits=2)
    seen = fingerprint(origin.search, ["hits"])
    client = signed_in(cast.ben)
    to = url(cast, "search_hits", origin.search_id)
    for wrong in (
        {"hits": "1"},
        {"hits": "-1", "reason": "x"},
        {"hits": "many", "reason": "x"},
        {"hits": "9" * 30, "reason": "x"},
    ):
        assert client.post(to, {"seen": seen, **wrong}).status_code == 422
    assert client.post(to, {"seen": seen, "hits": "1", "reason": "Counted again"}).status_code == 302
    origin.search.refresh_from_db()
    assert origin.search.hits == 1
    event = Event.objects.get(verb="search.hits")
    assert event.data["changes"] == {"hits": {"before": 2, "after": 1}}
    assert event.sentence.endswith("Counted again")
    assert client.post(to, {"seen": seen, "hits": "3", "reason": "From another tab"}).status_code == 422
    with pytest.raises(ChangedMeanwhile):
        searches.correct_hits(search=origin.search, values={"hits": 4}, reason="x", seen=seen, by=cast.ben)


def many_problems(cast: Cast, number: int) -> Import:
    """A file with so many odd lines."""
    origin = an_import(a_search(cast.review), problem_counts={"unknown-tag": number})
    ImportProblem.objects.bulk_create(
        ImportProblem(
            origin=origin,
            line=line,
            code="unknown-tag" if line % 2 else "mojibake",
            tag=f"Z{line % 10}",
            message="Odd",
            excerpt=f"=line {line}",
        )
        for line in range(1, number + 1)
    )
    return origin


def test_ten_thousand_problems_are_paged_filtered_and_taken_away_as_a_table(
    cast: Cast, signed_in: SignIn
) -> None:
    origin = many_problems(cast, 10_000)
    client = signed_in(cast.dov)
    page = client.get(url(cast, "import_problems", origin.pk), {"kind": "mojibake", "page": "100"})
    assert page.context["problems"].paginator.count == 5_000
    assert len(text_of(page)) < 150_000
    assert len(text_of(client.get(url(cast, "import", origin.pk)))) < 60_000
    answer: Any = client.get(url(cast, "import_problems_csv", origin.pk), {"tag": "Z3", "line_from": "9000"})
    rows = list(csv.DictReader(StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert len(rows) == 100
    assert rows[0]["excerpt"] == "'=line 9003"


@pytest.mark.parametrize(
    "query", ["kind=x", "tag=%00", "refused=maybe", "line_from=x", "q=%00", "page=x", "line_from=" + "9" * 30]
)
def test_a_filter_of_problems_that_makes_no_sense_breaks_nothing(
    cast: Cast, signed_in: SignIn, query: str
) -> None:
    origin = many_problems(cast, 3)
    for name in ("import_problems", "import_problems_csv"):
        assert signed_in(cast.dov).get(f"{url(cast, name, origin.pk)}?{query}").status_code == 200


def test_the_summary_adds_up_and_its_queries_do_not_grow_with_the_files(
    cast: Cast, signed_in: SignIn
) -> None:
    client = signed_in(cast.dov)

    def queries() -> int:
        with CaptureQueriesContext(connection) as context:
            assert client.get(url(cast, "imports")).status_code == 200
        return len(context)

    an_imported_file(cast.review, BROKEN, by=cast.ben, hits=3)
    few = queries()
    for number in range(5):
        search = a_search(cast.review, source=f"Source {number}", hits=2)
        work(
            an_upload(search, ris(f"Study {number}", "The same one", DO="10.1000/x"), by=cast.ben, again=True)
        )
    assert queries() == few
    summary = doctor.summary_of(cast.review)
    assert (summary.seen, summary.made, summary.refused) == (13, 12, 1)
    assert summary.made == Record.objects.of(cast.review).count()
    assert summary.reported == 13
    assert summary.duplicates == Record.objects.of(cast.review).exclude(duplicate_of=None).count()


def test_the_doctors_queries_do_not_grow_with_the_problems(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.dov)
    counts = []
    for number in (10, 100):
        origin = many_problems(cast, number)
        for name in ("import", "import_problems"):
            with CaptureQueriesContext(connection) as context:
                client.get(url(cast, name, origin.pk))
            counts.append(len(context))
    assert counts[:2] == counts[2:]
