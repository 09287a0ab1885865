"""App registration."""

from __future__ import annotations

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """The example reviews."""

    name = "demo"
