"""The page that a tired screener sees: the record, the vote, the next record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reviews.models import Record, User
from screening.models import Candidate, Stage, Vote
from tests.conftest import Cast
from tests.factories import a_reason
from tests.screening.factories import (
    IN,
    OUT,
    a_candidate,
    candidates,
    voted,
)

SignIn = Callable[[User], Client]
BACKGROUND = {"X-Quorum-Screen": "1"}


def address(cast: Cast, name: str, *args: Any) -> str:
    return reverse(f"screening:{name}", args=[cast.review.slug, *args])


def screen(cast: Cast, query: str = "") -> str:
    return address(cast, "screen", Stage.TITLE_ABSTRACT) + query


def html(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, response
    return response.content.decode()


# --- the screening page ---


def test_the_page_holds_the_record_and_the_next_two(cast: Cast, signed_in: SignIn) -> None:
    rows = candidates(cast.review, 5)
    page = html(signed_in(cast.ben), screen(cast))
    assert [f'data-card="{row.record_id}"' in page for row in rows] == [True, True, True, False, False]


def test_a_vote_without_script_leads_to_the_next_record(cast: Cast, signed_in: SignIn) -> None:
    first, second = candidates(cast.review, 2)
    client = signed_in(cast.ben)
    response = client.post(
        screen(cast), {"record": first.record_id, "verdict": "exclude", "note": "No", "seconds": "4"}
    )
    assert response.status_code == 302
    vote = Vote.objects.get()
    assert (vote.record_id, vote.verdict, vote.note, vote.seconds, vote.reviewer) == (
        first.record_id,
        "exclude",
        "No",
        4.0,
        cast.ben,
    )
    page = html(client, response["Location"])
    assert f'data-card="{second.record_id}"' in page
    assert f'data-card="{first.record_id}"' not in page


def test_a_reason_alone_excludes(cast: Cast, signed_in: SignIn) -> None:
    reason, candidate = a_reason(cast.review), a_candidate(cast.review)
    signed_in(cast.ben).post(screen(cast), {"record": candidate.record_id, "reason": reason.pk})
    vote = Vote.objects.get()
    assert (vote.verdict, vote.reason) == ("exclude", reason)


def test_a_vote_in_the_background_brings_what_the_page_lacks(cast: Cast, signed_in: SignIn) -> None:
    rows = candidates(cast.review, 6)
    ids = [row.record_id for row in rows]
    posted = {"record": ids[0], "verdict": "include", "have": f"{ids[1]},{ids[2]}", "skipped": ""}
    answer = signed_in(cast.ben).post(screen(cast), posted, headers=BACKGROUND).content.decode()
    assert [f'template data-record="{pk}"' in answer for pk in ids] == [
        False,
        False,
        False,
        True,
        False,
        False,
    ]
    assert "1 of 6" in answer


def test_what_colleagues_decided_meanwhile_is_taken_out_of_hand(cast: Cast, signed_in: SignIn) -> None:
    first, second, third = candidates(cast.review, 3)
    for person in (cast.ana, cast.chi):
        voted(second, person, IN)
    posted = {
        "record": first.record_id,
        "verdict": "include",
        "have": f"{second.record_id},{third.record_id}",
    }
    answer = signed_in(cast.ben).post(screen(cast), posted, headers=BACKGROUND).content.decode()
    assert f'data-gone="{second.record_id}"' in answer


def test_a_vote_for_a_record_linked_meanwhile_goes_to_its_cluster(cast: Cast, signed_in: SignIn) -> None:
    from screening.services import standing

    kept, linked = candidates(cast.review, 2)
    Record.objects.filter(pk=linked.subject_id).update(duplicate_of=kept.record_id)
    standing.records_changed(review=cast.review, record_ids=[linked.subject_id])
    signed_in(cast.ben).post(screen(cast), {"record": linked.record_id, "verdict": "include"})
    assert Candidate.objects.get().votes == 1


@pytest.mark.parametrize(
    "posted",
    [
        {},
        {"verdict": "perhaps"},
        {"verdict": "withdrawn"},
        {"reason": "99999"},
        {"verdict": "include", "note": "x" * 5001},
    ],
)
def test_a_vote_that_makes_no_sense_is_refused_in_words(
    cast: Cast, signed_in: SignIn, posted: dict[str, str]
) -> None:
    candidate = a_candidate(cast.review)
    client = signed_in(cast.ben)
    data = {"record": candidate.record_id, **posted}
    assert client.post(screen(cast), data, headers=BACKGROUND).status_code == 422
    assert client.post(screen(cast), data).status_code == 302
    assert not Vote.objects.exists()


@pytest.mark.parametrize("record", ["", "0", "abc", "9" * 30, "-1"])
def test_a_record_that_is_not_there_is_not_found(cast: Cast, signed_in: SignIn, record: str) -> None:
    a_candidate(cast.review)
    response = signed_in(cast.ben).post(screen(cast), {"record": record, "verdict": "include"})
    assert response.status_code == 404


def test_nobody_votes_in_somebody_elses_name(cast: Cast, signed_in: SignIn) -> None:
    candidate = a_candidate(cast.review)
    data = {"record": candidate.record_id, "verdict": "include", "reviewer": cast.ana.pk, "by": cast.ana.pk}
    signed_in(cast.ben).post(screen(cast), data)
    assert Vote.objects.get().reviewer == cast.ben


def test_undo_takes_one_back_to_the_record(cast: Cast, signed_in: SignIn) -> None:
    candidate = a_candidate(cast.review)
    voted(candidate, cast.ben, OUT)
    undo = address(cast, "take_back", Stage.TITLE_ABSTRACT)
    client = signed_in(cast.ben)
    response = client.post(undo, {"record": candidate.record_id})
    assert response["Location"].endswith(f"?record={candidate.record_id}")
    assert "have no vote here" in html(client, client.post(undo, {"record": candidate.record_id})["Location"])


def test_markup_in_titles_and_abstracts_stays_text(cast: Cast, signed_in: SignIn) -> None:
    cast.review.terms_for = "alert\nscript"
    cast.review.save()
    a_candidate(
        cast.review,
        title="<script>alert(1)</script>",
        abstract="<img src=x onerror=alert(1)>",
        authors=["<b>A</b>"],
    )
    page = html(signed_in(cast.ben), screen(cast))
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<b>A</b>" not in page
    assert '&lt;<mark class="for">script</mark>&gt;' in page


def test_a_very_long_abstract_and_an_empty_record_are_shown(cast: Cast, signed_in: SignIn) -> None:
    a_candidate(cast.review, title="标题" * 400, abstract="长摘要 🧪 مرحبا " * 5_000)
    a_candidate(cast.review, title="", abstract="")
    page = html(signed_in(cast.ben), screen(cast))
    assert "No title" in page
    assert "has no abstract" in page


@pytest.mark.parametrize(
    ("votes_of", "sentence"),
    [
        ([], "Nothing to screen yet"),
        ([("ben", IN)], "You are done; others are not"),
        ([("ben", IN), ("chi", OUT)], "Every record has its votes"),
        ([("ben", IN), ("chi", IN)], "All titles and abstracts are decided"),
    ],
)
def test_an_empty_queue_says_why_and_what_to_do_next(
    cast: Cast, signed_in: SignIn, votes_of: list[Any], sentence: str
) -> None:
    if votes_of:
        candidate = a_candidate(cast.review)
        for who, verdict in votes_of:
            voted(candidate, getattr(cast, who), verdict)
    assert sentence in html(signed_in(cast.ben), screen(cast))


def test_an_observer_sees_no_buttons(cast: Cast, signed_in: SignIn) -> None:
    a_candidate(cast.review)
    page = html(signed_in(cast.dov), screen(cast))
    assert "Your role does not screen" in page
    assert 'name="verdict"' not in page
