"""Verbs: keep what the sentinels say when numbers are saved, and answer it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from django.db import transaction

from extraction.models import FindingVerdict, RaisedFinding
from extraction.queries.checks import Raised, findings_seen
from reviews.access import May, require
from reviews.errors import NothingToDo, Refused
from reviews.models import Review, User
from reviews.services import history

LONGEST_REASON = 2_000


def look(*, review: Review, outcomes: Iterable[int], by: User) -> list[Raised]:
    """Run the sentinels over what `by` may see of these outcomes, and keep what they say for the record.

    Called within the transaction that saved a number, after it was permitted.
    """
    raised = findings_seen(review, viewer=by, outcomes=set(outcomes))
    keep(review=review, raised=raised, by=by)
    return raised


def keep(*, review: Review, raised: Iterable[Raised], by: User) -> None:
    """Write down findings that were not on record yet."""
    rows = [
        RaisedFinding(
            review=review,
            study=one.study,
            fingerprint=one.fingerprint,
            kind=one.finding.kind,
            severity=one.finding.severity,
            said=asdict(one.finding),
            reader=by if one.is_own else None,
        )
        for one in raised
    ]
    RaisedFinding.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def dismiss(*, review: Review, fingerprint: str, reason: str, by: User) -> FindingVerdict:
    """Say why a finding does not matter; it stays on record, and comes back when one of its numbers changes."""
    require(May.EXTRACT, review=review, by=by)
    raised, reason = _standing(review, fingerprint, by), reason.strip()
    if raised.is_dismissed:
        raise NothingToDo("This finding has been dismissed already.")
    if not reason:
        raise Refused("Say why the numbers are right all the same.")
    if len(reason) > LONGEST_REASON:
        raise Refused(f"The reason is too long: at most {LONGEST_REASON} characters.")
    return _say(raised, by, dismissed=True, reason=reason)


@transaction.atomic
def raise_again(*, review: Review, fingerprint: str, by: User) -> FindingVerdict:
    """Take a dismissal back."""
    require(May.EXTRACT, review=review, by=by)
    raised = _standing(review, fingerprint, by)
    if not raised.is_dismissed:
        raise NothingToDo("This finding is open already.")
    return _say(raised, by, dismissed=False, reason="")


def _standing(review: Review, fingerprint: str, by: User) -> Raised:
    Review.objects.select_for_update().get(pk=review.pk)
    found = [one for one in findings_seen(review, viewer=by) if one.fingerprint == fingerprint]
    if not found:
        raise Refused("This finding does not stand any more: a number was changed meanwhile.")
    keep(review=review, raised=found, by=by)
    return found[0]


def _say(raised: Raised, by: User, *, dismissed: bool, reason: str) -> FindingVerdict:
    row = RaisedFinding.objects.get(
        review=raised.study.review_id,
        fingerprint=raised.fingerprint,
        reader=by if raised.is_own else None,
    )
    verdict = FindingVerdict.objects.create(
        finding=row, dismissed=dismissed, reason=reason.replace("\x00", ""), by=by
    )
    what = "dismissed" if dismissed else "raised again"
    history.record(
        f"finding.{what.replace(' ', '-')}",
        f"{what} a finding about “{raised.study}” ({raised.finding.kind})",
        review=raised.study.review,
        subject=raised.study,
        by=by,
        fingerprint=raised.fingerprint,
        reason=verdict.reason,
    )
    return verdict
