"""GRADE: certainty from decisions, suggestions from numbers, absolute effects from relative ones. Pure: no Django, no database."""

from __future__ import annotations

from synthesis.grading.absolute import (
    RISKS,
    STANDARDISED,
    Absolute,
    NoRisk,
    Span,
    absolute,
    odds_ratio_of_smd,
    of_thousand,
    on_scale,
    size_in_words,
)
from synthesis.grading.certainty import DOMAINS, NEEDED, Certainty, Decision, Domain, glyphs, in_words, rate
from synthesis.grading.evidence import Basis, Evidence, StudyEvidence, Suggestion
from synthesis.grading.imprecision import optimal_size, suggest_imprecision_2011
from synthesis.grading.suggesting import suggest_all

__all__ = [
    "DOMAINS",
    "NEEDED",
    "RISKS",
    "STANDARDISED",
    "Absolute",
    "Basis",
    "Certainty",
    "Decision",
    "Domain",
    "Evidence",
    "NoRisk",
    "Span",
    "StudyEvidence",
    "Suggestion",
    "absolute",
    "glyphs",
    "in_words",
    "odds_ratio_of_smd",
    "of_thousand",
    "on_scale",
    "optimal_size",
    "rate",
    "size_in_words",
    "suggest_all",
    "suggest_imprecision_2011",
]
