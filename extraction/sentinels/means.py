"""Means and standard deviations of two groups: the test they give, and the standard error that passes for a standard deviation."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from extraction.sentinels import tails
from extraction.sentinels.contrasts import NORMAL, Cases, apart, p_explained, p_mismatch
from extraction.sentinels.counts import of
from extraction.sentinels.findings import Finding, finding, number
from extraction.sentinels.rows import Group, Printed, Result, pair_of, whole
from extraction.sentinels.spans import Span

#: How near a ratio must come to √n to be taken for it: what a standard deviation may differ between two times or two samples.
NEAR = 1.4
#: Below this many people √n is too near to what standard deviations differ by anyway.
FEW = 6


@dataclass(frozen=True, slots=True)
class TwoMeans:
    """Two groups with mean, spread and n, as printed."""

    groups: tuple[Group, Group]
    means: tuple[Printed, Printed]
    sds: tuple[Printed, Printed]
    n: tuple[int, int]

    def tests(self, units: float = 0.5, *, as_se: bool = False) -> Cases:
        """|t| of the pooled and of Welch's test with their degrees of freedom, and with the normal distribution; `as_se` reads the deviations as standard errors."""
        (n1, n2), df = self.n, sum(self.n) - 2
        gap = (self.means[0].span(units) - self.means[1].span(units)).size()
        s1, s2 = (sd.span(units).positive() for sd in self.sds)
        if as_se:
            s1, s2 = s1.times(math.sqrt(n1)), s2.times(math.sqrt(n2))
        v1, v2 = s1.squared(), s2.squared()
        pooled = (v1.times((n1 - 1) / df) + v2.times((n2 - 1) / df)).times(1 / n1 + 1 / n2).root()
        welch = (v1.times(1 / n1) + v2.times(1 / n2)).root()
        return [
            (_over(gap, pooled), Span(df, df)),
            (_over(gap, welch), _welch_df(v1.times(1 / n1), v2.times(1 / n2), n1, n2)),
            (_over(gap, pooled), NORMAL),
            (_over(gap, welch), NORMAL),
        ]

    def d(self) -> float:
        """Hedges' g, in absolute value; infinite when there is no spread."""
        (n1, n2), df = self.n, sum(self.n) - 2
        pooled = math.sqrt(((n1 - 1) * self.sds[0].value ** 2 + (n2 - 1) * self.sds[1].value ** 2) / df)
        gap = abs(self.means[0].value - self.means[1].value)
        correction = (
            math.exp(math.lgamma(df / 2) - math.lgamma((df - 1) / 2)) / math.sqrt(df / 2) if df > 1 else 0.5
        )
        return math.inf if pooled == 0 and gap else correction * gap / pooled if gap else 0.0


def two_means(groups: tuple[Group, ...]) -> TwoMeans | None:
    """The experimental and the control group, if both have mean, SD and an n of two or more."""
    pair = pair_of(groups)
    if pair is None:
        return None
    (a, b), (n1, n2) = pair, (whole(pair[0].n), whole(pair[1].n))
    if a.mean is None or b.mean is None or a.sd is None or b.sd is None or n1 is None or n2 is None:
        return None
    if any(one.relation != "=" for one in (a.mean, b.mean, a.sd, b.sd)):
        return None
    if min(n1, n2) < 2 or min(a.sd.value, b.sd.value) < 0:
        return None
    return TwoMeans(pair, (a.mean, b.mean), (a.sd, b.sd), (n1, n2))


def smd_above_three(result: Result) -> Iterator[Finding]:
    """A standardised mean difference above 3.

    Serious when the whole 95 % confidence interval of g is above 3, or a standard deviation is zero; a note otherwise, because in
    groups of two or three people such values come up by chance.

    Source: Hedges LV, J Educ Stat 1981;6:107–128, doi 10.2307/1164588 (g, its variance N/(n₁n₂) + g²/2N). That 3 is rarely real:
    Gøtzsche PC et al., JAMA 2007;298:430–437, doi 10.1001/jama.298.4.430 (data extraction errors in standardised differences).
    """
    two = two_means(result.groups)
    if two is None or (g := two.d()) <= 3:
        return
    (n1, n2), total = two.n, sum(two.n)
    lower = g - 1.96 * math.sqrt(total / (n1 * n2) + g * g / (2 * total)) if math.isfinite(g) else math.inf
    yield finding(
        result,
        "smd-above-3",
        "serious" if lower > 3 else "note",
        (*two.means, *two.sds),
        expected="a standardised mean difference within ±3",
        found=f"{number(g, 3)}, with a lower confidence limit of {number(lower, 3)}",
        how_far=f"{number(g / 3, 2)} times 3",
        usual_cause="Standard errors were entered as standard deviations, or the means are on different scales.",
    )


