"""From frozen inputs to a pooled result. Knows the statistics, not the database: the same inputs give the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from synthesis.stats import effect_sizes, pool
from synthesis.stats.errors import StatsError

VERSION = "quorum 0.1.0"
#: What a run keeps of the pooled result, by the names of synthesis.stats.Pooled.
KEPT = (
    "model", "method", "test", "level", "k", "estimate", "se", "ci_lb", "ci_ub", "statistic", "statistic_df", "p_value",
    "s2w", "tau2", "se_tau2", "I2", "I2_Q", "H2", "Q", "Q_df", "Q_p", "pi_lb", "pi_ub", "pi_df",
)  # fmt: skip
RATIOS = frozenset({"OR", "RR"})
BINARY = frozenset({"OR", "RR", "RD"})

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Effect:
    """A study's effect on the analysis scale (log for ratios), or why there is none."""

    study: int
    label: str
    yi: float | None
    vi: float | None
    source: str
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run keeps."""

    result: dict[str, Any]
    warnings: list[str]


def compute(inputs: Sequence[Row], settings: dict[str, Any]) -> Outcome:
    """Effect sizes of every row, pooled as `settings` say; a single study is shown, never pooled."""
    effects = effects_of(inputs, settings["measure"])
    usable = [effect for effect in effects if effect.yi is not None]
    warnings = [f"{effect.label}: {effect.left_out}" for effect in effects if effect.left_out]
    studies = [_study(effect, settings) for effect in effects]
    result: dict[str, Any] = {"k": len(usable), "studies": studies, "pooled": None}
    if len(usable) < 2:
        warnings.append(
            "One study is not a synthesis: there is no pooled estimate."
            if usable
            else "No study can be used."
        )
        return Outcome(result, warnings)
    yi = np.array([effect.yi for effect in usable])
    vi = np.array([effect.vi for effect in usable])
    try:
        pooled = pool(
            yi,
            vi,
            model=settings["model"],
            tau2=settings["tau2"],
            test=settings["test"],
            level=settings["level"],
        )
    except StatsError as error:
        return Outcome(result, [*warnings, str(error)])
    result["pooled"] = {name: _plain(getattr(pooled, name)) for name in KEPT}
    weights = iter(pooled.weights)
    for study in studies:
        study["weight"] = float(next(weights)) if study["yi"] is not None else None
    warnings += [caution.message for caution in pooled.warnings]
    return Outcome(result, warnings)


def effects_of(inputs: Sequence[Row], measure: str) -> list[Effect]:
    """Effect sizes in input order: from arm-level numbers where the report gives them, else from its own estimate."""
    effects: dict[int, Effect] = {}
    raw = []
    for index, row in enumerate(inputs):
        if not row["problem"] and row["contrast"] is None:
            raw.append(index)
        else:
            effects[index] = _from_contrast(row, measure)
    if raw:
        effects.update(zip(raw, _from_arms([inputs[index] for index in raw], measure), strict=True))
    return [effects[index] for index in range(len(inputs))]


def _from_arms(rows: Sequence[Row], measure: str) -> list[Effect]:
    """metafor's escalc on the rows; studies without any event say nothing about a ratio and are left out."""
    sides = [(row["experimental"], row["control"]) for row in rows]
    if measure in BINARY:
        columns: dict[str, Any] = {
            "ai": [one["events"] for one, _ in sides],
            "bi": [one["n"] - one["events"] for one, _ in sides],
            "ci": [two["events"] for _, two in sides],
            "di": [two["n"] - two["events"] for _, two in sides],
        }
        sizes = effect_sizes(measure, drop00=measure in RATIOS, **columns)
    else:
        columns = {
            f"{name}{number}i": [side[key] for side in group]
            for number, group in enumerate(zip(*sides, strict=True), start=1)
            for name, key in (("m", "mean"), ("sd", "sd"), ("n", "n"))
        }
        sizes = effect_sizes(measure, **columns)
    found = {int(row): (float(y), float(v)) for row, y, v in zip(sizes.rows, sizes.yi, sizes.vi, strict=True)}
    reasons = {dropped.row: dropped.reason for dropped in sizes.dropped}
    return [
        Effect(row["study"], row["label"], *found[index], source="arms")
        if index in found
        else Effect(row["study"], row["label"], None, None, "arms", left_out=reasons[index])
        for index, row in enumerate(rows)
    ]


def _from_contrast(row: Row, measure: str) -> Effect:
    """The report's own estimate; ratios are taken to their logarithm, and so are their limits."""

    def left_out(why: str) -> Effect:
        return Effect(row["study"], row["label"], None, None, "estimate", left_out=why)

    contrast = row["contrast"]
    if contrast is None:
        return left_out(row["problem"])
    if contrast["measure"] != measure:
        return left_out(f"The report gives {contrast['measure']}, which is not {measure}.")
    if contrast["yi"] is None:
        return left_out("A ratio and its limits must be above zero.")
    if not contrast["sei"]:
        return left_out("The estimate has no usable interval and no standard error.")
    source = "; ".join(["estimate", *contrast["methods"]])
    return Effect(row["study"], row["label"], contrast["yi"], contrast["sei"] ** 2, source)


def _study(effect: Effect, settings: dict[str, Any]) -> dict[str, Any]:
    """A study's line of the result, with its own interval on the analysis scale."""
    line: dict[str, Any] = asdict(effect) | {"ci_lb": None, "ci_ub": None, "weight": None}
    if effect.yi is not None and effect.vi is not None:
        alone = pool([effect.yi], [effect.vi], model="common", level=settings["level"])
        line |= {"ci_lb": float(alone.ci_lb), "ci_ub": float(alone.ci_ub)}
    return line


def _plain(value: Any) -> Any:
    """NumPy's numbers as Python's, for JSON."""
    return value.item() if isinstance(value, np.generic) else value
