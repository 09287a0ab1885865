"""Checks what a published review prints, claim by claim and against each other. Pure: no Django, no database."""

from __future__ import annotations

from extraction.published.checking import Report, check, check_text
from extraction.published.claims import Claim
from extraction.published.examples import example_text
from extraction.published.kinds import KINDS, Kind
from extraction.published.reading import Problem, Sheet, read
from extraction.published.verdicts import Checked, Status, Verdict

__all__ = [
    "KINDS",
    "Checked",
    "Claim",
    "Kind",
    "Problem",
    "Report",
    "Sheet",
    "Status",
    "Verdict",
    "check",
    "check_text",
    "example_text",
    "read",
]
