"""Generalised linear mixed models: counts modelled as counts, with normal random effects."""

from __future__ import annotations
