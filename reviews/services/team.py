"""The team: roles, leaving, and invitations by link. Who leaves keeps their name on what they decided."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from reviews.access import May, require
from reviews.errors import NothingToDo, Refused
from reviews.models import Invitation, Membership, Review, Role, User
from reviews.services import history
from reviews.services.locking import lock

#: How long an invitation can be accepted.
VALID = timedelta(days=14)


@transaction.atomic
def change_role(*, membership: Membership, role: str, by: User) -> None:
    """Give a member another role."""
    review = membership.review
    require(May.MANAGE_TEAM, review=review, by=by)
    member = _locked(membership)
    if member.role == role:
        raise NothingToDo(f"{member.user} has this role already.")
    _refuse_last_lead(member)
    before = member.get_role_display()
    member.role = role
    member.save(update_fields=["role"])
    history.record(
        "team.role-changed",
        f"made {member.user} {member.get_role_display().lower()}",
        review=review,
        subject=member,
        by=by,
        changes={"role": {"before": before, "after": member.get_role_display()}},
    )


@transaction.atomic
def remove(*, membership: Membership, by: User) -> None:
    """End a membership: one's own, or as a lead anybody's. Votes and other work stay."""
    own = membership.user_id == by.pk
    require(May.VIEW if own else May.MANAGE_TEAM, review=membership.review, by=by)
    member = _locked(membership)
    _refuse_last_lead(member)
    member.left_at = timezone.now()
    member.save(update_fields=["left_at"])
    sentence = "left the team" if own else f"took {member.user} out of the team"
    history.record(
        "team.left" if own else "team.removed", sentence, review=member.review, subject=member, by=by
    )


def _locked(membership: Membership) -> Membership:
    lock(membership.review)
    member = Membership.objects.select_related("user", "review").get(pk=membership.pk)
    if member.left_at:
        raise NothingToDo(f"{member.user} is no longer in the team.")
    return member


def _refuse_last_lead(member: Membership) -> None:
    leads = Membership.objects.filter(review=member.review, role=Role.LEAD, left_at=None)
    if member.role == Role.LEAD and leads.count() == 1:
        raise Refused("A review needs a lead. Make somebody else lead first.")


@transaction.atomic
def invite(*, review: Review, role: str, email: str = "", by: User) -> Invitation:
    """Make a link that lets one person join."""
    require(May.MANAGE_TEAM, review=review, by=by)
    invitation = Invitation.objects.create(
        review=review, role=role, email=email, created_by=by, expires_at=timezone.now() + VALID
    )
    whom = email or "a colleague"
    sentence = f"invited {whom} as {invitation.get_role_display().lower()}"
    history.record("team.invited", sentence, review=review, subject=invitation, by=by)
    return invitation


@transaction.atomic
def revoke(*, invitation: Invitation, by: User) -> None:
    """Make a link useless."""
    review = invitation.review
    require(May.MANAGE_TEAM, review=review, by=by)
    unused = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
    if not unused.update(revoked_at=timezone.now()):
        raise NothingToDo("This invitation has been used or withdrawn already.")
    whom = invitation.email or "a colleague"
    sentence = f"withdrew the invitation of {whom}"
    history.record("team.invitation-revoked", sentence, review=review, subject=invitation, by=by)


@transaction.atomic
def accept(*, token: str, by: User) -> Membership:
    """Join by a link; somebody who had left comes back, with the role of the link."""
    found = Invitation.objects.filter(token=token).select_related("review").first()
    if found is None:
        raise Refused("This link leads nowhere. Ask your colleague to send it again.")
    review = lock(found.review)
    invitation = Invitation.objects.get(pk=found.pk)
    # Members first: opening the link a second time should not read like an error.
    if Membership.objects.filter(review=review, user=by, left_at=None).exists():
        raise NothingToDo(f"You are in the team of “{review}” already.")
    if why := why_not(invitation):
        raise Refused(why)
    member, _ = Membership.objects.update_or_create(
        review=review, user=by, defaults={"role": invitation.role, "left_at": None}
    )
    invitation.accepted_by, invitation.accepted_at = by, timezone.now()
    invitation.save(update_fields=["accepted_by", "accepted_at"])
    sentence = f"joined the team as {member.get_role_display().lower()}"
    history.record("team.joined", sentence, review=review, subject=member, by=by)
    return member


def why_not(invitation: Invitation) -> str:
    """Why a link cannot be used; empty if it can."""
    if invitation.accepted_at:
        return "This link has been used. Ask your colleague for a new one."
    if invitation.revoked_at:
        return "This invitation was withdrawn. Ask your colleague for a new one."
    if invitation.expires_at <= timezone.now():
        return "This link is too old. Ask your colleague for a new one."
    return ""
