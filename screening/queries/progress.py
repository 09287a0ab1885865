"""How far a stage is: for the team, for one member, for each colleague. Counts only, never anybody's verdicts."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from reviews.access import May, may
from reviews.models import Membership, Review, User
from screening.models import Candidate, Stage, Standing


@dataclass(frozen=True, slots=True)
class StageCounts:
    """How many candidates of a stage have which status."""

    open: int = 0
    conflict: int = 0
    included: int = 0
    excluded: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.open + self.conflict + self.included + self.excluded

    @property
    def decided(self) -> int:
        """Included or excluded."""
        return self.included + self.excluded


@dataclass(frozen=True, slots=True)
class MyCounts:
    """One member's share: votes that stand, and candidates that still wait for this member."""

    voted: int
    remaining: int

    @property
    def total(self) -> int:
        """Both together."""
        return self.voted + self.remaining


@dataclass(frozen=True, slots=True)
class MemberProgress:
    """Where a colleague stands in a stage."""

    membership: Membership
    voted: int
    remaining: int
    conflicts: int

    @property
    def user(self) -> User:
        """The colleague."""
        return self.membership.user

    @property
    def total(self) -> int:
        """Votes given and votes still to give."""
        return self.voted + self.remaining

    @property
    def has_left(self) -> bool:
        """No longer in the team; their votes count all the same."""
        return self.membership.left_at is not None


def stage_counts(review: Review, stage: Stage) -> StageCounts:
    """One query over an index."""
    rows = Candidate.objects.of(review, stage).order_by().values_list("status").annotate(n=Count("pk"))
    return StageCounts(**dict(rows))


def my_counts(review: Review, stage: Stage, user: User, counts: StageCounts) -> MyCounts:
    """One query over an index; `counts` are the stage's."""
    by_status = dict(
        Standing.objects.filter(review=review, stage=stage, reviewer=user)
        .order_by()
        .values_list("status")
        .annotate(n=Count("pk"))
    )
    return MyCounts(
        voted=sum(by_status.values()), remaining=counts.open - by_status.get(Candidate.Status.OPEN, 0)
    )


def team_progress(review: Review, stage: Stage, counts: StageCounts) -> list[MemberProgress]:
    """Everybody who may screen, and everybody who has voted; two queries."""
    rows = (
        Standing.objects.filter(review=review, stage=stage)
        .order_by()
        .values_list("reviewer")
        .annotate(
            all=Count("pk"),
            open=Count("pk", filter=Q(status=Candidate.Status.OPEN)),
            conflict=Count("pk", filter=Q(status=Candidate.Status.CONFLICT)),
        )
    )
    voted = {who: numbers for who, *numbers in rows}
    progress = []
    for membership in review.memberships.select_related("user"):
        screens = may(membership, May.SCREEN)
        if not screens and membership.user_id not in voted:
            continue
        total, still_open, conflicts = voted.get(membership.user_id, (0, 0, 0))
        remaining = counts.open - still_open if screens else 0
        progress.append(MemberProgress(membership, total, remaining, conflicts))
    return progress
