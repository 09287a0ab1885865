"""How far a stage is: for the team, for one member, for each colleague. Counts only, never anybody's verdicts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from reviews.access import May, may
from reviews.models import Membership, Review, Tally, User
from screening.models import Candidate, Stage


@dataclass(frozen=True, slots=True)
class StageCounts:
    """How many candidates of a stage have which status."""

    open: int = 0
    conflict: int = 0
    included: int = 0
    excluded: int = 0
    awaiting: int = 0
    ongoing: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.open + self.conflict + self.decided + self.set_aside

    @property
    def decided(self) -> int:
        """Included or excluded."""
        return self.included + self.excluded

    @property
    def set_aside(self) -> int:
        """Read, but awaiting classification or about an ongoing study."""
        return self.awaiting + self.ongoing


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
    """Kept numbers: one query, however many candidates there are."""
    return StageCounts(**Tally.objects.of(review, f"candidate:{stage.value}:"))


def my_counts(review: Review, stage: Stage, user: User, counts: StageCounts) -> MyCounts:
    """Kept numbers, in one query; `counts` are the stage's."""
    by_status = Tally.objects.of(review, f"standing:{stage.value}:{user.pk}:")
    return MyCounts(
        voted=sum(by_status.values()), remaining=counts.open - by_status.get(Candidate.Status.OPEN, 0)
    )


def team_progress(review: Review, stage: Stage, counts: StageCounts) -> list[MemberProgress]:
    """Everybody who may screen, and everybody who has voted; two queries."""
    voted: dict[int, dict[str, int]] = defaultdict(dict)
    for name, n in Tally.objects.of(review, f"standing:{stage.value}:").items():
        reviewer, _, status = name.partition(":")
        voted[int(reviewer)][status] = n
    progress = []
    for membership in review.memberships.select_related("user"):
        screens, mine = may(membership, May.SCREEN), voted.get(membership.user_id, {})
        if not screens and not mine:
            continue
        remaining = counts.open - mine.get(Candidate.Status.OPEN, 0) if screens else 0
        conflicts = mine.get(Candidate.Status.CONFLICT, 0)
        progress.append(MemberProgress(membership, sum(mine.values()), remaining, conflicts))
    return progress
