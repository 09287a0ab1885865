"""The statistics engine: effect sizes, pooling, heterogeneity, moderators, influence. NumPy and SciPy only."""

from __future__ import annotations

from synthesis.stats.cautions import Caution
from synthesis.stats.designs import Design, design
from synthesis.stats.effects import MEASURES, EffectSizes, effect_sizes
from synthesis.stats.errors import (
    BadInput,
    BadVariance,
    NotConverged,
    NotDefined,
    RankDeficient,
    StatsError,
    TooFewStudies,
)
from synthesis.stats.influence import Baujat, Influence, Shrunken, baujat, blup, influence
from synthesis.stats.mantel_haenszel import CountPooled, mantel_haenszel
from synthesis.stats.permutation import PermutationTest, permutation_test
from synthesis.stats.peto import peto
from synthesis.stats.pooling import Pooled, pool, prediction_interval
from synthesis.stats.regression import Regression, likelihood_ratio, meta_regression
from synthesis.stats.sensitivity import Series, cumulative, leave_one_out
from synthesis.stats.subgroups import Subgroups, subgroups
from synthesis.stats.tau2.confidence import Tau2Interval, tau2_confidence
from synthesis.stats.transforms import StudyIntervals, back_transform, harmonic_mean, study_intervals

__all__ = [
    "MEASURES",
    "BadInput",
    "BadVariance",
    "Baujat",
    "Caution",
    "CountPooled",
    "Design",
    "EffectSizes",
    "Influence",
    "NotConverged",
    "NotDefined",
    "PermutationTest",
    "Pooled",
    "RankDeficient",
    "Regression",
    "Series",
    "Shrunken",
    "StatsError",
    "StudyIntervals",
    "Subgroups",
    "Tau2Interval",
    "TooFewStudies",
    "back_transform",
    "baujat",
    "blup",
    "cumulative",
    "design",
    "effect_sizes",
    "harmonic_mean",
    "influence",
    "leave_one_out",
    "likelihood_ratio",
    "mantel_haenszel",
    "meta_regression",
    "permutation_test",
    "peto",
    "pool",
    "prediction_interval",
    "study_intervals",
    "subgroups",
    "tau2_confidence",
]
