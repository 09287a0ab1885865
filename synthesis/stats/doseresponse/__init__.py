"""Dose–response meta-analysis: reconstructed covariances, curves, one- and two-stage pooling."""

from __future__ import annotations
