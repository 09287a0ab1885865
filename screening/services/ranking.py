"""The order of reading by likely relevance: asked for by hand or by the votes, computed by a job, stored with what it came from.

It learns from records whose votes are complete, never from a single vote: the place of a record that somebody still has to
read tells nothing of what a colleague said about it.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction

from reviews.access import May, require
from reviews.models import Job, Record, Review, User
from reviews.services import history, jobs
from reviews.services.jobs import Lease
from screening import prioritisation
from screening.models import Candidate, Policy, RankedRecord, Ranking, Stage, StoppingRule
from screening.prioritisation import Space, Text
from screening.queries.progress import stage_counts

JOB: Final = "screening.rank"
#: A new ranking is made when so many more records, or this share more, have been decided.
EVERY, SHARE = 10, 0.04
#: So many records get a place; nobody reads more before the next ranking.
PLACES = 5_000
#: For so many the words that moved them up are kept.
EXPLAINED, WORDS = 300, 6
#: The texts of so many reviews stay in a worker's memory, ready for the next ranking.
REMEMBERED = 2
SEED = 1


@transaction.atomic
def ask(*, review: Review, by: User) -> Job:
    """Have the records ranked anew; asking twice gives the ranking that is under way."""
    require(May.SCREEN, review=review, by=by)
    waiting = Job.objects.unfinished().filter(review=review, name=JOB).first()
    if waiting is not None:
        return waiting
    history.record(
        "ranking.asked", "asked to order the records by relevance", review=review, subject=review, by=by
    )
    return _enqueue(review, by)


def votes_counted(*, policy: Policy, by: User) -> None:
    """After a vote: where records are read by relevance, learn again once enough more are decided. Never waits."""
    if policy.order != Policy.Order.RELEVANCE or policy.stage != Stage.TITLE_ABSTRACT:
        return
    newest = Ranking.objects.in_force(policy.review)
    known = newest.labels if newest else 0
    decided = _decided(policy.review)
    if newest is not None and decided - known < max(EVERY, SHARE * known):
        return
    if not Job.objects.unfinished().filter(review=policy.review, name=JOB).exists():
        _enqueue(policy.review, by)


def _decided(review: Review) -> int:
    counts = stage_counts(review, Stage.TITLE_ABSTRACT)
    return counts.decided + counts.conflict


def _enqueue(review: Review, by: User) -> Job:
    return jobs.enqueue(JOB, title="Ordering records by relevance", review=review, by=by, review_id=review.pk)


def rank(lease: Lease, *, review_id: int) -> dict[str, Any]:
    """The job: read the texts, learn, and write the places whole or not at all."""
    review = Review.objects.get(pk=review_id)
    lease.beat(done=0, total=3, message="Reading the records")
    started = time.perf_counter()
    records, labels = _labelled(review)
    if not records:
        return {"ranked": 0}
    space = _space(review, records)
    lease.beat(done=1, message=f"Learning from {len(labels)} decided records")
    rows = {pk: row for row, pk in enumerate(records)}
    known = {rows[pk]: label for pk, label in labels.items()}
    if {0, 1} <= set(known.values()):
        found = prioritisation.rank(space, known, seed=SEED)
    else:
        seeds = [rows[pk] for pk in _seeds(review) if pk in rows]
        found = prioritisation.cold_start(space, _question(review), seeds, seed=SEED)
    order = _unread(found, known)
    lease.beat(done=2, message="Writing the order")
    words = {
        str(records[row]): prioritisation.explain(space, found, row, terms=WORDS)
        for row, _ in order[:EXPLAINED]
    }
    with lease.step(done=3, message="Done"):
        seconds = time.perf_counter() - started
        ranking = _keep(review, found.model, labels, words, [(records[row], s) for row, s in order], seconds)
    return {"ranking": ranking.pk}


def _labelled(review: Review) -> tuple[list[int], dict[int, int]]:
    """The records that are screened, and what became of those whose votes are complete: 1 kept or disputed, 0 excluded."""
    rows = Candidate.objects.of(review, Stage.TITLE_ABSTRACT).order_by("record_id")
    records, labels = [], {}
    for pk, status in rows.values_list("record_id", "status").iterator():
        records.append(pk)
        if status != Candidate.Status.OPEN:
            labels[pk] = int(status != Candidate.Status.EXCLUDED)
    return records, labels


@dataclass(slots=True)
class _Remembered:
    records: list[int]
    space: Space


@dataclass(slots=True)
class _Memory:
    """The texts of the reviews ranked last, so that only new records are read; a worker's own."""

    of: dict[int, _Remembered] = field(default_factory=dict)

    def keep(self, review: int, records: list[int], space: Space) -> None:
        """Remember, and forget who was asked for longest ago."""
        self.of.pop(review, None)
        self.of[review] = _Remembered(records, space)
        while len(self.of) > REMEMBERED:
            del self.of[next(iter(self.of))]


