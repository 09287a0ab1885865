"""The arithmetic a PRISMA flow must satisfy, one function per rule, each answering in plain words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from synthesis.reporting.flow import FlowCounts, StudiesAndReports, Tally

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One rule checked: `sentence` says what holds or what does not; `numbers` are the counts it looked at."""

    code: str
    severity: Severity
    ok: bool
    sentence: str
    numbers: tuple[tuple[str, int], ...]


Rule = Callable[[FlowCounts], RuleResult]


def check(counts: FlowCounts) -> tuple[RuleResult, ...]:
    """Every rule, those that hold too, in PRISMA's order."""
    return tuple(rule(counts) for rule in RULES)


def sources_add_up(counts: FlowCounts) -> RuleResult:
    """E1: the records from databases, and from registers, are the sums over their sources."""
    sides = (
        ("databases", counts.database_records, counts.databases),
        ("registers", counts.register_records, counts.registers),
    )
    wrong = [
        f"{total} records are said to come from {name}, but these add up to {_sum(listed)}."
        for name, total, listed in sides
        if listed and _sum(listed) != total
    ]
    numbers = [(f"Records from {name}", total) for name, total, _ in sides]
    numbers += [(tally.name, tally.n) for _, _, listed in sides for tally in listed]
    return _result(
        "E1", wrong, "The records from databases and registers are the sums over their sources.", numbers
    )


def screening_starts_with_what_was_kept(counts: FlowCounts) -> RuleResult:
    """E2: screened = identified − removed before screening (with what is still to be screened)."""
    expected = counts.identified - counts.removed
    reached = counts.screened + counts.screening_open
    waiting = f" ({counts.screening_open} of them still to be screened)" if counts.screening_open else ""
    wrong = _when(
        reached != expected,
        f"{counts.identified} identified less {counts.removed} removed leaves {expected} records to screen, "
        f"but {reached} reached screening{waiting}: {_difference(expected, reached)}.",
    )
    return _result(
        "E2",
        wrong,
        f"All {expected} records that were kept reached screening{waiting}.",
        [
            ("Identified", counts.identified),
            ("Removed before screening", counts.removed),
            ("Screened", counts.screened),
            ("Still to be screened", counts.screening_open),
        ],
    )


def no_more_excluded_than_screened(counts: FlowCounts) -> RuleResult:
    """E3: 0 ≤ excluded ≤ screened."""
    wrong = _when(
        not 0 <= counts.excluded <= counts.screened,
        f"{counts.excluded} records cannot have been excluded out of {counts.screened} screened.",
    )
    return _result(
        "E3",
        wrong,
        f"{counts.excluded} of {counts.screened} screened records were excluded.",
        [("Screened", counts.screened), ("Excluded", counts.excluded)],
    )


def kept_records_lead_to_reports(counts: FlowCounts) -> RuleResult:
    """W4: sought = screened − excluded; else a note says which records share a report or have several."""
    kept = counts.screened - counts.excluded
    wrong = _when(
        counts.sought != kept,
        f"{kept} records were kept after screening, but {counts.sought} reports were sought. That is right only if "
        "one record led to several reports, or several records to one: say in a note which.",
    )
    return _warning(
        counts,
        "W4",
        wrong,
        f"Each of the {kept} records kept after screening led to one report sought.",
        [("Screened", counts.screened), ("Excluded", counts.excluded), ("Reports sought", counts.sought)],
    )


def retrieved_reports_are_assessed(counts: FlowCounts) -> RuleResult:
    """E5: assessed = sought − not retrieved, on both sides (with what is still being sought or assessed)."""
    sides = (
        ("databases and registers", counts.sought, counts.not_retrieved, counts.assessed,
         counts.retrieval_open + counts.assessment_open),
        ("other methods", counts.other_sought, counts.other_not_retrieved, counts.other_assessed,
         counts.other_retrieval_open + counts.other_assessment_open),
    )  # fmt: skip
    wrong, numbers = [], []
    for name, sought, missing, assessed, pending in sides:
        waiting = f" and {pending} still in work" if pending else ""
        if assessed != sought - missing - pending:
            wrong.append(
                f"Of {sought} reports sought via {name}, {missing} were not retrieved{waiting}; that leaves "
                f"{sought - missing - pending} assessed, but {assessed} are counted."
            )
        numbers += [(f"Sought via {name}", sought), ("Not retrieved", missing), ("Assessed", assessed)]
        numbers += [("Still being sought or assessed", pending)] if pending else []
    return _result(
        "E5", wrong, "Every report that was retrieved is assessed or still to be assessed.", numbers
    )


