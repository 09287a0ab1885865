"""What a measure is: its code, the columns it needs, its variance types and its formula."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from synthesis.stats.arrays import Floats

Columns = Mapping[str, Floats]
Outcome = tuple[Floats, Floats]
Formula = Callable[[Columns, str], Outcome]

TWO_BY_TWO = ("ai", "bi", "ci", "di")
TWO_MEANS = ("m1i", "sd1i", "n1i", "m2i", "sd2i", "n2i")
TWO_RATES = ("x1i", "t1i", "x2i", "t2i")
ONE_PROPORTION = ("xi", "ni")
ONE_RATE = ("xi", "ti")
ONE_MEAN = ("mi", "sdi", "ni")
CORRELATION = ("ri", "ni")
PARTIAL = ("ti", "ni", "mi")
CHANGE = ("m1i", "m2i", "sd1i", "sd2i", "ni", "ri")
RELIABILITY = ("ai", "mi", "ni")


@dataclass(frozen=True, slots=True)
class Measure:
    """One effect size measure under metafor's code.

    columns   names of the input columns, in metafor's words
    vtypes    variance types it distinguishes; the first is the default, others fall back to the first
    add       constant the zero-cell rule adds unless the caller says otherwise
    """

    code: str
    title: str
    columns: tuple[str, ...]
    formula: Formula
    vtypes: tuple[str, ...] = ("LS",)
    add: float = 0.5


def bias_correction(m: Floats) -> Floats:
    """Hedges' exact J for m degrees of freedom, by log-gamma so that large m does not overflow.

    Source: Hedges 1981, J Educ Stat 6:107, equation 6e.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(m > 1, np.exp(gammaln(m / 2) - np.log(np.sqrt(m / 2)) - gammaln((m - 1) / 2)), np.nan)


def weighted_mean(values: Floats, weights: Floats) -> float:
    """Mean over the studies where both are known: the average that variance type AV puts in place of each value."""
    known = np.isfinite(values) & np.isfinite(weights)
    total = float(weights[known].sum())
    return float((weights[known] * values[known]).sum()) / total if total > 0 else float("nan")
