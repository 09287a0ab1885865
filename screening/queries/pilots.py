"""Whether a pilot round holds a stage back."""

from __future__ import annotations

from django.db.models import F

from screening.models import Pilot, PilotEnd, Policy
from screening.models.pilot import PilotQuerySet

OPENS = [PilotEnd.Outcome.REACHED.value, PilotEnd.Outcome.UNLOCKED.value]


def rounds(policy: Policy) -> PilotQuerySet:
    """The rounds of the policy's stage, newest first."""
    return Pilot.objects.filter(review=policy.review_id, stage=policy.stage).order_by("-number")


def is_locked(policy: Policy) -> bool:
    """Whether only pilot records may be voted on: no round has opened the stage yet, or another one is running."""
    if not policy.has_pilot:
        return False
    outcomes = rounds(policy).counting().annotate(outcome=F("end__outcome")).values_list("outcome", flat=True)
    newest = list(outcomes[:1])
    return not newest or newest[0] not in OPENS


def running_round(policy: Policy) -> Pilot | None:
    """The round that has not ended, if any."""
    return rounds(policy).running().first() if policy.has_pilot else None
