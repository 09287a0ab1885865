"""Who reads what: records are given out in batches, to each person a share, drawn by lot from a seed."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from reviews.access import May, require
from reviews.errors import NothingToDo, Refused
from reviews.models import Review, User
from reviews.services import history
from screening.models import Assignment, Batch, BatchEnd, Candidate, Policy, Stage
from screening.queries.asked import present_screeners
from screening.sampling import Readers, sample

LONGEST_NAME = 100


@transaction.atomic
def give_out(
    *,
    review: Review,
    stage: Stage,
    name: str,
    weights: Mapping[int, int],
    readers: int,
    size: int | None = None,
    seed: int | None = None,
    by: User,
) -> Batch:
    """Give out what nobody was given yet: all of it, or `size` records by lot.

    Each record goes to `readers` of the people in `weights` (user id → weight), to each in proportion to their weight.
    """
    require(May.EDIT_PROTOCOL, review=review, by=by)
    Review.objects.select_for_update(no_key=True).get(pk=review.pk)
    name = " ".join(name.split())
    shares = {who: weight for who, weight in weights.items() if weight > 0}
    _check(review, name, shares, readers, size)
    ids = [row.subject_id for row in free(review, stage).only("record_id", "report_id")]
    if not ids:
        raise NothingToDo("Everything that waits for votes is given out already.")
    seed = seed or secrets.randbelow(999_999) + 1
    chosen = sorted(ids) if size is None else sample(seed, ids, size)
    batch = Batch.objects.create(
        review=review,
        stage=stage,
        name=name,
        weights={str(who): weight for who, weight in sorted(shares.items())},
        readers=readers,
        seed=seed,
        size=len(chosen),
        by=by,
    )
    column = "record_id" if stage == Stage.TITLE_ABSTRACT else "report_id"
    draw = Readers(seed, shares, readers)
    rows = [
        Assignment(batch=batch, stage=stage, reviewer_id=who, **{column: pk})
        for pk in chosen
        for who in draw.of(pk)
    ]
    Assignment.objects.bulk_create(rows, batch_size=2000)
    sentence = f"gave out {len(chosen)} for {stage.label.lower()}: “{name}”"
    history.record("batch.given-out", sentence, review=review, subject=batch, by=by)
    return batch


@transaction.atomic
def take_back(*, batch: Batch, by: User) -> BatchEnd:
    """What the batch gave out is anybody's again; votes stay."""
    require(May.EDIT_PROTOCOL, review=batch.review, by=by)
    Review.objects.select_for_update(no_key=True).get(pk=batch.review_id)
    if BatchEnd.objects.filter(batch=batch).exists():
        raise NothingToDo("This batch was taken back already.")
    end = BatchEnd.objects.create(batch=batch, by=by)
    history.record("batch.taken-back", f"took back “{batch}”", review=batch.review, subject=batch, by=by)
    return end


def free(review: Review, stage: Stage) -> QuerySet[Candidate]:
    """What waits for votes and is in no batch."""
    given = Assignment.objects.filter(batch__end=None)
    column = "record" if stage == Stage.TITLE_ABSTRACT else "report"
    waiting = Candidate.objects.of(review, stage).filter(status=Candidate.Status.OPEN)
    return waiting.filter(~Exists(given.filter(**{column: OuterRef(column)})))


def _check(review: Review, name: str, shares: Mapping[int, int], readers: int, size: int | None) -> None:
    if not name or len(name) > LONGEST_NAME:
        raise Refused(f"A batch has a name of at most {LONGEST_NAME} characters.")
    if not 1 <= readers <= 4:
        raise Refused("Each record is given to one to four people.")
    if len(shares) < readers:
        raise Refused(f"Each record goes to {readers} people, and {len(shares)} have a share.")
    if max(shares.values()) > 10_000:
        raise Refused("A share is at most 10,000.")
    if size is not None and size < 1:
        raise Refused("A batch has at least one record.")
    if not present_screeners(review).issuperset(shares):
        raise Refused("Somebody who was chosen may not screen in this review (any more).")


def readers_of(policy: Policy) -> int:
    """How many people certainly read each record under a policy."""
    return policy.rule.first_votes
