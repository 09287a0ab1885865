"""Who resolves a conflict, how, and what stays of it."""

from __future__ import annotations

from typing import Any

import pytest

from reviews.access import May, require
from reviews.errors import NotAllowed, Refused
from screening.errors import NotInConflict, NotYours, ReasonNeeded
from screening.models import Candidate, Resolution, Stage, Verdict, Vote
from screening.services import conflicts
from tests.conftest import Cast
from tests.factories import a_member, a_reason
from tests.screening.factories import IN, OUT, a_candidate, a_conflict, a_full_text, a_policy, voted

CONSENSUS, ARBITRATION = Resolution.Kind.CONSENSUS, Resolution.Kind.ARBITRATION


def resolve(candidate: Candidate, by: Any, kind: Resolution.Kind = ARBITRATION, **fields: Any) -> Resolution:
    fields.setdefault("verdict", IN)
    fields.setdefault("explanation", "The control group is described on page 2.")
    return conflicts.resolve(candidate=candidate, kind=kind, by=by, **fields)


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
    membership = require(May.VIEW, review=cast.review, by=fay)
    membership.left_at = membership.joined_at
    membership.save()
    candidate = a_conflict(cast.review, cast.ben, cast.chi)
    resolve(candidate, cast.ana)


def test_those_who_disagree_write_down_their_consensus_but_do_not_decide_alone(cast: Cast) -> None:
    candidate = a_conflict(cast.review, cast.ben, cast.chi)
    with pytest.raises(NotYours, match="Only the arbiter decides alone"):
        resolve(candidate, cast.ben, ARBITRATION)
    resolve(candidate, cast.ben, CONSENSUS, verdict=OUT)
    candidate.refresh_from_db()
    assert candidate.status == "excluded"


def test_a_bystander_resolves_nothing(cast: Cast) -> None:
    fay = a_member(cast.review, "Fay")
    candidate = a_conflict(cast.review, cast.ben, cast.chi)
    with pytest.raises(NotYours):
        resolve(candidate, fay, CONSENSUS)
    for outsider in (cast.dov, cast.eve):
        with pytest.raises(NotAllowed):
            resolve(candidate, outsider)


def test_a_resolution_says_why(cast: Cast) -> None:
    candidate = a_conflict(cast.review, cast.ben, cast.chi)
    with pytest.raises(Refused, match="Say why"):
        resolve(candidate, cast.ana, explanation="  ")
    with pytest.raises(Refused, match="include or exclude"):
        resolve(candidate, cast.ana, verdict=Verdict.MAYBE)


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
    candidate.refresh_from_db()
    assert candidate.status == "excluded"
    assert Resolution.objects.count() == 3


def test_a_full_text_is_excluded_for_a_reason(cast: Cast) -> None:
    candidate = a_full_text(cast.review, cast.ana)
    reason = a_reason(cast.review)
    voted(candidate, cast.ben, IN)
    voted(candidate, cast.chi, OUT, reason)
    with pytest.raises(ReasonNeeded):
        resolve(candidate, cast.ana, verdict=OUT)
    resolve(candidate, cast.ana, verdict=OUT, reason=reason)
    candidate.refresh_from_db()
    assert (candidate.stage, candidate.status, candidate.reason) == (Stage.FULL_TEXT, "excluded", reason)
