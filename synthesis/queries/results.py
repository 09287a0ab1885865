"""A run's result on the printed scale (ratios as ratios), for the page and for downloads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from synthesis.engine import MEASURES
from synthesis.models import Run
from synthesis.queries.forest import scale_of


@dataclass(frozen=True, slots=True)
class Interval:
    """A number with its interval."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class StudyLine:
    """A study's line: effect, weight in percent, how its numbers were made, or why it is left out."""

    study: int
    label: str
    effect: Interval | None
    weight: float | None
    source: str
    methods: tuple[str, ...]
    left_out: str


@dataclass(frozen=True, slots=True)
class Result:
    """What the page says about a run; `pooled` are the raw numbers of synthesis.stats.Pooled."""

    measure: str
    k: int
    effect: Interval | None
    prediction: tuple[float, float] | None
    pooled: dict[str, Any] | None
    studies: tuple[StudyLine, ...]
    warnings: tuple[str, ...]


def result_of(run: Run) -> Result:
    """The frozen result of `run`, made readable."""
    shown, pooled = scale_of(run.settings["measure"]), run.result["pooled"]
    lines = zip(run.result["studies"], run.inputs, strict=True)
    return Result(
        measure=MEASURES[run.settings["measure"]].name,
        k=run.result["k"],
        effect=_interval(pooled, "estimate", shown) if pooled else None,
        prediction=_prediction(pooled, shown),
        pooled=pooled,
        studies=tuple(_line(study, source, shown) for study, source in lines),
        warnings=tuple(run.warnings),
    )


def _interval(numbers: dict[str, Any], name: str, shown: Callable[[float], float]) -> Interval:
    return Interval(shown(numbers[name]), shown(numbers["ci_lb"]), shown(numbers["ci_ub"]))


def _prediction(pooled: dict[str, Any] | None, shown: Callable[[float], float]) -> tuple[float, float] | None:
    if pooled is None or pooled["pi_lb"] is None:
        return None
    return shown(pooled["pi_lb"]), shown(pooled["pi_ub"])


def _line(study: dict[str, Any], source: dict[str, Any], shown: Callable[[float], float]) -> StudyLine:
    sides = [source[side] for side in ("experimental", "control") if source[side]]
    methods = dict.fromkeys(method for side in sides for method in side["methods"])
    return StudyLine(
        study=study["study"],
        label=study["label"],
        effect=_interval(study, "yi", shown) if study["yi"] is not None else None,
        weight=study["weight"],
        source=study["source"],
        methods=tuple(methods),
        left_out=study["left_out"],
    )
