"""What a vote on many records at once would do, before anybody casts it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from reviews.models import ExclusionReason, Membership
from screening.models import Candidate, Policy, Stage, Standing, Verdict
from screening.queries.asked import asked
from screening.queries.pilots import is_locked

SAMPLES = 5


@dataclass(frozen=True, slots=True)
class Plan:
    """The candidates that would get a vote: `fresh` ones, and those where one's own vote would change.

    Left alone: what says so already, what needs no votes any more, and what one is not asked to read (or may not yet).
    """

    fresh: list[Candidate]
    changed: list[Candidate]
    same: int
    complete: int
    not_asked: int

    @property
    def candidates(self) -> list[Candidate]:
        """All that would get a vote."""
        return sorted([*self.fresh, *self.changed], key=lambda candidate: candidate.pk)

    @property
    def samples(self) -> list[Candidate]:
        """The first few of them, to be shown."""
        return self.candidates[:SAMPLES]


def plan(
    member: Membership,
    ids: Collection[int],
    *,
    verdict: Verdict,
    reason: ExclusionReason | None,
    policy: Policy,
) -> Plan:
    """What this vote would do to these candidates of titles and abstracts; three queries."""
    rows = Candidate.objects.of(member.review, Stage.TITLE_ABSTRACT).filter(pk__in=ids)
    found = list(rows.select_related("record").order_by("pk"))
    still = [candidate for candidate in found if candidate.status == Candidate.Status.OPEN]
    wanted = asked(policy, member.user)
    readable = rows.none() if wanted is None else rows.filter(wanted)
    if policy.has_pilot and is_locked(policy):
        readable = readable.filter(in_pilot=True)
    may_read = set(readable.values_list("pk", flat=True))
    standing = Standing.objects.filter(candidate__in=still, reviewer=member.user).select_related("vote")
    mine = {row.candidate_id: row.vote for row in standing}
    said = (verdict, reason.pk if reason else None)
    same = {pk for pk, vote in mine.items() if (vote.verdict, vote.reason_id) == said}
    open_to_me = [one for one in still if one.pk in may_read or one.pk in mine]
    return Plan(
        fresh=[one for one in open_to_me if one.pk not in mine],
        changed=[one for one in open_to_me if one.pk in mine and one.pk not in same],
        same=len(same),
        complete=len(found) - len(still),
        not_asked=len(still) - len(open_to_me),
    )
