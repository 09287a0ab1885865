"""The tables of a report, from what the team settled: characteristics of studies, results, risk of bias."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Prefetch

from extraction.models import Arm, Comparison, Judgement, Metric, Outcome, Study, StudyReport
from extraction.queries.answers import settled_answers
from extraction.queries.bias import in_force
from extraction.queries.bias_tools import find_tool, tools_of
from extraction.queries.overview import State, states
from extraction.queries.results import StudyResult, study_results
from extraction.queries.sides import ArmResult
from extraction.riskofbias import Tool
from reviews.models import Review, User
from synthesis.reporting.tables import Column, Table, Value

_HIDDEN = "Left out until you have finished your own work on them: {}."


@dataclass(frozen=True, slots=True)
class Kind:
    """A group of tables: its place in an address, its name, and how it is made."""

    key: str
    name: str
    make: Callable[[Review, User], list[Table]]


def characteristics(review: Review, viewer: User) -> list[Table]:
    """One row a study: design, people, interventions, what the forms say, and which reports tell of it."""
    answers = settled_answers(review, viewer=viewer)
    asked = [column for column in answers.columns if column.is_asked]
    columns = (
        *map(Column, ("Study", "Design", "Country", "Registration", "Participants", "Interventions")),
        *(Column(column.label, group=str(column.form)) for column in asked),
        *map(Column, ("Other characteristics", "Notes", "Reports")),
    )
    rows: list[tuple[Value, ...]] = [
        (
            study.label,
            study.design,
            study.country,
            study.registration,
            _participants(study.arms.all()),
            _interventions(study.arms.all()),
            *(answers.text(study.pk, column) for column in asked),
            "; ".join(f"{name}: {value}" for name, value in study.moderators.items()),
            study.notes,
            "; ".join(link.report.citation or link.report.title for link in study.links.all()),
        )
        for study in _studies(review)
    ]
    return [Table("Characteristics of included studies", columns, tuple(rows)).used] if rows else []


def results(review: Review, viewer: User) -> list[Table]:
    """A table for each outcome and comparison with settled results; four queries for each pair."""
    every = states(review)
    return [
        table
        for outcome in Outcome.objects.filter(review=review, retired_at=None)
        for comparison in Comparison.objects.filter(review=review, retired_at=None)
        if (table := _results(outcome, comparison, every, viewer))
    ]


def bias(review: Review, viewer: User) -> list[Table]:
    """A table for each tool in use: studies (and their results, where these are judged) by item, with what it rests on."""
    every, studies = states(review), {study.pk: study for study in _studies(review)}
    said: dict[tuple[int, str], dict[tuple[str, int | None], Judgement]] = defaultdict(dict)
    rows = Judgement.objects.filter(study__review=review, settled=True).order_by("pk")
    for row in rows.select_related("outcome"):
        if every[row.study_id].bias.sees_settled(viewer.pk):
            said[row.study_id, row.tool][row.item, row.outcome_id] = row
    outcomes = {outcome.pk: outcome for outcome in Outcome.objects.filter(review=review)}
    tables = []
    for key in sorted(set(tools_of(review).values())):
        tool = find_tool(review, key)
        judged = {pk: said[pk, key] for pk in studies if said.get((pk, key))}
        if tool and judged:
            hidden = [
                str(study) for study in studies.values() if not every[study.pk].bias.sees_settled(viewer.pk)
            ]
            tables.append(_bias(tool, studies, judged, outcomes, hidden))
    return tables


KINDS = (
    Kind("characteristics", "Characteristics of studies", characteristics),
    Kind("results", "Results", results),
    Kind("bias", "Risk of bias", bias),
)


def _studies(review: Review) -> Iterable[Study]:
    links = StudyReport.objects.filter(ended_at=None).select_related("report")
    arms = Arm.objects.filter(retired_at=None)
    return Study.objects.filter(review=review).prefetch_related(
        Prefetch("links", queryset=links), Prefetch("arms", queryset=arms)
    )


def _participants(arms: Iterable[Arm]) -> str:
    counts = [(arm.label, arm.randomised) for arm in arms if arm.randomised is not None]
    if not counts:
        return ""
    each = ", ".join(f"{label} {number}" for label, number in counts)
    return f"{sum(number for _, number in counts)} randomised ({each})"


def _interventions(arms: Iterable[Arm]) -> str:
    told = []
    for arm in arms:
        what = ", ".join(text for text in (arm.intervention, arm.dose) if text)
        told.append(f"{arm.label}: {what}" if what and what != arm.label else arm.label)
    return "; ".join(told)


#: For each kind of outcome: heading and number of a side.
_COUNTS = (("Events", "events"), ("n", "n"))
_TIMES = (("Events", "events"), ("Person-time", "person_time"))
_MEANS = (("n", "n"), ("Mean", "mean"), ("SD", "sd"))


def _results(outcome: Outcome, comparison: Comparison, every: dict[int, State], viewer: User) -> Table | None:
    found = study_results(outcome, comparison)
    seen = [row for row in found if every[row.study].results.sees_settled(viewer.pk)]
    if not seen:
        return None
    numbers = _TIMES if outcome.metric == Metric.RATE else _COUNTS if outcome.is_counted else _MEANS
    columns = (
        *map(Column, ("Study", "Time")),
        *(
            Column(heading, group=side)
            for side in (comparison.experimental, comparison.control)
            for heading, _ in numbers
        ),
        *(
            Column(heading, group="Reported comparison")
            for heading in ("Measure", "Estimate", "95 % CI", "SE")
        ),
        *map(Column, ("How it was computed", "Remarks")),
    )
    rows = tuple(_result(row, numbers) for row in seen)
    hidden = sorted({row.label for row in found} - {row.label for row in seen})
    notes = (_HIDDEN.format(", ".join(hidden)),) if hidden else ()
    return Table(f"{outcome}: {comparison}", columns, rows, notes).used


def _result(row: StudyResult, numbers: tuple[tuple[str, str], ...]) -> tuple[Value, ...]:
    def side(arm: ArmResult | None) -> list[Value]:
        return [_tidy(getattr(arm, name)) if arm else None for _, name in numbers]

    contrast = row.contrast
    interval = ""
    if contrast and contrast.ci_low is not None and contrast.ci_high is not None:
        interval = f"{contrast.ci_low:g} to {contrast.ci_high:g}".replace("-", "−")
    methods = [text for part in (row.experimental, row.control, contrast) if part for text in part.methods]
    warnings = [text for part in (row.experimental, row.control, contrast) if part for text in part.warnings]
    return (
        row.label,
        row.time,
        *side(row.experimental),
        *side(row.control),
        *((contrast.measure, contrast.estimate, interval, contrast.se) if contrast else (None,) * 4),
        "; ".join(dict.fromkeys(methods)),
        " ".join(filter(None, [row.problem, *dict.fromkeys(warnings)])),
    )


def _tidy(number: float | None) -> Value:
    """Whole numbers without a decimal point."""
    return int(number) if number is not None and number.is_integer() else number


def _bias(
    tool: Tool,
    studies: dict[int, Study],
    judged: dict[int, dict[tuple[str, int | None], Judgement]],
    outcomes: dict[int, Outcome],
    hidden: list[str],
) -> Table:
    columns = (
        *map(Column, ("Study", "Result")),
        *(Column(part, group=item.name) for item in tool.items for part in ("Judgement", "Support")),
    )
    rows: list[tuple[Value, ...]] = []
    for pk, said in judged.items():
        own: list[int | None] = [*sorted({at for _, at in said if at is not None})]
        for at in own or [None]:
            now = in_force(said, at)
            cells: list[Value] = []
            for item in tool.items:
                row = now.get(item.key)
                known = row is not None and row.level
                cells += [tool.level(row.level).name, row.support] if row and known else [None, None]
            rows.append((studies[pk].label, str(outcomes[at]) if at else "", *cells))
    notes = (_HIDDEN.format(", ".join(hidden)),) if hidden else ()
    return Table(f"Risk of bias: {tool.name}", columns, tuple(rows), notes).used
