"""Replaying reference cases: does this engine give the numbers that R gave?"""

from __future__ import annotations

from synthesis.stats.verification.replay import Outcome, Report, verify

__all__ = ["Outcome", "Report", "verify"]
