"""The two sides of a comparison within one study: arms as they were read, completed, combined or split."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from extraction.conversions import Group, combine_groups
from extraction.conversions.completing import ReportedArm, complete_arm
from extraction.models import Arm, Comparison, ComparisonArm, Field, Outcome, TimePoint, Value
from extraction.models.result import ARM_FIELDS
from extraction.queries.cells import Cell

#: Fields of an arm → what `complete_arm` calls them.
_NAMES = {name: str(name.value).replace("-", "_") for name in ARM_FIELDS} | {
    Field.MEAN_CI_LOW: "ci_low",
    Field.MEAN_CI_HIGH: "ci_high",
}


@dataclass(frozen=True, slots=True)
class ArmResult:
    """One side of a comparison: what was read, or computed from it by the named methods."""

    n: float | None = None
    events: float | None = None
    mean: float | None = None
    sd: float | None = None
    values: tuple[int, ...] = ()
    methods: tuple[str, ...] = ()
    person_time: float | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Numbers:
    """The settled values of one study for an outcome at one time."""

    outcome: Outcome
    time: TimePoint | None
    values: dict[Cell, Value]

    def get(
        self, name: Field, *, arm: Arm | None = None, comparison: Comparison | None = None
    ) -> Value | None:
        """The settled value of a cell, if a number or word stands in it."""
        cell = Cell(
            self.outcome.pk,
            arm.pk if arm else None,
            comparison.pk if comparison else None,
            name,
            self.time.pk if self.time else None,
        )
        value = self.values.get(cell)
        return value if value and value.text else None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sides to be compared; `part` names the arm where a study is compared arm by arm."""

    experimental: ArmResult | None
    control: ArmResult | None
    part: str = ""


def pairs(numbers: Numbers, sides: Iterable[ComparisonArm], *, split: bool) -> list[Pair]:
    """One pair with the arms of a side combined; if `split`, one for each arm of the side that has several.

    A group that is then compared more than once is divided between the comparisons, so that nobody is counted twice
    (Handbook 23.3.4).
    """
    arms: dict[str, list[Arm]] = {side: [] for side in ComparisonArm.Side.values}
    for one in sides:
        arms[one.side].append(one.arm)
    ours, theirs = (arms[side] for side in ("experimental", "control"))
    if split and len(ours) > 1 and theirs:
        shared = _divided(_side(numbers, theirs), len(ours))
        return [Pair(arm_result(numbers, arm), shared, part=arm.label) for arm in ours]
    if split and len(theirs) > 1 and ours:
        shared = _divided(_side(numbers, ours), len(theirs))
        return [Pair(shared, arm_result(numbers, arm), part=arm.label) for arm in theirs]
    return [Pair(_side(numbers, ours), _side(numbers, theirs))]


def arm_result(numbers: Numbers, arm: Arm) -> ArmResult:
    """What was settled for an arm, completed by what follows from it."""
    read = {name: numbers.get(name, arm=arm) for name in ARM_FIELDS}
    known = {_NAMES[name]: value.number for name, value in read.items() if value}
    done = complete_arm(ReportedArm(**known))
    # A number that a person computed with a calculator names its method too.
    computed = tuple(value.method for value in read.values() if value and value.method)
    return ArmResult(
        n=done.n,
        events=done.events,
        mean=done.mean,
        sd=done.sd,
        values=tuple(value.pk for value in read.values() if value),
        methods=(*computed, *done.methods),
        person_time=done.person_time,
        warnings=tuple(done.warnings),
    )


def _side(numbers: Numbers, arms: Sequence[Arm]) -> ArmResult | None:
    parts = [arm_result(numbers, arm) for arm in arms]
    if len(parts) < 2:
        return parts[0] if parts else None
    together = ArmResult(
        values=tuple(value for part in parts for value in part.values),
        methods=_each_once(parts, lambda part: part.methods),
        warnings=_each_once(parts, lambda part: part.warnings),
    )
    return _added_up(parts, together) if numbers.outcome.is_counted else _combined(parts, together)


def _added_up(parts: list[ArmResult], together: ArmResult) -> ArmResult:
    """Counts of several arms; a number that one of them lacks is lacking."""
    sums: dict[str, Any] = {}
    for name in ("n", "events", "person_time"):
        counts = [getattr(part, name) for part in parts]
        if None not in counts:
            sums[name] = sum(counts)
    return replace(together, **sums, methods=(*together.methods, "arms added up"))


def _combined(parts: list[ArmResult], together: ArmResult) -> ArmResult:
    """Means and standard deviations of several arms; nothing unless all of them are complete."""
    groups = [
        Group(part.n, part.mean, part.sd)
        for part in parts
        if part.n and part.mean is not None and part.sd is not None
    ]
    if len(groups) < len(parts):
        return together
    group = combine_groups(groups)
    methods = (*together.methods, "arms combined (Handbook 6.5.2.10)")
    return replace(together, n=group.n, mean=group.mean, sd=group.sd, methods=methods)


def _divided(side: ArmResult | None, among: int) -> ArmResult | None:
    """A group that several comparisons share: each gets its part of the people, with the same mean and deviation."""
    if side is None:
        return None
    parts: dict[str, Any] = {
        name: None if (count := getattr(side, name)) is None else count / among
        for name in ("n", "events", "person_time")
    }
    note = f"shared group split between {among} comparisons (Handbook 23.3.4)"
    return replace(side, **parts, methods=(*side.methods, note))


def _each_once(parts: list[ArmResult], what: Callable[[ArmResult], tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for part in parts for text in what(part)))
