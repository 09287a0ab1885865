"""What this package refuses."""

from __future__ import annotations


class BadReading(ValueError):
    """Numbers that cannot be: more read than there is, a target that is no share, a sample larger than the whole."""
