"""The rule by which votes become a status: every combination of votes in every mode, and what time and resolutions do."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.decision import (
    Ballot,
    Cast,
    Decision,
    Mode,
    Reason,
    Rule,
    Ruling,
    Status,
    ballots,
    decide,
    newest,
)
from screening.models import Candidate, Policy

VERDICTS = ("include", "exclude", "maybe")
WRONG_DESIGN = Reason(rank=1, id=8)
WRONG_PEOPLE = Reason(rank=2, id=3)
TWO = Rule(votes=2)
RULES = [
    *(Rule(Mode.INDEPENDENT, n) for n in (1, 2, 3)),
    Rule(Mode.VERIFIED, 1),
    *(Rule(Mode.SAFETY, n) for n in (2, 3)),
    Rule(Mode.REASSESSED, 2),
]


def votes(*verdicts: str) -> list[Ballot]:
    """One ballot for each of the reviewers 1, 2, 3 …"""
    return ballots(Cast(number, number, verdict) for number, verdict in enumerate(verdicts, start=1))


def status(rule: Rule, *verdicts: str, checked: bool = True) -> Status:
    return decide(votes(*verdicts), rule=rule, checked=checked).status


def combinations(most: int) -> list[tuple[str, ...]]:
    """All histories of up to so many votes."""
    return [cast for n in range(most + 1) for cast in product(VERDICTS, repeat=n)]


# --- independent votes ---


@pytest.mark.parametrize("needed", [1, 2, 3])
@pytest.mark.parametrize("cast", combinations(3))
def test_every_combination_of_independent_votes(needed: int, cast: tuple[str, ...]) -> None:
    found = status(Rule(votes=needed), *cast)
    deciding = set(cast[:needed])
    if len(cast) < needed:
        assert found is Status.OPEN
    elif deciding == {"exclude"}:
        assert found is Status.EXCLUDED
    elif "exclude" not in deciding:
        assert found is Status.INCLUDED
    else:
        assert found is Status.CONFLICT


# --- one vote, exclusions checked ---


@pytest.mark.parametrize("cast", combinations(3))
@pytest.mark.parametrize("checked", [True, False])
def test_every_combination_with_verification(cast: tuple[str, ...], checked: bool) -> None:
    found = status(Rule(Mode.VERIFIED, 1), *cast, checked=checked)
    if not cast:
        assert found is Status.OPEN
    elif cast[0] != "exclude":
        assert found is Status.INCLUDED
    elif not checked:
        assert found is Status.EXCLUDED
    elif len(cast) == 1:
        assert found is Status.OPEN
    else:
        assert found is (Status.EXCLUDED if cast[1] == "exclude" else Status.CONFLICT)


# --- safety first ---


@pytest.mark.parametrize("needed", [2, 3])
@pytest.mark.parametrize("cast", combinations(4))
def test_every_combination_with_safety_first(needed: int, cast: tuple[str, ...]) -> None:
    found = status(Rule(Mode.SAFETY, needed), *cast)
    passes = next((n for n, verdict in enumerate(cast) if verdict != "exclude"), len(cast))
    if passes < min(needed, len(cast)):
        assert found is Status.INCLUDED
    else:
        assert found is (Status.EXCLUDED if len(cast) >= needed else Status.OPEN)


# --- a second pair ---


@pytest.mark.parametrize("cast", combinations(5))
def test_every_combination_with_a_second_pair(cast: tuple[str, ...]) -> None:
    found = status(Rule(Mode.REASSESSED, 2), *cast)
    first = [verdict == "exclude" for verdict in cast[:2]]
    second = [verdict == "exclude" for verdict in cast[2:4]]
    if len(first) < 2 or (any(first) and len(second) < 2):
        assert found is Status.OPEN
    elif not any(first):
        assert found is Status.INCLUDED
    elif second[0] != second[1]:
        assert found is Status.CONFLICT
    elif all(second):
        assert found is Status.EXCLUDED
    else:
        assert found is (Status.CONFLICT if all(first) else Status.INCLUDED)


# --- all modes ---


def test_statuses_and_modes_are_those_of_the_tables() -> None:
    assert [status.value for status in Status] == Candidate.Status.values
    assert [mode.value for mode in Mode] == Policy.How.values


@pytest.mark.parametrize("rule", RULES, ids=str)
@pytest.mark.parametrize("checked", [True, False])
def test_one_more_vote_never_changes_what_is_decided(rule: Rule, checked: bool) -> None:
    for cast in combinations(4):
        before = decide(votes(*cast), rule=rule, checked=checked)
        for verdict in VERDICTS:
            after = decide(votes(*cast, verdict), rule=rule, checked=checked)
            assert before.status is Status.OPEN or before == after


@pytest.mark.parametrize("rule", RULES, ids=str)
@pytest.mark.parametrize("checked", [True, False])
def test_so_many_may_vote_at_once_as_no_vote_of_theirs_is_superfluous(rule: Rule, checked: bool) -> None:
    for cast in combinations(4):
        found = decide(votes(*cast), rule=rule, checked=checked)
        assert (found.lacking == 0) == (found.status is not Status.OPEN)
        # Whatever the next but one say, after them it is still open: so none of them comes too late.
        for more in product(VERDICTS, repeat=max(found.lacking - 1, 0)):
            after = decide(votes(*cast, *more), rule=rule, checked=checked)
            assert found.lacking == 0 or after.status is Status.OPEN
        # And one more could come too late; but a second pair waits for the first.
        if found.lacking and rule.mode is not Mode.REASSESSED:
            ends = {
                decide(votes(*cast, *more), rule=rule, checked=checked).status is not Status.OPEN
                for more in product(VERDICTS, repeat=found.lacking)
            }
            assert True in ends


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_no_rule_waits_for_ever(rule: Rule) -> None:
    for cast in product(VERDICTS, repeat=rule.most_votes):
        assert status(rule, *cast) is not Status.OPEN


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_rule_that_tells_votes_stays_open_for_the_number_of_votes_alone(rule: Rule) -> None:
    by_number = {
        n: {status(rule, *cast) is Status.OPEN for cast in product(VERDICTS, repeat=n)} for n in range(5)
    }
    assert rule.tells_votes == all(len(open_) == 1 for open_ in by_number.values())


def test_a_decision_of_nobody_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one vote"):
        Rule(votes=0)


# --- reasons ---


def test_of_two_reasons_the_higher_ranked_one_counts_whoever_was_first() -> None:
    one = Cast(1, 1, "exclude", WRONG_PEOPLE)
    two = Cast(2, 2, "exclude", WRONG_DESIGN)
    assert decide(ballots([one, two]), rule=TWO) == Decision(Status.EXCLUDED, WRONG_DESIGN, deciding=2)
    assert decide(ballots([one]), rule=Rule(votes=1)) == Decision(Status.EXCLUDED, WRONG_PEOPLE, deciding=1)


def test_an_exclusion_without_reason_leaves_the_other_reason() -> None:
    both = ballots([Cast(1, 1, "exclude"), Cast(2, 2, "exclude", WRONG_PEOPLE)])
    assert decide(both, rule=TWO).reason == WRONG_PEOPLE


def test_the_reason_of_a_late_vote_does_not_count() -> None:
    three = ballots([Cast(1, 1, "exclude", WRONG_PEOPLE), Cast(2, 2, "exclude", WRONG_DESIGN)])
    assert decide(three, rule=Rule(votes=1)).reason == WRONG_PEOPLE


def test_a_record_in_conflict_or_included_has_no_reason() -> None:
    excluded = Cast(1, 1, "exclude", WRONG_PEOPLE)
    assert decide(ballots([excluded, Cast(2, 2, "include")]), rule=TWO).reason is None
    outvoted = [excluded, *(Cast(n, n, "include") for n in (2, 3, 4))]
    assert decide(ballots(outvoted), rule=Rule(Mode.REASSESSED, 2)) == Decision(Status.INCLUDED, deciding=4)


# --- time and resolutions ---


def test_a_late_vote_changes_nothing() -> None:
    assert status(TWO, "include", "maybe", "exclude") is Status.INCLUDED


def test_a_change_of_mind_keeps_the_place() -> None:
    history = [Cast(1, 1, "include"), Cast(2, 2, "include"), Cast(3, 3, "exclude"), Cast(4, 1, "maybe")]
    assert [b.reviewer for b in ballots(history)] == [1, 2, 3]
    assert decide(ballots(history), rule=TWO).status is Status.INCLUDED


def test_taking_a_vote_back_gives_the_place_up() -> None:
    history = [Cast(1, 1, "include"), Cast(2, 2, "include"), Cast(3, 3, "exclude"), Cast(4, 1, "withdrawn")]
    assert [b.reviewer for b in ballots(history)] == [2, 3]
    assert decide(ballots(history), rule=TWO).status is Status.CONFLICT
    again = [*history, Cast(5, 1, "include")]
    assert [b.reviewer for b in ballots(again)] == [2, 3, 1]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_resolution_overrides_and_can_be_taken_back(rule: Rule) -> None:
    first = Ruling(1, "exclude", WRONG_DESIGN)
    for cast in combinations(2):
        ruled = decide(votes(*cast), rule=rule, ruling=newest([first]))
        assert (ruled.status, ruled.reason, ruled.resolved) == (Status.EXCLUDED, WRONG_DESIGN, True)
    assert newest([first, Ruling(2, "withdrawn")]) is None
    third = newest([Ruling(3, "include"), first, Ruling(2, "withdrawn")])
    assert decide(votes("include", "exclude"), rule=TWO, ruling=third).status is Status.INCLUDED


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


@given(casts, st.sampled_from(RULES), st.booleans())
def test_one_more_reviewer_never_changes_what_is_decided(history, rule, checked) -> None:
    before = decide(ballots(history), rule=rule, checked=checked)
    after = decide(ballots([*history, Cast(99, 99, "exclude")]), rule=rule, checked=checked)
    assert before.status is Status.OPEN or before == after
