"""The input of a run: what is settled now, frozen as plain data with the identities of the values behind it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import Any

from extraction.queries.results import StudyResult, study_results
from synthesis.models import Analysis
from synthesis.queries.bias_levels import OverallBias, overall_bias


def inputs_of(analysis: Analysis) -> list[dict[str, Any]]:
    """One row per study with settled results for the analysis's outcome and comparison, as JSON will hold it.

    A study that enters arm by arm has a row for each. `bias` is the team's overall judgement on the result.
    """
    judged = overall_bias(analysis.outcome)
    rows = [_row(result, judged) for result in study_results(analysis.outcome, analysis.comparison)]
    loaded: list[dict[str, Any]] = json.loads(json.dumps(rows, sort_keys=True))
    return loaded


def settings_of(analysis: Analysis) -> dict[str, Any]:
    """What was asked for."""
    return analysis.specification.as_settings()


def fingerprint(inputs: list[dict[str, Any]], settings: dict[str, Any]) -> str:
    """The same inputs and settings give the same fingerprint, whatever the order of keys."""
    text = json.dumps([inputs, settings], sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def is_stale(analysis: Analysis) -> bool:
    """Has anything below the analysis changed since its newest run? False when it never ran."""
    newest = analysis.runs.order_by("-number").only("inputs_hash").first()
    return newest is not None and newest.inputs_hash != fingerprint(
        inputs_of(analysis), settings_of(analysis)
    )


def _row(result: StudyResult, judged: dict[int, OverallBias]) -> dict[str, Any]:
    found = judged.get(result.study)
    return asdict(result) | {"bias": found.level if found else "", "bias_name": found.name if found else ""}
