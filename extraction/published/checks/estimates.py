"""Estimate, interval, standard error, test statistic and p: any of them follows from the others."""

from __future__ import annotations

import math
from collections.abc import Iterator

from scipy.special import ndtr, ndtri, stdtr, stdtrit

from extraction.published.claims import Estimate, Interval
from extraction.published.context import Context
from extraction.published.spans import Printed, Span, rounded, short, told
from extraction.published.verdicts import Status, Verdict, cannot, judged

ALTMAN_BLAND = (
    "Altman DG, Bland JM. BMJ 2011;343:d2304 (p from a confidence interval); Cochrane Handbook 6.5, 6.3"
)
CHECK = "Estimate and interval"
STATCHECK = "Nuijten MB et al. Behav Res Methods 2016;48:1205–26 (p recomputed from the statistic)"


def check_estimate(claim: Estimate, _context: Context) -> list[Verdict]:
    """Everything that is printed about one estimate, on the scale on which its interval is symmetric.

    Every printed number stands for the span that rounds to it; a claim is raised only when no number of one span goes with any
    of the other. Intervals are normal, or of t where t or degrees of freedom are printed; where only the number of studies is,
    either will do (Hartung and Knapp). Source: Altman & Bland 2011; Handbook 6.3.
    """
    try:
        tries = [list(_checks(claim, df)) for df in _degrees_of_freedom(claim)]
    except NotOnTheLogarithm as error:
        return [cannot(claim, CHECK, missing=str(error), source=ALTMAN_BLAND)]
    fitting = (found for found in tries if all(one.status is not Status.DOES_NOT_FOLLOW for one in found))
    missing = "Two of interval, standard error, statistic and p"
    return next(fitting, tries[0]) or [cannot(claim, CHECK, missing=missing, source=ALTMAN_BLAND)]


class NotOnTheLogarithm(ValueError):
    """A ratio that is not above zero."""


def _degrees_of_freedom(claim: Estimate) -> list[float | None]:
    """Those of the interval and the test: infinite for the normal distribution, None for a t of which they are not known."""
    of_k = float(claim.k.whole - 1) if claim.k and claim.k.whole and claim.k.whole > 1 else None
    if claim.df is not None:
        return [claim.df.span.middle]
    if claim.t is not None:
        return [of_k]
    return [math.inf] if claim.z is not None or of_k is None else [math.inf, of_k]


def _checks(claim: Estimate, df: float | None) -> Iterator[Verdict]:
    estimate = _scaled(claim.estimate, claim)
    if claim.interval is not None:
        yield _middle(claim, claim.interval, estimate)
    if df is None:
        yield cannot(claim, "t and p", missing="The degrees of freedom of t (df, or k)", source=STATCHECK)
        return
    errors = _standard_errors(claim, df)
    if claim.interval is not None and claim.se is not None:
        yield _width(claim, errors["the interval"], rounded_se(claim.se))
    statistic = claim.t or claim.z
    whence, se = next(iter(errors.items()), ("", Span(0, 0)))
    computed = estimate.over(se) if se.low > 0 else None
    if statistic is not None and computed is not None:
        yield _statistic(claim, statistic, computed, whence)
    if claim.p is not None and statistic is not None:
        yield _p(claim, statistic.span, str(statistic), claim.p, math.inf if claim.t is None else df)
    elif claim.p is not None and computed is not None:
        yield _p(claim, computed, told(computed), claim.p, df)


def rounded_se(se: Printed) -> Span:
    """A standard error is never negative."""
    return rounded(se).within(0, math.inf)


def limits(interval: Interval, *, log: bool = False) -> tuple[Span, Span]:
    """The spans of both limits, on the logarithm if asked. Raises NotOnTheLogarithm."""
    ends = (rounded(interval.low), rounded(interval.high))
    return (_log(ends[0], interval.low), _log(ends[1], interval.high)) if log else ends


def critical(level: float, df: float | None) -> float:
    """Quantile of the two-sided interval at `level` percent: normal, or t with `df` degrees of freedom."""
    return (
        float(ndtri(0.5 + level / 200))
        if df is None or math.isinf(df)
        else float(stdtrit(df, 0.5 + level / 200))
    )


