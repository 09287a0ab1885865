"""Plays the example reviews through the app's own verbs, as their teams would have done on the pages."""

from __future__ import annotations

from demo.loading.example import EXAMPLES, Example
from demo.loading.load import is_loaded, load
from demo.loading.people import PASSWORD, logins

__all__ = ["EXAMPLES", "PASSWORD", "Example", "is_loaded", "load", "logins"]
