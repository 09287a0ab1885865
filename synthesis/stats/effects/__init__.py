"""Effect sizes and sampling variances from the numbers that papers print (metafor's measure codes)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from synthesis.stats.arrays import Bools, Floats, Ints, Numbers, one_of, vector
from synthesis.stats.cautions import Caution
from synthesis.stats.effects import association, binary, continuous, matched, single, zerocells
from synthesis.stats.effects.measures import Measure
from synthesis.stats.errors import BadInput

MEASURES: dict[str, Measure] = {
    measure.code: measure
    for family in (binary, continuous, single, matched, association)
    for measure in family.MEASURES
}
VARIANCE_TYPES = ("LS", "LS2", "UB", "AV", "HO", "AVHO", "ST", "CS")


@dataclass(frozen=True, slots=True)
class Dropped:
    """A row without a usable effect: 0-based row, the reason, and the estimate where only its variance is undefined."""

    row: int
    reason: str
    estimate: float | None = None


@dataclass(frozen=True, slots=True)
class EffectSizes:
    """Effects of the studies that have one.

    yi, vi   (k,) effects and sampling variances; ratios, odds and rates are natural logs
    rows     (k,) 0-based rows of the input they come from;  dropped  the other rows
    """

    measure: str
    vtype: str
    yi: Floats
    vi: Floats
    rows: Ints
    dropped: tuple[Dropped, ...]
    add: float
    to: str
    drop00: bool
    warnings: tuple[Caution, ...]

    def __len__(self) -> int:
        return int(self.yi.size)


def effect_sizes(
    measure: str,
    *,
    add: float | None = None,
    to: str = "only0",
    drop00: bool = False,
    vtype: str | None = None,
    **columns: Numbers,
) -> EffectSizes:
    """Effect size and sampling variance of every study.

    measure   one of MEASURES ("RR", "SMD", "ZCOR" …); columns are metafor's names for that measure, each (n,),
              None or NaN for a missing number
    add       constant for zero cells (default 0.5, and 0 for AS PHI RTET IRSD PAS PFT IRS IRFT)
    to        "only0" studies with a zero cell, "all" studies, "if0all" all when any has one, "none"
    drop00    leave out studies without an event, or with nothing but events, in both groups
    vtype     variance type; a measure that does not distinguish it uses its default
    Returns EffectSizes; rows that cannot be computed are listed with the reason, never silently NaN.
    Raises BadInput for an unknown measure, missing columns, unequal lengths or impossible numbers.
    Source: docs/methods.md, "Effect sizes". Checked: metafor 3.8-1 escalc, relative error below 1e-9.
    """
    one_of(to, zerocells.RULES, "zero-cell rule")
    chosen = MEASURES[one_of(measure, tuple(MEASURES), "measure")]
    kind = chosen.vtypes[0]
    if vtype is not None:
        one_of(vtype, VARIANCE_TYPES, "variance type")
        kind = vtype if vtype in chosen.vtypes else kind
    constant = chosen.add if add is None else float(add)
    if not (np.isfinite(constant) and constant >= 0):
        raise BadInput("The constant added to zero cells must be a number that is not negative.")
    data, missing = _columns(chosen, columns)
    aside = (
        zerocells.without_information(chosen.columns, data) & ~missing if drop00 else np.zeros_like(missing)
    )
    usable = {name: np.where(missing | aside, np.nan, column) for name, column in data.items()}
    cells = zerocells.corrected(chosen.columns, usable, constant, to)
    with np.errstate(all="ignore"):
        y, v = chosen.formula(cells, kind)
    return _collect(chosen, kind, (y, v), missing, aside, constant, to, drop00)


def _columns(measure: Measure, given: dict[str, Numbers]) -> tuple[dict[str, Floats], Bools]:
    """The measure's columns as arrays and the rows where one is missing. Raises BadInput."""
    absent = [name for name in measure.columns if name not in given]
    unknown = [name for name in given if name not in measure.columns]
    if absent or unknown:
        said = f"lacks {', '.join(absent)}" if absent else f"does not use {', '.join(unknown)}"
        raise BadInput(f"Measure {measure.code} needs {', '.join(measure.columns)}; this call {said}.")
    data = {name: vector(given[name], name) for name in measure.columns}
    if len({column.size for column in data.values()}) != 1:
        raise BadInput("All columns must have the same number of rows.")
    missing = np.any([~np.isfinite(column) for column in data.values()], axis=0)
    _check_ranges(measure, {name: column[~missing] for name, column in data.items()})
    return data, missing


def _check_ranges(measure: Measure, d: dict[str, Floats]) -> None:
    counts = zerocells.counts_of(measure.columns)
    for name, column in d.items():
        sizes = name in counts or name in ("ni", "n1i", "n2i", "ti", "t1i", "t2i", "sdi", "sd1i", "sd2i")
        if name == "ti" and "xi" not in d:  # a t statistic here, not a time
            sizes = False
        if sizes and (column < 0).any():
            raise BadInput(f"{name} cannot be negative.")
        if name == "ri" and (np.abs(column) > 1).any():
            raise BadInput("Correlations (ri) lie between -1 and 1.")
        if name == "r2i" and ((column < 0) | (column > 1)).any():
            raise BadInput("Explained variance (r2i) lies between 0 and 1.")
    if {"xi", "ni"} <= set(d) and (d["xi"] > d["ni"]).any():
        raise BadInput("More events (xi) than people (ni).")
    if measure.code in ("ARAW", "AHW", "ABT") and (d["ai"] > 1).any():
        raise BadInput("Cronbach's alpha cannot exceed 1.")


def _collect(
    measure: Measure,
    vtype: str,
    outcome: tuple[Floats, Floats],
    missing: Bools,
    aside: Bools,
    add: float,
    to: str,
    drop00: bool,
) -> EffectSizes:
    y, v = outcome
    infinite = np.isinf(y) | np.isinf(v)
    kept = np.isfinite(y) & np.isfinite(v)
    dropped = []
    for row in np.flatnonzero(~kept):
        reason = "a number is missing" if missing[row] else "not defined for these numbers"
        reason = "no information about the effect" if aside[row] else reason
        known = bool(np.isfinite(y[row])) and not infinite[row]
        dropped.append(Dropped(int(row), reason, float(y[row]) if known else None))
    rows = np.flatnonzero(kept)
    return EffectSizes(
        measure=measure.code,
        vtype=vtype,
        yi=y[kept],
        vi=v[kept],
        rows=rows,
        dropped=tuple(dropped),
        add=add,
        to=to,
        drop00=drop00,
        warnings=_cautions(measure.code, vtype, v[kept], kept),
    )


def _cautions(code: str, vtype: str, variances: Floats, kept: Bools) -> tuple[Caution, ...]:
    found = []
    if not kept.all():
        few = f"{int((~kept).sum())} of {kept.size} rows have no effect size."
        found.append(Caution("rows_dropped", few))
    if (variances <= 0).any():
        found.append(Caution("zero_variance", "At least one sampling variance is zero: it cannot be pooled."))
    if code == "SMDH" and vtype == "LS2":
        unit = "SMDH with LS2 follows metafor 3.8-1 and depends on the unit of measurement; prefer LS."
        found.append(Caution("unit_dependent_variance", unit))
    return tuple(found)
