"""Small-study effects: funnel asymmetry, trim and fill, file drawers, excess significance, bias-adjusted estimates."""

from __future__ import annotations

from synthesis.stats.smallstudy.asymmetry import AsymmetryTest, egger
from synthesis.stats.smallstudy.excess import ExcessSignificance, excess_significance
from synthesis.stats.smallstudy.failsafe import FailSafe, fail_safe_n
from synthesis.stats.smallstudy.henmi_copas import HenmiCopas, henmi_copas
from synthesis.stats.smallstudy.pcurve import PCurve, p_curve
from synthesis.stats.smallstudy.pet_peese import PetPeese, pet_peese
from synthesis.stats.smallstudy.rank import RankTest, rank_test
from synthesis.stats.smallstudy.trimfill import TrimAndFill, trim_and_fill
from synthesis.stats.smallstudy.twobytwo import harbord, macaskill, peters

__all__ = [
    "AsymmetryTest",
    "ExcessSignificance",
    "FailSafe",
    "HenmiCopas",
    "PCurve",
    "PetPeese",
    "RankTest",
    "TrimAndFill",
    "egger",
    "excess_significance",
    "fail_safe_n",
    "harbord",
    "henmi_copas",
    "macaskill",
    "p_curve",
    "pet_peese",
    "peters",
    "rank_test",
    "trim_and_fill",
]
