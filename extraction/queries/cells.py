"""The extraction sheet of a study: which cells it has, what each extractor read, and what was settled."""

from __future__ import annotations

from dataclasses import dataclass, field

from extraction.conversions.numbers import decimals
from extraction.models import Arm, Comparison, Completion, Field, Metric, Outcome, Study, TimePoint, Value
from extraction.models.result import CONTRAST_FIELDS
from extraction.queries.progress import progress
from extraction.queries.sidebyside import Place, SideBySide
from reviews.models import User

_CONTINUOUS = (
    Field.MEAN,
    Field.SD,
    Field.SE,
    Field.N,
    Field.MEAN_CI_LOW,
    Field.MEAN_CI_HIGH,
    Field.MEDIAN,
    Field.Q1,
    Field.Q3,
    Field.MINIMUM,
    Field.MAXIMUM,
)
_ARM_FIELDS: dict[str, tuple[Field, ...]] = {
    Metric.EVENTS: (Field.EVENTS, Field.N, Field.PERCENT),
    Metric.RATE: (Field.EVENTS, Field.PERSON_TIME, Field.N),
    Metric.TIME_TO_EVENT: (Field.EVENTS, Field.N),
}

#: How a p value that is only bounded begins.
BOUNDS = ("<", ">", "≤", "≥")


@dataclass(frozen=True, slots=True)
class Cell:
    """The address of a number within a study: outcome × time × (arm | comparison) × field."""

    outcome: int
    arm: int | None
    comparison: int | None
    field: str
    time: int | None = None

    @property
    def key(self) -> str:
        """The address as one word, for forms and anchors."""
        when = f"t{self.time}" if self.time else ""
        return f"{self.outcome}-{'a' if self.arm else 'c'}{self.arm or self.comparison}{when}-{self.field}"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the sheet: an arm or a comparison under an outcome at a time, with its cells from left to right.

    No time is the time point of the outcome itself.
    """

    outcome: Outcome
    subject: Arm | Comparison
    fields: tuple[Field, ...]
    time: TimePoint | None = None

    @property
    def cells(self) -> list[Cell]:
        """The line's cells."""
        arm, comparison = (
            (self.subject.pk, None) if isinstance(self.subject, Arm) else (None, self.subject.pk)
        )
        time = self.time.pk if self.time else None
        return [Cell(self.outcome.pk, arm, comparison, name, time) for name in self.fields]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is asked of a study: everything that is not retired, in its order.

    `untimed` are the outcomes under which something stands without a time: it stays in sight when the study gets times.
    """

    outcomes: list[Outcome]
    arms: list[Arm]
    comparisons: list[Comparison]
    times: list[TimePoint] = field(default_factory=list)
    untimed: frozenset[int] = frozenset()

    def times_of(self, outcome: Outcome) -> list[TimePoint | None]:
        """When an outcome is asked for: at the study's times in its window, else at the outcome's own time."""
        asked: list[TimePoint | None] = [time for time in self.times if outcome.asks(time)]
        follow_up = any(time and not time.is_baseline for time in asked)
        return asked if follow_up and outcome.pk not in self.untimed else [*asked, None]

    def arm_lines(self, outcome: Outcome) -> list[Line]:
        """What the report gives per arm, time by time."""
        fields = _ARM_FIELDS.get(outcome.metric, _CONTINUOUS)
        return [Line(outcome, arm, fields, time) for time in self.times_of(outcome) for arm in self.arms]

    def contrast_lines(self, outcome: Outcome) -> list[Line]:
        """What the report gives as a comparison, time by time; nothing is compared before the treatment."""
        times = [time for time in self.times_of(outcome) if not (time and time.is_baseline)]
        return [Line(outcome, one, CONTRAST_FIELDS, time) for time in times for one in self.comparisons]

    def lines(self) -> dict[Cell, Line]:
        """Every cell in reading order, with the line it stands in."""
        found: dict[Cell, Line] = {}
        for outcome in self.outcomes:
            for line in (*self.arm_lines(outcome), *self.contrast_lines(outcome)):
                found |= dict.fromkeys(line.cells, line)
        return found


def sheet_of(study: Study) -> Sheet:
    """The sheet of a study; four queries, five when it has times of its own."""
    review, times = study.review_id, list(study.times.filter(retired_at=None))
    untimed = study.values.filter(time=None).order_by().values_list("outcome_id", flat=True).distinct()
    return Sheet(
        list(Outcome.objects.filter(review=review, retired_at=None)),
        list(study.arms.filter(retired_at=None)),
        list(Comparison.objects.filter(review=review, retired_at=None)),
        times,
        frozenset(untimed) if times else frozenset(),
    )


def cell_of(value: Value) -> Cell:
    """Where a value stands."""
    return Cell(value.outcome_id, value.arm_id, value.comparison_id, value.field, value.time_id)


def own_values(study: Study, *, user: User) -> dict[Cell, Value]:
    """What `user` has read so far: their newest word on each cell."""
    values = study.values.filter(by=user, settled=False).select_related("report").order_by("pk")
    return {cell_of(value): value for value in values}


def settled_values(study: Study) -> dict[Cell, Value]:
    """What the team agreed on: the newest settled word on each cell."""
    values = study.values.filter(settled=True).select_related("by", "report").order_by("pk")
    return {cell_of(value): value for value in values}


def meaning(text: str, number: float | None) -> float | str | None:
    """What a reading says: a number, a bound such as “< 0.001”, an effect measure, or nothing."""
    return (text.replace(" ", "") or None) if number is None or text.startswith(BOUNDS) else number


@dataclass(frozen=True, slots=True)
class Row(Place[Value]):
    """A cell as the comparison shows it."""

    cell: Cell
    line: Line
    readings: dict[int, Value | None] = field(hash=False)
    settled: Value | None

    @property
    def name(self) -> str:
        """What is asked in this cell."""
        return str(Field(self.cell.field).label)

    @property
    def subject(self) -> str:
        """The arm or comparison, and the time where the study has several."""
        return ", ".join(str(part) for part in (self.line.subject, self.line.time) if part)

    @property
    def about(self) -> str:
        """Outcome, field and subject: all that tells the cell from every other one."""
        return f"{self.name}, {self.subject} ({self.line.outcome})"

    @property
    def agree(self) -> bool:
        """All extractors read the same number (or all found none)."""
        meanings = {meaning(value.text, value.number) if value else None for value in self.readings.values()}
        return len(meanings) == 1

    @property
    def suggested(self) -> Value | None:
        """Of readings that differ only by rounding, the one that was printed with the most decimals."""
        if not self.agree_after_rounding:
            return None
        return max(self.read, key=lambda value: decimals(value.text))


#: The comparison of a study's extractors.
Sides = SideBySide[Row]


def compare(study: Study, *, viewer: User) -> Sides | None:
    """The finished extractions side by side; None while `viewer` must not see them. Ten queries, whatever the size."""
    state = progress(study, Completion.Task.RESULTS)
    if not state.sees_others(viewer.pk):
        return None
    extractors = list(User.objects.filter(pk__in=state.through).order_by("pk"))
    read: dict[Cell, dict[int, Value]] = {}
    values = study.values.filter(by__in=state.through, settled=False)
    for value in values.select_related("report").order_by("pk"):
        read.setdefault(cell_of(value), {})[value.by_id] = value
    settled = settled_values(study)
    rows = [
        Row(cell, line, {user.pk: read.get(cell, {}).get(user.pk) for user in extractors}, settled.get(cell))
        for cell, line in sheet_of(study).lines().items()
    ]
    return SideBySide(extractors, [row for row in rows if not (row.is_empty and row.settled is None)])
