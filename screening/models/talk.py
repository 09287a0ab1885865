"""How people who disagree find an answer: comments, proposals and what the others say to them, meetings."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from screening.models.subject import ABOUT_ONE_THING, Saying
from screening.models.vote import Verdict


class Comment(Saying):
    """A line of the discussion about a record or report."""

    text = models.TextField()

    class Meta(Saying.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=ABOUT_ONE_THING, name="comment_is_about_one_thing"),
            models.CheckConstraint(condition=~Q(text=""), name="comment_says_something"),
        ]

    def __str__(self) -> str:
        return self.text


class Proposal(Saying):
    """How one of those who disagree would end a conflict; WITHDRAWN takes the proposal before back.

    It holds until the next proposal about the same thing, or the next resolution (`resolution` is the newest when it was made).
    """

    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    reason = models.ForeignKey(
        "reviews.ExclusionReason", on_delete=models.PROTECT, null=True, related_name="+"
    )
    explanation = models.TextField(blank=True)
    resolution = models.ForeignKey(
        "screening.Resolution", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta(Saying.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=ABOUT_ONE_THING, name="proposal_is_about_one_thing"),
            models.CheckConstraint(
                condition=Q(verdict__in=["include", "exclude"]) & ~Q(explanation="")
                | Q(verdict="withdrawn", reason=None),
                name="proposal_is_a_decision_with_its_grounds_or_taken_back",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by_id}: {self.verdict}"


class Consent(models.Model):
    """What another of those who disagree says to a proposal; the newest of a person counts."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="consents")
    agrees = models.BooleanField()
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.by_id}: {'agrees' if self.agrees else 'does not agree'}"


class Meeting(models.Model):
    """A meeting of the group in which conflicts were settled."""

    review = models.ForeignKey("reviews.Review", on_delete=models.PROTECT, related_name="meetings")
    held_on = models.DateField()
    present = models.JSONField(default=list, help_text="Ids of the people who were there.")
    minutes = models.TextField()
    by = models.ForeignKey("reviews.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(minutes=""), name="meeting_has_minutes")]

    def __str__(self) -> str:
        return f"Meeting of {self.held_on:%d %B %Y}"
