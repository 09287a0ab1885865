"""Can these ranges be those of k pooled estimates, each without one study?"""

from __future__ import annotations

import math
from dataclasses import dataclass

from extraction.published.checks.estimates import NotOnTheLogarithm, critical, limits
from extraction.published.claims import CONTROL, EXPERIMENTAL, Estimate, Interval, LeaveOneOut
from extraction.published.context import Context, Unknown
from extraction.published.reading import named
from extraction.published.spans import Printed, Span, short, told
from extraction.published.verdicts import Status, Verdict, cannot, judged

HULL = "Each row is an estimate in the middle of its interval; Viechtbauer W, Cheung MWL. Res Synth Methods 2010;1:112–25"
WEIGHTS = (
    "Weights of the studies add up to 1: leaving one out widens the interval by 1/√(1 − its share); with τ² estimated, it moves"
    " the estimate by at most about SE √((k − 1) share/(1 − share)), of which three times is let pass (Samuelson PA. J Am Stat Assoc 1968;63:1522–5, weighted)"
)
SINGLE = "The range is of the single studies' effects, not of pooled estimates without each of them"
#: Without the study τ² is estimated anew too. That moves the estimate further than the inequality says, in extreme sets of studies;
#: three times as far is let pass, which no set of a large simulation needed (docs/published-results.md).
RE_ESTIMATED = 3.0
RANDOM, COMMON = {"random", "random-effects", "re"}, {"fixed", "common", "fixed-effect", "fe"}


@dataclass(frozen=True, slots=True)
class Row:
    """The row of the highest or lowest estimate: what its half-width can be, given the other ranges."""

    name: str
    estimate: Span
    half: Span


def check_leave_one_out(claim: LeaveOneOut, context: Context) -> list[Verdict]:
    """Whether the ranges fit each other, and the pooled estimate they are said to come from.

    Works on the logarithm when the pooled estimate is a ratio. Only what holds for every set of k studies is used.
    """
    pooled = _pooled(claim, context)
    try:
        log = pooled.is_ratio if pooled else False
        rows = _rows(claim, log=log)
    except NotOnTheLogarithm as error:
        return [cannot(claim, "The ranges fit each other", missing=str(error), source=HULL)]
    verdicts = [_fit(claim, row) for row in rows]
    k = context.k(claim.k, claim.studies)
    if pooled is None or pooled.interval is None or k is None:
        missing = "The pooled estimate with its interval (pooled = …), and the number of studies (k)"
        return [
            *verdicts,
            cannot(claim, "The ranges fit the pooled estimate", missing=missing, source=WEIGHTS),
        ]
    if any(verdict.status is Status.DOES_NOT_FOLLOW for verdict in verdicts):
        return verdicts
    return [*verdicts, _shares(claim, pooled, pooled.interval, rows, k, context)]


def share_by_width(full: Span, row: Span) -> float:
    """The least share of the weight of a study whose omission widens the half-width from `full` to `row`.

    With fixed weights the variance is 1/W, and 1/(W (1 − share)) without the study: share = 1 − (full / row)².
    """
    return 0.0 if row.low <= 0 else max(0.0, 1 - (full.low / row.low) ** 2)


def share_by_shift(shift: float, se: float, k: int) -> float:
    """The least share of the weight of a study whose omission moves a random-effects estimate by `shift`.

    Let u be the weights 1/(v + τ²), U their sum, p the share of the study and d its distance from the estimate. The others must lie
    p d/(1 − p) to the other side on average, so Σ u (y − θ)² ≥ U p d²/(1 − p); where τ² is estimated this sum is k − 1 (Paule and
    Mandel), or less when τ² is 0. Hence shift² = (p d/(1 − p))² ≤ SE² (k − 1) p/(1 − p). With equal weights it is Samuelson's
    inequality: no study moves the mean of k by more than its standard error. RE_ESTIMATED times as far is let pass.
    """
    x = (shift / (RE_ESTIMATED * se)) ** 2 / (k - 1)
    return x / (1 + x)


def _rows(claim: LeaveOneOut, *, log: bool) -> tuple[Row, Row]:
    """The rows of the lowest and of the highest estimate.

    No lower limit lies outside the range of lower limits, and no upper one outside that of the upper ones: so the half-width of
    the highest row is between its distance to the highest lower limit and that to the highest upper one; and the other way round.
    """
    low, high = limits(claim.estimates, log=log)
    lowers, uppers = limits(claim.lowers, log=log), limits(claim.uppers, log=log)
    highest = Span((high.minus(lowers[1])).low, min(uppers[1].minus(high).high, high.minus(lowers[0]).high))
    lowest = Span((uppers[0].minus(low)).low, min(low.minus(lowers[0]).high, uppers[1].minus(low).high))
    return Row("lowest", low, lowest), Row("highest", high, highest)