_memory = _Memory()


def _space(review: Review, records: list[int]) -> Space:
    known = _memory.of.get(review.pk)
    if known is not None and records[: len(known.records)] == known.records:
        added = records[len(known.records) :]
        space = known.space.extended(_texts(added)) if added else known.space
    else:
        space = prioritisation.build(_texts(records))
    _memory.keep(review.pk, records, space)
    return space


def _texts(records: list[int]) -> list[Text]:
    """In the order of the records; a record without an abstract lends that of a duplicate."""
    found: dict[int, Text] = {}
    for start in range(0, len(records), 400):
        part = records[start : start + 400]
        rows = Record.objects.filter(pk__in=part).values_list("pk", "title", "abstract", "keywords")
        for pk, title, abstract, keywords in rows:
            found[pk] = Text(title, abstract or _lent(pk), " ".join(map(str, keywords)))
    return [found[pk] for pk in records]


def _lent(pk: int) -> str:
    rows = Record.objects.filter(duplicate_of=pk).exclude(abstract="").order_by("pk")
    return rows.values_list("abstract", flat=True).first() or ""


def _seeds(review: Review) -> list[int]:
    """Records known to be relevant before screening began, if the team named any with its stopping rule."""
    rule = StoppingRule.objects.filter(review=review).order_by("-pk").first()
    return [int(pk) for pk in rule.seeds] if rule else []


def _question(review: Review) -> str:
    parts = (review.title, review.population, review.intervention, review.comparator, review.outcomes)
    return "\n".join([*parts, review.study_designs, review.terms_for])


def _unread(found: prioritisation.Ranking, known: Mapping[int, int]) -> list[tuple[int, float]]:
    """Rows without a label, the likeliest first, with their scores."""
    pairs = zip(found.rows.tolist(), found.scores.tolist(), strict=True)
    return [(row, score) for row, score in pairs if row not in known][:PLACES]


def _keep(
    review: Review,
    model: Mapping[str, Any],
    labels: Mapping[int, int],
    words: Mapping[str, Any],
    order: list[tuple[int, float]],
    seconds: float,
) -> Ranking:
    ranking = Ranking.objects.create(
        review=review,
        model=model["model"],
        parameters={"model": dict(model), "words": dict(words)},
        data_hash=hashlib.sha256(f"{model['data_hash']}:{sorted(labels.items())}".encode()).hexdigest(),
        labels=len(labels),
        seconds=seconds,
    )
    RankedRecord.objects.bulk_create(
        (
            RankedRecord(ranking=ranking, record_id=pk, place=place, score=score)
            for place, (pk, score) in enumerate(order, start=1)
        ),
        batch_size=1000,
    )
    ranking.ready = True
    ranking.save(update_fields=["ready"])
    # Of older rankings the facts about them stay; their places nobody needs any more.
    RankedRecord.objects.filter(ranking__review=review, ranking__pk__lt=ranking.pk).delete()
    return ranking
