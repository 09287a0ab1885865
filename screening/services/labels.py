"""The review's labels: naming them, putting them on records and reports, taking one's own off again."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from reviews.access import May, require
from reviews.errors import NothingToDo, Refused
from reviews.models import Review, User
from reviews.services import history
from screening.models import Candidate, Label, Labelling
from screening.models.subject import subject_of
from screening.services.votes import lock

LONGEST_NAME = 60


@transaction.atomic
def make(*, review: Review, name: str, tone: str = Label.Tone.PLAIN, by: User) -> Label:
    """A new label; a retired one of that name is taken up again."""
    require(May.SCREEN, review=review, by=by)
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Refused(f"A label has a name of at most {LONGEST_NAME} characters.")
    if tone not in Label.Tone.values:
        raise Refused("That is not one of the colours.")
    label = Label.objects.filter(review=review, name__iexact=name).first()
    if label and label.retired_at is None:
        raise NothingToDo(f"There is a label “{label}” already.")
    if label:
        label.retired_at, label.tone = None, tone
        label.save(update_fields=["retired_at", "tone"])
    else:
        try:
            with transaction.atomic():
                label = Label.objects.create(review=review, name=name, tone=tone, created_by=by)
        except IntegrityError as error:  # a colleague made it at the same moment
            raise NothingToDo(f"There is a label “{name}” already.") from error
    history.record("label.made", f"made the label “{label}”", review=review, subject=label, by=by)
    return label


@transaction.atomic
def retire(*, label: Label, by: User) -> None:
    """Offer it no more; what has it keeps it."""
    require(May.SCREEN, review=label.review, by=by)
    if not Label.objects.filter(pk=label.pk, retired_at=None).update(retired_at=timezone.now()):
        raise NothingToDo("This label is retired already.")
    history.record("label.retired", f"retired the label “{label}”", review=label.review, subject=label, by=by)


@transaction.atomic
def put(*, candidate: Candidate, label: Label, on: bool, by: User) -> Labelling:
    """Put a label on, or take one's own off. Colleagues see it when they may see one's vote."""
    require(May.SCREEN, review=candidate.review, by=by)
    row = lock(candidate)
    if label.review_id != row.review_id or (on and label.retired_at is not None):
        raise Refused("This is not one of the labels of this review.")
    mine = Labelling.objects.about(row).standing().filter(label=label, by=by)
    if mine.exists() == on:
        raise NothingToDo("It has this label already." if on else "It does not have this label of yours.")
    if on:
        return Labelling.objects.create(**subject_of(row), label=label, on=True, by=by)
    # On a duplicate that was linked since, the label stays where it was put; it is taken off there.
    return [
        Labelling.objects.create(
            review=one.review,
            stage=one.stage,
            record_id=one.record_id,
            report_id=one.report_id,
            label=label,
            on=False,
            by=by,
        )
        for one in mine
    ][-1]
