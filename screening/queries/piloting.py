"""What a pilot round came to: how far each pair agrees, once everybody has read everything."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import combinations

from django.db.models import Q, QuerySet

from reviews.models import User
from screening.agreement import Estimate, PairTable, pair
from screening.models import Candidate, Pilot, Policy, Standing

#: Votes as the stage weighs them: "maybe" lets a record pass.
_PLACE = {"include": 0, "maybe": 0, "exclude": 1}


@dataclass(frozen=True, slots=True)
class PairResult:
    """Two people on the records that both read."""

    one: User
    two: User
    table: PairTable
    percent: float | None
    kappa: Estimate

    @property
    def n(self) -> int:
        """How many records both read."""
        return self.table.n

    @property
    def disagreed(self) -> int:
        """On how many they differ."""
        return self.table.n - self.table.agreed


@dataclass(frozen=True, slots=True)
class ReaderProgress:
    """How many of a round's records somebody has read."""

    user: User
    voted: int


@dataclass(frozen=True, slots=True)
class Result:
    """A round: who has read how much and, when it is complete, how far they agree (empty before)."""

    size: int
    waiting: int
    readers: tuple[ReaderProgress, ...]
    pairs: tuple[PairResult, ...]
    agreement: float | None
    threshold: float

    @property
    def is_complete(self) -> bool:
        """Every record has all the votes of the pilot."""
        return self.size > 0 and self.waiting == 0

    @property
    def is_reached(self) -> bool:
        """Complete, and the agreement is as high as the policy asks."""
        return self.is_complete and self.agreement is not None and self.agreement >= self.threshold


def records_of(pilot: Pilot) -> QuerySet[Candidate]:
    """The candidates that the round's records stand in today."""
    drawn = pilot.drawn.all()
    if pilot.stage == "full-text":
        found = Candidate.objects.filter(report__in=drawn.values("report"))
    else:
        records = drawn.values("record")
        found = Candidate.objects.filter(Q(record__in=records) | Q(record__duplicates__in=records)).distinct()
    return found.filter(review=pilot.review_id, stage=pilot.stage).order_by("pk")


def result_of(pilot: Pilot, policy: Policy) -> Result:
    """Three queries, however many records. Verdicts are looked at only when the round is complete."""
    drawn = records_of(pilot).exclude(status__in=Candidate.SET_ASIDE)
    rows = list(drawn.values_list("pk", "status"))
    waiting = sum(status == Candidate.Status.OPEN for _, status in rows)
    said: dict[int, dict[int, int]] = defaultdict(dict)
    for of, who, verdict in Standing.objects.filter(candidate__in=[pk for pk, _ in rows]).values_list(
        "candidate", "reviewer", "verdict"
    ):
        said[of][who] = _PLACE[verdict]
    voted = Counter(who for votes in said.values() for who in votes)
    people = User.objects.in_bulk(list(voted))
    readers = tuple(ReaderProgress(people[who], n) for who, n in sorted(voted.items()))
    complete = bool(rows) and not waiting
    pairs = tuple(_pairs(list(said.values()), people)) if complete else ()
    agreement = _agreement(pairs, policy.pilot_measure)
    return Result(len(rows), waiting, readers, pairs, agreement, policy.pilot_threshold)


def _pairs(things: list[dict[int, int]], people: dict[int, User]) -> list[PairResult]:
    found = []
    for one, two in combinations(sorted(people), 2):
        both = [(votes[one], votes[two]) for votes in things if one in votes and two in votes]
        if both:
            table = PairTable.from_pairs(both, categories=[0, 1])
            found.append(PairResult(people[one], people[two], table, pair.percent(table), pair.cohen(table)))
    return found


def _agreement(pairs: tuple[PairResult, ...], measure: str) -> float | None:
    """Percent: of all pairs of votes on one record, how many say the same. Kappa: the mean of the pairs that have one."""
    if measure == Policy.Measure.KAPPA:
        values = [one.kappa.value for one in pairs if one.kappa.value is not None]
        return sum(values) / len(values) if values else None
    compared = sum(one.n for one in pairs)
    return sum(one.table.agreed for one in pairs) / compared if compared else None
