"""Network meta-analysis: many treatments compared at once, directly and through each other."""

from __future__ import annotations
