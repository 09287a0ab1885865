"""Tail areas and quantiles of the normal, t and F distributions for spans: each is monotone, so the ends give the ends."""

from __future__ import annotations

import math

from scipy import special

from extraction.sentinels.spans import Span

#: The p-value can be nothing else.
ANY_P = Span(0.0, 1.0)


def p_of_t(t: float, df: float) -> float:
    """Two-sided p of a t statistic; df may be infinite (normal)."""
    if math.isinf(df):
        return float(2 * special.ndtr(-abs(t)))
    return float(2 * special.stdtr(df, -abs(t)))


def t_of_p(p: float, df: float) -> float:
    """The |t| whose two-sided p is `p`; infinite for p = 0."""
    if p <= 0:
        return math.inf
    if p >= 1:
        return 0.0
    return float(-special.ndtri(p / 2)) if math.isinf(df) else float(-special.stdtrit(df, p / 2))


def p_span(t: Span, df: Span) -> Span:
    """Two-sided p for every |t| and df in the spans (df between 1 and infinity)."""
    size = t.size()
    return Span(p_of_t(size.high, df.high), p_of_t(size.low, df.low))


def statistic_span(p: Span, df: Span) -> Span:
    """The |t| for every two-sided p and df in the spans."""
    inside = Span(max(p.low, 0.0), min(p.high, 1.0))
    return Span(t_of_p(inside.high, df.high), t_of_p(inside.low, df.low))


def critical(level: float, df: Span) -> Span:
    """Half-widths, in standard errors, of an interval of `level` percent for every df in the span."""
    tail = 1 - level / 100
    return Span(t_of_p(tail, df.high), t_of_p(tail, df.low))


def one_sided(p: Span) -> Span:
    """What a one-sided p may be where the two-sided one is in `p`: in the expected direction, or against it."""
    return Span(p.low / 2, p.high / 2)
