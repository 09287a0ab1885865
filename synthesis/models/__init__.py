"""Tables of the synthesis floor."""

from __future__ import annotations

from synthesis.models.analysis import Analysis, Run

__all__ = ["Analysis", "Run"]
