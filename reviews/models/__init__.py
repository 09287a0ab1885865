"""Tables of the ground floor."""

from __future__ import annotations

from reviews.models.duplicate import (
    DuplicateQuestion,
    DuplicateVerdict,
    FieldChoice,
    Judgement,
    RecordBlock,
)
from reviews.models.event import Event
from reviews.models.job import Job
from reviews.models.protocol import Criterion, ExclusionReason
from reviews.models.record import Record, Removal
from reviews.models.review import Review
from reviews.models.search import Import, ImportProblem, Rescue, Search, Withdrawal
from reviews.models.tally import Tally
from reviews.models.team import Invitation, Membership, Role
from reviews.models.upload import Upload
from reviews.models.user import User

__all__ = [
    "Criterion",
    "DuplicateQuestion",
    "DuplicateVerdict",
    "Event",
    "ExclusionReason",
    "FieldChoice",
    "Import",
    "ImportProblem",
    "Invitation",
    "Job",
    "Judgement",
    "Membership",
    "Record",
    "RecordBlock",
    "Removal",
    "Rescue",
    "Review",
    "Role",
    "Search",
    "Tally",
    "Upload",
    "User",
    "Withdrawal",
]
