"""The statistics engine: effect sizes, pooling, heterogeneity, moderators, influence. NumPy and SciPy only."""

from __future__ import annotations

from synthesis.stats.bayes.model import Bayesian, bayesian
from synthesis.stats.cautions import Caution
from synthesis.stats.dependence.aggregation import Aggregated, aggregate
from synthesis.stats.dependence.multilevel import Multilevel, multilevel
from synthesis.stats.dependence.profile import ProfileInterval, profile_deviance, profile_interval
from synthesis.stats.dependence.robust import Robust, robust
from synthesis.stats.dependence.sampling import impute_covariance
from synthesis.stats.dependence.weighting import RobustRegression, robust_regression
from synthesis.stats.designs import Design, design
from synthesis.stats.doseresponse.model import DoseResponse, dose_response
from synthesis.stats.e_value import EValue, e_value
from synthesis.stats.effects import MEASURES, EffectSizes, effect_sizes
from synthesis.stats.effects.reported import reported_effects
from synthesis.stats.errors import (
    BadInput,
    BadVariance,
    NotConverged,
    NotDefined,
    RankDeficient,
    StatsError,
    TooFewStudies,
)
from synthesis.stats.gosh import Gosh, gosh
from synthesis.stats.influence import Baujat, Influence, Radial, Shrunken, baujat, blup, influence, radial
from synthesis.stats.location_scale import LocationScale, location_scale
from synthesis.stats.mantel_haenszel import CountPooled, mantel_haenszel
from synthesis.stats.mixed.diagnostic import DiagnosticAccuracy, diagnostic_accuracy
from synthesis.stats.mixed.glmm import Glmm, glmm
from synthesis.stats.networks.comparisons import Disconnected
from synthesis.stats.networks.model import Network, network
from synthesis.stats.permutation import PermutationTest, permutation_test
from synthesis.stats.peto import peto
from synthesis.stats.pooling import Pooled, pool, prediction_interval
from synthesis.stats.regression import Regression, likelihood_ratio, meta_regression
from synthesis.stats.reitsma import Reitsma, reitsma
from synthesis.stats.selection import SelectionModel, selection_model
from synthesis.stats.sensitivity import Series, cumulative, leave_one_out
from synthesis.stats.sequential.analysis import TrialSequential, trial_sequential
from synthesis.stats.sequential.information import required_information, required_information_binary
from synthesis.stats.sequential.spending import Boundaries, spending_boundaries
from synthesis.stats.smallstudy import (
    AsymmetryTest,
    ExcessSignificance,
    FailSafe,
    HenmiCopas,
    PCurve,
    PetPeese,
    RankTest,
    TrimAndFill,
    egger,
    excess_significance,
    fail_safe_n,
    harbord,
    henmi_copas,
    macaskill,
    p_curve,
    pet_peese,
    peters,
    rank_test,
    trim_and_fill,
)
from synthesis.stats.subgroups import Subgroups, subgroups
from synthesis.stats.tau2.confidence import Tau2Interval, tau2_confidence
from synthesis.stats.transforms import StudyIntervals, back_transform, harmonic_mean, study_intervals

__all__ = [
    "MEASURES",
    "Aggregated",
    "AsymmetryTest",
    "BadInput",
    "BadVariance",
    "Baujat",
    "Bayesian",
    "Boundaries",
    "Caution",
    "CountPooled",
    "Design",
    "DiagnosticAccuracy",
    "Disconnected",
    "DoseResponse",
    "EValue",
    "EffectSizes",
    "ExcessSignificance",
    "FailSafe",
    "Glmm",
    "Gosh",
    "HenmiCopas",
    "Influence",
    "LocationScale",
    "Multilevel",
    "Network",
    "NotConverged",
    "NotDefined",
    "PCurve",
    "PermutationTest",
    "PetPeese",
    "Pooled",
    "ProfileInterval",
    "Radial",
    "RankDeficient",
    "RankTest",
    "Regression",
    "Reitsma",
    "Robust",
    "RobustRegression",
    "SelectionModel",
    "Series",
    "Shrunken",
    "StatsError",
    "StudyIntervals",
    "Subgroups",
    "Tau2Interval",
    "TooFewStudies",
    "TrialSequential",
    "TrimAndFill",
    "aggregate",
    "back_transform",
    "baujat",
    "bayesian",
    "blup",
    "cumulative",
    "design",
    "diagnostic_accuracy",
    "dose_response",
    "e_value",
    "effect_sizes",
    "egger",
    "excess_significance",
    "fail_safe_n",
    "glmm",
    "gosh",
    "harbord",
    "harmonic_mean",
    "henmi_copas",
    "impute_covariance",
    "influence",
    "leave_one_out",
    "likelihood_ratio",
    "location_scale",
    "macaskill",
    "mantel_haenszel",
    "meta_regression",
    "multilevel",
    "network",
    "p_curve",
    "permutation_test",
    "pet_peese",
    "peters",
    "peto",
    "pool",
    "prediction_interval",
    "profile_deviance",
    "profile_interval",
    "radial",
    "rank_test",
    "reitsma",
    "reported_effects",
    "required_information",
    "required_information_binary",
    "robust",
    "robust_regression",
    "selection_model",
    "spending_boundaries",
    "study_intervals",
    "subgroups",
    "tau2_confidence",
    "trial_sequential",
    "trim_and_fill",
]
