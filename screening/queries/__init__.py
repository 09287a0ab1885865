"""Reads of this floor that join things up; what upper floors import."""

from __future__ import annotations

from screening.queries.flow import (
    Route,
    excluded_by_reason,
    found_by_both,
    included_reports,
    records_being_screened,
    records_excluded,
    records_screened,
    reports_assessed,
    reports_awaiting,
    reports_being_assessed,
    reports_being_sought,
    reports_excluded,
    reports_not_retrieved,
    reports_ongoing,
    reports_sought,
)
from screening.queries.progress import StageCounts, stage_counts, team_progress

__all__ = [
    "Route",
    "StageCounts",
    "excluded_by_reason",
    "found_by_both",
    "included_reports",
    "records_being_screened",
    "records_excluded",
    "records_screened",
    "reports_assessed",
    "reports_awaiting",
    "reports_being_assessed",
    "reports_being_sought",
    "reports_excluded",
    "reports_not_retrieved",
    "reports_ongoing",
    "reports_sought",
    "stage_counts",
    "team_progress",
]
