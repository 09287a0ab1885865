"""Trial sequential analysis: how much information a conclusion needs, and how strict each look must be before."""

from __future__ import annotations
