"""An estimate that is printed beside the numbers it is an estimate from."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

from extraction.sentinels.contrasts import RATIOS
from extraction.sentinels.findings import Finding, Severity, finding, number
from extraction.sentinels.means import two_means
from extraction.sentinels.rows import Group, Printed, Result, whole
from extraction.sentinels.spans import Span


def estimate_from_means(result: Result) -> Iterator[Finding]:
    """A mean difference that is not the difference of the two means.

    Serious only when it is that difference with the opposite sign; otherwise a note, because adjusted differences are other numbers.

    Source: Cochrane Handbook, version 6.5, section 6.5.1.1 (mean difference).
    """
    contrast, pair = result.contrast, result.sides()
    if contrast is None or contrast.estimate is None or contrast.measure.upper() != "MD" or pair is None:
        return
    first, second = pair[0].mean, pair[1].mean
    if first is None or second is None:
        return
    computed = first.span() - second.span()
    if computed.meets(contrast.estimate.span()):
        return
    swapped = (second.span() - first.span()).meets(contrast.estimate.span()) and abs(computed.middle) > 0
    yield finding(
        result,
        "estimate-from-means",
        "serious" if swapped else "note",
        (first, second, contrast.estimate),
        expected=f"a mean difference of {number(computed.middle)}",
        found=str(contrast.estimate),
        how_far="the opposite sign" if swapped else number(computed.gap(contrast.estimate.span()), 3),
        usual_cause="The difference was taken the other way round (control − experimental)."
        if swapped
        else "The difference is adjusted, or one of the means is of another time or group.",
    )


def estimate_from_counts(result: Result) -> Iterator[Finding]:
    """An odds ratio, risk ratio or risk difference that is not that of the events and people in the two groups.

    Serious only when it is the one for the groups swapped; otherwise a note, because adjusted ratios are other numbers.

    Source: Cochrane Handbook, version 6.5, sections 6.4.1.1 to 6.4.1.4.
    """
    contrast, pair = result.contrast, result.sides()
    if contrast is None or contrast.estimate is None or pair is None or contrast.estimate.relation != "=":
        return
    measure = contrast.measure.upper()
    there, back = _ratio(measure, *pair), _ratio(measure, pair[1], pair[0])
    if there is None or back is None:
        return
    printed = contrast.estimate.span(1)
    if measure in RATIOS and contrast.on_log_scale:
        there, back = math.log(there), math.log(back)
    if printed.meets(Span(there, there)):
        return
    severity: Severity = "serious" if printed.meets(Span(back, back)) else "note"
    yield finding(
        result,
        "estimate-from-counts",
        severity,
        (contrast.estimate, *_counts(pair)),
        expected=f"{measure} {number(there)}",
        found=f"{contrast.estimate}",
        how_far="that of the groups swapped"
        if severity == "serious"
        else number(abs(contrast.estimate.value - there), 3),
        usual_cause="The ratio was taken the other way round, or is of not having the event."
        if severity == "serious"
        else "The ratio is adjusted, or another measure (odds ratio for risk ratio).",
    )


def baseline_explains(result: Result) -> Iterator[Finding]:
    """A final difference that was there before the intervention.

    The final difference is at least 1.96 standard errors, the baseline difference goes the same way and is half of it or more.
    Serious when the baseline difference is itself that clear and makes up three quarters of the final one; otherwise a note.

    Source: Vickers AJ, Altman DG, BMJ 2001;323:1123–1124 (analysing follow-up scores ignores baseline imbalance); Cochrane
    Handbook, version 6.5, section 6.5.2.8.
    """
    if result.metric != "final":
        return
    now, before = _standing(result.groups), _standing(result.baseline)
    if now is None or before is None:
        return
    (gap, t, numbers), (gap_before, t_before, numbers_before) = now, before
    if abs(t) < 1.96 or gap * gap_before <= 0 or abs(gap_before) < 0.5 * abs(gap):
        return
    share = gap_before / gap
    yield finding(
        result,
        "baseline-explains",
        "serious" if abs(t_before) >= 1.96 and share >= 0.75 else "note",
        (*numbers, *numbers_before),
        expected="groups that were alike before the intervention",
        found=f"a difference of {number(gap_before)} at baseline and of {number(gap)} at the end",
        how_far=f"{number(100 * share, 3)} % of the final difference; t {number(t_before, 3)} at baseline, {number(t, 3)} at the end",
        usual_cause="Chance at randomisation, or no concealed allocation: use change scores or an analysis adjusted for baseline.",
    )


def _standing(groups: tuple[Group, ...]) -> tuple[float, float, tuple[Printed, ...]] | None:
    """The difference of two means, its Welch t, and the numbers it was made from."""
    two = two_means(groups)
    if two is None:
        return None
    gap = two.means[0].value - two.means[1].value
    se = math.sqrt(sum(sd.value**2 / n for sd, n in zip(two.sds, two.n, strict=True)))
    return (gap, gap / se, (*two.means, *two.sds)) if se > 0 else None


def _ratio(measure: str, one: Group, other: Group) -> float | None:
    """The measure from counts; None if it is not one of the three, a count is missing, or a cell is empty."""
    n1, n2 = whole(one.n), whole(other.n)
    if n1 is None or n2 is None or one.events is None or other.events is None:
        return None
    a, c = one.events.value, other.events.value
    if not (0 < a < n1 and 0 < c < n2):
        return None
    return {
        "OR": (a / (n1 - a)) / (c / (n2 - c)),
        "RR": (a / n1) / (c / n2),
        "RD": a / n1 - c / n2,
    }.get(measure)


def _counts(pair: tuple[Group, Group]) -> Iterator[Printed | None]:
    return itertools.chain.from_iterable((group.events, group.n) for group in pair)
