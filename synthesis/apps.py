"""App registration."""

from __future__ import annotations

from django.apps import AppConfig


class SynthesisConfig(AppConfig):
    """The synthesis floor."""

    name = "synthesis"
