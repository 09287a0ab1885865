"""App registration."""

from __future__ import annotations

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """The ground floor."""

    name = "reviews"