def p_from_means(result: Result) -> Iterator[Finding]:
    """A p-value that the means, standard deviations and group sizes do not give: pooled t, Welch's t or z, two-sided or one-sided.

    Adjusted analyses and rank tests give other values, so this is serious only if the printed p stands for a statistic less than
    half as large as the computed one, which adjustment does not do to a difference that clear.

    Source: Student's and Welch's t test (Welch BL, Biometrika 1947;34:28–35); Cochrane Handbook, version 6.5, section 6.5.2.3.
    """
    two, p = two_means(result.groups), result.contrast.p if result.contrast else None
    if two is None or p is None or result.metric not in {"final", "change", "slope"} or _ses_fit(two, p):
        return
    numbers = (*two.means, *two.sds, p)
    for one in p_mismatch(
        result, "p-from-means", numbers, two.tests(), two.tests(1), "means, deviations and n"
    ):
        sizes = [size for size, _ in two.tests(1)]
        half = tails.statistic_span(p.span(1), NORMAL).times(2)
        clear = p.relation != "<" and all(size.low > max(half.high, 3.0) for size in sizes)
        yield one if one.severity == "note" or clear else replace(one, severity="note")


def se_by_p(result: Result) -> Iterator[Finding]:
    """Standard deviations that are probably standard errors, because only then do they give the p-value printed.

    Read as standard deviations they give another p (pooled, Welch or normal; one- or two-sided); read as standard errors the
    statistic comes within a factor of 1.4 of the one that belongs to the p-value, and is nearer to it by a factor of 1.5.

    Source: Cochrane Handbook, version 6.5, sections 6.5.2.2 and 6.5.2.3; that it is common: Gøtzsche PC et al., JAMA 2007;298:430–437.
    """
    two, p = two_means(result.groups), result.contrast.p if result.contrast else None
    if two is None or p is None or not _ses_fit(two, p):
        return
    as_sd, as_se = two.tests(), two.tests(as_se=True)
    yield finding(
        result,
        "se-as-sd-by-p",
        "serious",
        (*two.means, *two.sds, p),
        expected=f"|t| near {number(tails.statistic_span(p.span(), as_sd[0][1]).middle, 3)}, which belongs to p {p}",
        found=f"|t| {number(as_sd[0][0].middle, 3)} if the spreads are standard deviations, "
        f"{number(as_se[0][0].middle, 3)} if they are standard errors",
        how_far=f"√n is {number(math.sqrt(math.prod(two.n) ** 0.5), 3)}",
        usual_cause="Standard errors (SEM) were entered as standard deviations: multiply by √n.",
    )


def se_by_baseline(result: Result) -> Iterator[Finding]:
    """Standard deviations that are probably standard errors, because those of the same groups at baseline are about √n times as large.

    Both groups must show it, within a factor of 1.4, with at least six people each; only for values measured on the same scale.

    Source: SD = SE·√n, Cochrane Handbook, version 6.5, section 6.5.2.2.
    """
    now, before = two_means(result.groups), two_means(result.baseline)
    if now is None or before is None or result.metric != "final" or min(now.n) < FEW:
        return
    ratios = [b.value / s.value if s.value else math.inf for b, s in zip(before.sds, now.sds, strict=True)]
    if not all(near_root(ratio, n) for ratio, n in zip(ratios, now.n, strict=True)):
        return
    yield finding(
        result,
        "se-as-sd-by-baseline",
        "serious",
        (*now.sds, *before.sds),
        expected=f"standard deviations like those at baseline, {before.sds[0]} and {before.sds[1]}",
        found=f"{now.sds[0]} and {now.sds[1]}",
        how_far=f"{number(ratios[0], 3)} and {number(ratios[1], 3)} times smaller; √n is {number(math.sqrt(now.n[0]), 3)}",
        usual_cause="Standard errors (SEM) were entered as standard deviations: multiply by √n.",
    )


