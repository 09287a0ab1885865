"""How a stage is decided: changing it makes a new version, and every status is computed anew from the same votes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db import transaction

from reviews.access import May, may, require
from reviews.errors import NothingToDo, Refused
from reviews.models import Membership, Review, User
from reviews.services import history
from screening.models import Candidate, Policy, Stage
from screening.services import standing


@dataclass(frozen=True, slots=True)
class Move:
    """So many candidates would go from one status to another."""

    before: Candidate.Status
    after: Candidate.Status
    n: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What another number of votes would change: nothing is written, and no vote is ever lost."""

    unchanged: int
    moves: tuple[Move, ...]

    @property
    def changed(self) -> int:
        """How many candidates would get another status."""
        return sum(move.n for move in self.moves)


def in_force(review: Review, stage: Stage) -> Policy:
    """The newest version, saved: a review that never chose one gets the defaults as version 1."""
    policy = Policy.objects.in_force(review, stage)
    if policy.version == 0:
        policy, _ = Policy.objects.get_or_create(
            review=review, stage=stage, version=1, defaults={"by": review.created_by}
        )
    return policy


def preview(*, review: Review, stage: Stage, votes_needed: int) -> Preview:
    """What would change if a decision needed this many votes."""
    counts: Counter[tuple[str, str]] = Counter()
    for outcomes in standing.outcomes_of(review, stage, votes_needed=votes_needed):
        counts.update((outcome.candidate.status, outcome.decision.status.value) for outcome in outcomes)
    moves = tuple(
        Move(Candidate.Status(before), Candidate.Status(after), n)
        for (before, after), n in sorted(counts.items())
        if before != after
    )
    return Preview(unchanged=sum(counts.values()) - sum(move.n for move in moves), moves=moves)


@transaction.atomic
def change(
    *, review: Review, stage: Stage, votes_needed: int, blinded: bool, arbiter: User | None, by: User
) -> Policy:
    """Make a new version and decide the stage anew."""
    require(May.EDIT_PROTOCOL, review=review, by=by)
    Review.objects.select_for_update(no_key=True).get(pk=review.pk)
    standing.lock_stage(review=review, stage=stage)
    if not 1 <= votes_needed <= 3:
        raise Refused("A decision needs one, two or three votes.")
    if arbiter is not None and not _can_arbitrate(review, arbiter):
        raise Refused(f"{arbiter} cannot resolve conflicts in this review.")
    before = Policy.objects.in_force(review, stage)
    same = (before.votes_needed, before.blinded, before.arbiter) == (votes_needed, blinded, arbiter)
    if before.version and same:
        raise NothingToDo("That is how this stage is decided already.")
    policy = Policy.objects.create(
        review=review,
        stage=stage,
        version=before.version + 1,
        votes_needed=votes_needed,
        blinded=blinded,
        arbiter=arbiter,
        by=by,
    )
    if votes_needed != before.votes_needed:
        standing.stage_changed(review=review, stage=stage)
    history.record("policy.changed", _sentence(policy), review=review, subject=policy, by=by)
    return policy


def arbiters(review: Review) -> list[Membership]:
    """The members who could be named as arbiter."""
    members = review.memberships.present().select_related("user")
    return [membership for membership in members if may(membership, May.ARBITRATE)]


def _can_arbitrate(review: Review, person: User) -> bool:
    return any(membership.user_id == person.pk for membership in arbiters(review))


def _sentence(policy: Policy) -> str:
    votes = "1 vote" if policy.votes_needed == 1 else f"{policy.votes_needed} votes"
    blind = "blinded" if policy.blinded else "not blinded"
    arbiter = f"{policy.arbiter} resolves conflicts" if policy.arbiter else "any lead resolves conflicts"
    stage = policy.get_stage_display().lower()
    return f"set how {stage} is decided: {votes} needed, {blind}, {arbiter} (version {policy.version})"
