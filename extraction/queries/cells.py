"""The extraction sheet of a study: which cells it has, what each extractor read, and what was settled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from extraction.models import Comparison, Completion, Field, Metric, Outcome, Study, Value
from extraction.models.result import CONTRAST_FIELDS
from extraction.queries.progress import may_see_others, through
from reviews.models import User

_ARM_FIELDS = {True: (Field.EVENTS, Field.N), False: (Field.MEAN, Field.SD, Field.SE, Field.N)}


@dataclass(frozen=True, slots=True)
class Cell:
    """The address of a number within a study: outcome × (arm | comparison) × field."""

    outcome: int
    arm: int | None
    comparison: int | None
    field: str

    @property
    def key(self) -> str:
        """The address as one word, for forms and anchors."""
        return f"{self.outcome}-{'a' if self.arm else 'c'}{self.arm or self.comparison}-{self.field}"


def cell_of(value: Value) -> Cell:
    """Where a value stands."""
    return Cell(value.outcome_id, value.arm_id, value.comparison_id, value.field)  # type: ignore[attr-defined]


def cells_of(study: Study, outcomes: Iterable[Outcome], comparisons: Iterable[Comparison]) -> list[Cell]:
    """Every cell that may be filled: arm-level ones for each arm in use, contrast-level ones for each comparison."""
    arms = [arm.pk for arm in study.arms.all() if arm.retired_at is None]
    pairs = [comparison.pk for comparison in comparisons]
    cells = []
    for outcome in outcomes:
        if outcome.metric != Metric.TIME_TO_EVENT:
            fields = _ARM_FIELDS[outcome.is_dichotomous]
            cells += [Cell(outcome.pk, arm, None, name) for arm in arms for name in fields]
        cells += [Cell(outcome.pk, None, pair, name) for pair in pairs for name in CONTRAST_FIELDS]
    return cells


def own_values(study: Study, *, user: User) -> dict[Cell, Value]:
    """What `user` has read so far: their newest word on each cell."""
    values = study.values.filter(by=user, settled=False).order_by("pk")
    return {cell_of(value): value for value in values}


def settled_values(study: Study) -> dict[Cell, Value]:
    """What the team agreed on: the newest settled word on each cell."""
    values = study.values.filter(settled=True).select_related("by", "report").order_by("pk")
    return {cell_of(value): value for value in values}


@dataclass(frozen=True, slots=True)
class Row:
    """A cell as the comparison shows it."""

    cell: Cell
    readings: dict[int, Value | None] = field(hash=False)
    settled: Value | None

    @property
    def agree(self) -> bool:
        """All extractors read the same number (or all found none)."""
        return len({_meaning(value) for value in self.readings.values()}) == 1

    @property
    def is_empty(self) -> bool:
        """Nobody found anything here."""
        return not any(value and value.text for value in self.readings.values())

    @property
    def is_settled(self) -> bool:
        """A settled value stands, and no extractor has changed theirs since."""
        newest = max((value.pk for value in self.readings.values() if value), default=0)
        return self.settled is not None and self.settled.pk > newest


@dataclass(frozen=True, slots=True)
class Sides:
    """The comparison of a study's extractors."""

    extractors: list[User]
    rows: list[Row]

    @property
    def differing(self) -> list[Row]:
        """What has to be talked about."""
        return [row for row in self.rows if not row.agree]


def compare(study: Study, *, viewer: User) -> Sides | None:
    """The finished extractions side by side; None while `viewer` must not see them."""
    if not may_see_others(study, Completion.Task.RESULTS, user=viewer):
        return None
    done = through(study, Completion.Task.RESULTS)
    extractors = list(User.objects.filter(pk__in=done).order_by("pk"))
    read: dict[Cell, dict[int, Value]] = {}
    for value in study.values.filter(by__in=done, settled=False).select_related("report").order_by("pk"):
        read.setdefault(cell_of(value), {})[value.by_id] = value  # type: ignore[attr-defined]
    settled = settled_values(study)
    rows = [
        Row(cell, {user.pk: read.get(cell, {}).get(user.pk) for user in extractors}, settled.get(cell))
        for cell in sorted({*read, *settled}, key=_reading_order)
    ]
    return Sides(extractors, [row for row in rows if not (row.is_empty and row.settled is None)])


def _meaning(value: Value | None) -> float | str | None:
    if value is None or not value.text:
        return None
    return value.text if value.number is None else value.number


def _reading_order(cell: Cell) -> tuple[int, int, int, int]:
    return cell.outcome, cell.arm or 0, cell.comparison or 0, list(Field).index(Field(cell.field))
