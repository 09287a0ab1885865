"""Extracted numbers as the sentinels look at them, and what they find in those that a viewer may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from extraction.models import (
    Arm,
    Comparison,
    ComparisonArm,
    Field,
    FindingVerdict,
    Metric,
    Outcome,
    RaisedFinding,
    Study,
    TimePoint,
    Value,
)
from extraction.models.result import ARM_FIELDS, CONTRAST_FIELDS
from extraction.queries.cells import Cell, cell_of
from extraction.queries.overview import states
from extraction.sentinels import (
    Characteristic,
    Contrast,
    Finding,
    Group,
    Population,
    Printed,
    Result,
    sentinel_named,
)
from extraction.sentinels import check_review as run_sentinels
from extraction.sentinels.rows import Unreadable, printed
from reviews.models import Review, User

#: Fields of a cell → what the sentinels call them, where that differs.
_ARM_NAMES = {Field.MEAN_CI_LOW: "ci_low", Field.MEAN_CI_HIGH: "ci_high"}
_CONTRAST_NAMES = {Field.ESTIMATE_SE: "se"}
_NOT_PRINTED = {Field.PERSON_TIME, Field.MEASURE, Field.CI_LEVEL}


@dataclass(frozen=True, slots=True)
class Seen:
    """The numbers of a review that one viewer may see: cell → value for each study; `own` are not settled yet."""

    studies: list[Study]
    values: dict[int, dict[Cell, Value]]
    own: frozenset[int]


@dataclass(frozen=True, slots=True)
class Raised:
    """A finding that stands today, with what was said to it. `cells` are keys of the sheet, `study` the one it is about."""

    finding: Finding
    study: Study
    cells: tuple[str, ...]
    is_own: bool
    verdict: FindingVerdict | None = None

    @property
    def fingerprint(self) -> str:
        """What stands for it in an address."""
        return self.finding.fingerprint

    @property
    def title(self) -> str:
        """What the check is called."""
        return sentinel_named(self.finding.kind).title

    @property
    def outcome(self) -> int:
        """The outcome whose numbers it is about; 0 for one about the study's people."""
        return int(self.cells[0].partition("-")[0]) if self.cells else 0

    @property
    def is_dismissed(self) -> bool:
        """Somebody gave a reason why it does not matter."""
        return bool(self.verdict and self.verdict.dismissed)

    @property
    def is_serious(self) -> bool:
        """To be looked at before the number is pooled."""
        return self.finding.severity == "serious"


def numbers_seen(review: Review, *, viewer: User, outcomes: Iterable[int] | None = None) -> Seen:
    """For each study the settled values, where the viewer may see them, else what the viewer read; six queries.

    A cell is settled or own as a whole study is: findings then speak of numbers that belong together.
    """
    every = states(review)
    rows = Value.objects.filter(study__review=review, arm__retired_at=None, comparison__retired_at=None)
    rows = rows.filter(outcome__retired_at=None, time__retired_at=None)
    if outcomes is not None:
        rows = rows.filter(outcome__in=list(outcomes))
    settled: dict[int, dict[Cell, Value]] = defaultdict(dict)
    own: dict[int, dict[Cell, Value]] = defaultdict(dict)
    for value in rows.select_related("time").order_by("pk"):
        if value.settled:
            settled[value.study_id][cell_of(value)] = value
        elif value.by_id == viewer.pk:
            own[value.study_id][cell_of(value)] = value
    values, mine = {}, set()
    for study, state in every.items():
        if settled.get(study) and state.results.sees_settled(viewer.pk):
            values[study] = settled[study]
        elif own.get(study):
            values[study] = own[study]
            mine.add(study)
    studies = list(Study.objects.filter(pk__in=values))
    return Seen(studies, values, frozenset(mine))


