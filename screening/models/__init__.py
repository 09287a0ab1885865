"""Tables of the screening floor."""

from __future__ import annotations

from screening.models.candidate import Candidate, Standing
from screening.models.policy import Policy, Stage
from screening.models.report import Document, Pick, Report, ReportRecord, Retrieval
from screening.models.vote import Resolution, Verdict, Vote

__all__ = [
    "Candidate",
    "Document",
    "Pick",
    "Policy",
    "Report",
    "ReportRecord",
    "Resolution",
    "Retrieval",
    "Stage",
    "Standing",
    "Verdict",
    "Vote",
]
