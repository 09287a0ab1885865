"""Who resolves a conflict, how, and what stays of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from reviews.access import May, require
from reviews.errors import NotAllowed, NothingToDo, Refused
from reviews.models import Membership, Review, Role, User
from screening.errors import NotAgreed, NotInConflict, NotYours, ReasonNeeded
from screening.models import Candidate, Comment, Meeting, Proposal, Resolution, Stage, Verdict, Vote
from screening.queries.board import proposal_for
from screening.queries.decisions import proposal_on
from screening.services import conflicts, consensus, meetings, threads, votes
from screening.services.meetings import Settled
from tests.conftest import Cast
from tests.factories import a_member, a_reason, a_review
from tests.screening.factories import IN, OUT, a_candidate, a_conflict, a_full_text, a_policy, voted

CONSENSUS, ARBITRATION = Resolution.Kind.CONSENSUS, Resolution.Kind.ARBITRATION


def resolve(candidate: Candidate, by: Any, kind: Resolution.Kind = ARBITRATION, **fields: Any) -> Resolution:
    fields.setdefault("verdict", IN)
    fields.setdefault("explanation", "The control group is described on page 2.")
    return conflicts.resolve(candidate=candidate, kind=kind, by=by, **fields)


def propose(candidate: Candidate, by: User, verdict: Verdict = OUT, **fields: Any) -> Proposal:
    fields.setdefault("explanation", "It has no control group.")
    return consensus.propose(candidate=candidate, verdict=verdict, by=by, **fields)


def agree(proposal: Proposal, by: User, *, agrees: bool = True) -> Resolution | None:
    return consensus.answer(proposal=proposal, agrees=agrees, by=by)


def leaves(review: Review, person: User) -> None:
    Membership.objects.filter(review=review, user=person).update(left_at=timezone.now())


def status(candidate: Candidate) -> str:
    candidate.refresh_from_db()
    return candidate.status


# --- arbitration ---


def test_any_lead_arbitrates_while_nobody_is_named(cast: Cast) -> None:
    candidate = a_conflict(cast.review, cast.ben, cast.chi)
    resolve(candidate, cast.ana)
    candidate.refresh_from_db()
    assert (candidate.status, candidate.resolved) == ("included", True)
    assert Vote.objects.count() == 2


def test_the_named_arbiter_decides_and_the_lead_does_not(cast: Cast) -> None:
    fay = a_member(cast.review, "Fay")
    a_policy(cast.review, arbiter=fay)
    candidate = a_conflict(cast.review, cast.ben, cast.chi)
    with pytest.raises(NotYours):
        resolve(candidate, cast.ana)
    resolve(candidate, fay)


def test_when_the_arbiter_has_left_the_leads_step_in(cast: Cast) -> None:
    fay = a_member(cast.review, "Fay")
    a_policy(cast.review, arbiter=fay)
    leaves(cast.review, fay)
    resolve(a_conflict(cast.review, cast.ben, cast.chi), cast.ana)


def test_when_the_arbiter_may_not_arbitrate_any_more_the_leads_step_in(cast: Cast) -> None:
    fay = a_member(cast.review, "Fay")
    a_policy(cast.review, arbiter=fay)
    Membership.objects.filter(user=fay).update(role=Role.OBSERVER)
    resolve(a_conflict(cast.review, cast.ben, cast.chi), cast.ana)


def test_who_voted_is_no_third_person(cast: Cast) -> None:
    a_policy(cast.review, arbiter=cast.ben)
    candidate = a_conflict(cast.review, cast.ben, cast.chi)
    with pytest.raises(NotYours):
        resolve(candidate, cast.ben)
    resolve(candidate, cast.ana)


def test_when_everybody_who_could_decide_has_voted_they_decide_all_the_same(cast: Cast) -> None:
    candidate = a_conflict(cast.review, cast.ana, cast.chi)
    leaves(cast.review, cast.chi)
    resolve(candidate, cast.ana)
    assert status(candidate) == "included"


@pytest.mark.parametrize("gone", ["", "b", "c", "bc", "f", "bf", "cf", "bcf"])
@pytest.mark.parametrize("named", [None, "ben", "fay"])
@pytest.mark.parametrize("disagree", [("ben", "chi"), ("ana", "ben"), ("ana", "fay"), ("ben", "fay")])
def test_whoever_leaves_somebody_can_end_every_conflict(
    cast: Cast, gone: str, named: str | None, disagree: tuple[str, str]
) -> None:
    people = {"ana": cast.ana, "ben": cast.ben, "chi": cast.chi, "fay": a_member(cast.review, "Fay")}
    a_policy(cast.review, arbiter=people[named] if named else None)
    candidate = a_conflict(cast.review, people[disagree[0]], people[disagree[1]])
    for name, person in people.items():
        if name[0] in gone:
            leaves(cast.review, person)
    able = conflicts.arbiters_of(candidate)
    assert able
    resolve(candidate, able[0].user)


def test_a_bystander_resolves_nothing(cast: Cast) -> None:
    fay = a_member(cast.review, "Fay")
    candidate = a_conflict(cast.review, cast.ben, cast.chi)
    with pytest.raises(NotYours):
        resolve(candidate, fay)
    with pytest.raises(NotYours):
        propose(candidate, fay)
    for outsider in (cast.dov, cast.eve):
        with pytest.raises(NotAllowed):
            resolve(candidate, outsider)
        with pytest.raises(NotAllowed):
            propose(candidate, outsider)


def test_a_resolution_says_why(cast: Cast) -> None:
    candidate = a_conflict(cast.review, cast.ben, cast.chi)
    with pytest.raises(Refused, match="Say why"):
        resolve(candidate, cast.ana, explanation="  ")
    with pytest.raises(Refused, match="include or exclude"):
        resolve(candidate, cast.ana, verdict=Verdict.MAYBE)
    with pytest.raises(Refused, match="agreed to"):
        resolve(candidate, cast.ana, CONSENSUS)


def test_only_a_conflict_is_resolved_and_only_a_resolution_taken_back(cast: Cast) -> None:
    candidate = a_candidate(cast.review)
    with pytest.raises(NotInConflict):
        resolve(candidate, cast.ana)
    voted(candidate, cast.ana, IN)
    voted(candidate, cast.ben, IN)
    with pytest.raises(NotInConflict):
        resolve(candidate, cast.ana)
    with pytest.raises(NotInConflict):
        conflicts.reopen(candidate=candidate, explanation="Why not", by=cast.ana)


def test_opening_again_lets_the_votes_count(cast: Cast) -> None:
    candidate = a_conflict(cast.review, cast.ben, cast.chi)
    resolve(candidate, cast.ana)
    with pytest.raises(NotYours):
        conflicts.reopen(candidate=candidate, explanation="No!", by=cast.ben)
    conflicts.reopen(candidate=candidate, explanation="New information.", by=cast.ana)
    candidate.refresh_from_db()
    assert (candidate.status, candidate.resolved) == ("conflict", False)
    resolve(candidate, cast.ana, verdict=OUT)
    assert status(candidate) == "excluded"
    assert Resolution.objects.count() == 3


def test_a_full_text_is_excluded_for_a_reason(cast: Cast) -> None:
    candidate = a_full_text(cast.review, cast.ana)
    reason = a_reason(cast.review)
    voted(candidate, cast.ben, IN)
    voted(candidate, cast.chi, OUT, reason)
    with pytest.raises(ReasonNeeded):
        resolve(candidate, cast.ana, verdict=OUT)
    with pytest.raises(ReasonNeeded):
        propose(candidate, cast.ben)
    resolve(candidate, cast.ana, verdict=OUT, reason=reason)
    candidate.refresh_from_db()
    assert (candidate.stage, candidate.status, candidate.reason) == (Stage.FULL_TEXT, "excluded", reason)


# --- consensus ---


def test_a_consensus_takes_both(cast: Cast) -> None:
    candidate = a_conflict(cast.review, cast.ben, cast.chi)
    proposal = propose(candidate, cast.ben)
    assert status(candidate) == "conflict"
    with pytest.raises(NotYours, match="You made this proposal"):
        agree(proposal, cast.ben)
    resolution = agree(proposal, cast.chi)
    assert resolution is not None
    assert (resolution.kind, resolution.proposal, resolution.by) == (CONSENSUS, proposal, cast.chi)
    assert (status(candidate), candidate.resolved) == ("excluded", True)


def test_of_three_who_voted_all_have_to_agree(cast: Cast) -> None:
    a_policy(cast.review, votes_needed=3)
    candidate = a_candidate(cast.review)
    for person, verdict in ((cast.ana, IN), (cast.ben, OUT), (cast.chi, IN)):
        voted(candidate, person, verdict)
    proposal = propose(candidate, cast.ben)
    assert agree(proposal, cast.chi) is None
    assert status(candidate) == "conflict"
    assert agree(proposal, cast.ana) is not None
    assert status(candidate) == "excluded"


def test_who_does_not_agree_may_come_round(cast: Cast) -> None:
    candidate = a_conflict(cast.review, cast.ben, cast.chi)
    proposal = propose(candidate, cast.ben)
    assert agree(proposal, cast.chi, agrees=False) is None
    assert status(candidate) == "conflict"
    seen = proposal_for(candidate, require(May.VIEW, review=cast.review, by=cast.chi))
    assert seen is not None
    assert (seen.may_answer, [a.agrees for a in seen.answers]) == (True, [False])
    assert agree(proposal, cast.chi) is not None


def test_only_the_newest_proposal_counts(cast: Cast) -> None:
    candidate = a_conflict(cast.review, cast.ben, cast.chi)
    old, new = propose(candidate, cast.ben), propose(candidate, cast.chi, IN)
    with pytest.raises(NotAgreed, match="no longer counts"):
        agree(old, cast.chi)
    consensus.withdraw(candidate=candidate, by=cast.chi)
    assert proposal_on(candidate) is None
    with pytest.raises(NotAgreed):
        agree(new, cast.ben)
    with pytest.raises(NothingToDo):
        consensus.withdraw(candidate=candidate, by=cast.chi)
    propose(candidate, cast.ben)
    with pytest.raises(NotYours):
        consensus.withdraw(candidate=candidate, by=cast.chi)


def test_a_proposal_from_before_a_resolution_counts_no_more(cast: Cast) -> None:
    candidate = a_conflict(cast.review, cast.ben, cast.chi)
    proposal = propose(candidate, cast.ben)
    resolve(candidate, cast.ana)
    with pytest.raises(NotInConflict):
        agree(proposal, cast.chi)
    conflicts.reopen(candidate=candidate, explanation="New information.", by=cast.ana)
    with pytest.raises(NotAgreed):
        agree(proposal, cast.chi)


def test_who_agreed_can_open_it_again(cast: Cast) -> None:
    candidate = a_conflict(cast.review, cast.ben, cast.chi)
    agree(propose(candidate, cast.ben), cast.chi)
    conflicts.reopen(candidate=candidate, explanation="We overlooked a page.", by=cast.chi)
    assert status(candidate) == "conflict"


def test_with_somebody_who_has_left_nobody_can_agree(cast: Cast) -> None:
    candidate = a_conflict(cast.review, cast.ben, cast.chi)
    proposal = propose(candidate, cast.chi)
    leaves(cast.review, cast.ben)
    with pytest.raises(NotAllowed):
        agree(proposal, cast.ben)
    with pytest.raises(NotAgreed, match="no longer there"):
        propose(candidate, cast.chi)
    assert not consensus.may_propose(require(May.VIEW, review=cast.review, by=cast.chi), candidate)
    resolve(candidate, cast.ana)


# --- meetings ---


def hold(cast: Cast, *settled: Settled, **fields: Any) -> Meeting:
    values: dict[str, Any] = {
        "held_on": timezone.localdate(),
        "present": [cast.ben, cast.chi],
        "minutes": "We read both again.",
        "by": cast.ana,
    } | fields
    return meetings.hold(review=cast.review, settled=settled, **values)


def test_a_meeting_settles_several_conflicts_with_its_minutes(cast: Cast) -> None:
    one, two = (a_conflict(cast.review, cast.ben, cast.chi) for _ in range(2))
    meeting = hold(cast, Settled(one, IN), Settled(two, OUT, explanation="Wrong people."))
    assert (status(one), status(two)) == ("included", "excluded")
    assert set(meeting.resolutions.values_list("kind", flat=True)) == {"meeting"}
    said = dict(Resolution.objects.values_list("record_id", "explanation"))
    assert "minutes" in said[one.subject_id]
    assert said[two.subject_id] == "Wrong people."


def test_a_meeting_settles_all_or_nothing(cast: Cast) -> None:
    one, decided = a_conflict(cast.review, cast.ben, cast.chi), a_candidate(cast.review)
    with pytest.raises(NotInConflict):
        hold(cast, Settled(one, IN), Settled(decided, IN))
    assert status(one) == "conflict"
    assert not Meeting.objects.exists()


def test_a_meeting_makes_sense(cast: Cast) -> None:
    one = Settled(a_conflict(cast.review, cast.ben, cast.chi), IN)
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    for wrong, words in (
        ({"minutes": " "}, "Write down"),
        ({"held_on": tomorrow}, "future"),
        ({"present": [cast.ben]}, "two people"),
        ({"present": [cast.ben, cast.eve]}, "never belonged"),
    ):
        with pytest.raises(Refused, match=words):
            hold(cast, one, **wrong)
    with pytest.raises(Refused, match="at least one conflict"):
        hold(cast)
    foreign = a_review(lead=cast.eve)
    other = a_conflict(foreign, cast.eve, a_member(foreign, "Gil"))
    with pytest.raises(Refused, match="another review"):
        hold(cast, Settled(other, IN))
    fay = a_member(cast.review, "Fay")
    with pytest.raises(NotYours):
        hold(cast, one, by=fay)
    hold(cast, one, by=cast.ben)


# --- the discussion ---


def test_nobody_talks_before_the_votes_are_in(cast: Cast) -> None:
    candidate = a_candidate(cast.review)
    voted(candidate, cast.ben, IN)
    with pytest.raises(NotYours, match="all votes are in"):
        threads.add(candidate=candidate, text="Surely in!", by=cast.ben)
    voted(candidate, cast.chi, OUT)
    threads.add(candidate=candidate, text="See page 2.", by=cast.ben)
    assert list(seen_by(cast.review, cast.dov)) == ["See page 2."]
    with pytest.raises(NotAllowed):
        threads.add(candidate=candidate, text="Hm.", by=cast.dov)
    for text in (" ", "x" * 5001):
        with pytest.raises(Refused):
            threads.add(candidate=candidate, text=text, by=cast.chi)


def test_what_was_said_is_hidden_again_when_a_vote_is_taken_back(cast: Cast) -> None:
    candidate = a_conflict(cast.review, cast.ben, cast.chi)
    threads.add(candidate=candidate, text="See page 2.", by=cast.ben)
    votes.take_back(candidate=candidate, by=cast.chi)
    assert not seen_by(cast.review, cast.chi)
    assert seen_by(cast.review, cast.ben) == ["See page 2."]


def test_without_blinding_people_may_talk_at_once(cast: Cast) -> None:
    a_policy(cast.review, blinded=False)
    threads.add(candidate=a_candidate(cast.review), text="Look!", by=cast.ben)
    assert seen_by(cast.review, cast.chi) == ["Look!"]


def seen_by(review: Review, person: User) -> list[str]:
    membership = require(May.VIEW, review=review, by=person)
    return list(Comment.objects.visible_to(membership).values_list("text", flat=True))
