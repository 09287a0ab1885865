"""Subgroups: pooled apart, compared with each other, with τ² of their own or in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from synthesis.stats import arrays
from synthesis.stats.designs import alphabetical
from synthesis.stats.errors import BadInput
from synthesis.stats.mantel_haenszel import ChiSquare, chi_square
from synthesis.stats.pooling import Pooled, pool
from synthesis.stats.regression import Regression, meta_regression


@dataclass(frozen=True, slots=True)
class Subgroups:
    """Pooled results of each level, in the order of `levels`, and tests of whether they differ.

    between      Q of the level estimates around their inverse-variance mean: each level has its own τ²
    common       regression on the levels (their means as coefficients) with one τ²; None for random effects
                 when every level has one study
    contrast     the same model with an intercept: its `moderators` tests the difference, its R2 says what is explained
    """

    levels: tuple[str, ...]
    groups: tuple[Pooled, ...]
    between: ChiSquare
    common: Regression | None
    contrast: Regression | None


def subgroups(
    yi: ArrayLike,
    vi: ArrayLike,
    group: Sequence[str],
    *,
    levels: Sequence[str] | None = None,
    model: str = "random",
    tau2: str = "REML",
    test: str = "z",
    level: float = 95.0,
) -> Subgroups:
    """Pool each subgroup and test the differences. group (k,) labels; other options as in pool.

    Raises BadInput with fewer than two levels or a label outside `levels`; TooFewStudies, BadVariance.
    Source: Borenstein 2009, chapter 19; between-test as metafor's rma of the level estimates.
    """
    y, v = arrays.effects(yi, vi)
    labels = np.array([str(name) for name in group])
    if labels.shape != y.shape:
        raise BadInput(f"There are {labels.size} labels for {y.size} studies.")
    names = alphabetical(set(labels.tolist())) if levels is None else [str(name) for name in levels]
    if len(names) < 2 or set(labels.tolist()) != set(names):
        raise BadInput(
            "Subgroups need at least two levels, each with a study, and every study in one of them."
        )
    options = {"model": model, "tau2": tau2, "test": test, "level": level}
    groups = tuple(pool(y[labels == name], v[labels == name], **options) for name in names)  # type: ignore[arg-type]
    estimates, spread = np.array([g.estimate for g in groups]), np.array([g.se**2 for g in groups])
    common, contrast = None, None
    if y.size > len(names) or model == "common":
        means = np.column_stack([(labels == name).astype(np.float64) for name in names])
        common = meta_regression(y, v, means, names=tuple(names), **options)  # type: ignore[arg-type]
        steps = np.column_stack([np.ones(y.size), means[:, 1:]])
        contrast = meta_regression(y, v, steps, names=("intrcpt", *names[1:]), **options)  # type: ignore[arg-type]
    return Subgroups(tuple(names), groups, _between(estimates, spread), common, contrast)


def _between(estimates: np.ndarray, variances: np.ndarray) -> ChiSquare:
    """Q between levels; a level without any uncertainty (Knapp–Hartung on identical effects) makes it infinite."""
    df = estimates.size - 1
    if np.any(variances < 1e-200):
        same = bool(np.all(estimates == estimates[0]))
        return chi_square(0.0 if same else float("inf"), df)
    mean = (estimates / variances).sum() / (1 / variances).sum()
    return chi_square(float(((estimates - mean) ** 2 / variances).sum()), df)
