"""Changing how a stage is decided."""

from __future__ import annotations

from typing import Any

import pytest

from reviews.errors import NotAllowed, NothingToDo, Refused
from screening.models import Candidate, Policy, Report, Stage, Vote
from screening.services import policies
from tests.conftest import Cast
from tests.screening.factories import IN, OUT, a_candidate, a_conflict, voted

TITLES = Stage.TITLE_ABSTRACT


def change(cast: Cast, **fields: Any) -> Policy:
    values = {"votes_needed": 2, "blinded": True, "arbiter": None, "stage": TITLES, "by": cast.ana} | fields
    return policies.change(review=cast.review, **values)


def test_a_review_without_a_policy_is_decided_by_two_blinded_votes(cast: Cast) -> None:
    policy = Policy.objects.in_force(cast.review, TITLES)
    assert (policy.version, policy.votes_needed, policy.blinded, policy.arbiter) == (0, 2, True, None)
    voted(a_candidate(cast.review), cast.ben, IN)
    assert Policy.objects.get().version == 1


def test_one_vote_instead_of_two_decides_what_waited_and_loses_no_vote(cast: Cast) -> None:
    waiting, conflict = a_candidate(cast.review), a_conflict(cast.review, cast.ben, cast.chi)
    voted(waiting, cast.ana, IN)
    preview = policies.preview(review=cast.review, stage=TITLES, votes_needed=1)
    assert {(m.before.value, m.after.value, m.n) for m in preview.moves} == {
        ("open", "included", 1),
        ("conflict", "included", 1),
    }
    assert Candidate.objects.get(pk=waiting.pk).status == "open"
    change(cast, votes_needed=1)
    assert set(Candidate.objects.values_list("status", flat=True)) == {"included"}
    assert Report.objects.sought().count() == 2
    assert Vote.objects.count() == 3
    change(cast, votes_needed=2)
    conflict.refresh_from_db()
    assert conflict.status == "conflict"
    assert not Report.objects.sought().exists()


def test_three_votes_open_what_two_had_decided(cast: Cast) -> None:
    candidate = a_candidate(cast.review)
    voted(candidate, cast.ana, OUT)
    voted(candidate, cast.ben, OUT)
    change(cast, votes_needed=3)
    candidate.refresh_from_db()
    assert candidate.status == "open"
    voted(candidate, cast.chi, OUT)
    candidate.refresh_from_db()
    assert candidate.status == "excluded"


def test_stages_have_their_own_policy(cast: Cast) -> None:
    change(cast, votes_needed=1, stage=Stage.FULL_TEXT)
    assert Policy.objects.in_force(cast.review, Stage.FULL_TEXT).votes_needed == 1
    assert Policy.objects.in_force(cast.review, TITLES).votes_needed == 2


def test_only_a_lead_changes_it(cast: Cast) -> None:
    for person in (cast.ben, cast.dov, cast.eve):
        with pytest.raises(NotAllowed):
            change(cast, by=person)


def test_what_is_in_force_already_is_not_written_again(cast: Cast) -> None:
    change(cast)
    with pytest.raises(NothingToDo):
        change(cast)
    assert Policy.objects.count() == 1


def test_wrong_numbers_and_wrong_arbiters_are_refused(cast: Cast) -> None:
    for number in (0, 4):
        with pytest.raises(Refused, match="one, two or three"):
            change(cast, votes_needed=number)
    for person in (cast.dov, cast.eve):
        with pytest.raises(Refused, match="cannot resolve conflicts"):
            change(cast, arbiter=person)
