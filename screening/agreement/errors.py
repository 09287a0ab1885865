"""What this package refuses."""

from __future__ import annotations


class BadCounts(ValueError):
    """A table or a list of ratings that cannot be one: not square, negative, a category nobody named."""
