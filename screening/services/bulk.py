"""One vote on many records of a list, where the policy allows it, and all of them taken back again at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from reviews.access import May, require
from reviews.errors import NothingToDo, Refused
from reviews.models import ExclusionReason, Review, User
from screening.models import Candidate, Policy, Stage, Standing, Verdict, Vote
from screening.queries.bulk import plan
from screening.services import votes

#: As many as can be counted in the time that a person waits for a page.
MOST = 500


@dataclass(frozen=True, slots=True)
class Undone:
    """How many votes were taken back, or set to what they had been, and how many could not be any more."""

    taken_back: int
    left: int


@transaction.atomic
def vote(
    *,
    review: Review,
    ids: Collection[int],
    verdict: Verdict,
    reason: ExclusionReason | None = None,
    by: User,
) -> list[Vote]:
    """Cast one's own vote on each of these candidates that waits for it; all or none."""
    member = require(May.SCREEN, review=review, by=by)
    policy = Policy.objects.in_force(review, Stage.TITLE_ABSTRACT)
    if not policy.bulk:
        raise Refused("The policy of this stage wants every record to be read and voted on by itself.")
    if len(ids) > MOST:
        raise Refused(f"At most {MOST} records at once; these are {len(ids)}.")
    todo = plan(member, ids, verdict=verdict, reason=reason, policy=policy).candidates
    if not todo:
        raise NothingToDo("None of these records waits for such a vote of yours.")
    return votes.cast_many(ballots=[votes.Ballot(one, verdict, reason) for one in todo], by=by)


@transaction.atomic
def take_back(*, review: Review, vote_ids: Collection[int], by: User) -> Undone:
    """Undo such votes: taken back, or, where one had voted otherwise before, that vote cast again.

    What was voted on again since, or resolved, stays as it is.
    """
    require(May.SCREEN, review=review, by=by)
    standing = Standing.objects.filter(
        review=review, stage=Stage.TITLE_ABSTRACT, vote__in=vote_ids, reviewer=by, candidate__resolved=False
    )
    rows = list(standing.select_related("candidate__review", "vote"))
    before = _votes_before([row.vote for row in rows])
    fresh: list[Candidate] = []
    again: list[votes.Ballot] = []
    for row in rows:
        earlier = before.get(row.vote.record_id)
        if earlier is None or (earlier.reason and earlier.reason.retired_at):
            fresh.append(row.candidate)
        else:
            again.append(votes.Ballot(row.candidate, Verdict(earlier.verdict), earlier.reason, earlier.note))
    if not rows:
        raise NothingToDo("Nothing is left of these votes that could be taken back.")
    votes.take_back_many(candidates=fresh, by=by)
    votes.cast_many(ballots=again, by=by)
    return Undone(len(rows), len(set(vote_ids)) - len(rows))


def _votes_before(cast: Collection[Vote]) -> dict[int | None, Vote]:
    """By record the vote that stood before each of these; nothing where there was none, or it had been taken back."""
    newer = {one.record_id: one for one in cast}
    found: dict[int | None, Vote] = {}
    earlier = Vote.objects.filter(record__in=newer, reviewer__in={one.reviewer_id for one in cast})
    for row in earlier.select_related("reason").order_by("pk"):
        if row.pk < newer[row.record_id].pk:
            found[row.record_id] = row
    return {record: row for record, row in found.items() if row.verdict != Verdict.WITHDRAWN}
