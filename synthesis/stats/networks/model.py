"""Frequentist network meta-analysis of pairwise comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, ndtr

from synthesis.stats import arrays
from synthesis.stats.arrays import Floats
from synthesis.stats.cautions import Caution
from synthesis.stats.errors import BadInput
from synthesis.stats.fitting import critical, q_based_i2
from synthesis.stats.networks.comparisons import Comparisons, comparisons
from synthesis.stats.networks.fit import Fitted, fit, moment, reduced_weights
from synthesis.stats.networks.inconsistency import Decomposition, Split, decompose, split


@dataclass(frozen=True, slots=True)
class Cell:
    """One entry of a league table: row against column."""

    row: str
    column: str
    estimate: float
    ci_lb: float
    ci_ub: float
    p_value: float


@dataclass(frozen=True, slots=True)
class Network:
    """Every treatment against every other. (n, n) arrays read row against column; zero on the diagonal.

    effect, se, ci_lb, ci_ub, p_value   under `model`;  pi_lb, pi_ub (n, n) prediction intervals of the effect in a
                  new trial (t with Q_df degrees of freedom), None for common effects or without degrees of freedom
    weights (m,)  of the rows of the data: 1 / (variance + τ²), reduced in multi-arm trials
    I2            in percent, from Q
    """

    model: str
    level: float
    names: tuple[str, ...]
    trials: int
    rows: int
    designs: int
    effect: Floats
    se: Floats
    ci_lb: Floats
    ci_ub: Floats
    p_value: Floats
    pi_lb: Floats | None
    pi_ub: Floats | None
    weights: Floats
    tau2: float
    Q: float
    Q_df: int
    Q_p: float
    I2: float
    data: Comparisons
    common: Fitted
    used: Fitted
    warnings: tuple[Caution, ...]

    def against(self, treatment: str) -> tuple[Cell, ...]:
        """All other treatments against this one. Raises BadInput for an unknown name."""
        column = self._index(treatment)
        return tuple(self._cell(i, column) for i in range(len(self.names)) if i != column)

    def p_scores(self, *, small_is_good: bool) -> dict[str, float]:
        """Mean certainty that a treatment beats another one: 1 is best. Source: Rücker & Schwarzer 2015."""
        n = len(self.names)
        with np.errstate(divide="ignore", invalid="ignore"):
            z = self.effect / self.se
        better = ndtr(-z if small_is_good else z)
        np.fill_diagonal(better, 0.0)
        return dict(zip(self.names, (float(s) for s in better.sum(1) / (n - 1)), strict=True))

    def ranking(self, *, small_is_good: bool) -> tuple[str, ...]:
        """Treatments from the best P-score to the worst."""
        scores = self.p_scores(small_is_good=small_is_good)
        return tuple(sorted(scores, key=lambda name: -scores[name]))

    def league(self, order: Sequence[str] | None = None) -> tuple[tuple[Cell, ...], ...]:
        """League table: row k compares treatment k with those before it in `order`. Raises BadInput."""
        listed = list(self.names if order is None else order)
        if sorted(listed) != sorted(self.names):
            raise BadInput("The order of a league table must name every treatment once.")
        where = [self._index(name) for name in listed]
        return tuple(tuple(self._cell(i, j) for j in where[:k]) for k, i in enumerate(where))

    def decomposition(self) -> Decomposition:
        """Q within and between designs, and each design's part in it."""
        return decompose(self.data, self.common)

    def split(self) -> tuple[Split, ...]:
        """Direct against indirect evidence of every comparison, under this model's τ²."""
        return split(self.data, self.used, self.tau2, self.level)

    def _index(self, treatment: str) -> int:
        if treatment not in self.names:
            raise BadInput(f"{treatment!r} is not a treatment of this network.")
        return self.names.index(treatment)

    def _cell(self, i: int, j: int) -> Cell:
        numbers = (self.effect, self.ci_lb, self.ci_ub, self.p_value)
        return Cell(self.names[i], self.names[j], *(float(array[i, j]) for array in numbers))


def network(
    yi: ArrayLike,
    vi: ArrayLike,
    treat1: Sequence[str],
    treat2: Sequence[str],
    study: Sequence[str | int],
    *,
    model: str = "random",
    tau2: float | None = None,
    level: float = 95.0,
) -> Network:
    """Compare all treatments of a network by weighted least squares, multi-arm trials with reduced weights.

    yi, vi          (m,) effect of treat1 against treat2 and its variance; a trial of a arms gives a(a − 1)/2 rows
    treat1, treat2  (m,) names;  study (m,) label
    model           "random" (one τ² for all comparisons, DerSimonian–Laird; or the caller's tau2), or "common"
    Raises Disconnected (a NotDefined that lists the groups) when treatments cannot be compared, BadInput for incomplete
    or contradictory multi-arm trials, TooFewStudies below three treatments, BadVariance.
    Source: Rücker 2012, Res Synth Methods 3:312; Rücker & Schwarzer 2014, Stat Med 33:4353; Jackson 2012, Stat Med 31:3805.
    Checked: netmeta 3.7-0 (Baker 2009), rma.mv of metafor 3.8-1 at the same τ².
    """
    arrays.one_of(model, ("random", "common"), "model")
    arrays.level_fraction(level)
    data = comparisons(yi, vi, treat1, treat2, study)
    n = len(data.names)
    common = fit(data.trials, n, 0.0)
    df = data.arms_above_one - (n - 1)
    value = 0.0 if model == "common" else _tau2(tau2, common, df)
    used = common if value == 0.0 else fit(data.trials, n, value)
    return _result(data, common, used, (model, value, level, df))


def _tau2(given: float | None, common: Fitted, df: int) -> float:
    if given is None:
        return moment(common.Q, df, common.trace)
    if not (np.isfinite(given) and given >= 0):
        raise BadInput("tau2 must be a finite number that is not negative.")
    return float(given)


def _result(
    data: Comparisons, common: Fitted, used: Fitted, options: tuple[str, float, float, int]
) -> Network:
    model, tau2, level, df = options
    se = np.sqrt(np.maximum(used.variance, 0.0))
    np.fill_diagonal(se, 0.0)
    wide = critical(None, level) * se
    with np.errstate(divide="ignore", invalid="ignore"):
        p = np.where(se > 0, 2 * ndtr(-np.abs(used.effect) / se), 1.0)
    spread = None
    if model == "random" and df > 0:
        spread = critical(df, level) * np.sqrt(se**2 + tau2 * (1 - np.eye(len(se))))
    rows = sum(trial.rows.size for trial in data.trials)
    return Network(
        model=model,
        level=level,
        names=data.names,
        trials=len(data.trials),
        rows=rows,
        designs=len(data.designs()),
        effect=used.effect,
        se=se,
        ci_lb=used.effect - wide,
        ci_ub=used.effect + wide,
        p_value=p,
        pi_lb=None if spread is None else used.effect - spread,
        pi_ub=None if spread is None else used.effect + spread,
        weights=reduced_weights(data, tau2, rows),
        tau2=tau2,
        Q=common.Q,
        Q_df=df,
        Q_p=float(chdtrc(df, common.Q)) if df > 0 else 1.0,
        I2=q_based_i2(common.Q, df),
        data=data,
        common=common,
        used=used,
        warnings=_cautions(df, model),
    )


def _cautions(df: int, model: str) -> tuple[Caution, ...]:
    if df > 0 or model == "common":
        return ()
    said = "No comparison is made twice: heterogeneity and inconsistency cannot be estimated."
    return (Caution("saturated", said),)
