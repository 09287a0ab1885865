"""Tables of the screening floor."""

from __future__ import annotations

from screening.models.candidate import Candidate, Standing
from screening.models.label import Label, Labelling
from screening.models.loose import LoosePdf
from screening.models.pilot import Pilot, PilotEnd, PilotRecord
from screening.models.policy import Policy, Stage
from screening.models.preference import Preference
from screening.models.reading import Assignment, Batch, BatchEnd, Lease, RankedRecord, Ranking
from screening.models.report import Document, Pick, Report, ReportRecord, Retrieval
from screening.models.setting_aside import SettingAside
from screening.models.stopping import Stop, StoppingRule
from screening.models.talk import Comment, Consent, Meeting, Proposal
from screening.models.vote import Resolution, Verdict, Vote

__all__ = [
    "Assignment",
    "Batch",
    "BatchEnd",
    "Candidate",
    "Comment",
    "Consent",
    "Document",
    "Label",
    "Labelling",
    "Lease",
    "LoosePdf",
    "Meeting",
    "Pick",
    "Pilot",
    "PilotEnd",
    "PilotRecord",
    "Policy",
    "Preference",
    "Proposal",
    "RankedRecord",
    "Ranking",
    "Report",
    "ReportRecord",
    "Resolution",
    "Retrieval",
    "SettingAside",
    "Stage",
    "Standing",
    "Stop",
    "StoppingRule",
    "Verdict",
    "Vote",
]
