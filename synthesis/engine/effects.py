"""From the frozen rows of a run to effects on the analysis scale, each with its source or the reason why it is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from synthesis.engine.specification import MEASURES, Specification
from synthesis.stats import effect_sizes

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Effect:
    """A study's effect on the analysis scale (log for ratios), or why there is none.

    `part` is the arm, where a study enters arm by arm.
    """

    study: int
    label: str
    yi: float | None
    vi: float | None
    source: str
    left_out: str = ""
    part: str = ""


def effects_of(inputs: Sequence[Row], specification: Specification) -> list[Effect]:
    """Effects in input order: from arm-level numbers where the report gives them, else from its own estimate."""
    effects: dict[int, Effect] = {}
    raw = []
    for index, row in enumerate(inputs):
        if why := _excluded(row, specification):
            effects[index] = _left_out(row, "", why)
        elif row["problem"] or row["contrast"] is not None:
            effects[index] = _from_contrast(row, specification.measure)
        else:
            raw.append(index)
    if raw:
        found = _from_arms([inputs[index] for index in raw], specification)
        effects.update(zip(raw, found, strict=True))
    return [effects[index] for index in range(len(inputs))]


def columns_of(rows: Sequence[Row], takes: str) -> dict[str, Any]:
    """metafor's columns for what a measure is computed from: “events”, “rates” or “means”."""
    sides = [(row["experimental"], row["control"]) for row in rows]
    if takes == "events":
        return {
            "ai": [one["events"] for one, _ in sides],
            "bi": [one["n"] - one["events"] for one, _ in sides],
            "ci": [two["events"] for _, two in sides],
            "di": [two["n"] - two["events"] for _, two in sides],
        }
    names = (
        (("x", "events"), ("t", "person_time"))
        if takes == "rates"
        else (("m", "mean"), ("sd", "sd"), ("n", "n"))
    )
    return {
        f"{name}{number}i": [side[key] for side in group]
        for number, group in enumerate(zip(*sides, strict=True), start=1)
        for name, key in names
    }


def _excluded(row: Row, specification: Specification) -> str:
    if row["study"] in specification.without:
        return "Left out by this analysis."
    if row.get("bias") and row["bias"] in specification.without_bias:
        return f"Left out by this analysis: risk of bias {row.get('bias_name') or row['bias']}."
    if specification.without_computed and is_computed(row):
        return "Left out by this analysis: its numbers were computed, not reported."
    return ""


def is_computed(row: Row) -> bool:
    """Some number of the row does not stand in a report but was computed from others."""
    return any(part and part["methods"] for part in (row["experimental"], row["control"], row["contrast"]))


def _left_out(row: Row, source: str, why: str) -> Effect:
    return Effect(row["study"], row["label"], None, None, source, left_out=why, part=row.get("part", ""))


def _from_arms(rows: Sequence[Row], specification: Specification) -> list[Effect]:
    """metafor's escalc on the rows; studies without any event say nothing about a ratio and are left out."""
    measure = MEASURES[specification.measure]
    if measure.takes == "estimates":
        return [
            _left_out(row, "arms", f"{measure.name}s come as estimates, and none is settled.") for row in rows
        ]
    lacking = {index: why for index, row in enumerate(rows) if (why := _unsuitable(row, measure.takes))}
    usable = [index for index in range(len(rows)) if index not in lacking]
    found: dict[int, tuple[float, float]] = {}
    if usable:
        counted = measure.takes in {"events", "rates"}
        zero_cells: dict[str, Any] = {"add": specification.add, "to": specification.to} if counted else {}
        if counted and measure.is_ratio:
            zero_cells["drop00"] = specification.drop00
        columns = columns_of([rows[index] for index in usable], measure.takes)
        sizes = effect_sizes(measure.code, **zero_cells, **columns)
        for row, y, v in zip(sizes.rows, sizes.yi, sizes.vi, strict=True):
            found[usable[int(row)]] = (float(y), float(v))
        lacking |= {usable[dropped.row]: dropped.reason for dropped in sizes.dropped}
    return [
        Effect(row["study"], row["label"], *found[index], source="arms", part=row.get("part", ""))
        if index in found
        else _left_out(row, "arms", lacking[index])
        for index, row in enumerate(rows)
    ]


def _unsuitable(row: Row, takes: str) -> str:
    needed = {"events": ("events", "n"), "rates": ("events", "person_time"), "means": ("mean", "sd", "n")}[
        takes
    ]
    for side in (row["experimental"], row["control"]):
        if side is None or any(side.get(name) is None for name in needed):
            return "The numbers that this measure needs are not settled."
    return ""


def _from_contrast(row: Row, measure: str) -> Effect:
    """The report's own estimate, on the analysis scale already."""
    contrast = row["contrast"]
    if contrast is None:
        return _left_out(row, "estimate", row["problem"])
    if contrast["measure"] != measure:
        return _left_out(row, "estimate", f"The report gives {contrast['measure']}, which is not {measure}.")
    if contrast["yi"] is None:
        return _left_out(row, "estimate", "A ratio and its limits must be above zero.")
    if not contrast["sei"]:
        return _left_out(row, "estimate", "The estimate has no usable interval and no standard error.")
    source = "; ".join(["estimate", *contrast["methods"]])
    part = row.get("part", "")
    return Effect(row["study"], row["label"], contrast["yi"], contrast["sei"] ** 2, source, part=part)
