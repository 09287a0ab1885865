"""What reviewers said without knowing of each other: the votes that agreement may be measured on.

Counted are records (or reports) whose votes are complete today, so that nobody who has still to vote learns anything; and
of these the votes that were cast before they were complete for the first time. Who changed their mind after seeing what a
colleague had said, or voted late, agrees too easily.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from django.core.cache import cache
from django.db.models import Count, Max, Sum

from reviews.models import Review
from screening.decision import Ballot, Mode, Rule, Status, decide
from screening.models import Candidate, Policy, Resolution, Stage, Vote

T = TypeVar("T")
#: Names in what is kept are at most so old, in seconds.
KEPT = 600


class Word(NamedTuple):
    """What one reviewer said: include, maybe or exclude, and for which reason (its id)."""

    reviewer: int
    verdict: str
    reason: int | None


class Heard(NamedTuple):
    """The independent words on one candidate, in the order in which they were said; `vote` is the last of them."""

    candidate: int
    words: tuple[Word, ...]
    policy: int
    in_pilot: bool
    vote: int


def kept_while_silent(name: str, review: Review, stage: Stage, compute: Callable[[], T]) -> T:
    """What `compute` gives, kept until a vote, a resolution or a policy is added, or a candidate comes, goes or changes."""
    facts = {"review": review, "stage": stage}
    # With the review's birthday: a database that was put back to an earlier state gives the same numbers out again.
    marks: list[object] = [review.created_at]
    marks += [kind.objects.filter(**facts).aggregate(Max("pk")) for kind in (Vote, Resolution, Policy)]
    index = Candidate.objects.of(review, stage).order_by("status").values_list("status")
    marks += index.annotate(n=Count("pk"), newest=Max("pk"), sum=Sum("pk"))
    key = f"{name}-{review.pk}-{stage}-{hashlib.sha256(repr(marks).encode()).hexdigest()}"
    kept: T | None = cache.get(key)
    if kept is None:
        kept = compute()
        cache.set(key, kept, KEPT)
    return kept


class _Cast(NamedTuple):
    vote: int
    reviewer: int
    verdict: str
    reason: int | None
    policy: int


@dataclass(frozen=True, slots=True)
class _Rules:
    """How votes were weighed under each version, and under each in a pilot round."""

    usual: Mapping[int, Rule]
    pilot: Mapping[int, Rule]

    def of(self, policy: int, *, in_pilot: bool) -> Rule:
        return (self.pilot if in_pilot else self.usual)[policy]


def heard_in(review: Review, stage: Stage) -> list[Heard]:
    """All that was said independently in a stage, in the order in which it was complete. Three queries."""
    owner = "report" if stage == Stage.FULL_TEXT else "record"
    complete = Candidate.objects.of(review, stage).filter(status__in=Candidate.COMPLETE)
    candidates = {of: (pk, pilot) for of, pk, pilot in complete.values_list(owner, "pk", "in_pilot")}
    policies = list(Policy.objects.filter(review=review, stage=stage))
    rules = _Rules(
        {policy.pk: policy.rule for policy in policies},
        {policy.pk: policy.pilot_rule if policy.has_pilot else policy.rule for policy in policies},
    )
    heard = []
    for of, casts in _casts(review, stage, owner, candidates).items():
        pk, in_pilot = candidates[of]
        words = _independent(casts, rules, in_pilot=in_pilot)
        if words:
            last = max(words, key=lambda cast: cast.vote)
            said = tuple(Word(cast.reviewer, cast.verdict, cast.reason) for cast in words)
            heard.append(Heard(pk, said, last.policy, in_pilot, last.vote))
    return sorted(heard, key=lambda one: one.vote)


def _casts(
    review: Review, stage: Stage, owner: str, candidates: Mapping[int, object]
) -> dict[int, list[_Cast]]:
    """Every vote of a complete candidate, by its record (the cluster's canonical one) or report, oldest first."""
    canonical = "report" if stage == Stage.FULL_TEXT else "record__duplicate_of"
    rows = Vote.objects.filter(review=review, stage=stage).order_by("pk")
    found: dict[int, list[_Cast]] = defaultdict(list)
    for of, root, *cast in rows.values_list(
        owner, canonical, "pk", "reviewer", "verdict", "reason", "policy"
    ).iterator(chunk_size=5000):
        if (root or of) in candidates:
            found[root or of].append(_Cast(*cast))
    return found


def _independent(casts: list[_Cast], rules: _Rules, *, in_pilot: bool) -> list[_Cast]:
    rule = rules.of(casts[0].policy, in_pilot=in_pilot)
    if rule.mode == Mode.INDEPENDENT and _is_plain(casts):
        return casts[: rule.votes]
    said: dict[int, _Cast] = {}
    closed: set[int] = set()  # versions under which everybody could see all votes once
    for cast in casts:
        rule = rules.of(cast.policy, in_pilot=in_pilot)
        if cast.policy not in closed and _is_open(said.values(), rule):
            said.pop(cast.reviewer, None)
            if cast.verdict != "withdrawn":
                said[cast.reviewer] = cast
        else:
            closed.add(cast.policy)
    return list(said.values())


def _is_plain(casts: list[_Cast]) -> bool:
    """One vote of each, all under one version: how nearly all records are decided."""
    return (
        len({cast.reviewer for cast in casts}) == len(casts)
        and len({cast.policy for cast in casts}) == 1
        and all(cast.verdict != "withdrawn" for cast in casts)
    )


def _is_open(said: Iterable[_Cast], rule: Rule) -> bool:
    ballots = [Ballot(cast.vote, cast.reviewer, cast.verdict, None, cast.vote) for cast in said]
    return decide(ballots, rule=rule).status is Status.OPEN
