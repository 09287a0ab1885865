"""Verbs: what is measured in whom."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.db.models import Max
from django.utils import timezone

from extraction.models import Arm, Comparison, ComparisonArm, Metric, Outcome, Study
from reviews.access import May, require
from reviews.errors import NothingToDo, Refused
from reviews.models import Review, User
from reviews.services import history


Thing = TypeVar("Thing", Arm, Comparison, Outcome)


@transaction.atomic
def add_outcome(
    *,
    review: Review,
    domain: str,
    metric: Metric,
    direction: Outcome.Direction,
    measure: str = "",
    time_point: str = "",
    unit: str = "",
    by: User,
) -> Outcome:
    """The review wants to know one more thing."""
    require(May.EXTRACT, review=review, by=by)
    if not domain.strip():
        raise Refused("Say what the outcome is about.")
    outcome = Outcome(
        review=review,
        domain=domain.strip(),
        measure=measure.strip(),
        metric=metric,
        time_point=time_point.strip(),
        unit=unit.strip(),
        direction=direction,
        position=_next(Outcome.objects.filter(review=review)),
    )
    return _add(outcome, "outcome", review=review, by=by)


@transaction.atomic
def add_comparison(*, review: Review, experimental: str, control: str, by: User) -> Comparison:
    """The review compares one more pair of treatments."""
    require(May.EXTRACT, review=review, by=by)
    if not (experimental.strip() and control.strip()):
        raise Refused("Say what is compared with what.")
    position = _next(Comparison.objects.filter(review=review))
    comparison = Comparison(
        review=review, experimental=experimental.strip(), control=control.strip(), position=position
    )
    return _add(comparison, "comparison", review=review, by=by)


@transaction.atomic
def add_arm(
    *, study: Study, label: str, intervention: str = "", randomised: int | None = None, by: User
) -> Arm:
    """A group of participants."""
    require(May.EXTRACT, review=study.review, by=by)
    if not label.strip():
        raise Refused("Give the arm a label.")
    arm = Arm(
        study=study,
        label=label.strip(),
        intervention=intervention.strip(),
        randomised=randomised,
        position=_next(study.arms.all()),
    )
    return _add(arm, "arm", review=study.review, by=by)


@transaction.atomic
def retire_arm(*, arm: Arm, by: User) -> None:
    """Stop asking for an arm; what was extracted for it stays."""
    require(May.EXTRACT, review=arm.study.review, by=by)
    if not Arm.objects.filter(pk=arm.pk, retired_at=None).update(retired_at=timezone.now()):
        raise NothingToDo("This arm has been retired already.")
    sentence = f"retired the arm “{arm}” of “{arm.study}”"
    history.record("arm.retired", sentence, review=arm.study.review, subject=arm, by=by)


@transaction.atomic
def retire_outcome(*, outcome: Outcome, by: User) -> None:
    """Stop asking for an outcome; what was extracted for it stays."""
    require(May.EXTRACT, review=outcome.review, by=by)
    if not Outcome.objects.filter(pk=outcome.pk, retired_at=None).update(retired_at=timezone.now()):
        raise NothingToDo("This outcome has been retired already.")
    sentence = f"retired the outcome “{outcome}”"
    history.record("outcome.retired", sentence, review=outcome.review, subject=outcome, by=by)


@transaction.atomic
def place(*, comparison: Comparison, arm: Arm, side: str, by: User) -> None:
    """Put an arm on a side of a comparison; an empty `side` takes it out."""
    review = arm.study.review
    require(May.EXTRACT, review=review, by=by)
    if comparison.review_id != review.pk:  # type: ignore[attr-defined]
        raise Refused("The arm and the comparison belong to different reviews.")
    if side and side not in ComparisonArm.Side.values:
        raise Refused("An arm stands on the experimental or on the control side.")
    before = ComparisonArm.objects.filter(comparison=comparison, arm=arm).first()
    if (before.side if before else "") == side:
        return
    if before:
        before.delete()
    if side:
        ComparisonArm.objects.create(comparison=comparison, arm=arm, side=side)
    sentence = f"put the arm “{arm}” of “{arm.study}” on the {side} side of “{comparison}”"
    if not side:
        sentence = f"took the arm “{arm}” of “{arm.study}” out of “{comparison}”"
    history.record(
        "arm.placed",
        sentence,
        review=review,
        subject=arm,
        by=by,
        before=before.side if before else "",
        after=side,
    )


def _next(rows: models.QuerySet[Any]) -> int:
    return int(rows.aggregate(last=Max("position"))["last"] or 0) + 1


def _add(thing: Thing, kind: str, *, review: Review, by: User) -> Thing:
    try:
        with transaction.atomic():
            thing.save(force_insert=True)
    except IntegrityError:
        raise Refused(f"There is this {kind} already: “{thing}”.") from None
    history.record(f"{kind}.added", f"added the {kind} “{thing}”", review=review, subject=thing, by=by)
    return thing
