"""A study's standard deviations beside those of the other studies that used the same measure."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Iterator, Sequence

from extraction.sentinels.findings import Finding, finding, number
from extraction.sentinels.means import FEW, TwoMeans, two_means
from extraction.sentinels.rows import Result

#: Standard deviation of ln SD between studies of one measure that is presumed before any is seen, and the number of studies this
#: presumption counts for.
_SPREAD, _WEIGHT = 0.25, 4
#: How many times better the standard error must explain the numbers than the standard deviation: to be told, and to be serious.
#: Measured by benchmarks/sentinels.py: 2 catches nine in ten at ten people per group, 10 is seldom reached by correct numbers.
_TOLD, _SERIOUS = 2.0, 10.0
_LEAST_OTHERS = 3
#: How many standard deviations a ratio may be away from √n and still be taken for it.
_NEAR = 3.0
#: Standardised differences as they are: standard deviation of a normal distribution around zero.
_EFFECTS = 0.8


def se_by_siblings(results: Sequence[Result]) -> Iterator[Finding]:
    """Standard deviations that are probably standard errors: about √n times smaller than those of at least three other studies of
    the same measure, metric and unit.

    The two deviations' mean logarithm is compared with the median of the others. Their spread is the scaled median absolute deviation,
    drawn towards 0.25 and widened by the sampling error of ln SD, 1/(2(n − 1)). The likelihood of the ratio (and of the standardised
    difference, which grows by √n too) as standard error against that as standard deviation must be 10 or more;
    from 2 it is a note.

    Source: SD = SE·√n, Cochrane Handbook, version 6.5, section 6.5.2.2; sampling variance of ln SD: Raudenbush SW, Bryk AS,
    J Educ Stat 1987;12:241–269; median absolute deviation: Hampel FR, J Am Stat Assoc 1974;69:383–393.
    """
    alike: dict[tuple[str, ...], list[tuple[Result, TwoMeans]]] = defaultdict(list)
    for result in results:
        two = two_means(result.groups)
        if two is None or min(two.n) < FEW or min(sd.value for sd in two.sds) <= 0:
            continue
        if result.metric in {"final", "change"}:
            alike[_measured_as(result)].append((result, two))
    for rows in alike.values():
        for result, two in rows:
            others = _one_per_study([pair for pair in rows if pair[0].study != result.study])
            if len(others) >= _LEAST_OTHERS:
                yield from _compared(result, two, others)


def _compared(result: Result, two: TwoMeans, others: list[float]) -> Iterator[Finding]:
    usual = statistics.median(others)
    deviations = [abs(other - usual) for other in others]
    mad = 1.4826 * statistics.median(deviations)
    own = _log_sd(two)
    sampling = sum(1 / (2 * (n - 1)) for n in two.n) / 4
    between = (len(others) * mad**2 + _WEIGHT * _SPREAD**2) / (len(others) + _WEIGHT)
    variance = between * (1 + math.pi / 2 / len(others)) + sampling
    shrink = 0.5 * statistics.fmean(math.log(n) for n in two.n)  # ln √n
    log_ratio = own - usual
    by_ratio = (log_ratio**2 - (log_ratio + shrink) ** 2) / (2 * variance)
    evidence = by_ratio + _effect_evidence(two)
    # A large difference between groups adds to what the ratio says; where the ratio says nothing, it is no sign of anything.
    if min(evidence, by_ratio) < math.log(_TOLD):
        return
    if abs(log_ratio + shrink) > _NEAR * math.sqrt(variance):
        return
    yield finding(
        result,
        "se-as-sd-by-siblings",
        "serious" if evidence >= math.log(_SERIOUS) else "note",
        two.sds,
        expected=f"standard deviations near {number(math.exp(usual), 3)}, as in {len(others)} other studies of this measure",
        found=f"{two.sds[0]} and {two.sds[1]}",
        how_far=f"{number(math.exp(-log_ratio), 3)} times smaller; √n is {number(math.exp(shrink), 3)}",
        usual_cause="Standard errors (SEM) were entered as standard deviations: multiply by √n.",
    )


def _effect_evidence(two: TwoMeans) -> float:
    """ln of how much better the standardised difference is explained as √n times too large; at most ln 20 either way, so that it never decides alone."""
    g = two.d()
    if not math.isfinite(g):
        return 0.0
    sampling = 1 / two.n[0] + 1 / two.n[1]
    factor = statistics.fmean(two.n)
    plain, inflated = _EFFECTS**2 + sampling, factor * (_EFFECTS**2 + sampling)
    ratio = 0.5 * (g * g / plain - g * g / inflated) - 0.5 * math.log(inflated / plain)
    return min(max(ratio, -math.log(20.0)), math.log(20.0))


def _one_per_study(rows: list[tuple[Result, TwoMeans]]) -> list[float]:
    """ln SD of each other study: the median of its rows."""
    by_study: dict[str, list[float]] = defaultdict(list)
    for result, two in rows:
        by_study[result.study].append(_log_sd(two))
    return [statistics.median(logs) for logs in by_study.values()]


def _log_sd(two: TwoMeans) -> float:
    return statistics.fmean(math.log(sd.value) for sd in two.sds)


def _measured_as(result: Result) -> tuple[str, ...]:
    """What must be equal for standard deviations to be comparable."""
    return tuple(
        part.strip().casefold() for part in (result.measure or result.outcome, result.metric, result.unit)
    )
