"""A group meeting settles conflicts: its minutes are kept, and each decision refers to them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from reviews.access import May, require
from reviews.errors import Refused
from reviews.models import ExclusionReason, Membership, Review, User
from reviews.services import history
from screening.errors import NotYours
from screening.models import Candidate, Meeting, Resolution, Verdict
from screening.services import conflicts
from screening.services.conflicts import Ending

LONGEST_MINUTES = 50_000


@dataclass(frozen=True, slots=True)
class Settled:
    """What a meeting decided about one conflict; without words of its own the minutes tell why."""

    candidate: Candidate
    verdict: Verdict
    reason: ExclusionReason | None = None
    explanation: str = ""


@transaction.atomic
def hold(
    *,
    review: Review,
    held_on: dt.date,
    present: Sequence[User],
    minutes: str,
    settled: Sequence[Settled],
    by: User,
) -> Meeting:
    """Write down a meeting with everything it settled: all of it or nothing.

    A lead or the arbiter may, and whoever sat in the meeting, which takes two people at least.
    """
    membership = require(May.ARBITRATE, review=review, by=by)
    _check(review, held_on, present, minutes, settled)
    if by not in present and not conflicts.is_arbiter(membership):
        raise NotYours("Who was in the meeting writes it down, or the arbiter, or a lead.")
    meeting = Meeting.objects.create(
        review=review,
        held_on=held_on,
        present=sorted(person.pk for person in present),
        minutes=minutes.strip(),
        by=by,
    )
    for one in sorted(settled, key=lambda one: one.candidate.pk):
        row = conflicts.in_conflict(one.candidate)
        why = one.explanation.strip() or f"{meeting}: see its minutes."
        ending = Ending(Resolution.Kind.MEETING, one.verdict, one.reason, why, meeting=meeting)
        conflicts.write(row, ending, by=by)
    number = len(settled)
    sentence = f"wrote down a meeting that settled {number} conflict{'' if number == 1 else 's'}"
    history.record("meeting.held", sentence, review=review, subject=meeting, by=by)
    return meeting


def _check(
    review: Review,
    held_on: dt.date,
    present: Sequence[User],
    minutes: str,
    settled: Sequence[Settled],
) -> None:
    if not minutes.strip():
        raise Refused("Write down what was said: the minutes are kept with the decisions.")
    if len(minutes) > LONGEST_MINUTES:
        raise Refused(f"Minutes may have at most {LONGEST_MINUTES} characters.")
    if held_on > timezone.localdate():
        raise Refused("The meeting lies in the future.")
    people = {person.pk for person in present}
    if len(people) < 2:
        raise Refused("A meeting takes at least two people.")
    if Membership.objects.filter(review=review, user__in=people).count() < len(people):
        raise Refused("Somebody in the list never belonged to this review.")
    if not settled:
        raise Refused("Choose at least one conflict that the meeting settled.")
    if any(one.candidate.review_id != review.pk for one in settled):
        raise Refused("A conflict of another review cannot be settled here.")