def group_spread(result: Result) -> Iterator[Finding]:
    """A group's standard error that is not its standard deviation divided by √n, or a mean's 95 % interval that fits neither.

    Source: Cochrane Handbook, version 6.5, section 6.5.2.2 (standard deviations from standard errors and intervals).
    """
    for group in (*result.groups, *result.baseline):
        n = whole(group.n)
        if n is None or n < 2:
            continue
        if group.sd and group.se and not _se(group, n, 0.5, sd=True).meets(group.se.span().positive()):
            grave = not _se(group, n, 1, sd=True).meets(group.se.span(1).positive())
            yield _spread(result, group, n, (group.sd, group.se, group.n), group.se, grave)
        if group.ci_low and group.ci_high and (group.sd or group.se):
            half, loose = _half(group.ci_low, group.ci_high, 0.5), _half(group.ci_low, group.ci_high, 1)
            quantile = Span(1.959, tails.critical(95, Span(n - 1, n - 1)).high)
            if not half.meets(quantile * _se(group, n, 0.5)):
                grave = not loose.meets(quantile * _se(group, n, 1))
                yield _spread(
                    result, group, n, (group.ci_low, group.ci_high, group.sd, group.se, group.n), None, grave
                )


def near_root(ratio: float, n: int) -> bool:
    """Whether a ratio is about √n."""
    return math.sqrt(n) / NEAR <= ratio <= math.sqrt(n) * NEAR


def _ses_fit(two: TwoMeans, p: Printed) -> bool:
    """Whether p follows from the spreads as standard errors and not as standard deviations."""
    if p.relation != "=" or min(two.n) < 4 or p_explained(two.tests(1), p, 1, one_sided=True):
        return False
    wanted = [tails.statistic_span(p.span(), df) for _, df in two.tests()]
    far_as_sd = min(apart(size, want) for (size, _), want in zip(two.tests(), wanted, strict=True))
    far_as_se = min(apart(size, want) for (size, _), want in zip(two.tests(as_se=True), wanted, strict=True))
    larger = two.tests()[0][0].low > wanted[0].high
    return larger and far_as_se <= NEAR and far_as_sd >= 1.5 * far_as_se and far_as_sd >= 1.5


def _welch_df(v1: Span, v2: Span, n1: int, n2: int) -> Span:
    """Degrees of freedom for every pair of squared standard errors: largest where their ratio is (n₁ − 1)/(n₂ − 1)."""

    def df(share: float) -> float:
        return 1 / (share**2 / (n1 - 1) + (1 - share) ** 2 / (n2 - 1))

    if v1.high + v2.high <= 0:
        return Span(min(n1, n2) - 1, n1 + n2 - 2)
    low = v1.low / (v1.low + v2.high) if v1.low + v2.high > 0 else 0.0
    high = v1.high / (v1.high + v2.low) if v1.high + v2.low > 0 else 1.0
    best = (n1 - 1) / (n1 + n2 - 2)
    most = df(min(max(best, low), high))
    return Span(min(df(low), df(high)), most)


def _over(gap: Span, se: Span) -> Span:
    return Span(gap.low / se.high if se.high else math.inf, gap.high / se.low if se.low else math.inf)


def _se(group: Group, n: int, units: float, *, sd: bool = False) -> Span:
    """The group's standard error: as printed, or from its standard deviation (always, if `sd`)."""
    if group.se is not None and not sd:
        return group.se.span(units).positive()
    spread = group.sd.span(units).positive() if group.sd else Span(0.0, math.inf)
    # Dividing by n instead of n − 1 makes a standard deviation smaller by this factor.
    return Span(spread.low / math.sqrt(n), spread.high / math.sqrt(n - 1))


def _half(low: Printed, high: Printed, units: float) -> Span:
    return (high.span(units) - low.span(units)).times(0.5).positive()


def _spread(
    result: Result, group: Group, n: int, numbers: tuple[Printed | None, ...], se: Printed | None, grave: bool
) -> Finding:
    """A finding about the spread of one group: of its standard error, or (none given) of its interval."""
    computed = _se(group, n, 0.5, sd=se is not None).middle
    found = se.value if se is not None else _half(*_limits(group), 0.5).middle / 1.96
    factor = found / computed if computed else math.inf
    return finding(
        result,
        "group-spread",
        "serious" if grave and not 0.9 < factor < 1.1 else "note",
        numbers,
        expected=f"a standard error of {number(computed, 3)} in {of(group)}",
        found=f"{se}"
        if se is not None
        else f"an interval as wide as a standard error of {number(found, 3)} makes it",
        how_far=f"{number(factor, 3)} times; √n is {number(math.sqrt(n), 3)}",
        usual_cause="Standard error and standard deviation were swapped, one of them belongs to another group, or n is another.",
    )


def _limits(group: Group) -> tuple[Printed, Printed]:
    return group.ci_low or Printed(0.0), group.ci_high or Printed(0.0)
