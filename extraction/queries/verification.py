"""One extraction as a second person confirms it: cell after cell, and each line's empty cells together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from extraction.models import Completion, Study, Value
from extraction.models.result import Field
from extraction.queries.cells import Cell, Line, cell_of, settled_values, sheet_of
from extraction.queries.progress import Progress, progress
from extraction.queries.sidebyside import stands
from reviews.models import User


@dataclass(frozen=True, slots=True)
class Step:
    """What is confirmed at once: one cell with its reading, or those of a line of which the report does not speak."""

    line: Line
    cells: tuple[Cell, ...]
    reading: Value | None
    settled: Value | None
    is_done: bool

    @property
    def key(self) -> str:
        """The step's address; that of its first cell."""
        return self.cells[0].key

    @property
    def keys(self) -> str:
        """The addresses of all its cells, for a form."""
        return " ".join(cell.key for cell in self.cells)

    @property
    def names(self) -> str:
        """What is asked."""
        return ", ".join(str(Field(cell.field).label) for cell in self.cells)

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Each cell's address and what is asked there."""
        return [(cell.key, str(Field(cell.field).label)) for cell in self.cells]

    @property
    def subject(self) -> str:
        """The arm or comparison, and the time if the study has several."""
        return ", ".join(str(part) for part in (self.line.subject, self.line.time) if part)


@dataclass(frozen=True, slots=True)
class Verification:
    """The steps of a study, in the order of its sheet."""

    extractor: User
    steps: list[Step]

    @property
    def done(self) -> int:
        """How many steps are confirmed or corrected."""
        return sum(step.is_done for step in self.steps)

    def current(self, key: str, after: str) -> Step | None:
        """The step that was asked for, else the first open one behind `after`, else the first open one."""
        for step in self.steps:
            if key and step.key == key:
                return step
        places = [place for place, step in enumerate(self.steps) if step.key == after]
        start = places[0] + 1 if places else 0
        ordered = self.steps[start:] + self.steps[:start]
        return next((step for step in ordered if not step.is_done), None)


def verification(study: Study, *, viewer: User) -> Verification | None:
    """What `viewer` may confirm; None while nobody or more than one is through, or it is theirs. Ten queries."""
    state = progress(study, Completion.Task.RESULTS)
    return steps_of(study, state) if state.may_verify(viewer.pk) else None


def steps_of(study: Study, state: Progress) -> Verification:
    """The steps of the one extraction that is through."""
    (extractor,) = User.objects.filter(pk__in=state.through)
    values = study.values.filter(by=extractor, settled=False).select_related("report").order_by("pk")
    read = {cell_of(value): value for value in values}
    settled = settled_values(study)
    by_line: dict[Line, list[Cell]] = {}
    for cell, line in sheet_of(study).lines().items():
        by_line.setdefault(line, []).append(cell)
    steps = [step for line, cells in by_line.items() for step in _steps(line, cells, read, settled)]
    return Verification(extractor, steps)


def _steps(
    line: Line, cells: list[Cell], read: Mapping[Cell, Value], settled: Mapping[Cell, Value]
) -> list[Step]:
    """What was read, or found by the one who confirmed, cell by cell; then what is left empty."""
    steps: list[Step] = []
    empty: list[Cell] = []
    confirmed: list[Cell] = []
    for cell in cells:
        reading, agreed = read.get(cell), settled.get(cell)
        is_done = stands(agreed.pk if agreed else 0, [reading.pk] if reading else [])
        says_something = bool(reading and (reading.text or reading.quote))
        if says_something or (agreed and is_done and agreed.text):
            steps.append(Step(line, (cell,), reading, agreed, is_done))
        else:
            (confirmed if is_done else empty).append(cell)
    if empty:
        steps.append(Step(line, tuple(empty), None, None, is_done=False))
    if confirmed:
        steps.append(Step(line, tuple(confirmed), None, settled[confirmed[0]], is_done=True))
    return steps
