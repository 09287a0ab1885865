"""Settled results in the form an analysis needs, each number with the identities of the values it came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from extraction.conversions import Group, combine_groups, sd_from_se
from extraction.models import Comparison, ComparisonArm, Field, Outcome, Study, Value
from extraction.queries.cells import Cell, cell_of


@dataclass(frozen=True, slots=True)
class ArmResult:
    """One side of a comparison: what was read, or computed from it by the named methods."""

    n: float | None = None
    events: float | None = None
    mean: float | None = None
    sd: float | None = None
    values: tuple[int, ...] = ()
    methods: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contrast:
    """A result that a report gives as a comparison: an estimate on its own scale with an interval or standard error."""

    measure: str
    estimate: float
    ci_low: float | None
    ci_high: float | None
    se: float | None
    values: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class StudyResult:
    """All that is settled about one study for one outcome and comparison; `problem` says what is missing."""

    study: int
    label: str
    year: int | None
    experimental: ArmResult | None
    control: ArmResult | None
    contrast: Contrast | None
    moderators: dict[str, Any] = field(default_factory=dict, hash=False)
    problem: str = ""


def study_results(outcome: Outcome, comparison: Comparison) -> list[StudyResult]:
    """The settled results of every study that has any for `outcome` under `comparison`, in label order; 4 queries."""
    values: dict[int, dict[Cell, Value]] = {}
    for value in Value.objects.filter(outcome=outcome, settled=True).order_by("pk"):
        values.setdefault(value.study_id, {})[cell_of(value)] = value
    sides: dict[int, list[ComparisonArm]] = {}
    arms = ComparisonArm.objects.filter(comparison=comparison, arm__retired_at=None).select_related("arm")
    for side in arms.order_by("arm__position", "pk"):
        sides.setdefault(side.arm.study_id, []).append(side)
    studies = Study.objects.filter(pk__in=values).order_by("label")
    results = [
        _result(study, outcome, comparison, sides.get(study.pk, []), values[study.pk]) for study in studies
    ]
    return [result for result in results if result is not None]


def _result(
    study: Study,
    outcome: Outcome,
    comparison: Comparison,
    sides: list[ComparisonArm],
    values: dict[Cell, Value],
) -> StudyResult | None:
    """One study's result; None when nothing is settled for this comparison."""
    contrast = _contrast(outcome, comparison, values)
    experimental = _side(outcome, sides, ComparisonArm.Side.EXPERIMENTAL, values)
    control = _side(outcome, sides, ComparisonArm.Side.CONTROL, values)
    if contrast is None and not any(side and side.values for side in (experimental, control)):
        return None
    problem = "" if contrast else _missing(outcome, experimental, control)
    return StudyResult(
        study.pk, study.label, study.year, experimental, control, contrast, dict(study.moderators), problem
    )


def _number(values: dict[Cell, Value], cell: Cell) -> tuple[float | None, tuple[int, ...]]:
    value = values.get(cell)
    if value is None or value.number is None:
        return None, ()
    return value.number, (value.pk,)


def _side(
    outcome: Outcome, sides: Iterable[ComparisonArm], which: str, values: dict[Cell, Value]
) -> ArmResult | None:
    parts = [_arm(outcome, side.arm_id, values) for side in sides if side.side == which]
    if len(parts) < 2:
        return parts[0] if parts else None
    return _combined(outcome, parts)


def _arm(outcome: Outcome, arm: int, values: dict[Cell, Value]) -> ArmResult:
    numbers: dict[Field, float | None] = {}
    used: list[int] = []
    for name in (Field.N, Field.EVENTS, Field.MEAN, Field.SD, Field.SE):
        numbers[name], ids = _number(values, Cell(outcome.pk, arm, None, name))
        used += ids
    methods: tuple[str, ...] = ()
    sd, se, n = numbers[Field.SD], numbers[Field.SE], numbers[Field.N]
    if sd is None and se is not None and n:
        sd, methods = sd_from_se(se, n), ("SD = SE × √n (Handbook 6.5.2.2)",)
    return ArmResult(n, numbers[Field.EVENTS], numbers[Field.MEAN], sd, tuple(used), methods)


def _combined(outcome: Outcome, parts: list[ArmResult]) -> ArmResult:
    used = tuple(value for part in parts for value in part.values)
    methods = tuple(dict.fromkeys(method for part in parts for method in part.methods))
    if outcome.is_dichotomous:
        if any(part.n is None or part.events is None for part in parts):
            return ArmResult(values=used, methods=methods)
        n = sum(part.n or 0 for part in parts)
        events = sum(part.events or 0 for part in parts)
        return ArmResult(n=n, events=events, values=used, methods=(*methods, "arms added up"))
    groups = [
        Group(part.n, part.mean, part.sd)
        for part in parts
        if part.n and part.mean is not None and part.sd is not None
    ]
    if len(groups) < len(parts):
        return ArmResult(values=used, methods=methods)
    group = combine_groups(groups)
    return ArmResult(
        n=group.n,
        mean=group.mean,
        sd=group.sd,
        values=used,
        methods=(*methods, "arms combined (Handbook 6.5.2.10)"),
    )


def _contrast(outcome: Outcome, comparison: Comparison, values: dict[Cell, Value]) -> Contrast | None:
    def number(name: Field) -> tuple[float | None, tuple[int, ...]]:
        return _number(values, Cell(outcome.pk, None, comparison.pk, name))

    measure = values.get(Cell(outcome.pk, None, comparison.pk, Field.MEASURE))
    estimate, used = number(Field.ESTIMATE)
    if estimate is None or measure is None or not measure.text:
        return None
    (low, low_id), (high, high_id), (se, se_id) = (
        number(name) for name in (Field.CI_LOW, Field.CI_HIGH, Field.ESTIMATE_SE)
    )
    return Contrast(measure.text, estimate, low, high, se, (measure.pk, *used, *low_id, *high_id, *se_id))


def _missing(outcome: Outcome, experimental: ArmResult | None, control: ArmResult | None) -> str:
    for name, side in (("experimental", experimental), ("control", control)):
        if side is None:
            return f"No arm stands on the {name} side of this comparison."
        if outcome.is_dichotomous:
            needed = {"events": side.events, "number analysed": side.n}
        else:
            needed = {"mean": side.mean, "standard deviation": side.sd, "number analysed": side.n}
        lacking = [what for what, number in needed.items() if number is None]
        if lacking:
            return f"Not settled on the {name} side: {', '.join(lacking)}."
        if outcome.is_dichotomous and (side.events or 0) > (side.n or 0):
            return f"More events than people on the {name} side."
        if not side.n:
            return f"Nobody was analysed on the {name} side."
    return ""
