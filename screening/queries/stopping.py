"""What is known about stopping: the order of reading with its finds, the test along it, and other rules beside it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import groupby
from operator import itemgetter

import numpy as np
from django.core.cache import cache
from django.db.models import Avg, Exists, OuterRef, QuerySet, Subquery

from reviews.models import Record, Removal, Review
from screening.decision import Mode
from screening.models import Candidate, Policy, Stage, Standing, Stop, StoppingRule, Vote
from screening.queries.agreement import EXCLUDE, decision
from screening.queries.independent import heard_in, kept_while_silent
from screening.stopping import (
    Moment,
    Reading,
    Recaptured,
    buscar,
    first_met,
    moment,
    places,
    recapture,
    rules,
    still_to_read,
)

#: Recall targets whose price is shown beside the team's own.
LEVELS = (Decimal("0.8"), Decimal("0.9"), Decimal("0.95"), Decimal("0.99"))
POINTS = 60
CURVES_ARE_KEPT = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class SoFar:
    """The title and abstract stage as a reading.

    Seeds and pilot rounds are left out: they were not found by reading in order. `conflicts` of the finds are not decided yet and
    count as relevant until they are. `begun` have a vote and wait for another; they are unread, but stopping leaves them to be read.
    `set_aside` were removed by a decision to stop, and stay among the unread of the test.
    """

    reading: Reading
    conflicts: int
    begun: int
    set_aside: int
    left_out: int
    left_out_found: int
    places: dict[int, int]
    includes: frozenset[int]

    @property
    def included(self) -> int:
        """Finds that are settled."""
        return self.reading.found - self.conflicts

    @property
    def waiting(self) -> int:
        """Unread records that are in somebody's queue."""
        return self.reading.unread - self.set_aside

    @property
    def untouched(self) -> int:
        """Unread records that nobody has begun and nobody set aside: what stopping would set aside."""
        return self.reading.unread - self.begun - self.set_aside


@dataclass(frozen=True, slots=True)
class Level:
    """What a recall target costs: p that recall is below it, and how many more records must be read at least."""

    target: Decimal
    p: float
    is_met: bool
    more: int
    time: timedelta | None

    @property
    def hours(self) -> float | None:
        """The time in hours."""
        return None if self.time is None else self.time / timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class TwoReaders:
    """Capture–recapture between two reviewers, by their ids."""

    one: int
    two: int
    shared: int
    estimate: Recaptured


@dataclass(frozen=True, slots=True)
class Stopping:
    """Everything on the page but the decision."""

    so_far: SoFar
    moments: tuple[Moment, ...]
    p: float
    most: int
    first_met: int | None
    levels: tuple[Level, ...]
    knee: rules.Knee | None
    budget_is_met: bool
    rule_2399: int
    safe: tuple[rules.Check, ...]

    @property
    def least_recall(self) -> float | None:
        """The recall reached at the confidence; None (0/0) when nothing could be relevant."""
        return self.so_far.reading.found / self.most if self.most else None


def so_far_of(review: Review, rule: StoppingRule | None) -> SoFar:
    """The reading up to now, in the order in which records got the vote that completed them. Five queries."""
    seeds = set(_canonical(rule.seeds)) if rule else set()
    stage = Candidate.objects.of(review, Stage.TITLE_ABSTRACT)
    counted = stage.filter(in_pilot=False).exclude(record__in=seeds)
    open_ones = counted.filter(status=Candidate.Status.OPEN)
    begun, waiting = open_ones.filter(votes__gt=0).count(), open_ones.count()
    status = dict(counted.exclude(status=Candidate.Status.OPEN).values_list("record", "status"))
    order = _order_of(review, status)
    relevant = {Candidate.Status.INCLUDED, Candidate.Status.CONFLICT}
    set_aside = set_aside_in(review).exclude(pk__in=seeds).count()
    reading = Reading.of(
        (status[record] in relevant for record in order), total=len(order) + waiting + set_aside
    )
    others = stage.exclude(pk__in=counted.values("pk")).exclude(status=Candidate.Status.OPEN)
    left_out = list(others.values_list("status", flat=True))
    return SoFar(
        reading=reading,
        conflicts=sum(value == Candidate.Status.CONFLICT for value in status.values()),
        begun=begun,
        set_aside=set_aside,
        left_out=len(left_out),
        left_out_found=sum(value == Candidate.Status.INCLUDED for value in left_out),
        places={record: place for place, record in enumerate(order, start=1)},
        includes=frozenset(r for r, value in status.items() if value == Candidate.Status.INCLUDED),
    )


def _order_of(review: Review, status: dict[int, str]) -> list[int]:
    """Records by the vote that completed them. What a resolution decided without a standing vote comes last."""
    policy = Policy.objects.in_force(review, Stage.TITLE_ABSTRACT)
    needed = policy.rule.votes if policy.rule.mode == Mode.INDEPENDENT else policy.rule.most_votes
    rows = Standing.objects.filter(candidate__review=review, candidate__stage=Stage.TITLE_ABSTRACT)
    rows = rows.exclude(candidate__status=Candidate.Status.OPEN).order_by("candidate__record", "vote")
    completed: list[tuple[int, int]] = []
    for record, votes in groupby(rows.values_list("candidate__record", "vote"), key=itemgetter(0)):
        if record in status:
            places = [vote for _, vote in votes]
            # A late vote changes nothing, so it does not move the record either.
            completed.append((places[min(needed, len(places)) - 1], record))
    order = [record for _, record in sorted(completed)]
    return order + sorted(status.keys() - set(order))


