"""From frozen inputs to everything a run keeps. Knows the statistics, not the database: the same inputs give the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from synthesis.engine.beyond import influence_of, series_of, small_study_of
from synthesis.engine.counts import pool_counts
from synthesis.engine.effects import Effect, Row, effects_of, is_computed
from synthesis.engine.moderators import regression_of, subgroups_of
from synthesis.engine.plain import interval, plain
from synthesis.engine.specification import Specification
from synthesis.stats import pool, tau2_confidence
from synthesis.stats.arrays import Floats
from synthesis.stats.errors import StatsError

VERSION = "quorum 0.2.0"
#: What a run keeps of the pooled result, by the names of synthesis.stats.Pooled.
KEPT = (
    "model", "method", "test", "level", "k", "estimate", "se", "ci_lb", "ci_ub", "statistic", "statistic_df", "p_value",
    "s2w", "tau2", "se_tau2", "I2", "I2_Q", "H2", "Q", "Q_df", "Q_p", "pi_lb", "pi_ub", "pi_df",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run keeps."""

    result: dict[str, Any]
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class Data:
    """The usable studies of a run: their places among the inputs, effects, variances and rows."""

    places: tuple[int, ...]
    y: Floats
    v: Floats
    rows: tuple[Row, ...]
    specification: Specification

    @property
    def k(self) -> int:
        """How many studies (or arms of studies) there are."""
        return len(self.places)


def compute(inputs: Sequence[Row], settings: dict[str, Any]) -> Outcome:
    """Effect sizes of every row, pooled as `settings` say, with all that a reader may ask beyond the pooled effect.

    A single study is shown, never pooled. What cannot be computed says why in its own place and stops nothing else.
    """
    specification = Specification.of(settings)
    effects = effects_of(inputs, specification)
    usable = tuple(index for index, effect in enumerate(effects) if effect.yi is not None)
    warnings = [f"{effect.label}: {effect.left_out}" for effect in effects if effect.left_out]
    studies = [_study(effect, row, specification) for effect, row in zip(effects, inputs, strict=True)]
    result: dict[str, Any] = {"k": len(usable), "studies": studies, "pooled": None}
    if len(usable) < 2:
        one = "One study is not a synthesis: there is no pooled estimate."
        return Outcome(result, [*warnings, one if usable else "No study can be used."])
    data = _data(effects, inputs, usable, specification)
    if specification.rule is not None:
        data, told = _by_rule(data)
        result["rule"] = told
        warnings += told["warnings"]
    try:
        result["pooled"], weights, said = _pooled(data)
    except StatsError as error:
        return Outcome(result, [*warnings, str(error)])
    for place, weight in zip(usable, weights, strict=True):
        studies[place]["weight"] = float(weight)
    result |= _beyond(data)
    return Outcome(result, [*warnings, *said])


def _data(
    effects: list[Effect], inputs: Sequence[Row], usable: tuple[int, ...], specification: Specification
) -> Data:
    return Data(
        usable,
        np.array([effects[place].yi for place in usable], dtype=np.float64),
        np.array([effects[place].vi for place in usable], dtype=np.float64),
        tuple(inputs[place] for place in usable),
        specification,
    )


def _by_rule(data: Data) -> tuple[Data, dict[str, Any]]:
    """The model that a published rule asks for; where it asks for none or for both, the specified one stays, and is said."""
    rule = data.specification.rule
    assert rule is not None  # noqa: S101 - asked by the caller
    common = pool(data.y, data.v, model="common")
    found = rule.models(common.I2_Q, common.Q_p)
    warnings = [f"The published rule is undefined for {gap}." for gap in rule.gaps]
    if len(found) == 1:
        (model,) = found
        data = replace(data, specification=replace(data.specification, model=model))
    else:
        what = "no model" if not found else "both models"
        warnings.append(
            f"Here I² is {common.I2_Q:.1f} % and p {common.Q_p:.3f}: the rule names {what}, so the model of the specification was used."
        )
    told = {"asked_for": sorted(found), "used": data.specification.model, "I2": common.I2_Q, "p": common.Q_p}
    return data, told | {"warnings": warnings}


def _pooled(data: Data) -> tuple[dict[str, Any], Floats, list[str]]:
    """The pooled numbers, the weights in percent, and what to keep in mind."""
    specification = data.specification
    if specification.model in ("mh", "peto"):
        return pool_counts(data.rows, data.y, data.v, specification, KEPT)
    pooled = pool(data.y, data.v, **specification.pools)
    numbers = {name: plain(getattr(pooled, name)) for name in KEPT}
    return numbers, pooled.weights, [caution.message for caution in pooled.warnings]


def _beyond(data: Data) -> dict[str, Any]:
    """All that is one click away on the page; each part is a dictionary, with “note” where it has nothing to say."""
    found = {
        "heterogeneity": _heterogeneity(data),
        "small_study": small_study_of(data.y, data.v, data.rows, data.specification),
        "influence": influence_of(data.y, data.v, data.specification),
        "series": series_of(data.y, data.v, data.rows, data.specification),
    }
    if data.specification.subgroup:
        found["subgroups"] = subgroups_of(data.y, data.v, data.rows, data.specification)
    if data.specification.moderators:
        found["regression"] = regression_of(data.y, data.v, data.rows, data.specification)
    return found


def _heterogeneity(data: Data) -> dict[str, Any]:
    """Intervals of τ², I² and H² (Q-profile, Viechtbauer 2007), whatever model was chosen."""
    try:
        found = tau2_confidence(
            data.y, data.v, type="QP", method=data.specification.tau2, level=data.specification.level
        )
    except StatsError as error:
        return {"note": str(error)}
    names = ("tau2", "lb", "ub", "I2_lb", "I2_ub", "H2_lb", "H2_ub", "empty")
    return {name: plain(getattr(found, name)) for name in names} | {
        "warnings": [caution.message for caution in found.warnings]
    }


def _study(effect: Effect, row: Row, specification: Specification) -> dict[str, Any]:
    """A study's line of the result, with its own interval on the analysis scale."""
    line: dict[str, Any] = asdict(effect) | {"ci_lb": None, "ci_ub": None, "weight": None}
    line |= {"is_computed": is_computed(row), "bias": row.get("bias", "")}
    if effect.yi is not None and effect.vi is not None:
        line["ci_lb"], line["ci_ub"] = interval(effect.yi, effect.vi**0.5, specification.level)
    return line
