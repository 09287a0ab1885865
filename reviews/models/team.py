"""Who works on a review, and as what."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.db import models
from django.db.models import Q


class Role(models.TextChoices):
    """What a member is in one review; reviews/access.py says what each role may do."""

    LEAD = "lead", "Lead"
    REVIEWER = "reviewer", "Reviewer"
    LIBRARIAN = "librarian", "Librarian"
    STATISTICIAN = "statistician", "Statistician"
    OBSERVER = "observer", "Observer"


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Questions about members."""

    def present(self) -> MembershipQuerySet:
        """Those who have not left."""
        return self.filter(left_at=None)


class Membership(models.Model):
    """A person's place in a review; one who left keeps the row, and their votes."""

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role.choices)
    joined_at = models.DateTimeField(auto_now_add=True)
    left_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Membership]] = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["joined_at", "pk"]
        constraints = [
            models.UniqueConstraint("review", "user", name="one_membership_per_person_and_review"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"


def new_token() -> str:
    """An unguessable token for an invitation link."""
    return secrets.token_urlsafe(32)


class Invitation(models.Model):
    """A link that makes whoever opens it a member, once."""

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField(blank=True, help_text="Only a note of whom the link is meant for.")
    role = models.CharField(max_length=12, choices=Role.choices)
    token = models.CharField(max_length=64, unique=True, default=new_token)
    created_by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="invitation_role_is_known"),
            models.CheckConstraint(
                condition=Q(accepted_by=None, accepted_at=None)
                | Q(accepted_by__isnull=False, accepted_at__isnull=False),
                name="invitation_accepted_by_and_at_go_together",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} for {self.email or 'anyone with the link'}"
