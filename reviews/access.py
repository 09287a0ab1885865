"""Who may do what: one table, one door to a review for pages and one for verbs."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from reviews.errors import NotAllowed
from reviews.models import Membership, Review, Role

if TYPE_CHECKING:
    from reviews.models import User


class May(enum.Enum):
    """What can be allowed in a review; the value finishes the sentence “You may not …”."""

    VIEW = "see this review"
    EDIT_PROTOCOL = "change the protocol"
    MANAGE_TEAM = "change the team"
    SEARCH = "add searches or import files"
    DEDUPLICATE = "decide about duplicates"
    SCREEN = "screen"
    ARBITRATE = "resolve conflicts"
    RETRIEVE = "look after full texts"
    EXTRACT = "extract data"
    ASSESS = "assess risk of bias"
    SETTLE = "settle differences between extractors or assessors"
    ANALYSE = "set up or run analyses"


ROLE_MAY: dict[Role, frozenset[May]] = {
    Role.LEAD: frozenset(May),
    Role.REVIEWER: frozenset(May) - {May.EDIT_PROTOCOL, May.MANAGE_TEAM},
    Role.LIBRARIAN: frozenset({May.VIEW, May.SEARCH, May.DEDUPLICATE, May.RETRIEVE}),
    Role.STATISTICIAN: frozenset({May.VIEW, May.EXTRACT, May.SETTLE, May.ANALYSE}),
    Role.OBSERVER: frozenset({May.VIEW}),
}


def may(membership: Membership, permission: May) -> bool:
    """Does the member's role cover it, and are they still in the team?"""
    return membership.left_at is None and permission in ROLE_MAY[Role(membership.role)]


def review_for(request: HttpRequest, slug: str, permission: May, *, section: str = "") -> Membership:
    """The viewer's membership in a review: the only way by which a page gets hold of a review.

    Raises Http404 for anyone who is not a present member (an outsider does not learn that the review exists), and
    PermissionDenied for a member whose role does not cover `permission`. `section` names the lit entry of the left rail.
    """
    membership = (
        Membership.objects.filter(review__slug=slug, user_id=request.user.pk or 0, left_at=None)
        .select_related("review", "user")
        .first()
    )
    if membership is None:
        raise Http404("No such review.")
    if not may(membership, permission):
        raise PermissionDenied(
            f"As {membership.get_role_display().lower()} of this review you may not {permission.value}."
        )
    request.membership = membership  # type: ignore[attr-defined]
    request.rail_section = section  # type: ignore[attr-defined]
    return membership


def require(permission: May, *, review: Review, by: User) -> Membership:
    """The same rule for verbs: the member's row, or NotAllowed."""
    membership = Membership.objects.filter(review=review, user=by, left_at=None).first()
    if membership is None:
        raise NotAllowed("You are not a member of this review.")
    if not may(membership, permission):
        raise NotAllowed(
            f"As {membership.get_role_display().lower()} of this review you may not {permission.value}."
        )
    return membership
