"""The rule by which votes become a status: every combination of up to three votes, and what time and resolutions do."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.decision import Ballot, Cast, Decision, Mode, Reason, Rule, Ruling, Status, ballots, decide, newest
from screening.models import Candidate

VERDICTS = ("include", "exclude", "maybe")
WRONG_DESIGN = Reason(rank=1, id=8)
WRONG_PEOPLE = Reason(rank=2, id=3)


def votes(*verdicts: str) -> list[Ballot]:
    """One ballot for each of the reviewers 1, 2, 3 …"""
    return ballots(Cast(number, number, verdict) for number, verdict in enumerate(verdicts, start=1))


@pytest.mark.parametrize("needed", [1, 2, 3])
@pytest.mark.parametrize("cast", [c for n in range(4) for c in product(VERDICTS, repeat=n)])
def test_every_combination_of_votes(needed: int, cast: tuple[str, ...]) -> None:
    status = decide(votes(*cast), rule=Rule(votes=needed)).status
    deciding = set(cast[:needed])
    if len(cast) < needed:
        assert status is Status.OPEN
    elif deciding == {"exclude"}:
        assert status is Status.EXCLUDED
    elif "exclude" not in deciding:
        assert status is Status.INCLUDED
    else:
        assert status is Status.CONFLICT


def test_the_statuses_are_those_of_the_table() -> None:
    assert [status.value for status in Status] == Candidate.Status.values


def test_of_two_reasons_the_higher_ranked_one_counts_whoever_was_first() -> None:
    one = Cast(1, 1, "exclude", WRONG_PEOPLE)
    two = Cast(2, 2, "exclude", WRONG_DESIGN)
    assert decide(ballots([one, two]), rule=Rule(votes=2)) == Decision(Status.EXCLUDED, WRONG_DESIGN)
    assert decide(ballots([one]), rule=Rule(votes=1)) == Decision(Status.EXCLUDED, WRONG_PEOPLE)


def test_an_exclusion_without_reason_leaves_the_other_reason() -> None:
    both = ballots([Cast(1, 1, "exclude"), Cast(2, 2, "exclude", WRONG_PEOPLE)])
    assert decide(both, rule=Rule(votes=2)).reason == WRONG_PEOPLE


def test_the_reason_of_a_late_vote_does_not_count() -> None:
    three = ballots([Cast(1, 1, "exclude", WRONG_PEOPLE), Cast(2, 2, "exclude", WRONG_DESIGN)])
    assert decide(three, rule=Rule(votes=1)).reason == WRONG_PEOPLE


def test_a_late_vote_changes_nothing() -> None:
    assert decide(votes("include", "maybe", "exclude"), rule=Rule(votes=2)).status is Status.INCLUDED


def test_a_change_of_mind_keeps_the_place() -> None:
    history = [Cast(1, 1, "include"), Cast(2, 2, "include"), Cast(3, 3, "exclude"), Cast(4, 1, "maybe")]
    assert [b.reviewer for b in ballots(history)] == [1, 2, 3]
    assert decide(ballots(history), rule=Rule(votes=2)).status is Status.INCLUDED


def test_taking_a_vote_back_gives_the_place_up() -> None:
    history = [Cast(1, 1, "include"), Cast(2, 2, "include"), Cast(3, 3, "exclude"), Cast(4, 1, "withdrawn")]
    assert [b.reviewer for b in ballots(history)] == [2, 3]
    assert decide(ballots(history), rule=Rule(votes=2)).status is Status.CONFLICT
    again = [*history, Cast(5, 1, "include")]
    assert [b.reviewer for b in ballots(again)] == [2, 3, 1]


def test_a_resolution_overrides_and_can_be_taken_back() -> None:
    conflict = votes("include", "exclude")
    first = Ruling(1, "exclude", WRONG_DESIGN)
    assert decide(conflict, rule=Rule(votes=2), ruling=newest([first])) == Decision(
        Status.EXCLUDED, WRONG_DESIGN, resolved=True
    )
    assert newest([first, Ruling(2, "withdrawn")]) is None
    third = newest([Ruling(3, "include"), first, Ruling(2, "withdrawn")])
    assert decide(conflict, rule=Rule(votes=2), ruling=third) == Decision(Status.INCLUDED, resolved=True)


def test_a_decision_of_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one vote"):
        decide([], rule=Rule(votes=0))


casts = st.lists(st.tuples(st.integers(1, 4), st.sampled_from([*VERDICTS, "withdrawn"])), max_size=12).map(
    lambda pairs: [Cast(n, who, verdict) for n, (who, verdict) in enumerate(pairs, start=1)]
)


@given(casts, st.randoms(use_true_random=False))
def test_the_order_of_reading_does_not_matter_and_the_newest_vote_of_each_counts(history, random) -> None:
    shuffled = history[:]
    random.shuffle(shuffled)
    standing = ballots(shuffled)
    assert standing == ballots(history)
    last = {cast.reviewer: cast for cast in history}
    assert {b.reviewer: b.vote for b in standing} == {
        who: cast.vote for who, cast in last.items() if cast.verdict != "withdrawn"
    }


@given(casts, st.integers(1, 3))
def test_one_more_reviewer_never_changes_what_is_decided(history, needed) -> None:
    before = decide(ballots(history), rule=Rule(votes=needed))
    after = decide(ballots([*history, Cast(99, 99, "exclude")]), rule=Rule(votes=needed))
    assert before.status is Status.OPEN or before == after
