"""App registration."""

from __future__ import annotations

from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    """The screening floor."""

    name = "screening"
