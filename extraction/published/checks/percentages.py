"""Can so many people give this percentage?"""

from __future__ import annotations

from extraction.published.checks.counting import people
from extraction.published.claims import EVERYBODY, Percent
from extraction.published.context import Context
from extraction.published.spans import Span, rounded, short
from extraction.published.verdicts import Verdict, cannot, judged

GRIM = "Brown NJL, Heathers JAJ. Soc Psychol Personal Sci 2017;8:363–9 (GRIM), for percentages of people"
CHECK = "Some number of people gives this percentage"
#: A percentage with one decimal is possible for every group of a thousand; larger groups need no search.
LARGEST_SEARCHED = 20_000


def check_percent(claim: Percent, context: Context) -> list[Verdict]:
    """k / n printed as a percentage, for a whole number k of n people (GRIM).

    The size of an arm that is known from elsewhere is the most people it can have had in the analysis; `of` names a count of
    people that is known for the study as a whole (women), which no arm can exceed.
    """
    if claim.n is not None:
        n = claim.n.whole or 0
        k = claim.k.whole if claim.k else None
        return [_verdict(claim, n, n, k, k, f"{n} people")]
    if claim.studies is None:
        return [cannot(claim, CHECK, missing="The number of people (n, or studies and arm)", source=GRIM)]
    verdicts = []
    for study in context.studies(claim.studies):
        most = people(study, "" if claim.arm == EVERYBODY else claim.arm, context)
        if most is None:
            missing = f"The number of people in {context.name(study)}"
            verdicts.append(cannot(claim, CHECK, missing=missing, source=GRIM))
            continue
        counted = context.count(study, claim.of) if claim.of else None
        at_most = f" and {counted} {claim.of} in all" if counted is not None else ""
        where = f"at most {most} people in {context.name(study)}{at_most}"
        verdicts.append(_verdict(claim, 1, most, None, counted, where))
    return verdicts


def possible(percent: Span, smallest: int, largest: int, most: int | None) -> tuple[int, int] | None:
    """The largest group of `smallest` to `largest` people, with k of them, that gives the percentage; None if none does.

    `most` is the most people that can be counted. Source: Brown & Heathers 2017.
    """
    for n in reversed(_sizes(smallest, largest)):
        for k in (int(percent.low * n / 100), int(percent.low * n / 100) + 1):
            if 0 <= k <= n and (most is None or k <= most) and percent.holds(100 * k / n):
                return k, n
    return None


def _verdict(
    claim: Percent, smallest: int, largest: int, exactly: int | None, most: int | None, where: str
) -> Verdict:
    percent = rounded(claim.percent).within(0, 100)
    if exactly is not None:
        ok = 0 <= exactly <= largest and largest > 0 and percent.holds(100 * exactly / largest)
        found = (exactly, largest) if ok else None
    else:
        found = possible(percent, smallest, largest, most)
    if found:
        expected = f"{found[0]} of {found[1]} people ({where})"
    else:
        expected = f"With {where}: {_nearest(percent, smallest, largest, exactly, most)}"
    return judged(
        claim,
        CHECK,
        ok=found is not None,
        expected=expected,
        found=f"{claim.percent} %",
        how_far=_how_far(percent, smallest, largest, exactly, most),
        usual_cause=_cause(percent, largest),
        source=GRIM,
    )


def _sizes(smallest: int, largest: int) -> range:
    """The sizes that are tried; a single one however large it is."""
    return range(max(smallest, 1), (largest if smallest == largest else min(largest, LARGEST_SEARCHED)) + 1)


def _candidates(
    smallest: int, largest: int, percent: Span, exactly: int | None, most: int | None
) -> list[tuple[int, int]]:
    if exactly is not None:
        return [(exactly, largest)] if largest else []
    pairs = []
    for n in _sizes(smallest, largest):
        k = round(percent.middle * n / 100)
        pairs.append((min(k, n) if most is None else min(k, n, most), n))
    return pairs


def _best(percent: Span, pairs: list[tuple[int, int]]) -> tuple[int, int] | None:
    return min(pairs, key=lambda pair: abs(100 * pair[0] / pair[1] - percent.middle), default=None)


def _nearest(percent: Span, smallest: int, largest: int, exactly: int | None, most: int | None) -> str:
    best = _best(percent, _candidates(smallest, largest, percent, exactly, most))
    return f"nearest is {short(100 * best[0] / best[1])} % ({best[0]} of {best[1]})" if best else "nobody"


def _how_far(percent: Span, smallest: int, largest: int, exactly: int | None, most: int | None) -> str:
    best = _best(percent, _candidates(smallest, largest, percent, exactly, most))
    return f"{short(abs(100 * best[0] / best[1] - percent.middle))} percentage points" if best else ""


def _cause(percent: Span, largest: int) -> str:
    bigger = next((n for n in range(largest + 1, largest + 1_000) if possible(percent, n, n, None)), None)
    if bigger is None:
        return "A digit was mistyped"
    pair = possible(percent, bigger, bigger, None) or (0, 0)
    return f"Another group was meant (it takes {pair[0]} of {pair[1]} people), or a digit was mistyped"
