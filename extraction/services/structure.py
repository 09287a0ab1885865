"""Verbs: what is measured in whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.db.models import Max
from django.utils import timezone

from extraction.models import Arm, Comparison, ComparisonArm, Metric, Outcome, Study
from reviews.access import May, require
from reviews.errors import NothingToDo, Refused
from reviews.models import Review, User
from reviews.services import editing, history

Thing = Arm | Comparison | Outcome
New = TypeVar("New", Arm, Comparison, Outcome)

_EDITABLE: dict[type[models.Model], frozenset[str]] = {
    Arm: frozenset({"label", "intervention", "randomised"}),
    Comparison: frozenset({"experimental", "control"}),
    Outcome: frozenset({"domain", "measure", "metric", "time_point", "unit", "direction"}),
}


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
    return _add(outcome, by=by)


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
    return _add(comparison, by=by)


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
    return _add(arm, by=by)


@transaction.atomic
def revise(*, thing: Thing, values: Mapping[str, Any], seen: str, by: User) -> Thing:
    """Put the words of an arm, a comparison or an outcome right; the history keeps what was there before.

    `seen` is the fingerprint of the words that were on the page.
    """
    require(May.EXTRACT, review=_review(thing), by=by)
    unknown = set(values) - _EDITABLE[type(thing)]
    if unknown:
        raise TypeError(f"Not to be revised: {', '.join(sorted(unknown))}")
    row: Thing = _rows(thing).select_for_update().get()
    if isinstance(row, Outcome) and row.values.exists() and values.get("metric", row.metric) != row.metric:
        raise Refused(
            "Numbers were extracted for this outcome, so it stays of this kind. Add another outcome."
        )
    was = str(row)
    try:
        with transaction.atomic():
            changes = editing.apply(row, values, seen=seen)
    except IntegrityError:
        raise _taken(row) from None
    _tell("revised", f"changed the {_kind(row)} “{was}”", row, by=by, changes=changes)
    return row


@transaction.atomic
def retire(*, thing: Thing, by: User) -> None:
    """Stop asking for an arm, a comparison or an outcome; what was extracted for it stays."""
    require(May.EXTRACT, review=_review(thing), by=by)
    rows = _rows(thing).filter(retired_at=None)
    if not rows.update(retired_at=timezone.now()):
        raise NothingToDo(f"“{thing}” has been retired already.")
    _tell("retired", f"retired the {_kind(thing)} “{thing}”", thing, by=by)


@transaction.atomic
def bring_back(*, thing: Thing, by: User) -> None:
    """Ask for something that was retired again."""
    require(May.EXTRACT, review=_review(thing), by=by)
    rows = _rows(thing).filter(retired_at__isnull=False)
    if not rows.update(retired_at=None):
        raise NothingToDo(f"“{thing}” is in use.")
    _tell("brought-back", f"brought back the {_kind(thing)} “{thing}”", thing, by=by)


@transaction.atomic
def place(*, comparison: Comparison, arm: Arm, side: str, by: User) -> None:
    """Put an arm on a side of a comparison; an empty `side` takes it out."""
    arrange(study=arm.study, sides={(comparison.pk, arm.pk): side}, by=by)


@transaction.atomic
def arrange(*, study: Study, sides: Mapping[tuple[int, int], str], by: User) -> int:
    """Put arms on sides of comparisons: (comparison, arm) → side, where an empty side takes the arm out.

    Pairs that are not named stay as they are. Returns how many changed.
    """
    require(May.EXTRACT, review=study.review, by=by)
    Study.objects.select_for_update().get(pk=study.pk)
    arms = {arm.pk: arm for arm in study.arms.all()}
    comparisons = {row.pk: row for row in Comparison.objects.filter(review=study.review_id)}
    before = {(row.comparison_id, row.arm_id): row for row in ComparisonArm.objects.filter(arm__in=arms)}
    changed = 0
    for (comparison, arm), side in sides.items():
        if arm not in arms or comparison not in comparisons:
            raise Refused("The arm and the comparison belong to different reviews.")
        if side and side not in ComparisonArm.Side.values:
            raise Refused("An arm stands on the experimental or on the control side.")
        row = before.get((comparison, arm))
        if side != (row.side if row else ""):
            _move(row, comparisons[comparison], arms[arm], side, by)
            changed += 1
    return changed


def _move(row: ComparisonArm | None, comparison: Comparison, arm: Arm, side: str, by: User) -> None:
    before = row.side if row else ""
    if row:
        row.delete()
    if side:
        ComparisonArm.objects.create(comparison=comparison, arm=arm, side=side)
        sentence = f"put the arm “{arm}” of “{arm.study}” on the {side} side of “{comparison}”"
    else:
        sentence = f"took the arm “{arm}” of “{arm.study}” out of “{comparison}”"
    history.record(
        "arm.placed", sentence, review=arm.study.review, subject=arm, by=by, before=before, after=side
    )


def _next(rows: models.QuerySet[Any]) -> int:
    return int(rows.aggregate(last=Max("position"))["last"] or 0) + 1


def _add(thing: New, *, by: User) -> New:
    try:
        with transaction.atomic():
            thing.save(force_insert=True)
    except IntegrityError:
        raise _taken(thing) from None
    _tell("added", f"added the {_kind(thing)} “{thing}”", thing, by=by)
    return thing


def _taken(thing: Thing) -> Refused:
    return Refused(f"There is this {_kind(thing)} already: “{thing}”. If it was retired, bring it back.")


def _rows(thing: Thing) -> models.QuerySet[Any]:
    return type(thing)._default_manager.filter(pk=thing.pk)  # noqa: SLF001 - Django's own door to a table


def _kind(thing: Thing) -> str:
    return str(thing._meta.verbose_name)  # noqa: SLF001 - Django's own door to a model


def _review(thing: Thing) -> Review:
    return thing.study.review if isinstance(thing, Arm) else thing.review


def _tell(verb: str, sentence: str, thing: Thing, *, by: User, **data: Any) -> None:
    where = f" of “{thing.study}”" if isinstance(thing, Arm) else ""
    kind = _kind(thing)
    history.record(f"{kind}.{verb}", sentence + where, review=_review(thing), subject=thing, by=by, **data)
