"""Zero-cell rules: what is added to counts, to which studies, and which studies are set aside."""

from __future__ import annotations

import numpy as np

from synthesis.stats.arrays import Bools, Floats
from synthesis.stats.effects.measures import ONE_PROPORTION, ONE_RATE, TWO_RATES, Columns

RULES = ("only0", "all", "if0all", "none")


def counts_of(columns: tuple[str, ...]) -> tuple[str, ...]:
    """The columns that hold counts of events (or of non-events), which may be zero."""
    if columns[:4] == ("ai", "bi", "ci", "di"):
        return columns[:4]
    if columns == TWO_RATES:
        return ("x1i", "x2i")
    return ("xi",) if columns in (ONE_PROPORTION, ONE_RATE) else ()


def without_information(columns: tuple[str, ...], d: Columns) -> Bools:
    """Studies with no event, or nothing but events, in both groups."""
    if columns[:4] == ("ai", "bi", "ci", "di"):
        nobody = (d["ai"] == 0) & (d["ci"] == 0)
        return np.asarray(nobody | ((d["bi"] == 0) & (d["di"] == 0)))
    if columns == TWO_RATES:
        return np.asarray((d["x1i"] == 0) & (d["x2i"] == 0))
    return np.zeros(next(iter(d.values())).shape, dtype=np.bool_)


def corrected(columns: tuple[str, ...], d: Columns, add: float, to: str) -> dict[str, Floats]:
    """A copy of the columns with `add` put into the cells of the studies that `to` names.

    A proportion xi of ni gets add in xi and twice add in ni, since ni − xi grows too; person-time never changes.
    """
    result = dict(d)
    counts = counts_of(columns)
    if not counts or add == 0 or to == "none":
        return result
    cells = [d[name] for name in counts]
    if columns == ONE_PROPORTION:
        cells.append(d["ni"] - d["xi"])
    zero = np.any([cell == 0 for cell in cells], axis=0)
    touched = {"all": np.ones_like(zero), "only0": zero, "if0all": np.full_like(zero, zero.any())}[to]
    amount = np.where(touched, add, 0.0)
    for name in counts:
        result[name] = d[name] + amount
    if columns == ONE_PROPORTION:
        result["ni"] = d["ni"] + 2 * amount
    return result
