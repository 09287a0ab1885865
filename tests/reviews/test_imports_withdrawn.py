"""A file leaves the review with all its records, nothing is lost, and it comes back as it was."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from reviews.errors import NotAllowed, NothingToDo, Refused
from reviews.models import Import, Record, Removal, Review
from reviews.queries import doctor
from reviews.services import rebuilding, removals, withdrawals
from screening.models import Candidate, Stage
from synthesis.queries.flow import flow_of
from tests.conftest import Cast
from tests.factories import a_review, a_search, a_user
from tests.reviews.factories import an_imported_file, an_upload, ris
from tests.reviews.pages import SignIn, text_of, url

A, B, C = "Exercise for the made-up disease", "Sleep in the made-up disease", "Diet in the made-up disease"


def titles(cast: Cast) -> set[str]:
    """What is to be screened."""
    rows = Candidate.objects.filter(review=cast.review, stage=Stage.TITLE_ABSTRACT).exclude(record=None)
    return set(rows.values_list("record__title", flat=True))


def state(review: Review) -> list[tuple[object, ...]]:
    """All that is derived from facts about records."""
    return list(
        Record.objects.filter(review=review).order_by("pk").values_list("pk", "duplicate_of", "removed_as")
    )


def test_its_records_are_not_screened_and_come_back_as_they_were(cast: Cast) -> None:
    an_imported_file(cast.review, ris(A), by=cast.ben)
    origin = an_imported_file(cast.review, ris(B, C), by=cast.ben)
    before = state(cast.review)
    assert withdrawals.withdraw(origin=origin, reason="The wrong export", by=cast.ben) == 2
    assert titles(cast) == {A}
    assert Record.objects.count() == 3
    assert withdrawals.put_back(origin=origin, by=cast.ben) == 2
    assert titles(cast) == {A, B, C}
    assert state(cast.review) == before


def test_where_another_file_has_the_article_its_record_takes_over(cast: Cast) -> None:
    origin = an_imported_file(cast.review, ris(A, DO="10.1000/a"), by=cast.ben)
    an_imported_file(cast.review, ris(A, DO="10.1000/a"), by=cast.ben, source="Scopus")
    first, second = Record.objects.order_by("pk")
    assert second.duplicate_of == first
    before = state(cast.review)
    withdrawals.withdraw(origin=origin, reason="The wrong export", by=cast.ben)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.duplicate_of_id, second.duplicate_of_id) == (second.pk, None)
    assert titles(cast) == {A}
    withdrawals.put_back(origin=origin, by=cast.ben)
    assert state(cast.review) == before


def test_the_flow_diagram_still_adds_up(cast: Cast) -> None:
    an_imported_file(cast.review, ris(A, DO="10.1000/a"), by=cast.ben)
    origin = an_imported_file(cast.review, ris(A, B, C), by=cast.ben, source="Scopus")
    withdrawals.withdraw(origin=origin, reason="The wrong export", by=cast.ben)
    counts = flow_of(cast.review).counts
    assert counts.identified == 4
    assert counts.identified - counts.removed == len(titles(cast)) == 1


def test_what_was_taken_out_before_stays_out(cast: Cast) -> None:
    origin = an_imported_file(cast.review, ris(B, C), by=cast.ben)
    retracted = Record.objects.get(title=C)
    removals.remove(review=cast.review, records=[retracted.pk], kind="other", reason="Retracted", by=cast.ben)
    assert withdrawals.withdraw(origin=origin, reason="x", by=cast.ben) == 1
    assert withdrawals.put_back(origin=origin, by=cast.ben) == 1
    assert titles(cast) == {B}
    assert Removal.objects.filter(record=retracted).count() == 1


def test_it_is_refused_in_words(cast: Cast) -> None:
    origin = an_imported_file(cast.review, ris(B), by=cast.ben)
    with pytest.raises(NotAllowed):
        withdrawals.withdraw(origin=origin, reason="x", by=cast.dov)
    with pytest.raises(Refused, match="Say why"):
        withdrawals.withdraw(origin=origin, reason=" \x00", by=cast.ben)
    with pytest.raises(NothingToDo):
        withdrawals.put_back(origin=origin, by=cast.ben)
    withdrawals.withdraw(origin=origin, reason="x", by=cast.ben)
    with pytest.raises(NothingToDo):
        withdrawals.withdraw(origin=origin, reason="x", by=cast.chi)
    with pytest.raises(Refused, match="read to its end"):
        withdrawals.withdraw(
            origin=an_upload(a_search(cast.review), ris(C), by=cast.ben), reason="x", by=cast.ben
        )
    website = an_imported_file(cast.review, ris(A), by=cast.ben, kind="website")
    with pytest.raises(Refused, match="databases and registers"):
        withdrawals.withdraw(origin=website, reason="x", by=cast.ben)


class Histories(TestCase):
    """Whatever is withdrawn and put back in whatever order, the stored state is what the facts say."""

    @settings(max_examples=20)
    @given(st.lists(st.integers(0, 2), max_size=8))
    def test_a_rebuild_changes_nothing_and_all_back_is_as_before(self, steps: list[int]) -> None:
        lead = a_user()
        review = a_review(lead=lead)
        contents = (ris(A, B, DO="10.1000/x"), ris(A, C), ris(B, A, DO="10.1000/x"))
        files = [an_imported_file(review, content, by=lead) for content in contents]
        before = state(review)
        out: set[int] = set()
        for number in steps:
            if number in out:
                withdrawals.put_back(origin=files[number], by=lead)
            else:
                withdrawals.withdraw(origin=files[number], reason="x", by=lead)
            out ^= {number}
            now = state(review)
            rebuilding.rebuild(review=review)
            assert state(review) == now
        for number in out:
            withdrawals.put_back(origin=files[number], by=lead)
        assert state(review) == before


def test_a_file_is_withdrawn_and_put_back_on_its_page(cast: Cast, signed_in: SignIn) -> None:
    origin = an_imported_file(cast.review, ris(B, C), by=cast.ben, hits=2)
    client = signed_in(cast.ben)
    page = client.post(url(cast, "import_withdraw", origin.pk), {"reason": ""}, follow=True)
    assert "Reason: This field is required." in text_of(page)
    page = client.post(url(cast, "import_withdraw", origin.pk), {"reason": "The wrong export"}, follow=True)
    assert "The wrong export" in text_of(page)
    assert "2 fewer than the source reported" in text_of(page)
    assert doctor.summary_of(cast.review).made == 0
    assert "Withdrawn" in text_of(client.get(url(cast, "imports")))
    client.post(url(cast, "import_put_back", origin.pk))
    assert doctor.summary_of(cast.review).made == 2
    assert Import.objects.count() == 1
