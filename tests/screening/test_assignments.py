"""Who reads what: shares and batches drawn by lot, labels, and votes on several records at once."""

from __future__ import annotations

from typing import Any

import pytest

from reviews.access import May, require
from reviews.errors import NotAllowed, NothingToDo, Refused
from reviews.models import User
from screening.errors import AlreadyResolved
from screening.models import Assignment, Label, Labelling, Resolution, Stage, Vote
from screening.queries import queue
from screening.queries.reading import parts_of, unassigned
from screening.services import assignments, conflicts, labels, votes
from screening.services.votes import Ballot
from tests.conftest import Cast
from tests.factories import a_reason
from tests.screening.factories import IN, MAYBE, OUT, a_candidate, a_conflict, a_policy, candidates, voted

TITLES = Stage.TITLE_ABSTRACT


def give(cast: Cast, weights: dict[User, int], readers: int = 1, **fields: Any) -> Any:
    values: dict[str, Any] = {"name": "First", "seed": 4, "by": cast.ana} | fields
    shares = {person.pk: weight for person, weight in weights.items()}
    return assignments.give_out(review=cast.review, stage=TITLES, weights=shares, readers=readers, **values)


def shown(cast: Cast, user: User) -> set[int]:
    return {one.subject_id for one in queue.awaiting(cast.review, user, n=999)}


def test_each_is_offered_their_share_and_no_more(cast: Cast) -> None:
    a_policy(cast.review, votes_needed=1)
    rows = candidates(cast.review, 100)
    give(cast, {cast.ben: 60, cast.chi: 40})
    ben, chi = shown(cast, cast.ben), shown(cast, cast.chi)
    assert ben | chi == {row.subject_id for row in rows}
    assert not ben & chi
    assert 40 <= len(ben) <= 80
    assert shown(cast, cast.ana) == set()


def test_what_was_given_to_somebody_who_leaves_is_anybodys(cast: Cast) -> None:
    a_policy(cast.review, votes_needed=1)
    rows = candidates(cast.review, 10)
    give(cast, {cast.ben: 1})
    assert shown(cast, cast.chi) == set()
    cast.review.memberships.filter(user=cast.ben).update(left_at=cast.review.created_at)
    assert shown(cast, cast.chi) == {row.subject_id for row in rows}


def test_votes_beyond_those_given_out_are_for_anybody(cast: Cast) -> None:
    """Two votes are needed and one reader is named: the second vote is free, and one's own part comes first."""
    rows = candidates(cast.review, 6)
    give(cast, {cast.ben: 1}, size=2)
    mine = {row.record_id for row in Assignment.objects.all()}
    assert {one.subject_id for one in queue.awaiting(cast.review, cast.ben, n=2)} == mine
    assert shown(cast, cast.ben) == shown(cast, cast.chi) == {row.subject_id for row in rows}
    for row in rows:
        voted(row, cast.chi, IN)
    assert mine.isdisjoint(shown(cast, cast.ana))


def test_a_check_that_turns_out_to_be_needed_is_for_anybody(cast: Cast) -> None:
    a_policy(cast.review, mode="verified", votes_needed=1)
    (row,) = candidates(cast.review, 1)
    give(cast, {cast.ben: 1})
    assert shown(cast, cast.chi) == set()
    voted(row, cast.ben, OUT)
    assert shown(cast, cast.chi) == {row.subject_id}


def test_a_batch_is_drawn_again_by_its_seed_and_taken_back_as_a_whole(cast: Cast) -> None:
    candidates(cast.review, 30)
    first = give(cast, {cast.ben: 1, cast.chi: 1}, size=10, name="Ten")
    drawn = set(Assignment.objects.values_list("record", "reviewer"))
    assert unassigned(cast.review, TITLES) == 20
    assignments.take_back(batch=first, by=cast.ana)
    assert unassigned(cast.review, TITLES) == 30
    with pytest.raises(NothingToDo):
        assignments.take_back(batch=first, by=cast.ana)
    again = give(cast, {cast.ben: 1, cast.chi: 1}, size=10, name="Ten again")
    assert set(Assignment.objects.filter(batch=again).values_list("record", "reviewer")) == drawn


def test_the_parts_say_how_far_everybody_is(cast: Cast) -> None:
    candidates(cast.review, 8)
    give(cast, {cast.ben: 1, cast.chi: 1}, readers=2)
    for one in queue.awaiting(cast.review, cast.ben, n=3):
        voted(one, cast.ben, IN)
    (batch,) = parts_of(cast.review, TITLES)
    assert [(part.user, part.given, part.read) for part in batch.parts] == [
        (cast.ben, 8, 3),
        (cast.chi, 8, 0),
    ]


