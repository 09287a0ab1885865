"""Changing how a stage is decided."""

from __future__ import annotations

from typing import Any

import pytest

from reviews.errors import NotAllowed, NothingToDo, Refused
from screening.models import Candidate, Policy, Report, Stage, Standing, Vote
from screening.queries import queue
from screening.services import policies, standing
from tests.conftest import Cast
from tests.factories import a_member, a_record
from tests.screening.factories import IN, OUT, a_candidate, a_conflict, a_policy, candidates, voted

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


# --- modes ---


def status(candidate: Candidate) -> str:
    candidate.refresh_from_db()
    return candidate.status


def test_with_verification_a_second_person_is_asked_for_exclusions_only(cast: Cast) -> None:
    change(cast, mode="verified")
    assert Policy.objects.get().votes_needed == 1
    first, second = candidates(cast.review, 2)
    voted(first, cast.ben, IN)
    voted(second, cast.ben, OUT)
    assert (status(first), status(second)) == ("included", "open")
    assert queue.awaiting(cast.review, cast.chi) == [second]
    voted(second, cast.chi, IN)
    assert status(second) == "conflict"


def test_a_share_of_the_exclusions_is_checked_and_can_be_drawn_again(cast: Cast) -> None:
    change(cast, mode="verified", check_share=30, seed=5)
    rows = candidates(cast.review, 40)
    for row in rows:
        voted(row, cast.ben, OUT)
    policy = Policy.objects.in_force(cast.review, TITLES)
    for row in rows:
        assert (status(row) == "open") == policy.checks(row.subject_id)
    waiting = Candidate.objects.filter(status="open").count()
    assert 4 <= waiting <= 20  # 12 ± 2.8
    change(cast, mode="verified", check_share=100, seed=5)
    assert Candidate.objects.filter(status="open").count() == 40
    change(cast, mode="verified", check_share=30, seed=5)
    assert Candidate.objects.filter(status="open").count() == waiting


def test_safety_first_needs_two_to_exclude_and_one_to_include(cast: Cast) -> None:
    change(cast, mode="safety", votes_needed=1)
    assert Policy.objects.get().votes_needed == 2
    first, second, third = candidates(cast.review, 3)
    voted(first, cast.ben, IN)
    voted(second, cast.ben, OUT)
    voted(third, cast.ben, OUT)
    assert [status(c) for c in (first, second, third)] == ["included", "open", "open"]
    voted(second, cast.chi, OUT)
    voted(third, cast.chi, IN)
    assert [status(c) for c in (second, third)] == ["excluded", "included"]


def test_a_second_pair_reads_what_the_first_did_not_both_include(cast: Cast) -> None:
    """Two people screen, and two others assess it again, as in the article on exercise in ALS."""
    fay, gil = a_member(cast.review, "Fay"), a_member(cast.review, "Gil")
    change(cast, mode="reassessed", readers=[cast.ben.pk, cast.chi.pk], second_pair=[fay.pk, gil.pk])
    first, second = candidates(cast.review, 2)
    for person, verdict in ((cast.ben, IN), (cast.chi, IN)):
        voted(first, person, verdict)
    for person, verdict in ((cast.ben, OUT), (cast.chi, OUT)):
        assert queue.awaiting(cast.review, person) == [second]
        assert queue.awaiting(cast.review, fay) == []
        voted(second, person, verdict)
    assert [status(c) for c in (first, second)] == ["included", "open"]
    assert queue.awaiting(cast.review, cast.ben) == queue.awaiting(cast.review, cast.ana) == []
    for person, verdict in ((fay, IN), (gil, IN)):
        assert queue.awaiting(cast.review, person) == [second]
        voted(second, person, verdict)
    assert status(second) == "conflict"


def test_when_a_pair_has_left_everybody_is_asked(cast: Cast) -> None:
    fay, gil = a_member(cast.review, "Fay"), a_member(cast.review, "Gil")
    change(cast, mode="reassessed", readers=[cast.ben.pk, cast.chi.pk], second_pair=[fay.pk, gil.pk])
    candidate = a_candidate(cast.review)
    voted(candidate, cast.ben, OUT)
    voted(candidate, cast.chi, OUT)
    cast.review.memberships.filter(user__in=[fay, gil]).update(left_at=cast.review.created_at)
    assert queue.awaiting(cast.review, cast.ana) == [candidate]