def two_sided(statistic: Span, df: float | None) -> Span:
    """The p of every statistic in the span, two-sided; `df` None or infinite for the normal distribution."""
    size = statistic.size()

    def p(value: float) -> float:
        tail = ndtr(-value) if df is None or math.isinf(df) else stdtr(df, -value)
        return 2 * float(tail)

    return Span(p(size.high), p(size.low))


def _p(claim: Estimate, statistic: Span, written: str, stated: Printed, df: float) -> Verdict:
    """p against the statistic that is printed or follows. Source: Nuijten et al. 2016."""
    expected, name, found = two_sided(statistic, df), "z" if math.isinf(df) else "t", p_span(stated)
    freedom = "" if math.isinf(df) else f" with {short(df)} degrees of freedom"
    one_sided = Span(expected.low / 2, expected.high / 2).meets(found)
    return judged(
        claim,
        f"p follows from {name}",
        ok=expected.meets(found),
        expected=f"p = {told(expected)}, from {name} = {written}{freedom}",
        found=f"p {with_sign(stated)}",
        how_far=short(expected.gap(found)),
        usual_cause="A one-sided p" if one_sided else "A digit or sign was lost, or p is of another model",
        source=STATCHECK,
    )


def p_span(stated: Printed) -> Span:
    """The p values that a printed one can stand for; 0.000 is anything below 0.0005."""
    return stated.span.within(0, 1)


def with_sign(stated: Printed) -> str:
    """“= 0.03” or “< 0.05”."""
    return str(stated) if stated.text[:1] in "<>≤≥" else f"= {stated}"


def _standard_errors(claim: Estimate, df: float) -> dict[str, Span]:
    """Where a standard error can be had from, the sharpest first."""
    found: dict[str, Span] = {}
    if claim.interval is not None:
        low, high = limits(claim.interval, log=claim.is_ratio)
        found["the interval"] = high.minus(low).times(1 / (2 * critical(claim.interval.level, df)))
    if claim.se is not None:
        found["its standard error"] = rounded_se(claim.se)
    return found


def _middle(claim: Estimate, interval: Interval, estimate: Span) -> Verdict:
    low, high = limits(interval, log=claim.is_ratio)
    middle = Span((low.low + high.low) / 2, (low.high + high.high) / 2)
    back = middle.through(_exp) if claim.is_ratio else middle
    return judged(
        claim,
        "The estimate is in the middle of its interval",
        ok=middle.meets(estimate),
        expected=f"{told(back)}{', on the logarithm' if claim.is_ratio else ''}",
        found=str(claim.estimate),
        how_far=short(back.gap(rounded(claim.estimate))),
        usual_cause="A limit was mistyped, or estimate and interval are of two analyses",
        source=ALTMAN_BLAND,
    )


def _width(claim: Estimate, from_interval: Span, stated: Span) -> Verdict:
    return judged(
        claim,
        "The standard error follows from the interval",
        ok=from_interval.meets(stated),
        expected=told(from_interval),
        found=str(claim.se),
        how_far=short(from_interval.gap(stated)),
        usual_cause="A standard deviation stands in place of the standard error, or the level of the interval is another",
        source=ALTMAN_BLAND,
    )


def _statistic(claim: Estimate, statistic: Printed, computed: Span, whence: str) -> Verdict:
    name = "t" if claim.t else "z"
    # Papers drop the sign of z: its size is what has to follow.
    ok = computed.meets(statistic.span) or computed.size().meets(statistic.span)
    return judged(
        claim,
        f"{name} follows from the estimate and {whence}",
        ok=ok,
        expected=f"{name} = {told(computed)}",
        found=f"{name} = {statistic}",
        how_far=short(min(computed.gap(statistic.span), computed.size().gap(statistic.span))),
        usual_cause="Statistic and interval are of two analyses, or a digit was lost",
        source=ALTMAN_BLAND,
    )


def _scaled(number: Printed, claim: Estimate) -> Span:
    return _log(rounded(number), number) if claim.is_ratio else rounded(number)


def _log(span: Span, number: Printed) -> Span:
    if span.high <= 0:
        raise NotOnTheLogarithm(f"A ratio above zero ({number} is not)")
    return Span(math.log(span.low) if span.low > 0 else -math.inf, math.log(span.high))


def _exp(value: float) -> float:
    return math.exp(min(value, 700.0))
