"""What tests of pages share: addresses, and what the browser gets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from reviews.models import User
from tests.conftest import Cast

SignIn = Callable[[User], Client]


def url(cast: Cast, name: str, *arguments: Any) -> str:
    """An address within the review."""
    return reverse(f"reviews:{name}", args=[cast.review.slug, *arguments])


def text_of(response: Any) -> str:
    """What the browser gets."""
    return str(response.content.decode())