def test_who_was_not_chosen_is_offered_nothing(cast: Cast) -> None:
    change(cast, readers=[cast.ben.pk, cast.chi.pk])
    candidate = a_candidate(cast.review)
    assert queue.awaiting(cast.review, cast.ana) == []
    assert queue.awaiting(cast.review, cast.ben) == [candidate]


def test_a_change_of_the_team_keeps_every_vote(cast: Cast) -> None:
    candidate = a_candidate(cast.review)
    voted(candidate, cast.ana, OUT)
    voted(candidate, cast.ben, OUT)
    change(cast, readers=[cast.ben.pk, cast.chi.pk])
    assert status(candidate) == "excluded"
    assert Standing.objects.count() == 2


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"check_share": 0}, "percentage"),
        ({"random_share": 101, "order": "relevance"}, "percentage"),
        ({"pilot_size": 5, "pilot_votes": 1}, "two to twenty"),
        ({"pilot_size": 5, "pilot_votes": 9}, "9 people would have to read"),
        ({"readers": [-1]}, "may not screen"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words_before_it_is_previewed(
    cast: Cast, terms: dict[str, Any], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        change(cast, **terms)
    with pytest.raises(Refused, match=words):
        policies.preview(review=cast.review, stage=TITLES, **terms)


def test_teams_have_to_make_sense_together(cast: Cast) -> None:
    ben, chi = cast.ben.pk, cast.chi.pk
    for terms, words in (
        ({"readers": [ben]}, "takes 2 people"),
        ({"mode": "reassessed", "second_pair": [ben]}, "second pair are two"),
        ({"mode": "reassessed", "readers": [ben, chi], "second_pair": [ben, cast.ana.pk]}, "cannot be one"),
        ({"readers": [ben, cast.dov.pk]}, "may not screen"),
    ):
        with pytest.raises(Refused, match=words):
            change(cast, **terms)


def test_a_team_that_is_too_small_is_told(cast: Cast) -> None:
    change(cast, votes_needed=3)
    assert policies.too_few(Policy.objects.in_force(cast.review, TITLES)) == ""
    cast.review.memberships.filter(user=cast.chi).update(left_at=cast.review.created_at)
    assert "3 votes, and 2" in policies.too_few(Policy.objects.in_force(cast.review, TITLES))


def test_a_preview_names_records_and_writes_nothing(cast: Cast) -> None:
    for number in range(7):
        voted(a_candidate(cast.review, title=f"Trial {number}"), cast.ben, OUT)
    preview = policies.preview(review=cast.review, stage=TITLES, mode="verified", check_share=100)
    assert (preview.changed, preview.unchanged) == (0, 7)
    (move,) = policies.preview(review=cast.review, stage=TITLES, votes_needed=1).moves
    assert (move.before, move.after, move.n) == ("open", "excluded", 7)
    assert [str(one.record) for one in move.samples] == [f"Trial {n}" for n in range(5)]
    assert Candidate.objects.filter(status="open").count() == 7


# --- order ---


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("added", ["b", "a", "d", "c"]),
        ("newest", ["c", "b", "d", "a"]),
        ("oldest", ["d", "b", "c", "a"]),
        ("title", ["a", "b", "c", "d"]),
    ],
)
def test_records_come_in_the_order_of_the_policy(cast: Cast, order: str, expected: list[str]) -> None:
    records = [
        a_record(cast.review, title=title, year=year)
        for title, year in (("b", 2001), ("a", None), ("d", 1990), ("c", 2010))
    ]
    standing.records_changed(review=cast.review, record_ids=[record.pk for record in records[:2]])
    a_policy(cast.review, order=order)
    standing.records_changed(review=cast.review, record_ids=[record.pk for record in records[2:]])
    shown = queue.awaiting(cast.review, cast.ben, n=9)
    assert [str(one.record) for one in shown] == expected
    second = shown[1].subject_id
    behind = queue.awaiting(cast.review, cast.ben, after=second, n=9)
    assert [str(one.record) for one in behind] == [*expected[2:], *expected[:2]]


def test_the_random_order_follows_from_the_seed(cast: Cast) -> None:
    candidates(cast.review, 20)

    def shown(seed: int) -> list[int]:
        a_policy(cast.review, order="random", seed=seed)
        return [one.subject_id for one in queue.awaiting(cast.review, cast.ben, n=20)]

    assert shown(1) == shown(1) != shown(2)
    assert sorted(shown(1)) == sorted(shown(2))
