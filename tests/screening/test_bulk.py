"""Votes on many records of the list at once: where the policy allows it, seen before, and taken back exactly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reviews.errors import NothingToDo, Refused
from reviews.models import User
from screening.models import Candidate, Stage, Standing, Vote
from screening.services import bulk
from tests.conftest import Cast
from tests.factories import a_reason
from tests.screening.factories import IN, MAYBE, OUT, a_candidate, a_conflict, a_policy, candidates, voted

SignIn = Callable[[User], Client]


def address(cast: Cast, name: str) -> str:
    return reverse(f"screening:{name}", args=[cast.review.slug, Stage.TITLE_ABSTRACT])


def page(response: Any) -> str:
    text: str = response.content.decode()
    return text


@pytest.fixture
def allowed(cast: Cast) -> Cast:
    a_policy(cast.review, bulk=True)
    return cast


def said(user: User) -> dict[int, str]:
    return dict(Standing.objects.filter(reviewer=user).values_list("candidate", "verdict"))


def test_the_preview_says_what_would_change_and_keeps_nothing(allowed: Cast, signed_in: SignIn) -> None:
    first, second, third = candidates(allowed.review, 3)
    voted(second, allowed.ben, IN)
    voted(third, allowed.ben, OUT)
    done = a_conflict(allowed.review, allowed.ana, allowed.chi)
    posted = {"c": [one.pk for one in (first, second, third, done)], "verdict": "exclude"}
    shown = page(signed_in(allowed.ben).post(address(allowed, "bulk"), posted))
    assert "Exclude 2 records?" in shown
    for words in (
        "New votes of yours",
        "Votes of yours that would change",
        "Say so already",
        "Need no vote any more",
    ):
        assert words in shown
    assert said(allowed.ben) == {second.pk: "include", third.pk: "exclude"}


def test_what_was_shown_is_cast_and_one_press_takes_back_exactly_that(
    allowed: Cast, signed_in: SignIn
) -> None:
    first, second, third = candidates(allowed.review, 3)
    reason = a_reason(allowed.review)
    voted(second, allowed.ben, IN)
    voted(third, allowed.ben, MAYBE)
    before = said(allowed.ben)
    client = signed_in(allowed.ben)
    ids = f"{first.pk},{second.pk}"
    posted = {"ids": ids, "reason": reason.pk, "verdict": "exclude", "sure": "yes", "query": "status=open"}
    answer = client.post(address(allowed, "bulk"), posted)
    assert answer["Location"] == address(allowed, "candidates") + "?status=open"
    assert said(allowed.ben) == {first.pk: "exclude", second.pk: "exclude", third.pk: "maybe"}
    assert set(Vote.objects.filter(verdict="exclude").values_list("reason", flat=True)) == {reason.pk}
    assert "You voted on 2 records at once" in page(client.get(address(allowed, "candidates")))
    client.post(address(allowed, "take_bulk_back"))
    assert said(allowed.ben) == before
    assert "at once." not in page(client.get(address(allowed, "candidates")))


def test_all_that_is_listed_is_what_the_filters_leave(allowed: Cast, signed_in: SignIn) -> None:
    for year in (2001, 2002, 2011):
        a_candidate(allowed.review, year=year)
    posted = {"all": "on", "query": "year_to=2005", "verdict": "exclude"}
    assert "Exclude 2 records?" in page(signed_in(allowed.ben).post(address(allowed, "bulk"), posted))


def test_what_was_resolved_or_voted_on_again_stays(allowed: Cast) -> None:
    first, second = candidates(allowed.review, 2)
    cast_now = bulk.vote(review=allowed.review, ids=[first.pk, second.pk], verdict=OUT, by=allowed.ben)
    voted(second, allowed.ben, IN)
    ids = [vote.pk for vote in cast_now]
    undone = bulk.take_back(review=allowed.review, vote_ids=ids, by=allowed.ben)
    assert (undone.taken_back, undone.left) == (1, 1)
    assert said(allowed.ben) == {second.pk: "include"}
    with pytest.raises(NothingToDo):
        bulk.take_back(review=allowed.review, vote_ids=ids, by=allowed.ben)


def test_nobody_takes_back_what_somebody_else_cast(allowed: Cast) -> None:
    (one,) = candidates(allowed.review, 1)
    cast_now = bulk.vote(review=allowed.review, ids=[one.pk], verdict=OUT, by=allowed.ben)
    with pytest.raises(NothingToDo):
        bulk.take_back(review=allowed.review, vote_ids=[cast_now[0].pk], by=allowed.chi)
    assert said(allowed.ben) == {one.pk: "exclude"}


def test_a_policy_that_does_not_allow_it_offers_and_takes_nothing(cast: Cast, signed_in: SignIn) -> None:
    (one,) = candidates(cast.review, 1)
    client = signed_in(cast.ben)
    assert "data-tick" not in page(client.get(address(cast, "candidates")))
    for sure in ("", "yes"):
        posted = {"c": [one.pk], "ids": one.pk, "verdict": "exclude", "sure": sure}
        assert client.post(address(cast, "bulk"), posted).status_code == 302
    assert not Vote.objects.exists()
    with pytest.raises(Refused, match="policy"):
        bulk.vote(review=cast.review, ids=[one.pk], verdict=OUT, by=cast.ben)


@pytest.mark.parametrize(
    "posted",
    [
        {},
        {"verdict": "exclude"},
        {"c": "x", "verdict": "exclude"},
        {"c": "9" * 30, "verdict": "include"},
        {"c": "1", "verdict": "withdrawn"},
        {"c": "1", "verdict": "include", "reason": "99"},
        {"ids": "1,,a,-3", "sure": "yes"},
    ],
)
def test_nonsense_is_refused_in_words(allowed: Cast, signed_in: SignIn, posted: dict[str, str]) -> None:
    candidates(allowed.review, 1)
    response = signed_in(allowed.ben).post(address(allowed, "bulk"), posted, follow=True)
    assert response.status_code == 200
    assert "message--error" in page(response) or 'role="alert"' in page(response)
    assert not Vote.objects.exists()


def test_records_of_another_review_are_not_touched(allowed: Cast, signed_in: SignIn) -> None:
    from tests.factories import a_review

    other = a_candidate(a_review(lead=allowed.ana))
    posted: dict[str, object] = {"c": [other.pk], "verdict": "exclude"}
    assert "None of them waits" in page(signed_in(allowed.ben).post(address(allowed, "bulk"), posted))
    posted = {"ids": other.pk, "verdict": "exclude", "sure": "yes"}
    signed_in(allowed.ben).post(address(allowed, "bulk"), posted)
    assert not Vote.objects.exists()


def test_there_is_a_limit_that_is_said(
    allowed: Cast, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "MOST", 2)
    candidates(allowed.review, 3)
    posted = {"all": "on", "verdict": "exclude"}
    response = signed_in(allowed.ben).post(address(allowed, "bulk"), posted, follow=True)
    assert "At most 2 records at once" in page(response)
    with pytest.raises(Refused, match="At most 2"):
        bulk.vote(
            review=allowed.review,
            ids=list(Candidate.objects.values_list("pk", flat=True)),
            verdict=OUT,
            by=allowed.ben,
        )
