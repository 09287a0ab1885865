"""How a stage is decided: changing it makes a new version, and every status is computed anew from the same votes."""

from __future__ import annotations

import secrets
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, TypedDict, Unpack

from django.db import transaction

from reviews.access import May, may, require
from reviews.errors import NothingToDo, Refused
from reviews.models import Membership, Review, User
from reviews.services import history
from screening.models import Candidate, Policy, Stage
from screening.services import standing

How = Policy.How
#: How many records a preview names for each kind of change.
SAMPLES = 5


class Terms(TypedDict, total=False):
    """What a policy says; what is not given stays as it is."""

    mode: str
    votes_needed: int
    check_share: int
    blinded: bool
    arbiter: User | None
    readers: list[int]
    second_pair: list[int]
    seed: int
    pilot_size: int
    pilot_votes: int
    pilot_measure: str
    pilot_threshold: float
    order: str
    random_share: int
    bulk: bool


TERMS = tuple(Terms.__annotations__)
#: A change of one of these may change statuses; of one of those, the order of reading.
DECIDING = ("mode", "votes_needed", "check_share", "seed", "pilot_size", "pilot_votes")
ORDERING = ("order", "seed")


@dataclass(frozen=True, slots=True)
class Move:
    """So many candidates would go from one status to another; some of them by name."""

    before: Candidate.Status
    after: Candidate.Status
    n: int
    samples: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What another policy would change: nothing is written, and no vote is ever lost."""

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


def preview(*, review: Review, stage: Stage, **terms: Unpack[Terms]) -> Preview:
    """What would change if the stage were decided like this. Raises Refused for what could not be saved either."""
    policy = _next(Policy.objects.in_force(review, stage), terms, by=review.created_by)
    _check(policy)
    total = Candidate.objects.of(review, stage).count()
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for outcomes in standing.outcomes_of(policy):
        for outcome in outcomes:
            before, after = outcome.candidate.status, outcome.decision.status.value
            if before != after:
                found[before, after].append(outcome.candidate.pk)
    named = Candidate.objects.select_related("record", "report").in_bulk(
        [pk for ids in found.values() for pk in ids[:SAMPLES]]
    )
    moves = tuple(
        Move(
            Candidate.Status(before),
            Candidate.Status(after),
            len(ids),
            tuple(named[pk] for pk in ids[:SAMPLES]),
        )
        for (before, after), ids in sorted(found.items())
    )
    return Preview(unchanged=total - sum(move.n for move in moves), moves=moves)


@transaction.atomic
def change(*, review: Review, stage: Stage, by: User, **terms: Unpack[Terms]) -> Policy:
    """Make a new version and decide the stage anew."""
    require(May.EDIT_PROTOCOL, review=review, by=by)
    Review.objects.select_for_update(no_key=True).get(pk=review.pk)
    standing.lock_stage(review=review, stage=stage)
    before = Policy.objects.in_force(review, stage)
    policy = _next(before, terms, by=by)
    _check(policy)
    if before.version and _same(before, policy, TERMS):
        raise NothingToDo("That is how this stage is decided already.")
    policy.save(force_insert=True)
    if not _same(before, policy, DECIDING):
        standing.stage_changed(review=review, stage=stage)
    if not _same(before, policy, ORDERING):
        standing.order_changed(review=review, stage=stage)
    history.record("policy.changed", _sentence(policy), review=review, subject=policy, by=by)
    return policy


def arbiters(review: Review) -> list[Membership]:
    """The members who could be named as arbiter."""
    return _members(review, May.ARBITRATE)


def screeners(review: Review) -> list[Membership]:
    """The members who may screen."""
    return _members(review, May.SCREEN)


def _members(review: Review, permission: May) -> list[Membership]:
    members = review.memberships.present().select_related("user")
    return [membership for membership in members if may(membership, permission)]


def _next(before: Policy, terms: Terms, *, by: User) -> Policy:
    """The version that would follow. A mode that fixes the number of votes fixes it here, too."""
    values: dict[str, Any] = {name: getattr(before, name) for name in TERMS} | dict(terms)
    fixed = {How.VERIFIED: 1, How.REASSESSED: 2}.get(values["mode"])
    values["votes_needed"] = fixed or values["votes_needed"]
    if values["mode"] == How.SAFETY:
        values["votes_needed"] = max(2, values["votes_needed"])
    if values["mode"] != How.REASSESSED:
        values["second_pair"] = []
    if values["order"] != Policy.Order.RELEVANCE:
        values["random_share"] = 0
    for name in ("readers", "second_pair"):
        values[name] = sorted(set(values[name]))
    values["seed"] = values["seed"] or before.seed or _seed()
    return Policy(review=before.review, stage=before.stage, version=before.version + 1, by=by, **values)


def _seed() -> int:
    return secrets.randbelow(999_999) + 1


def _same(one: Policy, other: Policy, names: tuple[str, ...]) -> bool:
    return all(getattr(one, name) == getattr(other, name) for name in names if name != "seed" or one.seed)


def _check(policy: Policy) -> None:
    review = policy.review
    if not 1 <= policy.votes_needed <= 3:
        raise Refused("A decision needs one, two or three votes.")
    if not (1 <= policy.check_share <= 100 and 0 <= policy.random_share <= 100):
        raise Refused("A share is a percentage.")
    if policy.arbiter is not None and not any(m.user_id == policy.arbiter_id for m in arbiters(review)):
        raise Refused(f"{policy.arbiter} cannot resolve conflicts in this review.")
    can_screen = {membership.user_id for membership in screeners(review)}
    _check_team(policy, can_screen)
    if policy.pilot_size:
        if not 2 <= policy.pilot_votes <= 20 or not 0 <= policy.pilot_threshold <= 1:
            raise Refused("In a pilot two to twenty people are compared, and full agreement is 1.")
        asked = len(set(policy.readers) & can_screen) if policy.readers else len(can_screen)
        if policy.pilot_votes > asked:
            raise Refused(
                f"{policy.pilot_votes} people would have to read each pilot record, and {asked} are asked."
            )


def _check_team(policy: Policy, can_screen: set[int]) -> None:
    if not can_screen.issuperset([*policy.readers, *policy.second_pair]):
        raise Refused("Somebody who was chosen may not screen in this review (any more).")
    if set(policy.readers) & set(policy.second_pair):
        raise Refused("Who re-assesses cannot be one of those who read first.")
    first = 2 if policy.mode == How.VERIFIED else policy.votes_needed
    if policy.readers and len(policy.readers) < first:
        raise Refused(f"That takes {first} people who read; {len(policy.readers)} are chosen.")
    if len(policy.second_pair) == 1:
        raise Refused("A second pair are two people; one is chosen.")


def too_few(policy: Policy) -> str:
    """Why the stage cannot be finished with today's team; empty if it can."""
    able = {membership.user_id for membership in screeners(policy.review)}
    asked = able & set(policy.readers) if policy.readers else able
    needed = policy.rule.most_votes
    if policy.mode == How.REASSESSED and policy.readers:
        asked |= able & set(policy.second_pair) if policy.second_pair else able
    if len(asked) >= needed:
        return ""
    return f"A decision can take {needed} votes, and {len(asked)} of the team may give one."


def _sentence(policy: Policy) -> str:
    stage = policy.get_stage_display().lower()
    blind = "blinded" if policy.blinded else "not blinded"
    arbiter = f"{policy.arbiter} resolves conflicts" if policy.arbiter else "any lead resolves conflicts"
    told = [in_words(policy), blind, arbiter]
    if policy.has_pilot:
        told.append(f"a pilot round of {policy.pilot_size} first")
    return f"set how {stage} is decided: {', '.join(told)} (version {policy.version})"


def in_words(policy: Policy) -> str:
    """How votes are weighed, for a sentence."""
    votes = "1 vote" if policy.votes_needed == 1 else f"{policy.votes_needed} votes"
    share = "" if policy.check_share == 100 else f" {policy.check_share} % of the"
    return {
        How.INDEPENDENT: f"{votes} needed",
        How.VERIFIED: f"1 vote needed, a second person checks{share or ' all'} exclusions",
        How.SAFETY: f"1 vote needed to include, {policy.votes_needed} to exclude",
        How.REASSESSED: "2 votes needed, and a second pair re-assesses what these did not both include",
    }[How(policy.mode)]
