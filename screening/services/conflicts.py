"""Resolving a conflict, and opening a resolved one again. The votes stay as they were cast."""

from __future__ import annotations

from django.db import transaction

from reviews.access import May, may, require
from reviews.errors import Refused
from reviews.models import ExclusionReason, Membership, Role, User
from reviews.services import history
from screening.errors import NotInConflict, NotYours
from screening.models import Candidate, Policy, Resolution, Stage, Standing, Verdict
from screening.services import standing
from screening.services.votes import check_reason, lock


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
    """End a conflict: the arbiter decides it, or those who disagreed write down what they agreed on."""
    membership = require(May.ARBITRATE, review=candidate.review, by=by)
    row = lock(candidate)
    if row.status != Candidate.Status.CONFLICT:
        raise NotInConflict("This is not in conflict (any more).")
    _require_say(row, kind, membership)
    if verdict not in {Verdict.INCLUDE, Verdict.EXCLUDE}:
        raise Refused("A conflict ends with include or exclude.")
    check_reason(row, excluded=verdict == Verdict.EXCLUDE, reason=reason)
    return _write(
        row, kind, verdict, reason, explanation, by, "conflict.resolved", "resolved the conflict about"
    )


@transaction.atomic
def reopen(*, candidate: Candidate, explanation: str, by: User) -> Resolution:
    """Take the resolution back; the votes count again."""
    membership = require(May.ARBITRATE, review=candidate.review, by=by)
    row = lock(candidate)
    last = Resolution.objects.about(row).last() if row.resolved else None
    if last is None:
        raise NotInConflict("There is no resolution to take back.")
    kind = Resolution.Kind(last.kind)
    _require_say(row, kind, membership)
    return _write(
        row,
        kind,
        Verdict.WITHDRAWN,
        None,
        explanation,
        by,
        "conflict.reopened",
        "opened again the conflict about",
    )


def may_arbitrate(membership: Membership, stage: Stage) -> bool:
    """Is this member the one who decides conflicts: the arbiter named, or any lead if none is (or has left)?"""
    if not may(membership, May.ARBITRATE):
        return False
    arbiter = Policy.objects.in_force(membership.review, stage).arbiter
    if arbiter is not None and arbiter.memberships.present().filter(review=membership.review).exists():
        return arbiter.pk == membership.user_id
    return membership.role == Role.LEAD


def kinds_open_to(membership: Membership, candidate: Candidate) -> list[Resolution.Kind]:
    """In which ways this member may end the conflict; none for whom it is not to end."""
    if not may(membership, May.ARBITRATE):
        return []
    arbitrates = may_arbitrate(membership, Stage(candidate.stage))
    voted = Standing.objects.filter(candidate=candidate, reviewer_id=membership.user_id).exists()
    kinds = [Resolution.Kind.CONSENSUS] if voted or arbitrates else []
    return [*kinds, Resolution.Kind.ARBITRATION] if arbitrates else kinds


def _require_say(row: Candidate, kind: Resolution.Kind, membership: Membership) -> None:
    open_to = kinds_open_to(membership, row)
    if kind in open_to:
        return
    if open_to:
        raise NotYours("Only the arbiter decides alone. You can write down what you both agreed on.")
    raise NotYours("Only the arbiter, or the reviewers who disagree, can resolve this conflict.")


def _write(
    row: Candidate,
    kind: Resolution.Kind,
    verdict: Verdict,
    reason: ExclusionReason | None,
    explanation: str,
    by: User,
    verb: str,
    sentence: str,
) -> Resolution:
    if not explanation.strip():
        raise Refused("Say why, so that a reader of the review can follow it.")
    resolution = Resolution.objects.create(
        review=row.review,
        stage=row.stage,
        record_id=row.record_id,
        report_id=row.report_id,
        kind=kind,
        verdict=verdict,
        reason=reason,
        explanation=explanation.strip(),
        by=by,
    )
    standing.votes_changed(candidate=row)
    history.record(verb, f"{sentence} “{str(row)[:80]}”", review=row.review, subject=row.subject, by=by)
    return resolution
