"""Effects that depend on each other: multilevel and multivariate models, robust variances, aggregation."""

from __future__ import annotations