def other_methods_found_what_was_sought(counts: FlowCounts) -> RuleResult:
    """W6: no more reports are sought via other methods than records were found there."""
    wrong = _when(
        counts.other_sought > counts.other_records,
        f"{_count(counts.other_sought, 'report')} sought via other methods, which found only "
        f"{_count(counts.other_records, 'record')}. That is right only if one record led to several reports: say in a note which.",
    )
    return _warning(
        counts,
        "W6",
        wrong,
        f"Other methods found {counts.other_records} records, of which {counts.other_sought} reports were sought.",
        [("Records via other methods", counts.other_records), ("Reports sought", counts.other_sought)],
    )


def included_reports_are_what_remains(counts: FlowCounts) -> RuleResult:
    """E7: reports included = assessed − excluded on both sides, those found by both routes once.

    Reports awaiting classification, of ongoing studies and (in an update) of studies that the review already had
    are none of them reports of newly included studies.
    """
    remaining = counts.assessed - counts.reports_excluded
    other_remaining = counts.other_assessed - counts.other_reports_excluded
    less = [
        ("found by both routes", len(counts.found_by_both)),
        (
            "awaiting classification or ongoing",
            counts.awaiting_classification.reports + counts.ongoing.reports,
        ),
        ("about studies of the earlier review", counts.new_reports_of_previous),
    ]
    expected = remaining + other_remaining - sum(n for _, n in less)
    subtracted = "".join(f", less {n} {why}" for why, n in less if n)
    wrong = _when(
        counts.included.reports != expected,
        f"{remaining} assessed reports from databases and registers and {other_remaining} from other methods were not "
        f"excluded{subtracted}: that makes {expected} included reports, but {counts.included.reports} are counted.",
    )
    listed = f" Found by both routes: {'; '.join(counts.found_by_both)}." if counts.found_by_both else ""
    return _result(
        "E7",
        wrong,
        f"The {expected} included reports are those assessed and not excluded.{listed}",
        [
            ("Assessed and not excluded", remaining),
            ("The same via other methods", other_remaining),
            *((why.capitalize(), n) for why, n in less),
            ("Reports included", counts.included.reports),
        ],
    )


def studies_have_reports_and_exclusions_have_reasons(counts: FlowCounts) -> RuleResult:
    """E8: every included study has a report; every excluded report has exactly one primary reason."""
    studies, reports = counts.included.studies, counts.included.reports
    wrong = []
    if reports < studies:
        wrong.append(
            f"{studies} studies cannot be included with only {_count(reports, 'report')} about them."
        )
    sides = (
        ("databases and registers", counts.reports_excluded, counts.exclusion_reasons),
        ("other methods", counts.other_reports_excluded, counts.other_exclusion_reasons),
    )
    for name, excluded, reasons in sides:
        if _sum(reasons) != excluded:
            wrong.append(
                f"{excluded} reports from {name} were excluded, but {_sum(reasons)} primary reasons are given: each "
                "excluded report needs exactly one."
            )
    numbers = [("Studies included", studies), ("Reports included", reports)]
    for name, excluded, reasons in sides:
        numbers += [
            (f"Reports excluded from {name}", excluded),
            *((tally.name, tally.n) for tally in reasons),
        ]
    return _result(
        "E8", wrong, "Included studies have reports, and excluded reports one reason each.", numbers
    )


