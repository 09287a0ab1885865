"""The pilot round: it holds the stage back until those who read it agree."""

from __future__ import annotations

from typing import Any

import pytest

from reviews.errors import NotAllowed, NothingToDo, Refused
from reviews.models import Record, User
from screening.errors import StageLocked
from screening.models import Candidate, Pilot, PilotEnd, PilotRecord, Policy, Stage
from screening.queries import piloting, queue
from screening.queries.pilots import is_locked
from screening.sampling import draw, sample
from screening.services import pilots, standing, votes
from tests.conftest import Cast
from tests.factories import a_record
from tests.screening.factories import IN, MAYBE, OUT, a_policy, candidates, voted

TITLES = Stage.TITLE_ABSTRACT


def policy(cast: Cast) -> Policy:
    return Policy.objects.in_force(cast.review, TITLES)


def begin(cast: Cast, n: int = 12, **terms: Any) -> tuple[Pilot, list[Candidate]]:
    """A round of four among so many records, each read by two."""
    candidates(cast.review, n)
    a_policy(cast.review, **({"pilot_size": 4, "seed": 9} | terms))
    pilot = pilots.begin(review=cast.review, stage=TITLES, by=cast.ana)
    return pilot, list(piloting.records_of(pilot))


def read(rows: list[Candidate], one: User, two: User, *, differ: int = 0) -> None:
    for number, row in enumerate(rows):
        voted(row, one, IN if number % 2 else OUT)
        voted(row, two, IN if bool(number % 2) != (number < differ) else OUT)


def test_until_a_round_is_drawn_nobody_votes(cast: Cast) -> None:
    (candidate,) = candidates(cast.review, 1)
    a_policy(cast.review, pilot_size=3)
    assert queue.awaiting(cast.review, cast.ben) == []
    with pytest.raises(StageLocked):
        voted(candidate, cast.ben, IN)


def test_a_round_is_drawn_by_the_seed_and_can_be_drawn_again(cast: Cast) -> None:
    pilot, rows = begin(cast)
    waiting = Candidate.objects.values_list("record_id", flat=True)
    drawn = sample(draw(9, "round", 1), [pk for pk in waiting if pk], 4)
    assert {row.record_id for row in rows} == set(drawn)
    assert (pilot.size, pilot.drawn_from, pilot.number) == (4, 12, 1)


def test_only_pilot_records_are_offered_and_may_be_voted_on(cast: Cast) -> None:
    _, rows = begin(cast)
    assert {one.pk for one in queue.awaiting(cast.review, cast.ben, n=99)} == {row.pk for row in rows}
    other = Candidate.objects.exclude(pk__in=[row.pk for row in rows])[0]
    with pytest.raises(StageLocked):
        voted(other, cast.ben, IN)


def test_enough_agreement_opens_the_stage(cast: Cast) -> None:
    pilot, rows = begin(cast)
    read(rows, cast.ben, cast.chi)
    end = PilotEnd.objects.get(pilot=pilot)
    assert (end.outcome, end.agreement) == ("reached", 1.0)
    assert not is_locked(policy(cast))
    assert len(queue.awaiting(cast.review, cast.ben, n=99)) == 8


def test_too_little_agreement_keeps_it_closed_until_another_round_or_a_lead_opens_it(cast: Cast) -> None:
    pilot, rows = begin(cast)
    read(rows, cast.ben, cast.chi, differ=2)
    result = piloting.result_of(pilot, policy(cast))
    assert (result.is_complete, result.is_reached, result.agreement) == (True, False, 0.5)
    assert is_locked(policy(cast))
    with pytest.raises(Refused, match="Say why"):
        pilots.end(pilot=pilot, outcome=PilotEnd.Outcome.REPEATED, by=cast.ana)
    with pytest.raises(Refused, match="by voting"):
        pilots.end(pilot=pilot, outcome=PilotEnd.Outcome.REACHED, explanation="Well", by=cast.ana)
    with pytest.raises(NothingToDo):
        pilots.begin(review=cast.review, stage=TITLES, by=cast.ana)
    pilots.end(pilot=pilot, outcome=PilotEnd.Outcome.REPEATED, explanation="We talked.", by=cast.ana)
    second = pilots.begin(review=cast.review, stage=TITLES, by=cast.ana)
    again = list(piloting.records_of(second))
    assert not {row.pk for row in again} & {row.pk for row in rows}
    assert is_locked(policy(cast))
    pilots.end(pilot=second, outcome=PilotEnd.Outcome.UNLOCKED, explanation="Time is short.", by=cast.ana)
    assert not is_locked(policy(cast))
    with pytest.raises(NothingToDo):
        pilots.end(pilot=second, outcome=PilotEnd.Outcome.UNLOCKED, explanation="Again", by=cast.ana)


