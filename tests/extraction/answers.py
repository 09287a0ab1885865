"""What a test reads off a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client

from reviews.models import User

SignIn = Callable[[User], Client]


def told(response: Any) -> str:
    """The text of a page."""
    text: str = response.content.decode()
    return text
