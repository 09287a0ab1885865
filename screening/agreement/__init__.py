"""Votes of several people in, how far they agree out.  Pure: no Django, no clock.

`pair` has what two raters of the same things need, `several` and `krippendorff` any number of them with gaps. Where a
coefficient is 0/0 the answer is None (or an Estimate without a value): *not defined*, never 0 or 1.
"""

from __future__ import annotations

from screening.agreement import pair, several
from screening.agreement.errors import BadCounts
from screening.agreement.estimate import Estimate
from screening.agreement.krippendorff import alpha, nominal_alpha
from screening.agreement.ratings import Ratings
from screening.agreement.table import PairTable

__all__ = ["BadCounts", "Estimate", "PairTable", "Ratings", "alpha", "nominal_alpha", "pair", "several"]