def results_of(review: Review, seen: Seen) -> list[Result]:
    """What the sentinels are given: a result for each study × outcome × time × comparison; four queries."""
    outcomes = {row.pk: row for row in Outcome.objects.filter(review=review)}
    arms: dict[int, list[Arm]] = defaultdict(list)
    for arm in Arm.objects.filter(study__in=seen.studies, retired_at=None):
        arms[arm.study_id].append(arm)
    sides: dict[int, dict[int, dict[int, str]]] = defaultdict(lambda: defaultdict(dict))
    for side in ComparisonArm.objects.filter(arm__study__in=seen.studies).select_related("arm"):
        sides[side.arm.study_id][side.comparison_id][side.arm_id] = side.side
    comparisons = list(Comparison.objects.filter(review=review, retired_at=None))
    return [
        result
        for study in seen.studies
        for result in _StudyRows(
            study, seen.values[study.pk], arms[study.pk], sides[study.pk], comparisons
        ).results(outcomes)
    ]


def findings_seen(review: Review, *, viewer: User, outcomes: Iterable[int] | None = None) -> list[Raised]:
    """What stands against the numbers that the viewer may see, serious findings first; a fixed number of queries."""
    seen = numbers_seen(review, viewer=viewer, outcomes=outcomes)
    studies = {study.pk: study for study in seen.studies}
    found: dict[str, Raised] = {}
    for finding in run_sentinels(results_of(review, seen)):
        places = [place.partition(":") for place in finding.where if ":" in place]
        pk = next((int(study) for study, _, _ in places), None) or _study_called(finding.study, seen.studies)
        if pk is None or finding.fingerprint in found:
            continue
        cells = tuple(cell for _, _, cell in places if cell)
        touched = {int(study) for study, _, _ in places} | {pk}
        found[finding.fingerprint] = Raised(finding, studies[pk], cells, bool(touched & seen.own))
    verdicts = _verdicts(review, found, viewer)
    return [_with(raised, verdicts.get(key)) for key, raised in found.items()]


def findings_of(study: Study, raised: Iterable[Raised]) -> list[Raised]:
    """Those about one study that nobody has dismissed."""
    return [one for one in raised if one.study.pk == study.pk and not one.is_dismissed]


def raised_before(review: Review, standing: Iterable[str], *, viewer: User) -> list[RaisedFinding]:
    """Findings on settled numbers or on the viewer's own that do not stand any more, newest first; two queries."""
    rows = RaisedFinding.objects.filter(review=review).exclude(fingerprint__in=set(standing))
    visible = rows.filter(reader=None) | rows.filter(reader=viewer)
    hidden = {pk for pk, state in states(review).items() if not state.results.sees_settled(viewer.pk)}
    kept = visible.select_related("study", "reader").order_by("-pk")
    return [row for row in kept if row.reader_id == viewer.pk or row.study_id not in hidden]


def _verdicts(review: Review, found: Mapping[str, Raised], viewer: User) -> dict[str, FindingVerdict]:
    """The newest word on each finding: the team's and the viewer's own, and on settled numbers anybody's."""
    rows = FindingVerdict.objects.filter(finding__review=review, finding__fingerprint__in=list(found))
    newest: dict[str, FindingVerdict] = {}
    for verdict in rows.select_related("finding", "by").order_by("pk"):
        raised = found[verdict.finding.fingerprint]
        if not raised.is_own or verdict.finding.reader_id in (None, viewer.pk):
            newest[verdict.finding.fingerprint] = verdict
    return newest


def _with(raised: Raised, verdict: FindingVerdict | None) -> Raised:
    return Raised(raised.finding, raised.study, raised.cells, raised.is_own, verdict)


def _study_called(label: str, studies: Iterable[Study]) -> int | None:
    return next((study.pk for study in studies if study.label == label), None)


