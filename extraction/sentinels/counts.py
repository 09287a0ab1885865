"""Counts: events, people, percentages, totals."""

from __future__ import annotations

from collections.abc import Iterator

from extraction.sentinels.findings import Finding, finding, number
from extraction.sentinels.rows import Group, Printed, Result, present, whole
from extraction.sentinels.spans import Span


def impossible_number(result: Result) -> Iterator[Finding]:
    """A count that is negative or not whole, a spread below zero, a percentage outside 0 to 100, a p-value outside 0 to 1.

    Source: what these numbers are; no statistics.
    """
    for group in (*result.groups, *result.baseline):
        for name, one in (("n", group.n), ("number randomised", group.randomised), ("events", group.events)):
            if one and (one.value < 0 or not float(one.value).is_integer()):
                yield _impossible(result, one, f"{name} of {of(group)} to be a whole number, 0 or more")
        for name, one in (("standard deviation", group.sd), ("standard error", group.se)):
            if one and one.value < 0:
                yield _impossible(result, one, f"{name} of {of(group)} not to be negative")
        if group.percent and not 0 <= group.percent.value <= 100:
            yield _impossible(result, group.percent, f"the percentage of {of(group)} to be 0 to 100")
    if result.contrast:
        if (se := result.contrast.se) and se.value < 0:
            yield _impossible(result, se, "the standard error not to be negative")
        if (p := result.contrast.p) and not 0 <= p.value <= 1:
            yield _impossible(result, p, "the p-value to be 0 to 1")


def events_above_n(result: Result) -> Iterator[Finding]:
    """More people with an event than people.

    Source: Cochrane Handbook for Systematic Reviews of Interventions, version 6.5, section 6.4.1: each person counts once.
    """
    for group in result.groups:
        if group.events and group.n and group.events.value > group.n.value:
            yield finding(
                result,
                "events-above-n",
                "serious",
                (group.events, group.n),
                expected=f"at most {group.n} people with an event in {of(group)}",
                found=f"{group.events} events among {group.n}",
                how_far=f"{number(group.events.value - group.n.value)} too many",
                usual_cause="Events were counted instead of people, or the numbers of two groups or two columns were swapped.",
            )


def n_above_randomised(result: Result) -> Iterator[Finding]:
    """More people analysed than randomised.

    Source: CONSORT 2010 statement, items 13a and 16: losses lead from the randomised to the analysed, never back.
    """
    for group in result.groups:
        if group.n and group.randomised and group.n.value > group.randomised.value:
            yield finding(
                result,
                "n-above-randomised",
                "serious",
                (group.n, group.randomised),
                expected=f"at most the {group.randomised} randomised to be analysed in {of(group)}",
                found=f"{group.n} analysed",
                how_far=f"{number(group.n.value - group.randomised.value)} too many",
                usual_cause="Limbs, eyes or visits were counted instead of people, or the numbers of two groups were swapped.",
            )


def totals(result: Result) -> Iterator[Finding]:
    """Groups that do not add up to the total reported.

    Serious when there are more people in the groups than in the total; a note when some are missing (a third group is usual).

    Source: arithmetic; asked for by the Cochrane Handbook, version 6.5, section 5.5.8 (checking data for consistency).
    """
    counted = [group.n for group in result.groups]
    sizes = [one for one in counted if one is not None]
    if result.total is None or len(sizes) < 2 or len(sizes) < len(counted):
        return
    together = sum(one.value for one in sizes)
    if together != result.total.value:
        too_many = together > result.total.value
        yield finding(
            result,
            "totals",
            "serious" if too_many else "note",
            (*sizes, result.total),
            expected=f"the groups to add up to {result.total}",
            found=f"{' + '.join(map(str, sizes))} = {number(together, 8)}",
            how_far=f"{number(abs(together - result.total.value), 8)} {'too many' if too_many else 'missing'}",
            usual_cause="Randomised and analysed numbers are mixed, a group was read from another table, or a group is missing.",
        )


def percent_events(result: Result) -> Iterator[Finding]:
    """A percentage that is not that of the events printed beside it, when rounding and cutting off digits are allowed for.

    Source: arithmetic on the numbers printed; rounding intervals as in Brown NJL, Heathers JAJ, Soc Psychol Personal Sci
    2017;8:363–369, doi 10.1177/1948550616673876.
    """
    for group in result.groups:
        n = whole(group.n)
        if n is None or not group.events or not group.percent:
            continue
        computed = 100 * group.events.value / n
        if not Span(computed, computed).meets(group.percent.span(1)):
            yield finding(
                result,
                "percent-events",
                "serious",
                (group.events, group.n, group.percent),
                expected=f"{group.events} of {n} in {of(group)} to be {number(computed)} %",
                found=f"{str(group.percent).rstrip('% ')} %",
                how_far=f"{number(abs(computed - group.percent.value), 3)} percentage points",
                usual_cause="The percentage is of another number of people (randomised, analysed, with data), or "
                "people without an event were counted.",
            )


def grim_percent(result: Result) -> Iterator[Finding]:
    """A percentage that no whole number of people can give.

    Serious when it fails for the n given and for up to a tenth fewer people; a note when a few people without data would explain it.

    Source: GRIM test; Brown NJL, Heathers JAJ, Soc Psychol Personal Sci 2017;8:363–369, doi 10.1177/1948550616673876.
    """
    for group in result.groups:
        n = whole(group.n)
        if n is None or group.events or not group.percent or group.percent.relation != "=":
            continue
        span = group.percent.span()
        if has_multiple(span, 100 / n):
            continue
        fewer = next((m for m in fewer_people(n) if has_multiple(span, 100 / m)), None)
        nearest = round(group.percent.value * n / 100)
        yield finding(
            result,
            "grim-percent",
            "note" if fewer or has_multiple(group.percent.span(1), 100 / n) else "serious",
            (group.percent, group.n),
            expected=f"a percentage that some number of {n} people gives; the nearest is {nearest} of {n} = {number(100 * nearest / n)} %",
            found=f"{str(group.percent).rstrip('% ')} % in {of(group)}",
            how_far=f"{number(abs(100 * nearest / n - group.percent.value), 3)} percentage points",
            usual_cause=f"With {fewer} people it would be possible: data of some are missing."
            if fewer
            else "The percentage belongs to another group, another n or another variable.",
        )


def fewer_people(n: int) -> range:
    """Down to a tenth (and at most a thousand) fewer people than `n`, who may be those with data."""
    return range(n - 1, n - min(n // 10, 1000) - 1, -1)


def has_multiple(span: Span, step: float) -> bool:
    """Whether some whole multiple of `step` is in the span."""
    nearest = round(span.middle / step) * step
    return span.meets(Span(nearest, nearest))


def _impossible(result: Result, one: Printed, expected: str) -> Finding:
    return finding(
        result,
        "impossible-number",
        "serious",
        present(one),
        expected=expected,
        found=str(one),
        how_far="cannot be",
        usual_cause="A slip of the hand, or the number of a neighbouring cell.",
    )


def of(group: Group) -> str:
    """The group in a sentence."""
    return f"“{group.label}”" if group.label else f"the {group.side} group" if group.side else "the group"
