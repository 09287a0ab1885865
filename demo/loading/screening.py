"""Votes, resolutions and full texts of an example."""

from __future__ import annotations

from demo.loading.example import Example
from screening.models import Candidate, Report, Resolution, Stage, Verdict
from screening.services import conflicts, reports, votes


def vote(example: Example, stage: str) -> None:
    """Replay one stage of the log."""
    for row in example.rows("screening"):
        if row["stage"] == stage:
            _say(example, Stage(stage), row)


def _say(example: Example, stage: Stage, row: dict[str, str]) -> None:
    candidate = _candidate(example, stage, row["article"])
    by, reason = example.people[row["by"]], example.reason(row["reason"])
    if row["act"] == "arbitration":
        conflicts.resolve(
            candidate=candidate,
            kind=Resolution.Kind.ARBITRATION,
            verdict=Verdict(row["verdict"]),
            reason=reason,
            explanation=row["note"],
            by=by,
        )
    elif row["verdict"] == Verdict.WITHDRAWN:
        votes.take_back(candidate=candidate, by=by)
    else:
        votes.cast(
            candidate=candidate, verdict=Verdict(row["verdict"]), reason=reason, note=row["note"], by=by
        )


def full_texts(example: Example) -> None:
    """Look for each report's full text; what other methods found is sought first."""
    for row in example.rows("reports"):
        by = example.people[row["by"]]
        if row["route"] != "database":
            reports.seek(record=example.article(row["article"]), by=by)
        report = report_of(example, row["article"])
        if row["retrieval"] == Report.Retrieved.RETRIEVED:
            reports.retrieved(report=report, where=row["note"], by=by)
        elif row["retrieval"] == Report.Retrieved.NOT_RETRIEVED:
            reports.not_retrieved(report=report, note=row["note"], by=by)


def report_of(example: Example, article: str) -> Report:
    """The report that an article's record leads to."""
    return Report.objects.get(links__record=example.article(article))


def _candidate(example: Example, stage: Stage, article: str) -> Candidate:
    if stage == Stage.TITLE_ABSTRACT:
        return Candidate.objects.get(record=example.article(article))
    return Candidate.objects.get(report=report_of(example, article))
