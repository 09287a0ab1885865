"""The list of records never tells what a colleague said of an open one: not by its rows, their order, or their number."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from reviews.models import User
from screening.models import Candidate, Stage, Verdict
from screening.queries.listing import COLUMNS
from screening.services import labels, votes
from tests.conftest import Cast
from tests.factories import a_reason
from tests.screening.factories import IN, OUT, a_policy, candidates, voted

SignIn = Callable[[User], Client]
ORDERS = ("title", "year", "source", "status", "added", "votes", "reason", "mine", "verdict")


@pytest.mark.parametrize(
    ("mode", "needed"), [("independent", 2), ("safety", 2), ("verified", 1), ("reassessed", 2)]
)
def test_a_colleagues_word_changes_no_list(cast: Cast, signed_in: SignIn, mode: str, needed: int) -> None:
    """Alike but for which two of four records Ben has excluded and labelled: what others get must be the same."""
    a_policy(cast.review, mode=mode, votes_needed=needed, bulk=True)
    rows = candidates(cast.review, 4)
    reason = a_reason(cast.review)
    label = labels.make(review=cast.review, name="Background", by=cast.ana)
    listed = reverse("screening:candidates", args=[cast.review.slug, Stage.TITLE_ABSTRACT])
    everything = "&".join(f"column={name}" for name in COLUMNS)
    queries = [
        everything,
        f"reason={reason.pk}",
        f"label={label.pk}&{everything}",
        *(f"mine={choice}" for choice in ("none", *Verdict.values)),
        *(f"status={status}&{everything}" for status in Candidate.Status.values),
        *(f"ordering={sign}{name}&{everything}" for name in ORDERS for sign in ("", "-")),
    ]
    clients = [signed_in(who) for who in (cast.ana, cast.dov)]

    def seen() -> list[str]:
        pages = [client.get(f"{listed}?{query}").content.decode() for client in clients for query in queries]
        return [
            re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": "|nonce=")[^"]+', r"\1", page)
            for page in pages
        ]

    seens = []
    for pair in (rows[:2], rows[2:]):
        for row in pair:
            votes.cast(candidate=row, verdict=OUT, reason=reason, note="Secret", by=cast.ben)
            labels.put(candidate=row, label=label, on=True, by=cast.ben)
        still_open = Candidate.objects.filter(pk__in=[row.pk for row in pair], status="open").count()
        assert still_open == 2
        seens.append(seen())
        for row in pair:
            votes.take_back(candidate=row, by=cast.ben)
            labels.put(candidate=row, label=label, on=False, by=cast.ben)
    # Where their number tells nothing, votes are counted: it is known who was read, not how.
    told = mode in {"independent", "reassessed"}
    if told:
        seens = [[re.sub(r"\d of \d", "", page) for page in pages] for pages in seens]
    assert seens[0] == seens[1]
    assert not any("Secret" in page for pages in seens for page in pages)


def test_one_sees_ones_own_votes_and_what_is_complete(cast: Cast, signed_in: SignIn) -> None:
    open_one, done = candidates(cast.review, 2)
    voted(open_one, cast.ben, OUT)
    for person in (cast.ana, cast.chi):
        voted(done, person, IN)
    listed = reverse("screening:candidates", args=[cast.review.slug, Stage.TITLE_ABSTRACT])
    page = signed_in(cast.ben).get(f"{listed}?mine=exclude").content.decode()
    assert "Trial number 1</a>" in page
    assert "Trial number 2</a>" not in page
    page = signed_in(cast.dov).get(f"{listed}?status=included").content.decode()
    assert "Trial number 2</a>" in page
    assert "Trial number 1</a>" not in page
