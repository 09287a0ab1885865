"""Between-study variance: estimators, their standard errors, and confidence intervals."""

from __future__ import annotations

from synthesis.stats.tau2.estimators import METHODS, Tau2, estimate

__all__ = ["METHODS", "Tau2", "estimate"]
