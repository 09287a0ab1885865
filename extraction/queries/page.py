"""All that the page of a study shows."""

from __future__ import annotations

from dataclasses import dataclass

from extraction.models import Arm, Comparison, Completion, Judgement, Outcome, Study, StudyReport, Value
from extraction.models.result import Field
from extraction.queries.bias import settled_judgements
from extraction.queries.cells import Line, settled_values, sheet_of
from extraction.queries.progress import Progress, progress
from extraction.queries.studies import documents_of
from extraction.riskofbias import ROB1, Item
from reviews.models import User
from screening.models import Document


@dataclass(frozen=True, slots=True)
class SettledLine:
    """A line of the sheet with the team's values, in the order of its columns."""

    line: Line
    values: list[tuple[str, Value]]


@dataclass(frozen=True, slots=True)
class StudyPage:
    """What is known about a study; nothing settled while the viewer is in the middle of their own work on it."""

    links: list[StudyReport]
    documents: list[Document]
    arms: list[Arm]
    retired_arms: list[Arm]
    comparisons: list[Comparison]
    outcomes: list[Outcome]
    sides: dict[tuple[int, int], str]
    results: Progress
    bias: Progress
    settled: list[SettledLine]
    judgements: list[tuple[Item, Judgement]]
    results_hidden: bool
    bias_hidden: bool

    @property
    def arrangement(self) -> list[tuple[Comparison, list[tuple[Arm, str]]]]:
        """Each comparison with the side of each arm."""
        return [
            (pair, [(arm, self.sides.get((pair.pk, arm.pk), "")) for arm in self.arms])
            for pair in self.comparisons
        ]


def study_page(study: Study, *, viewer: User) -> StudyPage:
    """Thirteen queries, whatever the study's size."""
    sheet, arms = sheet_of(study), list(study.arms.all())
    results, bias = progress(study, Completion.Task.RESULTS), progress(study, Completion.Task.BIAS)
    sides = study.arms.values_list("sides__comparison_id", "pk", "sides__side").filter(sides__isnull=False)
    values = settled_values(study) if results.sees_settled(viewer.pk) else {}
    judged = settled_judgements(study, ROB1) if bias.sees_settled(viewer.pk) else {}
    lines: dict[Line, list[tuple[str, Value]]] = {}
    for cell, line in sheet.lines().items():
        if cell in values and values[cell].text:
            lines.setdefault(line, []).append((str(Field(cell.field).label), values[cell]))
    return StudyPage(
        links=list(study.links.filter(ended_at=None).select_related("report")),
        documents=documents_of(study),
        arms=sheet.arms,
        retired_arms=[arm for arm in arms if arm.retired_at],
        comparisons=sheet.comparisons,
        outcomes=sheet.outcomes,
        sides={(comparison, arm): side for comparison, arm, side in sides},
        results=results,
        bias=bias,
        settled=[SettledLine(line, found) for line, found in lines.items()],
        judgements=[(item, judged[item.key]) for item in ROB1.items if item.key in judged],
        results_hidden=not results.sees_settled(viewer.pk),
        bias_hidden=not bias.sees_settled(viewer.pk),
    )
