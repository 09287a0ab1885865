"""Bayesian random effects by deterministic integration: no sampling, so no Monte Carlo error and no seed."""

from __future__ import annotations
