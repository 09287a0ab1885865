"""Questions about people."""

from __future__ import annotations

from reviews.models import User


def display_name(user: User) -> str:
    """How a person is named on the page."""
    return str(user)