@dataclass(frozen=True, slots=True)
class _StudyRows:
    """One study's numbers, as results."""

    study: Study
    values: Mapping[Cell, Value]
    arms: list[Arm]
    sides: Mapping[int, Mapping[int, str]]
    comparisons: list[Comparison]
    _at: dict[tuple[int, int | None], TimePoint | None] = field(default_factory=dict)

    def results(self, outcomes: Mapping[int, Outcome]) -> list[Result]:
        """One for each outcome, time and comparison; one without sides where the study is in no comparison."""
        for value in self.values.values():
            self._at[value.outcome_id, value.time_id] = value.time
        followed = {outcome for (outcome, _), time in self._at.items() if not (time and time.is_baseline)}
        asked = [
            (outcome, time) for (outcome, _), time in self._at.items() if not (time and time.is_baseline)
        ]
        # Numbers at baseline stand beside each follow-up; where no follow-up was read, they are looked at alone.
        asked += [(outcome, None) for outcome in sorted({pk for pk, _ in self._at} - followed)]
        found = []
        for outcome, time in asked:
            # An arm in no comparison is looked at as well: its own numbers have to agree.
            placed: list[Comparison | None] = [row for row in self.comparisons if self.sides.get(row.pk)]
            for comparison in placed or [None]:
                found.append(self._result(outcomes[outcome], time, comparison))
        return found

    def _result(self, outcome: Outcome, time: TimePoint | None, comparison: Comparison | None) -> Result:
        baseline = next(
            (row for (pk, _), row in self._at.items() if pk == outcome.pk and row and row.is_baseline), None
        )
        return Result(
            study=self.study.label,
            outcome=str(outcome),
            measure=outcome.measure,
            metric=_METRICS.get(outcome.metric, outcome.metric),
            direction=outcome.direction,
            unit=outcome.unit,
            scale_low=outcome.scale_low,
            scale_high=outcome.scale_high,
            is_integer_scale=outcome.is_whole,
            time=time.label if time else outcome.time_point,
            groups=self._groups(outcome, time, comparison),
            contrast=self._contrast(outcome, time, comparison) if comparison else None,
            baseline=self._groups(outcome, baseline, comparison) if baseline else (),
            population=Population(registration=self.study.registration),
            characteristics=tuple(_characteristics(self.study)),
            key=f"{self.study.pk}:",
        )

    def _groups(
        self, outcome: Outcome, time: TimePoint | None, comparison: Comparison | None
    ) -> tuple[Group, ...]:
        sides = self.sides.get(comparison.pk, {}) if comparison else {}
        return tuple(self._group(outcome, time, arm, sides.get(arm.pk, "")) for arm in self.arms)

    def _group(self, outcome: Outcome, time: TimePoint | None, arm: Arm, side: str) -> Group:
        numbers: dict[str, Any] = {
            _ARM_NAMES.get(name, str(name.value)): self._number(outcome, time, name, arm=arm.pk)
            for name in ARM_FIELDS
            if name not in _NOT_PRINTED
        }
        randomised = (
            Printed(float(arm.randomised), text=str(arm.randomised)) if arm.randomised is not None else None
        )
        return Group(label=arm.label, side=side, key=f"arm-{arm.pk}", randomised=randomised, **numbers)

    def _contrast(self, outcome: Outcome, time: TimePoint | None, comparison: Comparison) -> Contrast | None:
        numbers: dict[str, Any] = {
            _CONTRAST_NAMES.get(name, str(name.value).replace("-", "_")): self._number(
                outcome, time, name, comparison=comparison.pk
            )
            for name in CONTRAST_FIELDS
            if name not in _NOT_PRINTED
        }
        if not any(numbers.values()):
            return None
        at = time.pk if time else None
        measure = self.values.get(Cell(outcome.pk, None, comparison.pk, Field.MEASURE, at))
        level = self.values.get(Cell(outcome.pk, None, comparison.pk, Field.CI_LEVEL, at))
        return Contrast(
            measure=measure.text if measure else "",
            ci_level=level.number if level and level.number is not None else 95.0,
            **numbers,
        )

    def _number(
        self,
        outcome: Outcome,
        time: TimePoint | None,
        name: Field,
        *,
        arm: int | None = None,
        comparison: int | None = None,
    ) -> Printed | None:
        """A number as it was printed; what a calculator gave was not printed, and is not held against the others."""
        cell = Cell(outcome.pk, arm, comparison, name, time.pk if time else None)
        value = self.values.get(cell)
        if value is None or not value.text or value.method:
            return None
        try:
            return printed(value.text, key=f"{self.study.pk}:{cell.key}", quote=value.quote)
        except Unreadable:
            return None


#: Counts in person-time are events to the sentinels; their denominators are not people.
_METRICS: dict[str, str] = {Metric.RATE: "time-to-event"}


def _characteristics(study: Study) -> Iterable[Characteristic]:
    for name, number in study.moderators.items():
        if isinstance(number, int | float) and not isinstance(number, bool):
            yield Characteristic(str(name), Printed(float(number), text=f"{number:g}"))
