"""Questions about people."""

from __future__ import annotations

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils import timezone

from reviews.access import ROLE_MAY, May
from reviews.models import Event, Invitation, Membership, Review, Role, User


def display_name(user: User) -> str:
    """How a person is named on the page."""
    return str(user)


def team_of(review: Review) -> QuerySet[Membership]:
    """All members, those who left last, each with `last_seen`: when the history last tells of them."""
    deeds = Event.objects.filter(review=review, actor=OuterRef("user")).order_by("-pk").values("at")
    return (
        Membership.objects.filter(review=review)
        .select_related("user")
        .annotate(last_seen=Subquery(deeds[:1]))
        .order_by(F("left_at").asc(nulls_first=True), "joined_at", "pk")
    )


def open_invitations(review: Review) -> QuerySet[Invitation]:
    """Links that can still be used, newest first."""
    return Invitation.objects.filter(
        review=review, accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()
    ).select_related("created_by")


def rights() -> list[tuple[str, list[str]]]:
    """For each role what it may do, in words; read off the table that is enforced."""
    return [(role.label, [may.value for may in May if may in ROLE_MAY[role]]) for role in Role]
