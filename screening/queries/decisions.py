"""What was said about one candidate, as far as the viewer may see it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from reviews.models import Membership, Review
from screening.models import Candidate, Resolution, Standing, Vote


@dataclass(frozen=True, slots=True)
class Said:
    """The votes that count, every vote ever cast, and the resolutions of a candidate, oldest first."""

    standing: list[Vote]
    votes: list[Vote]
    resolutions: list[Resolution]


def said_about(candidate: Candidate, membership: Membership) -> Said:
    """Only what `membership` may see today: of an undecided candidate of a blinded stage, one's own votes."""
    about = Vote.objects.visible_to(membership).about(candidate)
    votes = list(about.select_related("reviewer", "reason", "policy").distinct())
    counting = set(Standing.objects.filter(candidate=candidate).values_list("vote", flat=True))
    resolutions = Resolution.objects.about(candidate).select_related("by", "reason")
    return Said([vote for vote in votes if vote.pk in counting], votes, list(resolutions))


def conflicts_of(review: Review) -> QuerySet[Candidate]:
    """The conflict board: everything complete on which the votes do not agree."""
    found = Candidate.objects.filter(review=review).in_conflict()
    return found.select_related("record__search", "report").order_by("stage", "pk").reverse()


def resolved_of(review: Review) -> QuerySet[Candidate]:
    """What a resolution decided."""
    found = Candidate.objects.filter(review=review, resolved=True)
    return found.select_related("record", "report", "reason").order_by("-pk")
