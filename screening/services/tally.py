"""Counts the votes of candidates and writes what they amount to; called by services/standing.py only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from screening.decision import Ballot, Cast, Decision, Reason, Ruling, ballots, decide, newest
from screening.models import Candidate, Resolution, Stage, Standing, Vote

#: What a vote of each stage is cast on.
OWNER = {Stage.TITLE_ABSTRACT: "record_id", Stage.FULL_TEXT: "report_id"}


@dataclass(frozen=True, slots=True)
class Item:
    """A candidate, and the records (of its cluster) or the report whose votes count for it."""

    candidate: Candidate
    owners: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the facts say about a candidate."""

    candidate: Candidate
    standing: list[Ballot]
    decision: Decision


def count(stage: Stage, items: Sequence[Item], *, votes_needed: int) -> list[Outcome]:
    """Decide every item from its votes and resolutions: two queries, however many items there are."""
    owner = OWNER[stage]
    owners = [one for item in items for one in item.owners]
    casts: dict[int, list[Cast]] = defaultdict(list)
    found = Vote.objects.filter(**{f"{owner}__in": owners}).order_by("pk")
    for of, vote, who, verdict, reason, rank in found.values_list(
        owner, "pk", "reviewer_id", "verdict", "reason_id", "reason__rank"
    ):
        casts[of].append(Cast(vote, who, verdict, _reason(reason, rank)))
    rulings: dict[int, list[Ruling]] = defaultdict(list)
    resolved = Resolution.objects.filter(**{f"{owner}__in": owners}).order_by("pk")
    for of, pk, verdict, reason, rank in resolved.values_list(
        owner, "pk", "verdict", "reason_id", "reason__rank"
    ):
        rulings[of].append(Ruling(pk, verdict, _reason(reason, rank)))
    outcomes = []
    for item in items:
        standing = ballots(cast for one in item.owners for cast in casts[one])
        ruling = newest(ruling for one in item.owners for ruling in rulings[one])
        decision = decide(standing, votes_needed=votes_needed, ruling=ruling)
        outcomes.append(Outcome(item.candidate, standing, decision))
    return outcomes


def _reason(pk: int | None, rank: int | None) -> Reason | None:
    return None if pk is None or rank is None else Reason(rank=rank, id=pk)


def write(outcomes: Iterable[Outcome]) -> list[Candidate]:
    """Store the outcomes; returns the candidates whose status changed. Nothing is written for what is right already."""
    outcomes = list(outcomes)
    changed, moved = [], []
    for outcome in outcomes:
        candidate, decision = outcome.candidate, outcome.decision
        reason = decision.reason.id if decision.reason else None
        now = (decision.status.value, len(outcome.standing), reason, decision.resolved)
        if now == (candidate.status, candidate.votes, candidate.reason_id, candidate.resolved):
            continue
        if candidate.status != decision.status:
            moved.append(candidate)
        candidate.status, candidate.votes, candidate.reason_id, candidate.resolved = now
        changed.append(candidate)
    Candidate.objects.bulk_update(changed, ["status", "votes", "reason", "resolved"], batch_size=200)
    _write_standing(outcomes)
    return moved


def _write_standing(outcomes: Iterable[Outcome]) -> None:
    wanted = {(o.candidate.pk, ballot.reviewer): ballot for o in outcomes for ballot in o.standing}
    stored = {
        (row.candidate_id, row.reviewer_id): row
        for row in Standing.objects.filter(candidate__in=[o.candidate.pk for o in outcomes])
    }
    gone = [row.pk for key, row in stored.items() if key not in wanted]
    if gone:
        Standing.objects.filter(pk__in=gone).delete()
    changed = []
    for key, row in stored.items():
        ballot = wanted.get(key)
        if ballot and (row.vote_id, row.verdict) != (ballot.vote, ballot.verdict):
            row.vote_id, row.verdict = ballot.vote, ballot.verdict
            changed.append(row)
    Standing.objects.bulk_update(changed, ["vote", "verdict"], batch_size=200)
    Standing.objects.bulk_create(
        Standing(candidate_id=candidate, reviewer_id=who, vote_id=ballot.vote, verdict=ballot.verdict)
        for (candidate, who), ballot in wanted.items()
        if (candidate, who) not in stored
    )
