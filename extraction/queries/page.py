"""All that the page of a study shows."""

from __future__ import annotations

from dataclasses import dataclass

from extraction.models import (
    Arm,
    ArmsChoice,
    Comparison,
    ComparisonArm,
    Completion,
    Judgement,
    Outcome,
    SeveralArms,
    Study,
    StudyReport,
    TimePoint,
    Value,
)
from extraction.models.result import Field
from extraction.queries.bias import settled_lines
from extraction.queries.bias_tools import tool_of
from extraction.queries.cells import Line, settled_values, sheet_of
from extraction.queries.progress import Progress, progress
from extraction.queries.studies import documents_of
from extraction.riskofbias import Level
from reviews.models import User
from screening.models import Document


@dataclass(frozen=True, slots=True)
class SettledLine:
    """A line of the sheet with the team's values, in the order of its columns."""

    line: Line
    values: list[tuple[str, Value]]


@dataclass(frozen=True, slots=True)
class Several:
    """A comparison in which several arms of a study stand on one side, and what is to become of them."""

    comparison: Comparison
    experimental: list[Arm]
    control: list[Arm]
    choice: ArmsChoice | None

    @property
    def split(self) -> bool:
        """Each arm is compared by itself; else they are one group."""
        return self.choice is not None and self.choice.how == SeveralArms.SPLIT

    @property
    def sides(self) -> list[tuple[str, list[Arm]]]:
        """The two sides by what the comparison calls them."""
        return [
            (self.comparison.experimental, self.experimental),
            (self.comparison.control, self.control),
        ]


@dataclass(frozen=True, slots=True)
class StudyPage:
    """What is known about a study; nothing settled while the viewer is in the middle of their own work on it."""

    links: list[StudyReport]
    documents: list[Document]
    arms: list[Arm]
    retired_arms: list[Arm]
    times: list[TimePoint]
    retired_times: list[TimePoint]
    comparisons: list[Comparison]
    outcomes: list[Outcome]
    sides: dict[tuple[int, int], str]
    choices: dict[int, ArmsChoice]
    results: Progress
    bias: Progress
    settled: list[SettledLine]
    judgements: list[tuple[str, Level, Judgement]]
    results_hidden: bool
    bias_hidden: bool

    @property
    def arrangement(self) -> list[tuple[Comparison, list[tuple[Arm, str]]]]:
        """Each comparison with the side of each arm."""
        return [
            (pair, [(arm, self.sides.get((pair.pk, arm.pk), "")) for arm in self.arms])
            for pair in self.comparisons
        ]

    @property
    def several(self) -> list[Several]:
        """The comparisons in which a side has more than one arm."""

        def on(side: str, pair: Comparison) -> list[Arm]:
            return [arm for arm in self.arms if self.sides.get((pair.pk, arm.pk)) == side]

        found = [
            Several(
                pair,
                on(ComparisonArm.Side.EXPERIMENTAL, pair),
                on(ComparisonArm.Side.CONTROL, pair),
                self.choices.get(pair.pk),
            )
            for pair in self.comparisons
        ]
        return [one for one in found if len(one.experimental) > 1 or len(one.control) > 1]


def study_page(study: Study, *, viewer: User) -> StudyPage:
    """Sixteen queries at most, whatever the study's size."""
    sheet, arms, times = sheet_of(study), list(study.arms.all()), list(study.times.all())
    results, bias = progress(study, Completion.Task.RESULTS), progress(study, Completion.Task.BIAS)
    sides = study.arms.values_list("sides__comparison_id", "pk", "sides__side").filter(sides__isnull=False)
    values = settled_values(study) if results.sees_settled(viewer.pk) else {}
    lines: dict[Line, list[tuple[str, Value]]] = {}
    for cell, line in sheet.lines().items():
        if cell in values and values[cell].text:
            lines.setdefault(line, []).append((str(Field(cell.field).label), values[cell]))
    return StudyPage(
        links=list(study.links.filter(ended_at=None).select_related("report")),
        documents=documents_of(study),
        arms=sheet.arms,
        retired_arms=[arm for arm in arms if arm.retired_at],
        times=sheet.times,
        retired_times=[time for time in times if time.retired_at],
        comparisons=sheet.comparisons,
        outcomes=sheet.outcomes,
        sides={(comparison, arm): side for comparison, arm, side in sides},
        choices={choice.comparison_id: choice for choice in study.arms_choices.select_related("by")},
        results=results,
        bias=bias,
        settled=[SettledLine(line, found) for line, found in lines.items()],
        judgements=settled_lines(study, tool_of(study)) if bias.sees_settled(viewer.pk) else [],
        results_hidden=not results.sees_settled(viewer.pk),
        bias_hidden=not bias.sees_settled(viewer.pk),
    )
