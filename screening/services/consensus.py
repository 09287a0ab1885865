"""Consensus: one of those who disagree proposes how a conflict ends, and when the others agree it has ended."""

from __future__ import annotations

from django.db import transaction

from reviews.access import ROLE_MAY, May, require
from reviews.errors import NothingToDo
from reviews.models import ExclusionReason, Membership, User
from reviews.services import history
from screening.errors import NotAgreed, NotYours
from screening.models import Candidate, Consent, Proposal, Resolution, Verdict
from screening.models.subject import subject_of
from screening.queries.decisions import proposal_on
from screening.services import conflicts
from screening.services.conflicts import Ending
from screening.services.votes import lock

_ROLES = [role for role, allowed in ROLE_MAY.items() if May.ARBITRATE in allowed]


@transaction.atomic
def propose(
    *,
    candidate: Candidate,
    verdict: Verdict,
    reason: ExclusionReason | None = None,
    explanation: str,
    by: User,
) -> Proposal:
    """Say how this conflict could end; a proposal made before no longer counts."""
    require(May.ARBITRATE, review=candidate.review, by=by)
    row = conflicts.in_conflict(candidate)
    _partners(row, by)
    conflicts.check(row, verdict, reason, explanation)
    proposal = _create(row, by, verdict=verdict, reason=reason, explanation=explanation.strip())
    _tell("conflict.proposed", "proposed how to settle", row, by)
    return proposal


@transaction.atomic
def answer(*, proposal: Proposal, agrees: bool, by: User) -> Resolution | None:
    """Agree to a proposal, or not. With the last agreement the conflict is resolved, and the resolution returned."""
    require(May.ARBITRATE, review=proposal.review, by=by)
    candidate = Candidate.objects.filter(
        review=proposal.review_id, stage=proposal.stage, record=_root(proposal), report=proposal.report_id
    ).first()
    if candidate is None:
        raise NotAgreed("This is no longer to be decided.")
    row = conflicts.in_conflict(candidate)
    if proposal_on(row) != proposal:
        raise NotAgreed("This proposal no longer counts: there is a newer one, or it was taken back.")
    if proposal.by_id == by.pk:
        raise NotYours("You made this proposal. Another of those who disagree has to agree to it.")
    partners = _partners(row, by)
    Consent.objects.create(proposal=proposal, agrees=agrees, by=by)
    if not agrees:
        _tell("conflict.declined", "did not agree to the proposal about", row, by)
        return None
    said = dict(proposal.consents.order_by("pk").values_list("by_id", "agrees"))
    if not all(said.get(who) for who in partners - {proposal.by_id}):
        _tell("conflict.agreed", "agreed to the proposal about", row, by)
        return None
    kind, verdict = Resolution.Kind.CONSENSUS, Verdict(proposal.verdict)
    ending = Ending(kind, verdict, proposal.reason, proposal.explanation, proposal=proposal)
    return conflicts.write(row, ending, by=by)


@transaction.atomic
def withdraw(*, candidate: Candidate, by: User) -> Proposal:
    """Take one's own proposal back."""
    require(May.ARBITRATE, review=candidate.review, by=by)
    row = lock(candidate)
    proposal = proposal_on(row)
    if proposal is None:
        raise NothingToDo("Nothing is proposed.")
    if proposal.by_id != by.pk:
        raise NotYours("Only who made a proposal can take it back. You can say that you do not agree.")
    return _create(row, by, verdict=Verdict.WITHDRAWN)


def may_propose(membership: Membership, candidate: Candidate) -> bool:
    """Is this member one of those who disagree, and are all the others still there to agree?"""
    try:
        _partners(candidate, membership.user)
    except (NotYours, NotAgreed):
        return False
    return membership.left_at is None and membership.role in _ROLES


def _partners(row: Candidate, by: User) -> set[int]:
    """All who have to agree with each other: those whose votes stand."""
    voted = set(conflicts.voters(row))
    if by.pk not in voted:
        raise NotYours("Only those who voted on this can come to a consensus about it.")
    present = Membership.objects.filter(
        review=row.review_id, user__in=voted, left_at=None, role__in=_ROLES
    ).values_list("user_id", flat=True)
    if voted - set(present):
        raise NotAgreed("Somebody who voted on this is no longer there to agree. The arbiter decides it.")
    return voted


def _root(proposal: Proposal) -> int | None:
    record = proposal.record
    return (record.duplicate_of_id or record.pk) if record else None


def _create(row: Candidate, by: User, **values: object) -> Proposal:
    last = Resolution.objects.about(row).last()
    return Proposal.objects.create(**subject_of(row), resolution=last, by=by, **values)


def _tell(verb: str, sentence: str, row: Candidate, by: User) -> None:
    history.record(verb, f"{sentence} “{str(row)[:80]}”", review=row.review, subject=row.subject, by=by)
