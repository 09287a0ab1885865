"""Whom a policy asks to read what."""

from __future__ import annotations

from django.db.models import Q

from reviews.access import ROLE_MAY, May
from reviews.models import Membership, Review, User
from screening.decision import Mode
from screening.models import Policy

_SCREENING_ROLES = [role for role, allowed in ROLE_MAY.items() if May.SCREEN in allowed]


def present_screeners(review: Review) -> set[int]:
    """Ids of those in the team today who may screen."""
    members = Membership.objects.filter(review=review, left_at=None, role__in=_SCREENING_ROLES)
    return set(members.values_list("user_id", flat=True))


def asked(policy: Policy, user: User) -> Q | None:
    """Which candidates of the stage this person is asked to read; None for none at all.

    Where so many of those who were chosen have left that a decision could not be made, everybody is asked.
    """
    if not policy.readers and not policy.second_pair:
        return Q()
    present = present_screeners(policy.review)
    second = set(policy.second_pair) & present
    readers = set(policy.readers) & present or present - second
    if len(readers) < (2 if policy.mode == Mode.VERIFIED else policy.votes_needed):
        readers = present
    if policy.mode != Mode.REASSESSED:
        return Q() if user.pk in readers else None
    if len(second) < 2:
        second = present
    if user.pk not in readers | second:
        return None
    wanted = Q(in_pilot=True) if policy.has_pilot else Q(pk=None)
    if user.pk in readers:
        wanted |= Q(votes__lt=2)
    if user.pk in second:
        wanted |= Q(votes__gte=2)
    return wanted
