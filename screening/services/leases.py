"""Leases: a record that is shown to somebody is kept for them for a while, so that no two people give the same last vote."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from reviews.models import Review, User
from screening.models import Candidate, Lease, Policy, Stage
from screening.queries import queue
from screening.queries.queue import IN_HAND

#: Long enough to read the records in hand; a vote on one renews the others.
LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Hand:
    """What somebody gets: new records, and the ids of those in hand that need no vote of theirs any more."""

    new: list[Candidate]
    gone: set[int]


@transaction.atomic
def deal(
    *,
    review: Review,
    held: Collection[int] = (),
    skipped: Collection[int] = (),
    after: int = 0,
    n: int = IN_HAND,
    by: User,
) -> Hand:
    """Up to `n` records that need this person's vote, now kept for them; those `held` are kept on, `skipped` ones let go.

    Who asks at the same moment waits for the other, on the row of the policy.
    """
    policy = Policy.objects.in_force(review, Stage.TITLE_ABSTRACT, lock=True)
    if skipped:
        Lease.objects.filter(candidate__record__in=skipped, reviewer=by).delete()
    if not held:  # whoever comes anew leaves nothing lying about
        Lease.objects.filter(reviewer=by, until__lt=timezone.now()).delete()
    new = queue.awaiting(review, by, but=[*held, *skipped], after=after, n=n, policy=policy) if n else []
    in_hand = [*held, *skipped]
    still = queue.still_awaiting(by, in_hand, policy=policy)
    kept = [candidate.pk for candidate in new] + [still[record] for record in held if record in still]
    until = timezone.now() + LASTS
    Lease.objects.bulk_create(
        [Lease(candidate_id=pk, reviewer=by, until=until) for pk in kept],
        update_conflicts=True,
        unique_fields=["candidate", "reviewer"],
        update_fields=["until"],
    )
    return Hand(new, set(in_hand) - set(still))


def release(*, candidate: Candidate, by: User) -> None:
    """This person has voted, or goes away from it."""
    Lease.objects.filter(candidate=candidate, reviewer=by).delete()
