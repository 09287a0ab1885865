"""The protocol: question, highlighted words, criteria and ranked exclusion reasons. Nothing is deleted, only retired."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from reviews.access import May, require
from reviews.errors import NothingToDo, Refused
from reviews.models import Criterion, ExclusionReason, Review, User
from reviews.services import changes, editing, history
from reviews.services.creation import QUESTION
from reviews.services.locking import lock

QUESTION_FIELDS = ("title", *QUESTION)
TERM_FIELDS = ("terms_for", "terms_against")


@transaction.atomic
def change_question(*, review: Review, values: Mapping[str, str], seen: str, by: User) -> Review:
    """Change the title, the PICOS question or the registration."""
    return _change_review(review, values, seen, by, "protocol.question", "changed the question of the review")


@transaction.atomic
def change_terms(*, review: Review, values: Mapping[str, str], seen: str, by: User) -> Review:
    """Change the words that are highlighted in titles and abstracts."""
    return _change_review(review, values, seen, by, "protocol.terms", "changed the highlighted words")


def _change_review(
    review: Review, values: Mapping[str, str], seen: str, by: User, verb: str, sentence: str
) -> Review:
    require(May.EDIT_PROTOCOL, review=review, by=by)
    row = lock(review)
    changed = editing.apply(row, values, seen=seen)
    history.record(verb, sentence, review=row, subject=row, by=by, changes=changed)
    return row


@transaction.atomic
def set_up(
    *, review: Review, inclusion: Iterable[str], exclusion: Iterable[str], reasons: Iterable[str], by: User
) -> None:
    """Write down the first criteria and reasons in one go; what is there already is not repeated."""
    require(May.EDIT_PROTOCOL, review=review, by=by)
    lock(review)
    for kind, texts in ((Criterion.Kind.INCLUSION, inclusion), (Criterion.Kind.EXCLUSION, exclusion)):
        known = set(review.criteria.filter(kind=kind, retired_at=None).values_list("text", flat=True))
        for text in texts:
            if text not in known:
                _add_criterion(review, kind, text, by)
    labels = {label.casefold() for label in review.exclusion_reasons.values_list("label", flat=True)}
    for label in reasons:
        if label.casefold() not in labels:
            labels.add(label.casefold())
            _add_reason(review, label, by)


@transaction.atomic
def add_criterion(*, review: Review, kind: str, text: str, by: User) -> Criterion:
    """A new criterion, at the end of its list."""
    require(May.EDIT_PROTOCOL, review=review, by=by)
    lock(review)
    return _add_criterion(review, kind, text, by)


def _add_criterion(review: Review, kind: str, text: str, by: User) -> Criterion:
    last = review.criteria.filter(kind=kind).aggregate(last=Max("position"))["last"] or 0
    criterion = Criterion.objects.create(review=review, kind=kind, text=text, position=last + 1)
    sentence = f"added a criterion: {criterion.get_kind_display().lower()} {text}"
    history.record("protocol.criterion-added", sentence, review=review, subject=criterion, by=by)
    return criterion


@transaction.atomic
def change_criterion(*, criterion: Criterion, text: str, seen: str, by: User) -> Criterion:
    """Put a criterion into other words."""
    require(May.EDIT_PROTOCOL, review=criterion.review, by=by)
    row = Criterion.objects.select_for_update().get(pk=criterion.pk)
    changed = editing.apply(row, {"text": text}, seen=seen)
    history.record(
        "protocol.criterion-changed",
        f"changed a criterion to: {row.get_kind_display().lower()} {text}",
        review=criterion.review,
        subject=row,
        by=by,
        changes=changed,
    )
    return row


@transaction.atomic
def retire_criterion(*, criterion: Criterion, by: User) -> None:
    """Take a criterion out of use; it stays in the history."""
    _retire(criterion, by, "protocol.criterion-retired", f"retired the criterion “{criterion.text}”")


@transaction.atomic
def restore_criterion(*, criterion: Criterion, by: User) -> None:
    """Put a retired criterion back into use."""
    _restore(criterion, by, "protocol.criterion-restored", f"took up again the criterion “{criterion.text}”")


@transaction.atomic
def add_reason(*, review: Review, label: str, by: User) -> ExclusionReason:
    """A new exclusion reason, ranked last."""
    require(May.EDIT_PROTOCOL, review=review, by=by)
    lock(review)
    _refuse_second(review, label)
    return _add_reason(review, label, by)


def _add_reason(review: Review, label: str, by: User) -> ExclusionReason:
    last = review.exclusion_reasons.aggregate(last=Max("rank"))["last"] or 0
    reason = ExclusionReason.objects.create(review=review, label=label, rank=last + 1)
    sentence = f"added the exclusion reason “{label}”"
    history.record("protocol.reason-added", sentence, review=review, subject=reason, by=by)
    return reason


@transaction.atomic
def rename_reason(*, reason: ExclusionReason, label: str, seen: str, by: User) -> ExclusionReason:
    """Give a reason other words; what was excluded for it stays excluded for it."""
    require(May.EDIT_PROTOCOL, review=reason.review, by=by)
    lock(reason.review)
    _refuse_second(reason.review, label, but=reason)
    row = ExclusionReason.objects.get(pk=reason.pk)
    changed = editing.apply(row, {"label": label}, seen=seen)
    sentence = f"renamed an exclusion reason to “{label}”"
    history.record(
        "protocol.reason-renamed", sentence, review=reason.review, subject=row, by=by, changes=changed
    )
    return row


@transaction.atomic
def move_reason(*, reason: ExclusionReason, up: bool, by: User) -> None:
    """Exchange a reason with its neighbour in the ranking, and let what depends on the ranks be computed anew."""
    require(May.EDIT_PROTOCOL, review=reason.review, by=by)
    lock(reason.review)
    ranking = list(reason.review.exclusion_reasons.filter(retired_at=None))
    before = [row.label for row in ranking]
    here = ranking.index(reason) if reason in ranking else -1
    there = here - 1 if up else here + 1
    if here < 0 or not 0 <= there < len(ranking):
        raise NothingToDo("This reason cannot be moved further.")
    ranking[here], ranking[there] = ranking[there], ranking[here]
    _renumber(reason.review, ranking)
    history.record(
        "protocol.reasons-ranked",
        f"ranked the exclusion reason “{reason.label}” {'higher' if up else 'lower'}",
        review=reason.review,
        subject=reason,
        by=by,
        changes={"ranking": {"before": before, "after": [row.label for row in ranking]}},
    )
    changes.reasons_changed(review=reason.review)


def _renumber(review: Review, ranking: list[ExclusionReason]) -> None:
    """Number the reasons in use first, then the retired ones, in their old order."""
    retired = list(review.exclusion_reasons.exclude(retired_at=None))
    for rank, row in enumerate([*ranking, *retired], start=1):
        row.rank = rank
    ExclusionReason.objects.bulk_update([*ranking, *retired], ["rank"])


@transaction.atomic
def retire_reason(*, reason: ExclusionReason, by: User) -> None:
    """Offer a reason no longer; what was excluded for it stays excluded for it."""
    _retire(reason, by, "protocol.reason-retired", f"retired the exclusion reason “{reason.label}”")


@transaction.atomic
def restore_reason(*, reason: ExclusionReason, by: User) -> None:
    """Offer a retired reason again."""
    _restore(reason, by, "protocol.reason-restored", f"took up again the exclusion reason “{reason.label}”")


def _refuse_second(review: Review, label: str, *, but: ExclusionReason | None = None) -> None:
    same = review.exclusion_reasons.filter(label__iexact=label).exclude(pk=but.pk if but else 0).first()
    if same:
        hint = "it is retired; take it up again" if same.retired_at else "it is in use"
        raise Refused(f"There is a reason “{same.label}” already: {hint}.")


def _retire(row: Criterion | ExclusionReason, by: User, verb: str, sentence: str) -> None:
    require(May.EDIT_PROTOCOL, review=row.review, by=by)
    if not type(row).objects.filter(pk=row.pk, retired_at=None).update(retired_at=timezone.now()):
        raise NothingToDo("It is retired already.")
    history.record(verb, sentence, review=row.review, subject=row, by=by)


def _restore(row: Criterion | ExclusionReason, by: User, verb: str, sentence: str) -> None:
    require(May.EDIT_PROTOCOL, review=row.review, by=by)
    if not type(row).objects.filter(pk=row.pk, retired_at__isnull=False).update(retired_at=None):
        raise NothingToDo("It is in use already.")
    history.record(verb, sentence, review=row.review, subject=row, by=by)
