"""Can so many people give this percentage?"""

from __future__ import annotations

import math

from extraction.published.checks.counting import people
from extraction.published.claims import EVERYBODY, Percent
from extraction.published.context import Context
from extraction.published.spans import SLACK, Span, rounded, short
from extraction.published.verdicts import Verdict, cannot, judged

GRIM = "Brown NJL, Heathers JAJ. Soc Psychol Personal Sci 2017;8:363–9 (GRIM), for percentages of people"
CHECK = "Some number of people gives this percentage"
#: Sizes up to which an arm of unknown size is searched. Every percentage with one decimal is possible in a group of a thousand.
LARGEST_SEARCHED = 1_000
#: A percentage is of an arm, or of a few that share it.
MOST_STUDIES = 10


def check_percent(claim: Percent, context: Context) -> list[Verdict]:
    """k / n printed as a percentage, for a whole number k of n people (GRIM).

    The size of an arm that is known from elsewhere is the most people it can have had in the analysis; `of` names a count of
    people that is known for the study as a whole (women), which no arm can exceed.
    """
    if claim.n is not None:
        n = claim.n.whole or 0
        k = claim.k.whole if claim.k else None
        return [_of_known(claim, n, k)]
    if claim.studies is None:
        return [cannot(claim, CHECK, missing="The number of people (n, or studies and arm)", source=GRIM)]
    studies = context.studies(claim.studies)
    if len(studies) > MOST_STUDIES:
        return [cannot(claim, CHECK, missing=f"One line for at most {MOST_STUDIES} studies", source=GRIM)]
    return [_of_study(claim, study, context) for study in studies] or [
        cannot(claim, CHECK, missing=f"A study that is in all of “{claim.studies.text}”", source=GRIM)
    ]


def possible(percent: Span, smallest: int, largest: int, most: int | None) -> tuple[int, int] | None:
    """The largest group of `smallest` to `largest` people, with k of them, that gives the percentage; None if none does.

    `most` is the most people that can be counted. Source: Brown & Heathers 2017.
    """
    if most is not None and percent.low > 0:
        largest = min(largest, int(100 * (most + 1) / percent.low))
    low, high = percent.low / 100, percent.high / 100
    for n in range(largest, max(smallest, 1) - 1, -1):
        k = max(math.ceil(low * n - SLACK * n), 0)
        if k <= high * n + SLACK * n and k <= n and (most is None or k <= most):
            return k, n
    return None


def nearest(percent: Span, smallest: int, largest: int, most: int | None) -> tuple[int, int] | None:
    """k and n of the percentage nearest to the middle of the span; None for groups of nobody."""
    middle, best, off = percent.middle / 100, None, math.inf
    for n in range(max(smallest, 1), largest + 1):
        k = min(round(middle * n), n if most is None else most)
        if abs(k / n - middle) < off - SLACK:
            best, off = (k, n), abs(k / n - middle)
    return best


def _of_known(claim: Percent, n: int, k: int | None) -> Verdict:
    percent = rounded(claim.percent).within(0, 100)
    if k is None:
        return _verdict(claim, possible(percent, n, n, None), nearest(percent, n, n, None), n, f"{n} people")
    fits = 0 <= k <= n and n > 0 and percent.holds(100 * k / n)
    return _verdict(claim, (k, n) if fits else None, (k, n) if n else None, n, f"{k} of {n} people")


def _of_study(claim: Percent, study: str, context: Context) -> Verdict:
    most = people(study, "" if claim.arm == EVERYBODY else claim.arm, context)
    if most is None:
        return cannot(claim, CHECK, missing=f"The number of people in {context.name(study)}", source=GRIM)
    counted = context.count(study, claim.of) if claim.of else None
    at_most = f" and {counted} {claim.of} in all" if counted is not None else ""
    where, searched = f"at most {most} people in {context.name(study)}{at_most}", min(most, LARGEST_SEARCHED)
    percent = rounded(claim.percent).within(0, 100)
    found = possible(percent, 1, searched, counted)
    if found is None and most > searched:
        missing = "The exact number of people, in a group as large as this"
        return cannot(claim, CHECK, missing=missing, source=GRIM)
    return _verdict(claim, found, None if found else nearest(percent, 1, searched, counted), searched, where)


def _verdict(
    claim: Percent, found: tuple[int, int] | None, near: tuple[int, int] | None, largest: int, where: str
) -> Verdict:
    """`found`: the people that give the percentage; otherwise `near`, those that come nearest to it."""
    percent = rounded(claim.percent).within(0, 100)
    got = 100 * near[0] / near[1] if near else math.nan
    given = f"nearest is {short(got)} % ({near[0]} of {near[1]})" if near else "nobody"
    return judged(
        claim,
        CHECK,
        ok=found is not None,
        expected=f"{found[0]} of {found[1]} people ({where})" if found else f"With {where}: {given}",
        found=f"{claim.percent} %",
        how_far=f"{short(abs(got - percent.middle))} percentage points" if near else "No people",
        usual_cause="" if found else _cause(percent, largest),
        source=GRIM,
    )


def _cause(percent: Span, largest: int) -> str:
    sizes = range(largest + 1, largest + 200)
    bigger = next((pair for n in sizes if (pair := possible(percent, n, n, None))), None)
    if bigger is None:
        return "A digit was mistyped"
    return f"Another group was meant (it takes {bigger[0]} of {bigger[1]} people), or a digit was mistyped"
