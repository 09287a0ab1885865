"""Home, starting a review, and the protocol, with right and wrong inputs and two tabs."""

from __future__ import annotations

import pytest
from django.urls import reverse

from reviews.models import Event, ExclusionReason, Review
from tests.conftest import Cast
from tests.factories import a_reason
from tests.reviews.factories import an_imported_file, ris
from tests.reviews.pages import SignIn, text_of, url


def test_without_reviews_the_home_page_says_what_to_do(cast: Cast, signed_in: SignIn) -> None:
    page = text_of(signed_in(cast.eve).get("/"))
    assert "You are in no review yet" in page
    assert reverse("reviews:create") in page


def test_home_shows_my_reviews_with_their_progress_and_nobody_elses(cast: Cast, signed_in: SignIn) -> None:
    an_imported_file(cast.review, ris("A trial of exercise", "Another trial of sport"), by=cast.ben)
    page = text_of(signed_in(cast.dov).get("/"))
    assert cast.review.title in page
    assert "2 records" in page
    assert "0 done, 2 to do" in page
    assert cast.review.title not in text_of(signed_in(cast.eve).get("/"))


def test_a_review_is_started_in_steps(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.eve)
    answer = client.post(reverse("reviews:create"), {"title": "Exercise in ALS", "population": "Adults"})
    review = Review.objects.get(title="Exercise in ALS")
    assert answer["Location"] == reverse("reviews:set_up", args=[review.slug])
    answer = client.post(answer["Location"], {"inclusion": "Adults\n\nTrials\n", "reasons": "Wrong design\n"})
    assert answer["Location"] == reverse("screening:policy", args=[review.slug])
    assert list(review.criteria.values_list("text", flat=True)) == ["Adults", "Trials"]
    assert list(review.exclusion_reasons.values_list("label", flat=True)) == ["Wrong design"]


@pytest.mark.parametrize("title", ["", "   ", "x" * 301, "a\x00b"])
def test_a_title_that_makes_no_sense_is_refused(cast: Cast, signed_in: SignIn, title: str) -> None:
    answer = signed_in(cast.eve).post(reverse("reviews:create"), {"title": title})
    assert answer.status_code == 422
    assert Review.objects.count() == 1


def test_a_reason_that_is_too_long_is_refused_with_all_the_rest(cast: Cast, signed_in: SignIn) -> None:
    answer = signed_in(cast.ana).post(url(cast, "set_up"), {"inclusion": "Adults", "reasons": "x" * 121})
    assert answer.status_code == 422
    assert "longer than 120" in text_of(answer)
    assert not cast.review.criteria.exists()


def test_of_two_tabs_the_second_is_shown_both_texts_and_may_then_save(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.ana)
    seen = client.get(url(cast, "terms")).context["form"]["seen"].value()
    client.post(url(cast, "terms"), {"terms_for": "mine", "seen": seen})
    answer = client.post(url(cast, "terms"), {"terms_for": "from the other tab", "seen": seen})
    assert answer.status_code == 422
    assert "Stored now: mine" in text_of(answer)
    assert "from the other tab" in text_of(answer)
    again = answer.context["form"]["seen"].value()
    assert client.post(url(cast, "terms"), {"terms_for": "both", "seen": again}).status_code == 302
    assert Review.objects.get(pk=cast.review.pk).terms_for == "both"


def test_the_head_of_the_page_keeps_the_stored_title_while_a_wrong_one_is_corrected(
    cast: Cast, signed_in: SignIn
) -> None:
    answer = signed_in(cast.ana).post(url(cast, "question"), {"title": "x" * 301, "seen": ""})
    assert answer.status_code == 422
    assert f">{cast.review.title}</span>" in text_of(answer)


def test_line_ends_of_a_browser_are_no_change(cast: Cast, signed_in: SignIn) -> None:
    client = signed_in(cast.ana)
    for _ in range(2):
        seen = client.get(url(cast, "terms")).context["form"]["seen"].value()
        client.post(url(cast, "terms"), {"terms_for": "one\r\ntwo", "seen": seen})
    assert Event.objects.filter(verb="protocol.terms").count() == 1


def test_a_reason_that_exists_is_refused_with_a_message(cast: Cast, signed_in: SignIn) -> None:
    a_reason(cast.review, "Wrong design")
    page = signed_in(cast.ana).post(url(cast, "reason_add"), {"label": "wrong design"}, follow=True)
    assert "There is a reason “Wrong design” already" in text_of(page)
    assert ExclusionReason.objects.count() == 1
    page = signed_in(cast.ana).post(url(cast, "reason_add"), {"label": ""}, follow=True)
    assert "Reason: This field is required." in text_of(page)


def test_an_observer_sees_the_protocol_without_its_buttons(cast: Cast, signed_in: SignIn) -> None:
    a_reason(cast.review)
    page = text_of(signed_in(cast.dov).get(url(cast, "protocol")))
    assert "Not randomised" in page
    assert "Retire" not in page
