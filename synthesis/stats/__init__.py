"""The statistics engine: effect sizes, pooling, heterogeneity, moderators, influence. NumPy and SciPy only."""

from __future__ import annotations

from synthesis.stats.effects import EffectSizes, effect_sizes
from synthesis.stats.pooling import Pooled, pool, prediction_interval

__all__ = ["EffectSizes", "Pooled", "effect_sizes", "pool", "prediction_interval"]