def _fit(claim: LeaveOneOut, row: Row) -> Verdict:
    widths = Span(max(row.half.low, 0.0), max(row.half.high, row.half.low, 0.0))
    return judged(
        claim,
        f"The {row.name} estimate can stand in the middle of an interval within the ranges",
        ok=row.half.high >= row.half.low and row.half.high > 0,
        expected=f"A half-width between {short(row.half.low)} and {short(row.half.high)}",
        found=f"{told(row.estimate)}, half-width {told(widths)}"
        if row.half.high >= row.half.low
        else "No half-width fits",
        how_far=short(max(row.half.low - row.half.high, 0.0)) if row.half.high < row.half.low else "",
        usual_cause="Limits of another analysis, or of another number of studies",
        source=HULL,
    )


def _shares(
    claim: LeaveOneOut, pooled: Estimate, interval: Interval, rows: tuple[Row, Row], k: int, context: Context
) -> Verdict:
    """The shares of the weight that the two extreme rows take, which cannot be more than everything."""
    check = "The ranges fit the pooled estimate"
    if k < 2 or rows[0].estimate.meets(rows[1].estimate):
        return cannot(claim, check, missing="Two studies, and rows that differ", source=WEIGHTS)
    if _half(pooled, interval).low <= 0:
        return cannot(
            claim, check, missing="The limits of the pooled estimate with more decimals", source=WEIGHTS
        )
    model = claim.model or pooled.model
    by = {"shift": _by_shift(pooled, interval, rows, k), "width": _by_width(pooled, interval, rows)}
    if model in RANDOM:
        del by["width"]
    elif model in COMMON:
        del by["shift"]
    # A model that is not known may be either: then both have to be impossible.
    lowest, highest = min(by.values(), key=sum)
    center, half = _center(pooled), _half(pooled, interval).middle
    far = max(abs(row.estimate.middle - center.middle) for row in rows) / (
        half / critical(interval.level, None)
    )
    return judged(
        claim,
        check,
        ok=lowest + highest <= 1,
        expected=f"At most 100 % of the weight of {k} studies; the highest estimate takes a study with at least"
        f" {100 * highest:.1f} % of it, and the lowest another with {100 * lowest:.1f} %",
        found=f"{claim.estimates}, with a pooled estimate of {pooled.estimate}",
        how_far=f"up to {short(far)} standard errors from the pooled {pooled.estimate}",
        usual_cause=f"{SINGLE}{_single(rows, interval.level, context)}",
        source=WEIGHTS,
    )


def _by_shift(pooled: Estimate, interval: Interval, rows: tuple[Row, Row], k: int) -> tuple[float, float]:
    center = _center(pooled)
    se = _half(pooled, interval).high / critical(interval.level, None)
    shifts = [row.estimate.gap(center) for row in rows]
    return share_by_shift(shifts[0], se, k), share_by_shift(shifts[1], se, k)


def _by_width(pooled: Estimate, interval: Interval, rows: tuple[Row, Row]) -> tuple[float, float]:
    full = _half(pooled, interval)
    wide = Span(full.high, full.high)
    return share_by_width(wide, rows[0].half), share_by_width(wide, rows[1].half)


def _single(rows: tuple[Row, Row], level: float, context: Context) -> str:
    """A study whose own standardised difference would have this interval, by the variance N/(n₁n₂) + d²/(2(N − 2)) of Cohen's d."""
    row = rows[1]
    half = Span(max(row.half.low, 0.0), row.half.high)
    d = row.estimate.middle
    for study in context.facts:
        one, two = context.count(study, EXPERIMENTAL), context.count(study, CONTROL)
        if not one or not two or one + two < 3:
            continue
        error = math.sqrt((one + two) / (one * two) + d * d / (2 * (one + two - 2)))
        if half.holds(critical(level, None) * error) and half.high - half.low < half.middle / 100:
            return f"; {short(d)} with this interval is what Cohen’s d of arms of {one} and {two} has, as in {context.name(study)}"
    return ""


def _pooled(claim: LeaveOneOut, context: Context) -> Estimate | None:
    if not claim.pooled:
        return None
    if named(claim.pooled) not in context.estimates:
        raise Unknown(f"There is no estimate called “{claim.pooled}” in this sheet.")
    return context.estimates[named(claim.pooled)]


def _center(pooled: Estimate) -> Span:
    return limits(_as_interval(pooled.estimate), log=pooled.is_ratio)[0]


def _half(pooled: Estimate, interval: Interval) -> Span:
    low, high = limits(interval, log=pooled.is_ratio)
    return high.minus(low).times(0.5)


def _as_interval(number: Printed) -> Interval:
    return Interval(number, number)
