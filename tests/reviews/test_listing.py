"""Long lists: counted and leafed through to a limit, and told so."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from reviews.models import User
from reviews.views import answers
from tests.conftest import Cast
from tests.factories import a_record

SignIn = Callable[[User], Client]


def test_a_list_beyond_the_limit_says_so(
    cast: Cast, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "LISTED", 60)
    for number in range(61):
        a_record(cast.review, title=f"Trial {number}")
    client, address = signed_in(cast.dov), reverse("reviews:records", args=[cast.review.slug])
    assert "of the first 60" in client.get(address).content.decode()
    last = client.get(f"{address}?page=999").context["page"]
    assert (last.number, len(last.object_list)) == (2, 10)


def test_a_list_within_the_limit_is_whole(cast: Cast, signed_in: SignIn) -> None:
    for number in range(3):
        a_record(cast.review, title=f"Trial {number}")
    text = signed_in(cast.dov).get(reverse("reviews:records", args=[cast.review.slug])).content.decode()
    assert "1–3 of 3" in text
    assert "narrow" not in text
