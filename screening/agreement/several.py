"""Agreement of any number of raters, who need not all have rated everything."""

from __future__ import annotations

import numpy as np

from screening.agreement.estimate import UNDEFINED, Estimate, by_t
from screening.agreement.ratings import Floats, Ratings


def percent(ratings: Ratings) -> float | None:
    """Observed agreement: the mean share of agreeing pairs of raters, over things that two or more rated.

    p_a = (1/n′) Σ_i Σ_k r_ik (r_ik − 1) / (r_i (r_i − 1)). None when no thing was rated twice.
    Source: Gwet 2014, Handbook of Inter-Rater Reliability, 4th ed., chapter 2; Fleiss 1971.
    """
    shared = ratings.pairable()
    return float(_agreeing(shared) @ shared.times) / shared.n if shared.n else None


def fleiss(ratings: Ratings) -> float | None:
    """Fleiss' κ: (P̄ − p_e)/(1 − p_e) with p_e = Σ p_k², p_k the share of all ratings in category k.

    P_i = (Σ_k n_ik² − m)/(m (m − 1)). Meant for the same number m of raters everywhere; with gaps things of one rating
    are left out and p_k is taken over the rest. None (0/0) when only one category was ever used.
    Source: Fleiss 1971, Psychological Bulletin 76:378.
    """
    shared = ratings.pairable()
    observed = percent(shared)
    totals = shared.totals
    if observed is None or np.count_nonzero(totals) < 2:
        return None
    shares = totals / totals.sum()
    expected = float(shares @ shares)
    return (observed - expected) / (1 - expected)


def fleiss_null_se(ratings: Ratings) -> float | None:
    """Standard error of Fleiss' κ if there were no agreement but by chance: for a test, not for an interval.

    √2 / (Σ p_k q_k √(n m (m−1))) · √((Σ p_k q_k)² − Σ p_k q_k (q_k − p_k)).
    None unless everything has the same number of raters. Source: Fleiss, Nee & Landis 1979, Psychol Bull 86:974.
    """
    sizes = set(ratings.raters.tolist())
    if len(sizes) != 1 or np.count_nonzero(ratings.totals) < 2 or sizes == {1}:
        return None
    m, n = sizes.pop(), ratings.n
    p = ratings.totals / ratings.totals.sum()
    pq = p * (1 - p)
    inside = float(pq.sum() ** 2 - pq @ (1 - 2 * p))
    return float(np.sqrt(2 * max(inside, 0.0)) / (pq.sum() * np.sqrt(n * m * (m - 1))))


def gwet_ac1(ratings: Ratings, *, level: float = 0.95) -> Estimate:
    """Gwet's AC1: (p_a − p_e)/(1 − p_e) with p_e = Σ_k π_k (1 − π_k)/(q − 1), π_k the mean share of k in a thing.

    It does not collapse when nearly everything is excluded. Gaps are allowed: things of one rating count for π only.
    The interval uses Student's t with n − 1 degrees of freedom and the variance between things, and ends at 1.
    Source: Gwet 2008, Br J Math Stat Psychol 61:29; variance with gaps: Gwet 2014, chapter 5.
    """
    if not ratings.pairable().n:
        return UNDEFINED
    inside = ratings.patterns / ratings.raters[:, None]
    pi = ratings.times @ inside / ratings.n
    scale = 1 / (ratings.q - 1)
    expected = float(pi @ (1 - pi)) * scale
    return _with_variance(ratings, expected, inside @ (1 - pi) * scale, level)


def brennan_prediger(ratings: Ratings, *, level: float = 0.95) -> Estimate:
    """Brennan and Prediger's coefficient, which is PABAK with two categories: chance is 1/q, whatever was said.

    (p_a − 1/q)/(1 − 1/q). The variance is that between things. Source: Brennan & Prediger 1981, Educ Psychol Meas 41:687.
    """
    if not ratings.pairable().n:
        return UNDEFINED
    expected = 1 / ratings.q
    return _with_variance(ratings, expected, np.full(len(ratings.times), expected), level)


def _with_variance(ratings: Ratings, expected: float, by_thing: Floats, level: float) -> Estimate:
    """(p_a − p_e)/(1 − p_e) with Gwet's linearised variance; `by_thing` is each pattern's part in p_e."""
    n, shared = ratings.n, ratings.raters >= 2
    times = ratings.times
    agreeing = np.zeros(len(times))
    agreeing[shared] = _agreeing(ratings.pairable())
    n_shared = int(times[shared].sum())
    value = (float(agreeing @ times) / n_shared - expected) / (1 - expected)
    parts = np.where(shared, n / n_shared * (agreeing - expected) / (1 - expected), 0.0)
    parts -= 2 * (1 - value) * (by_thing - expected) / (1 - expected)
    if n < 2:
        return Estimate(value)
    variance = float(times @ (parts - value) ** 2) / (n * (n - 1))
    return by_t(value, variance, df=n - 1, level=level)


def _agreeing(shared: Ratings) -> Floats:
    """(u,) share of agreeing pairs of raters in each pattern; all have two raters or more."""
    r = shared.raters
    found: Floats = (shared.patterns * (shared.patterns - 1)).sum(axis=1) / (r * (r - 1))
    return found


def specific_agreement(ratings: Ratings, category: int) -> float | None:
    """Of all the times category k was said where somebody else said something too, how often others said it as well.

    Σ_i r_ik (r_ik − 1)/Σ_i r_ik (r_i − 1); for two raters 2 n_kk/(r_k + c_k). None (0/0) when nobody used it.
    Source: Uebersax 1982, A design-independent method for measuring the reliability of psychiatric diagnosis, J Psychiatr
    Res 17:335; Cicchetti & Feinstein 1990.
    """
    said = ratings.patterns[:, category]
    chances = int(ratings.times @ (said * (ratings.raters - 1)))
    return int(ratings.times @ (said * (said - 1))) / chances if chances else None
