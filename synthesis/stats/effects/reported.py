"""Effects that a paper reports ready-made, with a confidence interval, a standard error or a p value."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from synthesis.stats import arrays
from synthesis.stats.arrays import Bools, Floats, Numbers
from synthesis.stats.cautions import Caution
from synthesis.stats.effects import Dropped, EffectSizes
from synthesis.stats.errors import BadInput

# An interval this far from symmetric (share of its width) hardly came from a normal approximation.
LOPSIDED = 0.1


def reported_effects(
    estimate: Numbers,
    *,
    se: Numbers | None = None,
    ci_lb: Numbers | None = None,
    ci_ub: Numbers | None = None,
    p_value: Numbers | None = None,
    ratio: bool = False,
    level: float = 95.0,
) -> EffectSizes:
    """Effects and variances from published results, each (n,), None or NaN where not reported.

    ratio   estimates and interval limits are ratios: they are put on the log scale (se and p are of the log already)
    Per row the standard error is taken from se, else from the interval: (ub − lb) / 2z, else from a two-sided
    p: |estimate| / z. Rows with none of them are dropped with a reason; an interval off centre gets a caution.
    Raises BadInput for unequal lengths or impossible values. Source: Cochrane Handbook 6.3, 6.5.2.
    """
    y = arrays.vector(estimate, "estimate")
    given = _aligned(y.size, {"se": se, "ci_lb": ci_lb, "ci_ub": ci_ub, "p_value": p_value})
    low, high = given["ci_lb"], given["ci_ub"]
    _check(y, given, ratio)
    with np.errstate(divide="ignore", invalid="ignore"):
        if ratio:
            y, low, high = np.log(y), np.log(low), np.log(high)
        z = float(-ndtri(arrays.level_fraction(level) / 2))
        from_interval = (high - low) / (2 * z)
        from_p = np.abs(y) / -ndtri(given["p_value"] / 2)
        spread = np.where(np.isfinite(given["se"]), given["se"], from_interval)
        spread = np.where(np.isfinite(spread), spread, from_p)
        lopsided = np.abs((low + high) / 2 - y) > LOPSIDED * (high - low)
    kept = np.isfinite(y) & np.isfinite(spread) & (spread > 0)
    return EffectSizes(
        measure="GEN",
        vtype="LS",
        yi=y[kept],
        vi=spread[kept] ** 2,
        rows=np.flatnonzero(kept),
        dropped=tuple(Dropped(int(i), "no usable measure of precision") for i in np.flatnonzero(~kept)),
        add=0.0,
        to="none",
        drop00=False,
        warnings=_cautions(kept, lopsided),
    )


def _aligned(n: int, columns: dict[str, Numbers | None]) -> dict[str, Floats]:
    """Columns of n values; one that was not given is all missing."""
    given = {
        name: np.full(n, np.nan) if values is None else arrays.vector(values, name)
        for name, values in columns.items()
    }
    if any(column.size != n for column in given.values()):
        raise BadInput("All columns must have the same number of rows.")
    return given


def _check(y: Floats, given: dict[str, Floats], ratio: bool) -> None:
    if (given["se"] <= 0).any():
        raise BadInput("Standard errors must be positive.")
    if (given["ci_lb"] > given["ci_ub"]).any():
        raise BadInput("An interval's lower limit is above its upper limit.")
    if ((given["p_value"] <= 0) | (given["p_value"] > 1)).any():
        raise BadInput("p values lie between 0 and 1.")
    if ratio and any((column <= 0).any() for column in (y, given["ci_lb"], given["ci_ub"])):
        raise BadInput("Ratios and their limits must be positive.")


def _cautions(kept: Bools, lopsided: Bools) -> tuple[Caution, ...]:
    found = []
    if not kept.all():
        found.append(
            Caution("rows_dropped", f"{int((~kept).sum())} of {kept.size} rows have no effect size.")
        )
    if lopsided.any():
        rows = ", ".join(str(i + 1) for i in np.flatnonzero(lopsided))
        found.append(
            Caution("interval_off_centre", f"The interval is not centred on the estimate in row {rows}.")
        )
    return tuple(found)
