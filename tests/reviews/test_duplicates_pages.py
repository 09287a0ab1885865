"""The pages of duplicates: what they show, what they refuse, and that they do not slow down with the review."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from reviews.deduplication import Band, Link
from reviews.models import DuplicateQuestion, DuplicateVerdict, Event, Record
from reviews.services import duplicates, matching
from tests.conftest import Cast
from tests.factories import a_record, a_review, a_search
from tests.reviews.factories import clusters


def said(cast: Cast, band: Band, rule: str, number: int = 1, **fields: object) -> list[tuple[Record, Record]]:
    """Pairs about which a rule has spoken."""
    pairs = []
    for at in range(number):
        a, b = (a_record(cast.review, title=f"{rule} {at} {side}", **fields) for side in "ab")  # type: ignore[arg-type]
        pairs.append((a, b))
    links = [Link(a.pk, b.pk, band, rule, 0.9, ()) for a, b in pairs]
    matching.write_links(review=cast.review, links=links)
    return pairs


@pytest.fixture
def ben(cast: Cast, signed_in: object) -> Client:
    """Ben's browser."""
    client: Client = signed_in(cast.ben)  # type: ignore[operator]
    return client


def base(cast: Cast) -> str:
    """Where the pages are."""
    return f"/reviews/{cast.review.slug}/duplicates/"


PAGES = ["", "questions/", "accept/", "decisions/", "?by=same-doi", "?by=people", "?q=same", "links.csv"]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_the_database_the_same_number_of_questions_however_much_there_is(
    cast: Cast, ben: Client, page: str
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            answer = ben.get(base(cast) + page)
            assert answer.status_code == 200
            list(answer) if answer.streaming else None
        return len(caught)

    def more(number: int) -> None:
        said(cast, Band.SAME, "same-doi", number)
        said(cast, Band.UNCERTAIN, "similar-title", number)
        for a, b in said(cast, Band.UNCERTAIN, "other-pages", number):
            duplicates.link(left=a, right=b, by=cast.ben)

    more(2)
    queries()
    few = queries()
    more(9)
    assert queries() == few


def test_clusters_are_found_by_rule_by_people_by_source_and_by_the_words_of_any_of_their_records(
    cast: Cast, ben: Client
) -> None:
    said(cast, Band.SAME, "same-doi")
    [(a, b)] = said(cast, Band.UNCERTAIN, "similar-title", search=a_search(cast.review, source="Embase"))
    duplicates.link(left=a, right=b, by=cast.ben)

    def shown(query: str) -> set[str]:
        page = ben.get(base(cast) + query).context["clusters"]
        return {head.title for head, _ in page}

    assert shown("?by=same-doi") == {"same-doi 0 a"}
    assert shown("?by=people") == {"similar-title 0 a"}
    assert shown(f"?source={a.search_id}") == {"similar-title 0 a"}
    assert shown("?q=same-doi+0+b") == {"same-doi 0 a"}
    assert shown("?q=nowhere") == set()
    assert len(shown("?by=nonsense&source=x")) == 2


def test_an_observer_sees_the_question_and_no_buttons(cast: Cast, signed_in: object) -> None:
    said(cast, Band.UNCERTAIN, "similar-title")
    dov: Client = signed_in(cast.dov)  # type: ignore[operator]
    page = dov.get(base(cast) + "questions/").content.decode()
    assert "similar-title 0 a" in page
    assert 'name="answer"' not in page


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"answer": "same"},
        {"answer": "maybe", "record": "1"},
        {"answer": "ticked", "record": "x"},
        {"record": "9" * 30},
    ],
)
def test_an_answer_that_makes_no_sense_changes_nothing_and_is_explained(
    cast: Cast, ben: Client, data: dict[str, str]
) -> None:
    said(cast, Band.UNCERTAIN, "similar-title")
    answer = ben.post(base(cast) + "answer/", data, follow=True)
    assert answer.status_code == 200
    assert "at least two" in answer.content.decode()
    assert DuplicateQuestion.objects.count() == 1


def test_records_of_another_review_cannot_be_answered_about(cast: Cast, ben: Client) -> None:
    elsewhere = a_record(a_review(lead=cast.eve))
    mine = a_record(cast.review)
    ben.post(base(cast) + "answer/", {"answer": "same", "record": [mine.pk, elsewhere.pk]})
    assert not DuplicateVerdict.objects.exists()
    assert ben.get(base(cast) + f"questions/?r={mine.pk}&r={elsewhere.pk}").context["group"] is None


def test_many_are_accepted_only_if_they_are_as_many_as_were_shown(cast: Cast, ben: Client) -> None:
    said(cast, Band.UNCERTAIN, "similar-title", 3)
    said(cast, Band.UNCERTAIN, "other-pages")
    page = ben.get(base(cast) + "accept/?rule=similar-title&alike=80")
    assert page.context["number"] == 3
    data = {"rule": "similar-title", "alike": "80", "expected": "2"}
    assert (
        "3 questions now instead of 2" in ben.post(base(cast) + "accept/", data, follow=True).content.decode()
    )
    ben.post(base(cast) + "accept/", {**data, "expected": "3"})
    assert len(clusters(cast.review)) == 3
    run = Event.objects.get(verb="duplicates.accepted")
    ben.post(base(cast) + f"undo/{run.pk}/", {"back": "decisions"})
    assert clusters(cast.review) == []
    assert DuplicateQuestion.objects.count() == 4


@pytest.mark.parametrize("query", ["?alike=x", "?alike=101", "?rule=nonsense"])
def test_a_threshold_that_makes_no_sense_accepts_nothing(cast: Cast, ben: Client, query: str) -> None:
    said(cast, Band.UNCERTAIN, "similar-title")
    assert ben.get(base(cast) + "accept/" + query).context["number"] == 0
    name, value = query[1:].split("=")
    ben.post(base(cast) + "accept/", {name: value, "expected": "1"})
    assert DuplicateQuestion.objects.count() == 1


def test_the_links_are_exported_with_rule_evidence_and_who_said_what(cast: Cast, ben: Client) -> None:
    [(a, b)] = said(cast, Band.SAME, "same-doi")
    duplicates.part(record=b, reason="=1+1", by=cast.ben)
    text = b"".join(ben.get(base(cast) + "links.csv")).decode()
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [(row["record"], row["other_record"], row["rule"], row["by"]) for row in rows] == [
        (str(a.pk), str(b.pk), "same-doi", ""),
        (str(a.pk), str(b.pk), "", "Ben"),
    ]
    assert rows[1]["reason"] == "'=1+1"
    assert {row["one_cluster_now"] for row in rows} == {"no"}
