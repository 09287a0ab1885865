"""Reference cases of effect sizes: escalc, study_ci and conv."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.integrate import quad
from scipy.special import gammaln

from synthesis.stats.effects import effect_sizes
from synthesis.stats.effects.tetrachoric import log_likelihood
from synthesis.stats.verification.case import Answer, Case, Family, Json, Table


def escalc(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """Effects and variances in the rows of the table, None where there is none."""
    options = {name: args[name] for name in ("add", "to", "drop00", "vtype") if args.get(name) is not None}
    found = effect_sizes(args["measure"], **options, **{name: table.numbers(name) for name in args["columns"]})
    y: list[float | None] = [None] * table.size
    v: list[float | None] = [None] * table.size
    for i, row in enumerate(found.rows):
        y[row], v[row] = float(found.yi[i]), float(found.vi[i])
    for gone in found.dropped:
        y[gone.row] = gone.estimate
    return {"yi": y, "vi": v}


def higher_tetrachoric_likelihood(case: Case, answer: Answer) -> str | None:
    """metafor maximises this likelihood to four digits only; ours must be at least as likely in every row."""
    if case.args.get("measure") != "RTET" or case.out is None:
        return None
    cells = [case.table.numbers(name) for name in ("ai", "bi", "ci", "di")]
    for row, (ours, theirs) in enumerate(zip(answer["yi"], case.out["yi"], strict=True)):
        if (ours is None) != (theirs is None):
            return None
        if ours is None or abs(ours) >= 1:
            if ours != theirs:
                return None
            continue
        counts = tuple(float(cell[row]) for cell in cells)
        near = np.isclose(ours, theirs, rtol=1e-3, atol=1e-3)
        variance = np.isclose(answer["vi"][row], case.out["vi"][row], rtol=1e-3)
        if not (near and variance and log_likelihood(counts, ours) >= log_likelihood(counts, theirs) - 1e-12):
            return None
    return "higher likelihood than metafor's four-digit optimiser in every row"


def right_hypergeometric_function(case: Case, answer: Answer) -> str | None:
    """UCOR in metafor rests on GSL's 2F1, which is off by up to 1e-3 for integer c − a − b near x = 1.

    Ours passes when it equals Euler's integral, which R's value misses.
    """
    if case.args.get("measure") != "UCOR" or case.args.get("vtype", "LS") == "UB" or case.out is None:
        return None
    r, n = case.table.numbers("ri"), case.table.numbers("ni")
    for row, ours in enumerate(answer["yi"]):
        theirs = case.out["yi"][row]
        if ours is None or theirs is None:
            if ours is not theirs:
                return None
        elif not np.isclose(ours, theirs, rtol=1e-9, atol=1e-11) and (
            1 - r[row] ** 2 < 0.99 or not np.isclose(ours, r[row] * _euler(float(n[row]), float(r[row])), rtol=1e-9)
        ):
            return None
    return "equals Euler's integral where GSL's hypergeometric function is inaccurate"


def _euler(n: float, r: float) -> float:
    """2F1(½, ½; (n − 2)/2; 1 − r²) by Euler's integral with t = sin²φ."""
    c = (n - 2) / 2
    factor = 2 * np.exp(gammaln(c) - gammaln(0.5) - gammaln(c - 0.5))
    value, _ = quad(
        lambda f: np.cos(f) ** (2 * c - 2) / np.sqrt(1 - np.sin(f) ** 2 * (1 - r * r)),
        0,
        np.pi / 2,
        epsabs=0,
        epsrel=1e-12,
        limit=200,
    )
    return float(factor * value)


def accept(case: Case, answer: Answer) -> str | None:
    """The two measures where the reference itself is a rough computation."""
    return higher_tetrachoric_likelihood(case, answer) or right_hypergeometric_function(case, answer)


FAMILIES = {"escalc": Family(escalc, accept)}
