"""Settled results in the form an analysis needs, each number with the identities of the values it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from extraction.conversions.completing import ReportedContrast, complete_contrast
from extraction.models import (
    ArmsChoice,
    Comparison,
    ComparisonArm,
    Field,
    Metric,
    Outcome,
    SeveralArms,
    Study,
    TimePoint,
    Value,
)
from extraction.queries.cells import BOUNDS, Cell, cell_of
from extraction.queries.sides import ArmResult, Numbers, Pair, pairs

_CONTRAST_NAMES = {
    Field.ESTIMATE: "estimate",
    Field.CI_LOW: "ci_low",
    Field.CI_HIGH: "ci_high",
    Field.ESTIMATE_SE: "se",
    Field.P: "p",
    Field.CI_LEVEL: "ci_level",
    Field.Z: "z",
    Field.T: "t",
    Field.F: "f",
    Field.DF: "df",
}


@dataclass(frozen=True, slots=True)
class Contrast:
    """A result that a report gives as a comparison.

    Estimate, limits and standard error as they were read; `yi` and `sei` are the estimate and its standard error on the
    analysis scale (the logarithm, for ratios), with the methods that led there; None where they do not follow.
    """

    measure: str
    estimate: float
    ci_low: float | None
    ci_high: float | None
    se: float | None
    values: tuple[int, ...] = ()
    yi: float | None = None
    sei: float | None = None
    methods: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StudyResult:
    """What is settled about one study for one outcome and comparison; `problem` says what is missing.

    `time` is when the study measured it, `part` the arm, where a study enters arm by arm.
    """

    study: int
    label: str
    year: int | None
    experimental: ArmResult | None
    control: ArmResult | None
    contrast: Contrast | None
    moderators: dict[str, Any] = field(default_factory=dict, hash=False)
    problem: str = ""
    time: str = ""
    part: str = ""


def study_results(outcome: Outcome, comparison: Comparison) -> list[StudyResult]:
    """The settled results of every study that has any for `outcome` under `comparison`, in label order; 4 queries.

    A study that measured at several times in the outcome's window enters once, at the time that the outcome prefers
    among those with a usable result.
    """
    found: dict[int, dict[TimePoint | None, dict[Cell, Value]]] = {}
    values = Value.objects.filter(outcome=outcome, settled=True, time__retired_at=None)
    for value in values.select_related("time").order_by("pk"):
        found.setdefault(value.study_id, {}).setdefault(value.time, {})[cell_of(value)] = value
    sides: dict[int, list[ComparisonArm]] = {}
    arms = ComparisonArm.objects.filter(comparison=comparison, arm__retired_at=None).select_related("arm")
    for side in arms.order_by("arm__position", "pk"):
        sides.setdefault(side.arm.study_id, []).append(side)
    chosen = ArmsChoice.objects.filter(comparison=comparison).order_by("pk").values_list("study_id", "how")
    split = {study for study, how in dict(chosen).items() if how == SeveralArms.SPLIT}
    results: list[StudyResult] = []
    for study in Study.objects.filter(pk__in=found).order_by("label"):
        times = _by_preference(outcome, found[study.pk])
        tried = [
            _at(study, comparison, sides.get(study.pk, []), numbers, split=study.pk in split)
            for numbers in times
        ]
        usable = [rows for rows in tried if rows and not any(row.problem for row in rows)]
        results += next(iter([*usable, *filter(None, tried)]), [])
    return results


def _by_preference(outcome: Outcome, found: dict[TimePoint | None, dict[Cell, Value]]) -> list[Numbers]:
    """The times of a study that the outcome asks for, best first; what has no time of its own comes last."""
    asked = [time for time in found if time and not time.is_baseline and outcome.asks(time)]
    latest = outcome.when_several == Outcome.WhenSeveral.LATEST
    asked.sort(key=lambda time: time.weeks, reverse=latest)
    times: list[TimePoint | None] = [*asked, None]
    return [Numbers(outcome, time, found[time]) for time in times if time in found]


def _at(
    study: Study, comparison: Comparison, sides: list[ComparisonArm], numbers: Numbers, *, split: bool
) -> list[StudyResult]:
    """A study's results at one time; none when nothing is settled for this comparison."""
    has_contrast = numbers.get(Field.ESTIMATE, comparison=comparison) is not None
    rows = pairs(numbers, sides, split=split and not has_contrast)
    contrast = _contrast(numbers, comparison, rows[0])
    return [
        StudyResult(
            study.pk,
            f"{study.label} ({pair.part})" if pair.part else study.label,
            study.year,
            pair.experimental,
            pair.control,
            contrast,
            dict(study.moderators),
            "" if contrast else _missing(numbers.outcome, pair),
            numbers.time.label if numbers.time else "",
            pair.part,
        )
        for pair in rows
        if contrast or any(side and side.values for side in (pair.experimental, pair.control))
    ]


def _contrast(numbers: Numbers, comparison: Comparison, pair: Pair) -> Contrast | None:
    measure = numbers.get(Field.MEASURE, comparison=comparison)
    read = {name: numbers.get(name, comparison=comparison) for name in _CONTRAST_NAMES}
    # A p value that is only bounded (“< 0.001”) gives no standard error.
    exact = {name: value for name, value in read.items() if value and not value.text.startswith(BOUNDS)}
    known = {_CONTRAST_NAMES[name]: value.number for name, value in exact.items()}
    estimate = known.get("estimate")
    if estimate is None or measure is None:
        return None
    people = {f"n{i}": side.n for i, side in enumerate((pair.experimental, pair.control), start=1) if side}
    done = complete_contrast(ReportedContrast(measure=measure.text, **known, **people))
    used = [measure, *(value for value in read.values() if value)]
    return Contrast(
        measure.text,
        estimate,
        known.get("ci_low"),
        known.get("ci_high"),
        known.get("se"),
        tuple(value.pk for value in used),
        done.estimate,
        done.se,
        (*(value.method for value in used if value.method), *done.methods),
        tuple(done.warnings),
    )


_NEEDED: dict[str, tuple[tuple[str, str], ...]] = {
    Metric.EVENTS: (("events", "events"), ("n", "number analysed")),
    Metric.RATE: (("events", "events"), ("person_time", "person-time")),
}
_NEEDED_FOR_MEANS = (("mean", "mean"), ("sd", "standard deviation"), ("n", "number analysed"))


def _missing(outcome: Outcome, pair: Pair) -> str:
    if outcome.metric == Metric.TIME_TO_EVENT:
        return "Times to an event are compared by a hazard ratio, and none is settled."
    needed = _NEEDED.get(outcome.metric, _NEEDED_FOR_MEANS)
    for name, side in (("experimental", pair.experimental), ("control", pair.control)):
        if side is None:
            return f"No arm stands on the {name} side of this comparison."
        lacking = [what for attribute, what in needed if getattr(side, attribute) is None]
        if lacking:
            return f"Not settled on the {name} side: {', '.join(lacking)}."
        if outcome.is_dichotomous and (side.events or 0) > (side.n or 0):
            return f"More events than people on the {name} side."
        if "n" in dict(needed) and not side.n:
            return f"Nobody was analysed on the {name} side."
    return ""