def test_a_batch_makes_sense(cast: Cast) -> None:
    with pytest.raises(NothingToDo):
        give(cast, {cast.ben: 1})
    candidates(cast.review, 3)
    for weights, fields, words in (
        ({cast.ben: 1}, {"readers": 2}, "goes to 2 people"),
        ({cast.ben: 0}, {}, "goes to 1 people"),
        ({cast.dov: 1}, {}, "may not screen"),
        ({cast.ben: 1}, {"name": " "}, "has a name"),
        ({cast.ben: 1}, {"size": 0}, "at least one record"),
        ({cast.ben: 1}, {"readers": 9}, "one to four"),
        ({cast.ben: 10_001}, {}, "at most 10,000"),
    ):
        with pytest.raises(Refused, match=words):
            give(cast, weights, **fields)
    with pytest.raises(NotAllowed):
        give(cast, {cast.ben: 1}, by=cast.ben)


# --- labels ---


def seen(cast: Cast, person: User) -> set[str]:
    membership = require(May.VIEW, review=cast.review, by=person)
    found = Labelling.objects.visible_to(membership).standing()
    return {row.label.name for row in found}


def test_a_label_is_put_on_and_taken_off_again_by_two_facts(cast: Cast) -> None:
    label = labels.make(review=cast.review, name=" Ask  the authors ", tone=Label.Tone.MAYBE, by=cast.ben)
    candidate = a_candidate(cast.review)
    labels.put(candidate=candidate, label=label, on=True, by=cast.ben)
    with pytest.raises(NothingToDo):
        labels.put(candidate=candidate, label=label, on=True, by=cast.ben)
    assert seen(cast, cast.ben) == {"Ask the authors"}
    with pytest.raises(NothingToDo):
        labels.put(candidate=candidate, label=label, on=False, by=cast.chi)
    labels.put(candidate=candidate, label=label, on=False, by=cast.ben)
    assert seen(cast, cast.ben) == set()
    assert Labelling.objects.count() == 2


def test_labels_are_blinded_like_votes(cast: Cast) -> None:
    label = labels.make(review=cast.review, name="Background", by=cast.ben)
    candidate = a_conflict(cast.review, cast.ben, cast.chi)
    labels.put(candidate=candidate, label=label, on=True, by=cast.ben)
    assert seen(cast, cast.dov) == {"Background"}
    votes.take_back(candidate=candidate, by=cast.chi)
    assert (seen(cast, cast.dov), seen(cast, cast.ben)) == (set(), {"Background"})


def test_labels_differ_and_a_retired_one_comes_back(cast: Cast) -> None:
    label = labels.make(review=cast.review, name="Background", by=cast.ben)
    with pytest.raises(NothingToDo):
        labels.make(review=cast.review, name="background", by=cast.chi)
    labels.retire(label=label, by=cast.chi)
    label.refresh_from_db()
    with pytest.raises(Refused, match="not one of the labels"):
        labels.put(candidate=a_candidate(cast.review), label=label, on=True, by=cast.ben)
    assert labels.make(review=cast.review, name="BACKGROUND", by=cast.ben) == label
    for name, tone in (("", "plain"), ("x" * 61, "plain"), ("Fine", "mauve")):
        with pytest.raises(Refused):
            labels.make(review=cast.review, name=name, tone=tone, by=cast.ben)


# --- several at once ---


def test_a_family_is_voted_on_together_or_not_at_all(cast: Cast) -> None:
    one, two = candidates(cast.review, 2)
    reason = a_reason(cast.review)
    said = [Ballot(one, OUT, reason), Ballot(two, MAYBE, note="The same trial?")]
    assert len(votes.cast_many(ballots=said, by=cast.ben)) == 2
    settled = a_conflict(cast.review, cast.ben, cast.chi)
    conflicts.resolve(
        candidate=settled, kind=Resolution.Kind.ARBITRATION, verdict=IN, explanation="Fits.", by=cast.ana
    )
    with pytest.raises(AlreadyResolved):
        votes.cast_many(ballots=[Ballot(one, IN), Ballot(settled, OUT)], by=cast.ben)
    assert Vote.objects.filter(record=one.record_id).count() == 1
    votes.take_back_many(candidates=[one, two], by=cast.ben)
    assert set(queue.awaiting(cast.review, cast.ben)) == {one, two}
