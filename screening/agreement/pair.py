"""Agreement of two raters who rated the same things."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from screening.agreement import several
from screening.agreement.errors import BadCounts
from screening.agreement.estimate import UNDEFINED, Estimate, by_normal
from screening.agreement.ratings import Ratings
from screening.agreement.table import PairTable

Weights = Literal["linear", "quadratic"]


def percent(table: PairTable) -> float | None:
    """p_o = Σ p_kk, the share on which both said the same; None without anything rated."""
    return table.agreed / table.n if table.n else None


def cohen(table: PairTable, *, level: float = 0.95) -> Estimate:
    """Cohen's κ = (p_o − p_e)/(1 − p_e) with p_e = Σ r_k c_k, and its interval κ ± z·SE.

    SE = √((A + B − C)/(n (1 − p_e)²)), A = Σ p_ii (1 − (r_i + c_i)(1 − κ))², B = (1 − κ)² Σ_{i≠j} p_ij (c_i + r_j)²,
    C = (κ − p_e (1 − κ))². It is the error for an interval, not the one under "no agreement".
    Not defined (0/0) when both used one and the same category only, found in whole numbers.
    Sources: Cohen 1960, Educ Psychol Meas 20:37; Fleiss, Cohen & Everitt 1969, Psychol Bull 72:323.
    """
    return _kappa(table, np.eye(table.size), level)


def weighted_cohen(table: PairTable, *, weights: Weights = "linear", level: float = 0.95) -> Estimate:
    """Cohen's weighted κ: categories in their order, weights 1 − |i − j|/(q − 1), or 1 − that squared (quadratic).

    SE² = [Σ p_ij (w_ij − (w̄_i· + w̄_·j)(1 − κ))² − (κ − p_e (1 − κ))²]/(n (1 − p_e)²), w̄_i· = Σ_j c_j w_ij,
    w̄_·j = Σ_i r_i w_ij. Sources: Cohen 1968, Psychol Bull 70:213; Fleiss, Cohen & Everitt 1969.
    """
    places = np.arange(table.size)
    apart = np.abs(places[:, None] - places[None, :]) / (table.size - 1)
    return _kappa(table, 1 - (apart if weights == "linear" else apart**2), level)


def _kappa(table: PairTable, w: np.ndarray, level: float) -> Estimate:
    n = table.n
    # Chance agreement is exactly 1 when, and only when, both used one and the same category.
    if n == 0 or any(r == n == c for r, c in zip(table.rows, table.columns, strict=True)):
        return UNDEFINED
    p = np.array(table.counts, dtype=float) / n
    r, c = p.sum(axis=1), p.sum(axis=0)
    observed, expected = float((w * p).sum()), float(r @ w @ c)
    kappa = (observed - expected) / (1 - expected)
    means = (w @ c)[:, None] + (r @ w)[None, :]
    spread = float((p * (w - means * (1 - kappa)) ** 2).sum())
    variance = (spread - (kappa - expected * (1 - kappa)) ** 2) / (n * (1 - expected) ** 2)
    return by_normal(kappa, variance, level=level)


def kappa_max(table: PairTable) -> float | None:
    """The largest κ these margins allow: (Σ min(r_k, c_k) − p_e)/(1 − p_e). None where κ is not defined.

    Source: Cohen 1960.
    """
    if not cohen(table).is_defined:
        return None
    n = table.n
    both = sum(min(pair) for pair in zip(table.rows, table.columns, strict=True)) / n
    expected = sum(r * c for r, c in zip(table.rows, table.columns, strict=True)) / n**2
    return (both - expected) / (1 - expected)


def scott_pi(table: PairTable) -> float | None:
    """Scott's π: κ with p_e = Σ π_k², π_k = (r_k + c_k)/2; None (0/0) when one category only was used.

    Source: Scott 1955, Public Opinion Quarterly 19:321.
    """
    return several.fleiss(Ratings.from_pair(table))


def brennan_prediger(table: PairTable, *, level: float = 0.95) -> Estimate:
    """(q p_o − 1)/(q − 1): PABAK with two categories, Bennett's S with more. The interval is normal.

    SE = q/(q − 1) · √(p_o (1 − p_o)/n), with two categories 2 √(p_o (1 − p_o)/n).
    Sources: Byrt, Bishop & Carlin 1993, J Clin Epidemiol 46:423; Brennan & Prediger 1981, Educ Psychol Meas 41:687.
    """
    observed = percent(table)
    if observed is None:
        return UNDEFINED
    q = table.size
    variance = (q / (q - 1)) ** 2 * observed * (1 - observed) / table.n
    return by_normal((q * observed - 1) / (q - 1), variance, level=level)


def gwet_ac1(table: PairTable, *, level: float = 0.95) -> Estimate:
    """Gwet's AC1 of two raters; see several.gwet_ac1."""
    return several.gwet_ac1(Ratings.from_pair(table), level=level)


def specific_agreement(table: PairTable, category: int) -> float | None:
    """Of all the times category k was said, the share in which both said it: 2 n_kk/(r_k + c_k).

    With include first, 0 gives positive and 1 negative agreement. None (0/0) when nobody used it.
    Source: Cicchetti & Feinstein 1990, J Clin Epidemiol 43:551.
    """
    said = table.rows[category] + table.columns[category]
    return 2 * table.counts[category][category] / said if said else None


@dataclass(frozen=True, slots=True)
class Stricter:
    """McNemar's test of whether one rater says the first category (include) more often than the other.

    `first_only` and `second_only` are the b and c of the table: what only one of them put into the first category.
    chi2 = (b − c)²/(b + c), without continuity correction, with its p on one degree of freedom; `exact_p` is the two-sided
    binomial one, for small b + c. All None when they never differed (0/0).
    Source: McNemar 1947, Psychometrika 12:153.
    """

    first_only: int
    second_only: int
    chi2: float | None
    p: float | None
    exact_p: float | None


def mcnemar(table: PairTable) -> Stricter:
    """Is one of the two stricter? Two categories only."""
    _require_two(table)
    b, c = table.counts[0][1], table.counts[1][0]
    if b + c == 0:
        return Stricter(b, c, None, None, None)
    chi2 = (b - c) ** 2 / (b + c)
    return Stricter(b, c, chi2, math.erfc(math.sqrt(chi2 / 2)), _binomial_p(min(b, c), b + c))


def _binomial_p(fewer: int, n: int) -> float:
    """Two-sided p of `fewer` heads in n throws of a fair coin, in whole numbers up to the division."""
    if n > 2000:  # the normal law is exact enough here, and 2ⁿ no longer small
        return math.erfc((n / 2 - fewer - 0.5) / math.sqrt(n / 2)) if 2 * fewer < n else 1.0
    tail = sum(math.comb(n, k) for k in range(fewer + 1))
    p: float = 2 * tail / 2**n
    return min(1.0, p)


def prevalence_index(table: PairTable) -> float | None:
    """(a − d)/n: how far one category outweighs the other; near ±1, κ is small whatever the agreement.

    Source: Byrt, Bishop & Carlin 1993.
    """
    _require_two(table)
    return (table.counts[0][0] - table.counts[1][1]) / table.n if table.n else None


def bias_index(table: PairTable) -> float | None:
    """(b − c)/n: how much more often the first rater says the first category. Source: Byrt, Bishop & Carlin 1993."""
    _require_two(table)
    return (table.counts[0][1] - table.counts[1][0]) / table.n if table.n else None


def _require_two(table: PairTable) -> None:
    if table.size != 2:
        raise BadCounts("This needs a table of two categories: collapse it first.")