def updates_add_to_the_earlier_review(counts: FlowCounts) -> RuleResult:
    """E9: in an update, total = previous + new, for studies and for reports."""
    if counts.previous is None and counts.total is None:
        return _result("E9", [], "This is a new review: there are no earlier studies to add.", [])
    previous, total = (pair or StudiesAndReports(0, 0) for pair in (counts.previous, counts.total))
    studies = previous.studies + counts.included.studies
    reports = previous.reports + counts.included.reports + counts.new_reports_of_previous
    wrong = []
    if total.studies != studies:
        wrong.append(
            f"{previous.studies} earlier and {counts.included.studies} new studies make {studies}, "
            f"but the total says {total.studies}."
        )
    if total.reports != reports:
        wrong.append(
            f"{previous.reports} earlier reports, {counts.included.reports} of new studies and "
            f"{counts.new_reports_of_previous} new on earlier studies make {reports}, "
            f"but the total says {total.reports}."
        )
    numbers = [("Earlier studies", previous.studies), ("New studies", counts.included.studies)]
    numbers += [("Total studies", total.studies), ("Earlier reports", previous.reports)]
    numbers += [("Reports of new studies", counts.included.reports)]
    numbers += [("New reports of earlier studies", counts.new_reports_of_previous)]
    numbers += [("Total reports", total.reports)]
    return _result(
        "E9", wrong, f"Earlier and new studies make {studies} in all, in {reports} reports.", numbers
    )


def analyses_use_included_studies_only(counts: FlowCounts) -> RuleResult:
    """E10: no more studies and reports in meta-analyses than included; what is unsettled is named."""
    included = counts.total or counts.included
    analysed = counts.analysed or StudiesAndReports(0, 0)
    wrong = [
        f"The meta-analyses are said to use {used} {what}, but only {there} are included."
        for what, used, there in (
            ("studies", analysed.studies, included.studies),
            ("reports", analysed.reports, included.reports),
        )
        if used > there
    ]
    unsettled = counts.awaiting_classification.studies + counts.ongoing.studies
    said = f"{analysed.studies} of {included.studies} included studies are in a meta-analysis"
    if counts.analysed is None:
        said = "No meta-analysis has been run yet"
    aside = (
        f"; {unsettled} awaiting classification or ongoing are neither included nor excluded"
        if unsettled
        else ""
    )
    numbers = [("Studies in a meta-analysis", analysed.studies), ("Studies included", included.studies)]
    numbers += [("Reports in a meta-analysis", analysed.reports), ("Reports included", included.reports)]
    numbers += [("Studies awaiting classification", counts.awaiting_classification.studies)]
    numbers += [("Studies ongoing", counts.ongoing.studies)]
    return _result("E10", wrong, f"{said}{aside}.", numbers)


#: In PRISMA's order.
RULES: tuple[Rule, ...] = (
    sources_add_up,
    screening_starts_with_what_was_kept,
    no_more_excluded_than_screened,
    kept_records_lead_to_reports,
    retrieved_reports_are_assessed,
    other_methods_found_what_was_sought,
    included_reports_are_what_remains,
    studies_have_reports_and_exclusions_have_reasons,
    updates_add_to_the_earlier_review,
    analyses_use_included_studies_only,
)


def _sum(tallies: tuple[Tally, ...]) -> int:
    return sum(tally.n for tally in tallies)


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"


def _difference(expected: int, found: int) -> str:
    return f"{expected - found} missing" if found < expected else f"{found - expected} too many"


def _when(broken: bool, sentence: str) -> list[str]:
    return [sentence] if broken else []


def _result(code: str, wrong: list[str], holds: str, numbers: list[tuple[str, int]]) -> RuleResult:
    return RuleResult(code, "error", not wrong, " ".join(wrong) or holds, tuple(numbers))


def _warning(
    counts: FlowCounts, code: str, wrong: list[str], holds: str, numbers: list[tuple[str, int]]
) -> RuleResult:
    """As an error, but a note by the team settles it."""
    note = counts.note(code)
    if wrong and note:
        return RuleResult(code, "warning", True, f"The team explains the difference: {note}", tuple(numbers))
    return RuleResult(code, "warning", not wrong, " ".join(wrong) or holds, tuple(numbers))
