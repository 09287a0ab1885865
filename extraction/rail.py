"""This floor's entries of the left rail."""

from __future__ import annotations

from reviews.models import Membership
from reviews.rail import Section


def sections(membership: Membership) -> list[Section]:
    """The pages of this floor, with what is to do there."""
    return []
