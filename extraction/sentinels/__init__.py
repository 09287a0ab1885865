"""Sentinels: do the numbers of a result hold together? Pure: no Django, no database.

Give `check_result` one result when it is saved and `check_review` all results of a review; each returns findings.
"""

from __future__ import annotations

from extraction.sentinels.findings import Finding, Severity
from extraction.sentinels.rows import (
    Characteristic,
    Contrast,
    Group,
    Population,
    Printed,
    Result,
    Unreadable,
    printed,
)
from extraction.sentinels.running import SENTINELS, Sentinel, check_result, check_review, sentinel_named

__all__ = [
    "SENTINELS",
    "Characteristic",
    "Contrast",
    "Finding",
    "Group",
    "Population",
    "Printed",
    "Result",
    "Sentinel",
    "Severity",
    "Unreadable",
    "check_result",
    "check_review",
    "printed",
    "sentinel_named",
]