def test_kappa_that_is_not_defined_opens_nothing(cast: Cast) -> None:
    pilot, rows = begin(cast, pilot_measure="kappa")
    for row in rows:
        voted(row, cast.ben, IN)
        voted(row, cast.chi, IN)
    assert piloting.result_of(pilot, policy(cast)).agreement is None
    assert is_locked(policy(cast))


def test_kappa_is_the_mean_of_the_pairs(cast: Cast) -> None:
    pilot, rows = begin(cast, pilot_measure="kappa", pilot_votes=3, pilot_threshold=1)
    for number, row in enumerate(rows):
        voted(row, cast.ana, IN if number % 2 else OUT)
        voted(row, cast.ben, IN if number % 2 else OUT)
        voted(row, cast.chi, MAYBE if number in {1, 2, 3} else OUT)
    result = piloting.result_of(pilot, policy(cast))
    # Ana and Ben 1; each with Chi p_o = 3/4, p_e = 1/2 · 3/4 + 1/2 · 1/4 = 1/2, so 1/2.
    assert result.agreement == pytest.approx((1 + 0.5 + 0.5) / 3)
    assert sorted(pair.disagreed for pair in result.pairs) == [0, 1, 1]


def test_nothing_is_told_of_votes_before_the_round_is_complete(cast: Cast) -> None:
    pilot, rows = begin(cast)
    voted(rows[0], cast.ben, OUT)
    voted(rows[0], cast.chi, IN)
    result = piloting.result_of(pilot, policy(cast))
    assert (result.pairs, result.agreement, result.waiting) == ((), None, 3)
    assert {reader.voted for reader in result.readers} == {1}


def test_a_pilot_record_takes_the_votes_of_the_pilot_though_one_vote_is_usual(cast: Cast) -> None:
    pilot, rows = begin(cast, votes_needed=1)
    voted(rows[0], cast.ben, OUT)
    rows[0].refresh_from_db()
    assert rows[0].status == "open"
    pilots.end(pilot=pilot, outcome=PilotEnd.Outcome.ABANDONED, explanation="Too early.", by=cast.ana)
    rows[0].refresh_from_db()
    assert (rows[0].status, rows[0].in_pilot) == ("excluded", False)
    assert is_locked(policy(cast))


def test_without_its_pilot_the_stage_decides_pilot_records_like_others(cast: Cast) -> None:
    _, rows = begin(cast, pilot_votes=3)
    read(rows, cast.ben, cast.chi)
    assert set(Candidate.objects.filter(in_pilot=True).values_list("status", flat=True)) == {"open"}
    a_policy(cast.review, pilot_size=0)
    statuses = Candidate.objects.filter(in_pilot=True).values_list("status", flat=True)
    assert set(statuses) == {"included", "excluded"}


def test_a_vote_taken_back_later_leaves_the_stage_open(cast: Cast) -> None:
    _, rows = begin(cast)
    read(rows, cast.ben, cast.chi)
    votes.take_back(candidate=rows[0], by=cast.ben)
    assert not is_locked(policy(cast))


def test_a_duplicate_of_a_pilot_record_is_in_the_pilot(cast: Cast) -> None:
    _, rows = begin(cast)
    root = a_record(cast.review)
    Record.objects.filter(pk=rows[0].subject_id).update(duplicate_of=root)
    standing.records_changed(review=cast.review, record_ids=[rows[0].subject_id])
    assert Candidate.objects.get(record=root).in_pilot
    assert PilotRecord.objects.count() == 4


def test_only_a_lead_draws_and_ends(cast: Cast) -> None:
    candidates(cast.review, 2)
    a_policy(cast.review, pilot_size=1)
    with pytest.raises(NotAllowed):
        pilots.begin(review=cast.review, stage=TITLES, by=cast.ben)
    pilot = pilots.begin(review=cast.review, stage=TITLES, by=cast.ana)
    with pytest.raises(NotAllowed):
        pilots.end(pilot=pilot, outcome=PilotEnd.Outcome.UNLOCKED, explanation="x", by=cast.ben)


def test_there_must_be_something_to_draw(cast: Cast) -> None:
    with pytest.raises(Refused, match="no pilot round"):
        pilots.begin(review=cast.review, stage=TITLES, by=cast.ana)
    a_policy(cast.review, pilot_size=1)
    with pytest.raises(Refused, match="nothing to draw from"):
        pilots.begin(review=cast.review, stage=TITLES, by=cast.ana)
