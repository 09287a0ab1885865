"""Reference cases of effect sizes: escalc and conv."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.integrate import quad
from scipy.special import gammaln

from synthesis.stats.effects import effect_sizes
from synthesis.stats.effects.reported import reported_effects
from synthesis.stats.effects.tetrachoric import log_likelihood
from synthesis.stats.verification.case import Answer, Case, Family, Json, Table


def escalc(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """Effects and variances in the rows of the table, None where there is none."""
    options: dict[str, Json] = {
        name: args[name] for name in ("add", "to", "drop00", "vtype") if args.get(name) is not None
    }
    options |= {name: table.numbers(name) for name in args["columns"]}
    found = effect_sizes(args["measure"], **options)
    y: list[float | None] = [None] * table.size
    v: list[float | None] = [None] * table.size
    for i, row in enumerate(found.rows):
        y[row], v[row] = float(found.yi[i]), float(found.vi[i])
    for gone in found.dropped:
        y[gone.row] = gone.estimate
    return {"yi": y, "vi": v}


def conv(args: Mapping[str, Json], table: Table, tables: Mapping[str, Table]) -> Answer:
    """Log ratios and variances from ratios with 95 % intervals in columns x, x_lb and x_ub."""
    name = next(column.removesuffix("_lb") for column in table.columns if column.endswith("_lb"))
    limits = table.numbers(f"{name}_lb"), table.numbers(f"{name}_ub")
    found = reported_effects(table.numbers(name), ci_lb=limits[0], ci_ub=limits[1], ratio=True)
    return {"yi": found.yi, "vi": found.vi}


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
        a, b, c, d = (float(cell[row]) for cell in cells)
        counts = (a, b, c, d)
        near = np.isclose(ours, theirs, rtol=1e-3, atol=1e-3)
        variance = np.isclose(answer["vi"][row], case.out["vi"][row], rtol=1e-3)
        if not (near and variance and log_likelihood(counts, ours) >= log_likelihood(counts, theirs) - 1e-12):
            return None
    return "higher likelihood than metafor's four-digit optimiser in every row"


def right_hypergeometric_function(case: Case, answer: Answer) -> str | None:
    """UCOR in metafor rests on GSL's 2F1, which is off by up to 1e-3 for integer c − a − b near x = 1.

    Ours passes where it equals Euler's integral and R's value misses it.
    """
    if case.args.get("measure") != "UCOR" or case.args.get("vtype") == "AV" or case.out is None:
        return None
    r, n = case.table.numbers("ri"), case.table.numbers("ni")
    for row, (y, v) in enumerate(zip(answer["yi"], answer["vi"], strict=True)):
        theirs = case.out["yi"][row], case.out["vi"][row]
        if None in (y, v, *theirs):
            if [y, v] != list(theirs):
                return None
            continue
        if np.allclose((y, v), theirs, rtol=case.rtol, atol=case.atol):
            continue
        rest = 1 - r[row] ** 2
        estimate = r[row] * _euler(0.5, (n[row] - 2) / 2, rest)
        variance = (1 - estimate**2) ** 2 / (n[row] - 1)
        if case.args.get("vtype") == "UB":
            variance = estimate**2 - 1 + (n[row] - 3) / (n[row] - 2) * rest * _euler(1.0, n[row] / 2, rest)
        if rest < 0.99 or not np.allclose((y, v), (estimate, variance), rtol=1e-9):
            return None
    return "equals Euler's integral where GSL's hypergeometric function is inaccurate"


def _euler(a: float, c: float, x: float) -> float:
    """2F1(a, a; c; x) by Euler's integral with t = sin²φ."""
    factor = 2 * np.exp(gammaln(c) - gammaln(a) - gammaln(c - a))

    def integrand(angle: float) -> float:
        s, t = np.sin(angle), np.cos(angle)
        return float(s ** (2 * a - 1) * t ** (2 * (c - a) - 1) / (1 - s * s * x) ** a)

    value, _ = quad(integrand, 0, np.pi / 2, epsabs=0, epsrel=1e-12, limit=200)
    return float(factor * value)


def accept(case: Case, answer: Answer) -> str | None:
    """The two measures where the reference itself is a rough computation."""
    return higher_tetrachoric_likelihood(case, answer) or right_hypergeometric_function(case, answer)


FAMILIES = {"escalc": Family(escalc, accept), "conv": Family(conv)}
