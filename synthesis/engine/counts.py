"""Pooling from counts: Mantel–Haenszel and Peto, in the words of a pooled result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from synthesis.engine.effects import Row, columns_of
from synthesis.engine.plain import plain
from synthesis.engine.specification import MEASURES, MODELS, Specification
from synthesis.stats import mantel_haenszel, peto
from synthesis.stats.arrays import Floats
from synthesis.stats.errors import BadInput, NotDefined


def pool_counts(
    rows: Sequence[Row], y: Floats, v: Floats, specification: Specification, names: Sequence[str]
) -> tuple[dict[str, Any], Floats, list[str]]:
    """`names` of a pooled result (None where a count method has none), weights in percent, and cautions.

    Raises BadInput when a study gives no counts, NotDefined when the counts allow no ratio.
    """
    measure = MEASURES[specification.measure]
    if any(row["contrast"] is not None for row in rows):
        raise BadInput(f"{MODELS[specification.model]} needs counts, and a study gives an estimate only.")
    columns = columns_of(rows, measure.takes)
    if specification.model == "peto":
        found = peto(level=specification.level, **columns)
    else:
        own = (specification.add, 0.0), (specification.to, "none")
        found = mantel_haenszel(measure.code, add=own[0], to=own[1], level=specification.level, **columns)
    if found.estimate is None or found.se is None:
        raise NotDefined(" ".join(caution.message for caution in found.warnings) or "No ratio exists.")
    numbers = dict.fromkeys(names) | {
        name: plain(getattr(found, name))
        for name in ("level", "estimate", "se", "ci_lb", "ci_ub", "statistic", "p_value")
    }
    numbers |= {
        "model": specification.model,
        "method": MODELS[specification.model],
        "test": "z",
        "k": len(rows),
    }
    numbers |= {
        "tau2": 0.0,
        "s2w": 1.0,
        "I2": plain(found.I2),
        "I2_Q": plain(found.I2),
        "H2": plain(found.H2),
    }
    if found.Q is not None:
        numbers |= {"Q": found.Q.statistic, "Q_df": found.Q.df, "Q_p": found.Q.p_value}
    weights = _weights(rows, columns, v, specification)
    return numbers, weights, [caution.message for caution in found.warnings]


def _weights(rows: Sequence[Row], columns: dict[str, Any], v: Floats, specification: Specification) -> Floats:
    """Each study's share in percent: of Σ bc/n and its like for Mantel–Haenszel, of the hypergeometric variance for Peto."""
    if specification.measure in ("IRR", "IRD"):
        x2, t1, t2 = (np.array(columns[name], dtype=np.float64) for name in ("x2i", "t1i", "t2i"))
        w = x2 * t1 / (t1 + t2) if specification.measure == "IRR" else t1 * t2 / (t1 + t2)
    else:
        a, b, c, d = (np.array(columns[name], dtype=np.float64) for name in ("ai", "bi", "ci", "di"))
        n = a + b + c + d
        if specification.model == "peto":
            w = (a + b) * (c + d) * (a + c) * (b + d) / (n**2 * (n - 1))
        else:
            by = {"OR": b * c, "RR": c * (a + b), "RD": (a + b) * (c + d)}
            w = by[specification.measure] / n
    total = w.sum()
    return np.asarray(100 * w / total if total > 0 else np.full(len(rows), 100 / len(rows)))
