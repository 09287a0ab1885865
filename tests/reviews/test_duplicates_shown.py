"""What is shown of a cluster: the best value of each field, or the one a person chose."""

from __future__ import annotations

import pytest
from django.test import Client

from reviews.errors import NotAllowed, NothingToDo, Refused
from reviews.models import Record
from reviews.queries.clusters import members_of
from reviews.queries.shown import shown_in, shown_of
from reviews.services import choices, duplicates
from tests.conftest import Cast
from tests.factories import a_record


def a_pair(cast: Cast) -> tuple[Record, Record]:
    """Two linked records, of which each knows something better."""
    left = a_record(
        cast.review, title="Exercise in ALS", abstract="", pages="243", doi="10.1000/als", authors=["A"]
    )
    right = a_record(cast.review, title="EXERCISE IN ALS", abstract="Long.", pages="243-251", year=2019)
    duplicates.link(left=left, right=right, by=cast.ben)
    return left, right


def test_the_best_value_of_each_field_is_shown(cast: Cast) -> None:
    left, right = a_pair(cast)
    shown = shown_in(members_of(left))
    assert {
        field: shown.values[field] for field in ("title", "abstract", "pages", "doi", "year", "authors")
    } == {
        "title": "Exercise in ALS",
        "abstract": "Long.",
        "pages": "243-251",
        "doi": "10.1000/als",
        "year": 2019,
        "authors": ["A"],
    }
    assert shown.sources["abstract"] == right.pk
    assert shown_of([left])[left.pk] == shown


def test_a_record_without_abstract_is_screened_with_that_of_its_duplicate(
    cast: Cast, signed_in: object
) -> None:
    left, right = a_pair(cast)
    ben: Client = signed_in(cast.ben)  # type: ignore[operator]
    address = f"/reviews/{cast.review.slug}/screening/title-abstract/?record={left.pk}"
    assert "Long." in ben.get(address).content.decode()
    duplicates.part(record=right, by=cast.ben)
    page = ben.get(address).content.decode()
    assert "This record has no abstract" in page.partition("data-ahead")[0]


def test_a_chosen_value_is_shown_until_that_is_taken_back(cast: Cast) -> None:
    left, right = a_pair(cast)
    choices.show(record=right, field="title", by=cast.ben)
    choices.show(record=left, field="pages", by=cast.ben)
    shown = shown_in(members_of(left))
    assert (shown.values["title"], shown.values["pages"]) == ("EXERCISE IN ALS", "243")
    assert shown.chosen == {"title", "pages"}
    choices.show_the_best(record=left, field="title", by=cast.chi)
    assert shown_in(members_of(left)).values["title"] == "Exercise in ALS"
    with pytest.raises(NothingToDo):
        choices.show_the_best(record=left, field="title", by=cast.chi)
    with pytest.raises(NothingToDo):
        choices.show(record=left, field="pages", by=cast.chi)


def test_what_cannot_be_shown_is_said(cast: Cast) -> None:
    left, right = a_pair(cast)
    with pytest.raises(Refused, match="no value"):
        choices.show(record=left, field="abstract", by=cast.ben)
    with pytest.raises(Refused, match="no such field"):
        choices.show(record=left, field="position", by=cast.ben)
    with pytest.raises(NotAllowed):
        choices.show(record=right, field="title", by=cast.dov)


def test_the_page_of_a_cluster_says_whose_value_is_shown(cast: Cast, signed_in: object) -> None:
    _, right = a_pair(cast)
    ben: Client = signed_in(cast.ben)  # type: ignore[operator]
    base = f"/reviews/{cast.review.slug}/records"
    answer = ben.post(f"{base}/{right.pk}/show/", {"field": "title"}, follow=True)
    assert "Shown, as chosen" in answer.content.decode()
    answer = ben.post(f"{base}/{right.pk}/show/", {"field": "title", "best": "1"}, follow=True)
    assert "Shown, as chosen" not in answer.content.decode()
