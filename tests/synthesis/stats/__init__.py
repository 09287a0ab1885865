"""Tests of the statistics engine."""

from __future__ import annotations
