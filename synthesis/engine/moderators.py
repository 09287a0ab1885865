"""Subgroups and meta-regression by the characteristics of the studies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from synthesis.engine.effects import Row
from synthesis.engine.plain import picked, plain
from synthesis.engine.specification import Specification
from synthesis.stats import design, meta_regression, subgroups
from synthesis.stats.arrays import Floats
from synthesis.stats.errors import StatsError

#: Below this many studies a regression says so first (Handbook 10.11.4).
FEWEST = 10
_POOLED = (
    "k",
    "estimate",
    "se",
    "ci_lb",
    "ci_ub",
    "p_value",
    "tau2",
    "I2",
    "I2_Q",
    "Q",
    "Q_df",
    "Q_p",
    "pi_lb",
    "pi_ub",
)


def subgroups_of(y: Floats, v: Floats, rows: Sequence[Row], specification: Specification) -> dict[str, Any]:
    """Each group pooled apart (a group of one study is shown, not pooled), and the test of whether they differ."""
    by = specification.subgroup
    labels = [_label(row, by) for row in rows]
    missing = [row["label"] for row, label in zip(rows, labels, strict=True) if not label]
    kept = [index for index, label in enumerate(labels) if label]
    names = sorted({labels[index] for index in kept})
    told: dict[str, Any] = {"by": by, "missing": missing, "levels": [], "between": None}
    if len(names) < 2:
        return told | {"note": f"The studies do not differ in “{by}”, or too few of them say."}
    found = subgroups(y[kept], v[kept], [labels[index] for index in kept], **specification.pools)
    for name, group in zip(found.levels, found.groups, strict=True):
        told["levels"].append({"name": name, "is_pooled": group.k > 1, **picked(group, _POOLED)})
    told["between"] = asdict(found.between)
    told["labels"] = labels
    singles = [level["name"] for level in told["levels"] if not level["is_pooled"]]
    if singles:
        told["warnings"] = [f"“{name}” has one study: it is shown, not pooled." for name in singles]
    return told


def regression_of(y: Floats, v: Floats, rows: Sequence[Row], specification: Specification) -> dict[str, Any]:
    """Effects regressed on the moderators, with the points and the line of a bubble plot where there is one number."""
    names = list(specification.moderators)
    columns = {
        f"m{number}": [row["moderators"].get(name) for row in rows] for number, name in enumerate(names)
    }
    told: dict[str, Any] = {"moderators": names, "missing": []}
    try:
        made = design("~ " + " + ".join(columns), columns)
        told["missing"] = [rows[i]["label"] for i in range(len(rows)) if i not in made.rows]
        kept = list(made.rows)
        fit = meta_regression(y[kept], v[kept], made.X, names=made.names, **specification.pools)
    except StatsError as error:
        return told | {"note": _renamed(str(error), names)}
    labels = [_renamed(name, names) for name in fit.names]
    fields = ("beta", "se", "statistic", "p_value", "ci_lb", "ci_ub")
    told |= picked(fit, ("k", "df", "tau2", "se_tau2", "I2", "R2", "Q", "Q_df", "Q_p", "test"))
    told["coefficients"] = [
        {"name": label} | {name: plain(getattr(fit, name)[row]) for name in fields}
        for row, label in enumerate(labels)
    ]
    told["test_of_moderators"] = (
        picked(fit.moderators, ("statistic", "df1", "df2", "p_value")) if fit.moderators else None
    )
    told["warnings"] = [caution.message for caution in fit.warnings]
    if len(kept) < FEWEST:
        told["warnings"].insert(
            0,
            f"{len(kept)} studies: below {FEWEST} a meta-regression is hardly ever worth reading (Handbook 10.11.4).",
        )
    if len(fit.names) == 2 and len(names) == 1 and fit.names[1] == "m0":
        told["bubble"] = _bubble(fit, y[kept], v[kept], [rows[i] for i in kept], names[0])
    return told


def _bubble(fit: Any, y: Floats, v: Floats, rows: Sequence[Row], name: str) -> dict[str, Any]:
    x = np.array([row["moderators"][name] for row in rows], dtype=np.float64)
    along = np.linspace(x.min(), x.max(), 41)
    line = fit.predict(np.column_stack([np.ones_like(along), along]))
    weights = 1 / (v + fit.tau2)
    points = [
        {"label": row["label"], "x": float(at), "y": float(effect), "weight": float(100 * w / weights.sum())}
        for row, at, effect, w in zip(rows, x, y, weights, strict=True)
    ]
    return {"x": plain(along), "points": points} | picked(line, ("estimate", "ci_lb", "ci_ub"))


def _label(row: Row, by: str) -> str:
    value = row.get("bias_name") if by == BIAS else row["moderators"].get(by)
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


#: The one grouping that is not a characteristic somebody wrote down.
BIAS = "Overall risk of bias"


def _renamed(text: str, names: Sequence[str]) -> str:
    """The engine's placeholder names as the characteristics they stand for."""
    for number, name in reversed(list(enumerate(names))):
        text = text.replace(f"m{number}", name)
    return text
