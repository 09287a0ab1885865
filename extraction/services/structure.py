"""Verbs: what is measured in whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import IntegrityError, models, transaction
from django.db.models import Max
from django.utils import timezone

from extraction.models import (
    Arm,
    ArmsChoice,
    Comparison,
    ComparisonArm,
    Metric,
    Outcome,
    SeveralArms,
    Study,
    TimePoint,
)
from extraction.services.telling import results_changed
from reviews.access import May, require
from reviews.errors import NothingToDo, Refused
from reviews.models import Review, User
from reviews.services import editing, history

Thing = Arm | Comparison | Outcome | TimePoint
New = TypeVar("New", Arm, Comparison, Outcome, TimePoint)

#: A century.
LONGEST_WEEKS = 5_200
#: What else can be said of an outcome: when it is asked for, and which numbers are possible.
_DETAILS: dict[str, Any] = {
    "window_from": None,
    "window_to": None,
    "when_several": Outcome.WhenSeveral.LATEST,
    "asks_baseline": False,
    "scale_low": None,
    "scale_high": None,
    "is_whole": False,
}
_EDITABLE: dict[type[models.Model], frozenset[str]] = {
    Arm: frozenset({"label", "intervention", "dose", "randomised"}),
    Comparison: frozenset({"experimental", "control"}),
    Outcome: frozenset({"domain", "measure", "metric", "time_point", "unit", "direction"} | set(_DETAILS)),
    TimePoint: frozenset({"label", "weeks"}),
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
    **details: Any,
) -> Outcome:
    """The review wants to know one more thing. `details`: its window, its scale and whether baseline is asked for."""
    require(May.EXTRACT, review=review, by=by)
    if unknown := set(details) - set(_DETAILS):
        raise TypeError(f"Not said of an outcome: {', '.join(sorted(unknown))}")
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
        **details,
    )
    _check_ranges(outcome)
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
    *,
    study: Study,
    label: str,
    intervention: str = "",
    dose: str = "",
    randomised: int | None = None,
    by: User,
) -> Arm:
    """A group of participants."""
    require(May.EXTRACT, review=study.review, by=by)
    if not label.strip():
        raise Refused("Give the arm a label.")
    arm = Arm(
        study=study,
        label=label.strip(),
        intervention=intervention.strip(),
        dose=dose.strip(),
        randomised=randomised,
        position=_next(study.arms.all()),
    )
    return _add(arm, by=by)


@transaction.atomic
def add_time(*, study: Study, label: str, weeks: float, by: User) -> TimePoint:
    """A moment at which the study measured, in weeks since the treatment began; 0 is baseline."""
    require(May.EXTRACT, review=study.review, by=by)
    if not label.strip():
        raise Refused("Say when it was, for example 6 months.")
    if not -LONGEST_WEEKS <= weeks <= LONGEST_WEEKS:
        raise Refused("That many weeks do not fit into a study.")
    return _add(TimePoint(study=study, label=label.strip(), weeks=weeks), by=by)


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
    was = str(row)
    _check_meaning(row, values)
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
    if changed:
        results_changed(review=study.review, by=by)
    return changed


@transaction.atomic
def choose_arms(
    *, study: Study, comparison: Comparison, how: SeveralArms, reason: str = "", by: User
) -> ArmsChoice:
    """Say how several arms of a study enter a comparison: as one group, or each by itself with the shared group split."""
    require(May.EXTRACT, review=study.review, by=by)
    Study.objects.select_for_update().get(pk=study.pk)
    if comparison.review_id != study.review_id:
        raise Refused("The study and the comparison belong to different reviews.")
    before = ArmsChoice.objects.filter(study=study, comparison=comparison).order_by("pk").last()
    if how == (before.how if before else SeveralArms.COMBINE):
        raise NothingToDo(f"That is so already: {SeveralArms(how).label.lower()}.")
    choice = ArmsChoice.objects.create(
        study=study, comparison=comparison, how=how, reason=reason.strip(), by=by
    )
    sentence = f"chose for the arms of “{study}” in “{comparison}”: {SeveralArms(how).label.lower()}"
    history.record("arms.chosen", sentence, review=study.review, subject=study, by=by, how=str(how))
    results_changed(review=study.review, by=by)
    return choice


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


def _check_meaning(row: Thing, values: Mapping[str, Any]) -> None:
    """Refuse an outcome that cannot be, and a change that would give extracted numbers another meaning."""
    if isinstance(row, Outcome):
        if row.values.exists() and values.get("metric", row.metric) != row.metric:
            raise Refused(
                "Numbers were extracted for this outcome, so it stays of this kind. Add another outcome."
            )
        names = ("window_from", "window_to", "scale_low", "scale_high")
        _check_ranges(Outcome(**{name: values.get(name, getattr(row, name)) for name in names}))


def _check_ranges(outcome: Outcome) -> None:
    for what, low, high in (
        ("window", outcome.window_from, outcome.window_to),
        ("scale", outcome.scale_low, outcome.scale_high),
    ):
        if low is not None and high is not None and low > high:
            raise Refused(f"The {what} ends before it begins ({low:g} to {high:g}).")


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
    return thing.study.review if isinstance(thing, Arm | TimePoint) else thing.review


def _tell(verb: str, sentence: str, thing: Thing, *, by: User, **data: Any) -> None:
    where = f" of “{thing.study}”" if isinstance(thing, Arm | TimePoint) else ""
    kind = _kind(thing)
    review = _review(thing)
    history.record(f"{kind}.{verb}", sentence + where, review=review, subject=thing, by=by, **data)
    results_changed(review=review, by=by)
