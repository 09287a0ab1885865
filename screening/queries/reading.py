"""Who was given what and how far they are; which labels there are."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from reviews.models import Review, User
from screening.models import Assignment, Batch, Candidate, Label, Stage, Standing


@dataclass(frozen=True, slots=True)
class Part:
    """What one person was given of a batch, and how much of it they have read."""

    user: User
    given: int
    read: int


@dataclass(frozen=True, slots=True)
class BatchParts:
    """A batch with everybody's part."""

    batch: Batch
    parts: list[Part]


def parts_of(review: Review, stage: Stage) -> list[BatchParts]:
    """The batches in force; three queries."""
    batches = list(Batch.objects.in_force().filter(review=review, stage=stage).select_related("by"))
    column = "record" if stage == Stage.TITLE_ABSTRACT else "report"
    read = Standing.objects.filter(
        reviewer=OuterRef("reviewer"),
        review=review,
        stage=stage,
        **{f"candidate__{column}": OuterRef(column)},
    )
    rows = (
        Assignment.objects.filter(batch__in=batches)
        .annotate(is_read=Exists(read))
        .order_by()
        .values_list("batch", "reviewer")
        .annotate(given=Count("pk"), read=Count("pk", filter=Q(is_read=True)))
    )
    numbers = list(rows)
    people = User.objects.in_bulk({who for _, who, *_ in numbers})
    found = {batch.pk: BatchParts(batch, []) for batch in batches}
    for batch, who, given, done in sorted(numbers, key=lambda row: str(people[row[1]])):
        found[batch].parts.append(Part(people[who], given, done))
    return list(found.values())


def unassigned(review: Review, stage: Stage) -> int:
    """How many wait for votes and were given to nobody."""
    column = "record" if stage == Stage.TITLE_ABSTRACT else "report"
    given = Assignment.objects.filter(batch__end=None, **{column: OuterRef(column)})
    waiting = Candidate.objects.of(review, stage).filter(status=Candidate.Status.OPEN)
    return waiting.filter(~Exists(given)).count()


def labels_in_use(review: Review) -> QuerySet[Label]:
    """The labels that are offered."""
    return Label.objects.filter(review=review, retired_at=None).order_by("name")
