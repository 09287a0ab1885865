"""The one door for whoever needs a complete arm or contrast: what is read is kept, what is missing is computed, and how is told."""

from __future__ import annotations

from extraction.conversions.arms import CompletedArm, ReportedArm, complete_arm
from extraction.conversions.contrasts import CompletedContrast, ReportedContrast, complete_contrast

__all__ = [
    "CompletedArm",
    "CompletedContrast",
    "ReportedArm",
    "ReportedContrast",
    "complete_arm",
    "complete_contrast",
]
