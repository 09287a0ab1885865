"""Counts the votes of candidates and writes what they amount to; called by services/standing.py only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from screening.decision import (
    Ballot,
    Cast,
    Decision,
    Reason,
    Ruling,
    ballots,
    decide,
    newest,
    while_set_aside,
)
from screening.models import Candidate, Policy, Resolution, SettingAside, Stage, Standing, Vote

#: What a vote of each stage is cast on.
OWNER = {Stage.TITLE_ABSTRACT: "record_id", Stage.FULL_TEXT: "report_id"}


@dataclass(frozen=True, slots=True)
class Item:
    """A candidate, and the records (of its cluster) or the report whose votes count for it.

    `in_pilot` and `position` are what these should be; None leaves them as they are.
    """

    candidate: Candidate
    owners: tuple[int, ...]
    in_pilot: bool | None = None
    position: int | None = None

    @property
    def is_in_pilot(self) -> bool:
        """Whether a pilot round holds it."""
        return self.candidate.in_pilot if self.in_pilot is None else self.in_pilot


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the facts say about a candidate."""

    item: Item
    standing: list[Ballot]
    decision: Decision

    @property
    def candidate(self) -> Candidate:
        """The candidate."""
        return self.item.candidate


def count(policy: Policy, items: Sequence[Item]) -> list[Outcome]:
    """Decide every item from what was said about it: two queries (three for full texts), however many items there are."""
    owner = OWNER[Stage(policy.stage)]
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
    aside = _set_aside(owners) if policy.stage == Stage.FULL_TEXT else {}
    outcomes = []
    for item in items:
        standing = ballots(cast for one in item.owners for cast in casts[one])
        ruling = newest(ruling for one in item.owners for ruling in rulings[one])
        decision = _decide(policy, item, standing, ruling)
        decision = while_set_aside(decision, aside.get(item.candidate.subject_id, ()))
        outcomes.append(Outcome(item, standing, decision))
    return outcomes


def _decide(policy: Policy, item: Item, standing: list[Ballot], ruling: Ruling | None) -> Decision:
    rule = policy.pilot_rule if item.is_in_pilot and policy.has_pilot else policy.rule
    checked = policy.checks(item.candidate.subject_id)
    return decide(standing, rule=rule, checked=checked, ruling=ruling)


def _set_aside(reports: Collection[int]) -> dict[int, list[str]]:
    kinds: dict[int, list[str]] = defaultdict(list)
    rows = SettingAside.objects.filter(report__in=reports).order_by("pk")
    for report, kind in rows.values_list("report_id", "kind"):
        kinds[report].append(kind)
    return kinds


def _reason(pk: int | None, rank: int | None) -> Reason | None:
    return None if pk is None or rank is None else Reason(rank=rank, id=pk)


FIELDS = ("status", "votes", "reason_id", "resolved", "lacking", "in_pilot", "position")


def write(outcomes: Iterable[Outcome]) -> list[Candidate]:
    """Store the outcomes; returns the candidates whose status changed. Nothing is written for what is right already."""
    outcomes = list(outcomes)
    changed, moved = [], []
    for outcome in outcomes:
        candidate, decision, item = outcome.candidate, outcome.decision, outcome.item
        now = (
            decision.status.value,
            len(outcome.standing),
            decision.reason.id if decision.reason else None,
            decision.resolved,
            decision.lacking,
            item.is_in_pilot,
            candidate.position if item.position is None else item.position,
        )
        if now == tuple(getattr(candidate, field) for field in FIELDS):
            continue
        if candidate.status != decision.status:
            moved.append(candidate)
        for field, value in zip(FIELDS, now, strict=True):
            setattr(candidate, field, value)
        changed.append(candidate)
    _update(changed)
    _write_standing(outcomes)
    return moved


def _update(changed: list[Candidate]) -> None:
    fields = [field.removesuffix("_id") for field in FIELDS]
    if len(changed) == 1:  # a vote: a plain UPDATE is several times quicker to put together
        changed[0].save(update_fields=fields)
    else:
        Candidate.objects.bulk_update(changed, fields, batch_size=200)


def _write_standing(outcomes: Iterable[Outcome]) -> None:
    wanted = {
        (o.candidate.pk, ballot.reviewer): (o.candidate, ballot) for o in outcomes for ballot in o.standing
    }
    stored = {
        (row.candidate_id, row.reviewer_id): row
        for row in Standing.objects.filter(candidate__in=[o.candidate.pk for o in outcomes])
    }
    gone = [row.pk for key, row in stored.items() if key not in wanted]
    if gone:
        Standing.objects.filter(pk__in=gone).delete()
    changed = []
    for key, row in stored.items():
        if key not in wanted:
            continue
        candidate, ballot = wanted[key]
        now = (ballot.vote, ballot.verdict, candidate.status)
        if (row.vote_id, row.verdict, row.status) != now:
            row.vote_id, row.verdict, row.status = now
            changed.append(row)
    Standing.objects.bulk_update(changed, ["vote", "verdict", "status"], batch_size=200)
    Standing.objects.bulk_create(
        _standing(candidate, ballot) for key, (candidate, ballot) in wanted.items() if key not in stored
    )


def _standing(candidate: Candidate, ballot: Ballot) -> Standing:
    return Standing(
        candidate=candidate,
        review_id=candidate.review_id,
        stage=candidate.stage,
        status=candidate.status,
        reviewer_id=ballot.reviewer,
        vote_id=ballot.vote,
        verdict=ballot.verdict,
    )
