"""What the ends of a scale, the smallest and the largest value allow for a mean and a standard deviation."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

from extraction.sentinels.counts import of
from extraction.sentinels.findings import Finding, finding, number
from extraction.sentinels.rows import Group, Printed, Result, whole
from extraction.sentinels.spans import Span


def outside_scale(result: Result) -> Iterator[Finding]:
    """A mean, median or quartile beyond the ends of the scale (for changes: beyond the distance between its ends).

    Source: definition of the scale as entered for the outcome.
    """
    ends = _ends(result)
    if ends is None:
        return
    for group in (*result.groups, *result.baseline):
        here = ends if group in result.groups else _final_ends(result) or ends
        for one in (group.mean, group.median, group.q1, group.q3, group.minimum, group.maximum):
            if one is not None and not one.span().meets(here):
                yield finding(
                    result,
                    "outside-scale",
                    "serious",
                    (one,),
                    expected=f"a value from {number(here.low)} to {number(here.high)}",
                    found=f"{one} in {of(group)}",
                    how_far=f"{number(one.span().gap(here), 3)} beyond the end",
                    usual_cause="Another version of the scale (such as ALSFRS 0–40 for ALSFRS-R 0–48), a percentage of it, "
                    "or a sum instead of a mean.",
                )


def sd_impossible(result: Result) -> Iterator[Finding]:
    """A standard deviation larger than any numbers between the ends with this mean can have, or smaller than whole numbers can.

    Upper bound √((mean − low)(high − mean)·n/(n − 1)); with only smallest and largest value known, lower bound
    (largest − smallest)/√(2n); for whole numbers, √(f(1 − f)) with f the fraction of the mean.

    Source: Bhatia R, Davis C, Am Math Mon 2000;107:353–357; lower bound for a range: Thomson GW, Biometrika 1955;42:268–269.
    """
    for group in result.groups:
        n = whole(group.n)
        if n is None or n < 2 or group.sd is None or group.mean is None:
            continue
        if any(one.relation != "=" for one in (group.sd, group.mean)):
            continue
        most, least, why = _sd_bounds(result, group, group.mean.span(1), n)
        sd = group.sd.span(1).positive()
        if sd.low > most * (1 + 1e-9) or sd.high < least * (1 - 1e-9):
            bound, word = (most, "at most") if sd.low > most else (least, "at least")
            yield finding(
                result,
                "sd-impossible",
                "serious",
                (group.sd, group.mean, group.n, group.minimum, group.maximum),
                expected=f"a standard deviation of {word} {number(bound)} for mean {group.mean}, n {n} and {why}",
                found=f"{group.sd} in {of(group)}",
                how_far=f"{number(group.sd.value / bound, 3) if bound else 'infinitely'} times the bound",
                usual_cause="Another version of the scale or a percentage of it; a variance or a width of an interval."
                if word == "at most"
                else "A standard error was entered as standard deviation.",
            )


def out_of_order(result: Result) -> Iterator[Finding]:
    """Numbers out of order: smallest ≤ quartile ≤ median ≤ quartile ≤ largest, and the mean and a confidence interval's limits likewise.

    Source: definition of these numbers.
    """
    for group in (*result.groups, *result.baseline):
        yield from _disorder(
            result, (group.minimum, group.q1, group.median, group.q3, group.maximum), of(group)
        )
        yield from _disorder(result, (group.minimum, group.mean, group.maximum), of(group))
        yield from _disorder(result, (group.ci_low, group.mean, group.ci_high), of(group))
    if (contrast := result.contrast) is not None:
        yield from _disorder(
            result, (contrast.ci_low, contrast.estimate, contrast.ci_high), "the confidence interval"
        )


def _disorder(result: Result, row: Sequence[Printed | None], whose: str) -> Iterator[Finding]:
    there = [one for one in row if one is not None]
    for before, after in itertools.pairwise(there):
        # Rounding keeps the order of numbers that are rounded alike.
        alike = before.decimals == after.decimals
        if before.value > after.value if alike else before.span().low > after.span().high:
            yield finding(
                result,
                "out-of-order",
                "serious",
                (before, after),
                expected=f"{before} to be at most {after} in {whose}",
                found=f"{before} is above {after}",
                how_far=number(before.value - after.value, 3),
                usual_cause="Two cells were swapped, a minus sign was lost, or the numbers are those of two groups.",
            )


def _final_ends(result: Result) -> Span | None:
    low, high = result.scale_low, result.scale_high
    return None if low is None or high is None or low >= high else Span(low, high)


def _ends(result: Result) -> Span | None:
    """Between what a value of this metric lies."""
    scale = _final_ends(result)
    if scale is None or result.metric not in {"final", "change"}:
        return None
    width = scale.high - scale.low
    return Span(-width, width) if result.metric == "change" else scale


def _sd_bounds(result: Result, group: Group, mean: Span, n: int) -> tuple[float, float, str]:
    """The largest and the smallest standard deviation that is possible, and what this rests on."""
    most, least, why = math.inf, 0.0, "whole numbers"
    inflation = n / (n - 1)  # upper bound only: who divides by n gets a smaller standard deviation
    ends = _ends(result)
    if group.minimum and group.maximum:
        seen = Span(group.minimum.span(1).low, group.maximum.span(1).high)
        ends = seen if ends is None else Span(max(seen.low, ends.low), min(seen.high, ends.high))
        inside = group.maximum.span(1).low - group.minimum.span(1).high
        least = max(inside, 0.0) / math.sqrt(2 * n)
    if ends is not None:
        why = f"values from {number(ends.low)} to {number(ends.high)}"
        # The product is largest for the mean nearest to the middle.
        centre = min(max(ends.middle, mean.low), mean.high)
        most = math.sqrt(max((centre - ends.low) * (ends.high - centre), 0.0) * inflation)
    if result.is_integer_scale and result.items == 1:
        rest = min(_fraction_product(end) for end in mean)
        crosses = math.floor(mean.low) != math.floor(mean.high)
        least = max(least, 0.0 if crosses else math.sqrt(rest))
    return most, least, why


def _fraction_product(mean: float) -> float:
    """f(1 − f), the least variance of whole numbers with this mean."""
    part = mean - math.floor(mean)
    return part * (1 - part)
