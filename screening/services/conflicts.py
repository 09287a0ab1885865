"""Resolving a conflict, and opening a resolved one again. The votes stay as they were cast."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from reviews.access import May, may, require
from reviews.errors import Refused
from reviews.models import ExclusionReason, Membership, Role, User
from reviews.services import history
from screening.errors import NotInConflict, NotYours
from screening.models import Candidate, Meeting, Policy, Proposal, Resolution, Stage, Standing, Verdict
from screening.models.subject import subject_of
from screening.services import standing
from screening.services.votes import LONGEST_NOTE, check_reason, lock

Kind = Resolution.Kind


@dataclass(frozen=True, slots=True)
class Ending:
    """A decision that ends a conflict, with its grounds."""

    kind: Resolution.Kind
    verdict: Verdict
    reason: ExclusionReason | None
    explanation: str
    meeting: Meeting | None = None
    proposal: Proposal | None = None


@transaction.atomic
def resolve(
    *,
    candidate: Candidate,
    kind: Resolution.Kind,
    verdict: Verdict,
    reason: ExclusionReason | None = None,
    explanation: str,
    by: User,
) -> Resolution:
    """End a conflict by arbitration: a third person decides, with a reason.

    Consensus takes those who disagree (see consensus.py) and a meeting its minutes (see meetings.py).
    """
    membership = require(May.ARBITRATE, review=candidate.review, by=by)
    row = in_conflict(candidate)
    if kind != Kind.ARBITRATION:
        raise Refused("A consensus is proposed and agreed to; a meeting has minutes.")
    if not may_arbitrate(membership, row):
        raise NotYours("Only the arbiter decides alone. Those who disagree can propose what to agree on.")
    return write(row, Ending(kind, verdict, reason, explanation), by=by)


@transaction.atomic
def reopen(*, candidate: Candidate, explanation: str, by: User) -> Resolution:
    """Take the resolution back; the votes count again. Arbiters may, and those who had agreed with each other."""
    membership = require(May.ARBITRATE, review=candidate.review, by=by)
    row = lock(candidate)
    last = Resolution.objects.about(row).last() if row.resolved else None
    if last is None:
        raise NotInConflict("There is no resolution to take back.")
    agreed = last.kind == Kind.CONSENSUS and by.pk in voters(row)
    if not agreed and not may_arbitrate(membership, row):
        raise NotYours("Only the arbiter can open this again, or those who agreed on it.")
    ending = Ending(Kind(last.kind), Verdict.WITHDRAWN, None, explanation)
    return _create(row, ending, "conflict.reopened", "opened again the conflict about", by)


def in_conflict(candidate: Candidate) -> Candidate:
    """The candidate's row, locked. Raises NotInConflict for what is not (or no longer) in conflict."""
    row = lock(candidate)
    if row.status != Candidate.Status.CONFLICT:
        raise NotInConflict("This is not in conflict (any more).")
    return row


def check(row: Candidate, verdict: Verdict, reason: ExclusionReason | None, explanation: str) -> None:
    """A conflict ends with include or exclude, for a reason of the review, and says why."""
    if verdict not in {Verdict.INCLUDE, Verdict.EXCLUDE}:
        raise Refused("A conflict ends with include or exclude.")
    check_reason(row, excluded=verdict == Verdict.EXCLUDE, reason=reason)
    check_text(explanation)


def check_text(text: str) -> None:
    """Grounds are given, and not too many."""
    if not text.strip():
        raise Refused("Say why, so that a reader of the review can follow it.")
    if len(text) > LONGEST_NOTE:
        raise Refused(f"At most {LONGEST_NOTE} characters; these are {len(text)}.")


def write(row: Candidate, ending: Ending, *, by: User) -> Resolution:
    """End the conflict of a locked row; whether `by` may has been asked before."""
    check(row, ending.verdict, ending.reason, ending.explanation)
    return _create(row, ending, "conflict.resolved", "resolved the conflict about", by)


def voters(candidate: Candidate) -> list[int]:
    """Ids of those whose votes stand for the candidate."""
    return list(Standing.objects.filter(candidate=candidate).values_list("reviewer_id", flat=True))


def arbiters_of(candidate: Candidate) -> list[Membership]:
    """Who may decide this conflict alone today: never nobody, whoever has left.

    The arbiter that the policy names, else the leads; of these, those who did not vote on it themselves, as a third person
    should decide. When all of them have voted they decide all the same, so that no conflict stays for ever.
    """
    review, stage = candidate.review, Stage(candidate.stage)
    able = [m for m in review.memberships.present().select_related("user") if may(m, May.ARBITRATE)]
    leads = [m for m in able if m.role == Role.LEAD]
    named = Policy.objects.in_force(review, stage).arbiter_id
    chosen = [m for m in able if m.user_id == named]
    voted = set(voters(candidate))
    for people in (chosen, leads):
        if third := [m for m in people if m.user_id not in voted]:
            return third
    return chosen or leads


def may_arbitrate(membership: Membership, candidate: Candidate) -> bool:
    """May this member decide the conflict alone?"""
    return any(m.pk == membership.pk for m in arbiters_of(candidate))


def is_arbiter(membership: Membership, stages: Sequence[Stage] = tuple(Stage)) -> bool:
    """Is this member, in general, one of those who decide conflicts of one of these stages?"""
    if not may(membership, May.ARBITRATE):
        return False
    named = [Policy.objects.in_force(membership.review, stage).arbiter_id for stage in stages]
    return membership.role == Role.LEAD or membership.user_id in named


def _create(row: Candidate, ending: Ending, verb: str, sentence: str, by: User) -> Resolution:
    check_text(ending.explanation)
    values: dict[str, Any] = subject_of(row) | {
        "kind": ending.kind,
        "verdict": ending.verdict,
        "reason": ending.reason,
        "explanation": ending.explanation.strip(),
        "meeting": ending.meeting,
        "proposal": ending.proposal,
    }
    resolution = Resolution.objects.create(**values, by=by)
    standing.votes_changed(candidate=row)
    history.record(verb, f"{sentence} “{str(row)[:80]}”", review=row.review, subject=row.subject, by=by)
    return resolution
