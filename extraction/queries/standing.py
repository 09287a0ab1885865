"""Where a task stands, in a status and a few words, for one viewer; and the review's people by number."""

from __future__ import annotations

from dataclasses import dataclass

from extraction.queries.overview import Work
from reviews.models import Membership, Review, User


@dataclass(frozen=True, slots=True)
class Standing:
    """A status as components/status.html knows it, and its words."""

    status: str
    label: str


def team_standing(work: Work, viewer: int) -> Standing:
    """How far the team is; what differs is told only to who may see it."""
    if work.is_settled:
        return Standing("done", "Settled")
    if work.is_enough and work.sees_others(viewer) and work.differing:
        return Standing("conflict", f"{work.differing} differ{'s' if work.differing == 1 else ''}")
    if work.progress.awaits_verification:
        return Standing("maybe", "To be confirmed")
    if work.is_enough:
        return Standing("maybe", "To be settled")
    if work.through:
        return Standing("running", f"{len(work.through)} of {work.needed} through")
    return Standing("running", "Begun") if work.begun else Standing("pending", "Not begun")


def own_standing(work: Work, viewer: int) -> Standing:
    """How far the viewer is."""
    if viewer in work.through:
        return Standing("done", "Finished")
    if viewer in work.begun:
        return Standing("running", "Begun")
    if work.needs(viewer):
        return Standing("pending", "To do")
    if work.awaits(viewer):
        return Standing("pending", "To confirm")
    return Standing("pending", "Not needed")


def people_of(review: Review) -> dict[int, User]:
    """Everybody who is or was in the team, by number."""
    rows = Membership.objects.filter(review=review).select_related("user")
    return {row.user_id: row.user for row in rows}