def set_aside_in(review: Review) -> QuerySet[Record]:
    """The records that the decisions to stop which stand have removed, and that are removed by them today."""
    reasons = Stop.objects.since_reading_on(review).values("removal_reason")
    newest = Removal.objects.filter(record=OuterRef("pk")).order_by("-pk").values("pk")[:1]
    removed = Record.objects.of(review).filter(removed_as=Record.Removed.AUTOMATION)
    ours = Removal.objects.filter(pk=OuterRef("last_removal"), reason__in=reasons)
    return removed.annotate(last_removal=Subquery(newest)).filter(Exists(ours))


def stopping_of(review: Review, rule: StoppingRule, so_far: SoFar) -> Stopping:
    """The test and the other rules, under the rule in force. The curve is kept while nothing is read."""
    reading, confidence = so_far.reading, rule.confidence
    moments, met = _course(reading, rule)
    pace = pace_of(review)
    targets = sorted({*LEVELS, rule.target})
    return Stopping(
        so_far=so_far,
        moments=moments,
        p=buscar.p_value(reading, target=rule.target),
        most=moments[-1].most if moments else reading.total,
        first_met=met,
        levels=tuple(_level(reading, target, confidence, pace) for target in targets),
        knee=rules.knee(reading),
        budget_is_met=rules.budget_is_met(reading),
        rule_2399=rules.rule_2399(reading),
        safe=_safe(review, rule, so_far),
    )


def _course(reading: Reading, rule: StoppingRule) -> tuple[tuple[Moment, ...], int | None]:
    """The curve. What was computed for a place stays right while nothing before it changes, and is kept."""
    numbers = {"target": rule.target, "confidence": rule.confidence}
    keys = {read: _key(reading.after(read), rule) for read in places(reading, points=POINTS)}
    kept = cache.get_many(keys.values())
    moments: list[Moment] = []
    for read, key in keys.items():
        near = moments[-1].most - moments[-1].found if moments else 0
        moments.append(kept.get(key) or moment(reading.after(read), **numbers, near=near))
    cache.set_many({keys[one.read]: one for one in moments if keys[one.read] not in kept}, CURVES_ARE_KEPT)
    return tuple(moments), first_met(reading, **numbers)


def _key(reading: Reading, rule: StoppingRule) -> str:
    told = f"{reading.total}:{reading.read}:{rule.target}:{rule.confidence}:".encode()
    return f"stopping-{hashlib.sha256(told + reading.finds.astype(np.int64).tobytes()).hexdigest()}"


def _level(reading: Reading, target: Decimal, confidence: Decimal, pace: timedelta | None) -> Level:
    p = buscar.p_value(reading, target=target)
    more = still_to_read(reading, target=target, confidence=confidence)
    return Level(target, p, p < 1 - confidence, more, None if pace is None else more * pace)


def pace_of(review: Review) -> timedelta | None:
    """How long one record takes all its reviewers together, by the votes so far; None while no time was measured."""
    votes = Vote.objects.filter(review=review, stage=Stage.TITLE_ABSTRACT, seconds__gt=0)
    mean: float | None = votes.aggregate(mean=Avg("seconds"))["mean"]
    if mean is None:
        return None
    return timedelta(seconds=mean * Policy.objects.in_force(review, Stage.TITLE_ABSTRACT).votes_needed)


def _safe(review: Review, rule: StoppingRule, so_far: SoFar) -> tuple[rules.Check, ...]:
    stop = Stop.objects.in_force(review)
    pilot = Candidate.objects.of(review, Stage.TITLE_ABSTRACT).filter(in_pilot=True).count()
    key = _canonical(rule.key_papers)
    found = [record for record in key if record in so_far.includes]
    return rules.safe_checklist(
        so_far.reading,
        expected_relevant=rule.expected,
        key_found=len(found),
        key_total=len(key),
        in_a_row=rule.in_a_row,
        random_sample=pilot or None,
        other_model=(stop.other_model or None) if stop else None,
        quality_check=(stop.quality_check or None) if stop else None,
    )


def _canonical(records: list[int]) -> list[int]:
    """The records that stand for these today, after duplicates were linked."""
    rows = Record.objects.filter(pk__in=records).values_list("pk", "duplicate_of")
    return sorted({canonical or pk for pk, canonical in rows})


def recaptured(review: Review) -> list[TwoReaders]:
    """For each two reviewers, from the included records that both read independently; most shared first."""
    return kept_while_silent("recaptured", review, Stage.TITLE_ABSTRACT, lambda: _recaptured(review))


def _recaptured(review: Review) -> list[TwoReaders]:
    included = set(
        Candidate.objects.of(review, Stage.TITLE_ABSTRACT)
        .filter(status=Candidate.Status.INCLUDED)
        .values_list("pk", flat=True)
    )
    counts: dict[tuple[int, int], list[int]] = {}
    for heard in heard_in(review, Stage.TITLE_ABSTRACT):
        words = sorted(heard.words)
        for place, one in enumerate(words):
            for two in words[place + 1 :]:
                cells = counts.setdefault((one.reviewer, two.reviewer), [0, 0, 0, 0])
                cells[3] += 1
                if heard.candidate in included:
                    passed = (decision(one) != EXCLUDE, decision(two) != EXCLUDE)
                    if any(passed):
                        cells[{(True, True): 0, (True, False): 1, (False, True): 2}[passed]] += 1
    ordered = sorted(counts.items(), key=lambda item: -item[1][3])
    return [
        TwoReaders(one, two, shared, recapture(both=both, first_only=first, second_only=second))
        for (one, two), (both, first, second, shared) in ordered
    ]
