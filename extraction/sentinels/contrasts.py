"""Estimate, confidence interval, standard error, z or t, and p of a reported comparison: do they follow from each other?

Each number may have been anything that rounds to what is printed. A finding is raised only if no choice inside these intervals,
no distribution (normal, or t with the degrees of freedom that are known or possible) and no number of sides reconciles them.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

from extraction.sentinels import tails
from extraction.sentinels.findings import Finding, Severity, finding, number
from extraction.sentinels.rows import Contrast, Printed, Result, whole
from extraction.sentinels.spans import EVERYTHING, Span

RATIOS = frozenset({"OR", "RR", "HR", "IRR", "ROM", "PETO"})
_DIFFERENCES = frozenset({"MD", "SMD", "SMDH", "RD", "IRD", "SLOPE"})
#: Degrees of freedom when nothing says otherwise: t tests of small groups up to the normal distribution.
_ANY_DF = Span(3.0, math.inf)
NORMAL = Span(math.inf, math.inf)
_CUTS = (1.5, 2, 3, 4, 5, 6, 8, 10, 13, 17, 25, 40, 70, 150, 1000)
#: Sizes of a statistic, each with the degrees of freedom it goes with.
Cases = list[tuple[Span, Span]]
#: Beyond this factor between two statistics, another test (exact, likelihood ratio, rank) is no good explanation.
_OTHER_TEST = 1.5
#: The same where one says significant at 5 % and the other does not.
_CONTRADICTION = 1.25
#: An estimate may stand this share of the interval's half-width off its middle for reasons other than error: exact, profile and
#: bootstrap intervals are not symmetric.
_SKEW = 0.25


@dataclass(frozen=True, slots=True)
class Scaled:
    """A contrast's numbers on the scale of analysis, as spans; None for what is not printed."""

    estimate: Span | None
    low: Span | None
    high: Span | None
    se: Span | None

    @property
    def half_width(self) -> Span | None:
        """Half the width of the interval."""
        if self.low is None or self.high is None:
            return None
        return (self.high - self.low).times(0.5).positive()


def scaled(contrast: Contrast, units: float = 0.5) -> Scaled | None:
    """The numbers on the scale on which the interval is symmetric; None if the measure does not say which, or forbids them."""
    measure = contrast.measure.upper()
    logs = measure in RATIOS and not contrast.on_log_scale
    if measure not in RATIOS | _DIFFERENCES:
        return None
    on_scale: list[Span | None] = []
    for one in (contrast.estimate, contrast.ci_low, contrast.ci_high):
        span = None if one is None else one.span(units)
        on_scale.append(span.log() if span is not None and logs else span)
        if one is not None and logs and one.value < 0:
            return None
    se = contrast.se.span(units).positive() if contrast.se else None
    return Scaled(on_scale[0], on_scale[1], on_scale[2], se)


def degrees(result: Result) -> Span:
    """The degrees of freedom that a test of this contrast may have had: printed, or n − 2 give or take covariates, up to normal."""
    contrast = result.contrast
    if contrast and contrast.df and contrast.df.value > 0:
        return Span(max(contrast.df.span().low, 0.5), contrast.df.span().high)
    sizes = [whole(group.n) for group in result.groups]
    known = [n for n in sizes if n is not None]
    if len(known) >= 2 and len(known) == len(sizes):
        # Welch's test and covariates take some away.
        return Span(max(1.0, min(sum(known) - 12, min(known) - 1)), math.inf)
    return _ANY_DF


def ci_off_centre(result: Result) -> Iterator[Finding]:
    """An estimate that is not in the middle of its confidence interval on the scale of analysis (logarithms for ratios).

    Serious when it is off by more than a quarter of the half-width, or the measure's other scale fits; exact, profile and bootstrap
    intervals may be a little off, which is a note.

    Source: Wald interval; Altman DG, Bland JM, BMJ 2011;343:d2090, doi 10.1136/bmj.d2090 (standard error from an interval).
    """
    contrast = result.contrast
    if contrast is None:
        return
    exact, loose = scaled(contrast), scaled(contrast, 1)
    off = _off_centre(exact)
    if exact is None or not off or exact.estimate is None or exact.half_width is None:
        return
    share = off / max(exact.half_width.middle, 1e-300)
    if share < 0.05:
        return
    grave = bool(_off_centre(loose)) and share > _SKEW
    yield finding(
        result,
        "ci-off-centre",
        "serious" if grave else "note",
        (contrast.estimate, contrast.ci_low, contrast.ci_high),
        expected=f"the estimate in the middle of the interval{_on_scale(contrast)}, near {_centre_text(contrast, exact)}",
        found=f"{contrast.estimate} with {contrast.ci_low} to {contrast.ci_high}",
        how_far=f"{number(100 * share, 2)} % of the half-width beyond what rounding explains",
        usual_cause="A digit or minus sign was misread, or the interval belongs to another analysis; exact, profile and bootstrap "
        "intervals are not symmetric.",
    )


def ci_width(result: Result) -> Iterator[Finding]:
    """A confidence interval whose width is not that of its standard error.

    Half the width divided by the standard error must be a quantile: normal, or t with possible degrees of freedom.

    Source: Cochrane Handbook, version 6.5, sections 6.3.1 and 6.3.2 (standard errors from confidence intervals).
    """
    contrast = result.contrast
    if contrast is None or contrast.se is None or contrast.se.value <= 0:
        return
    exact, loose = scaled(contrast), scaled(contrast, 1)
    if exact is None or loose is None or exact.half_width is None or exact.se is None:
        return
    quantile = tails.critical(contrast.ci_level, degrees(result))
    ratio = exact.half_width / exact.se
    if ratio.meets(quantile):
        return
    factor = ratio.middle / quantile.low if ratio.middle < quantile.low else ratio.middle / quantile.high
    still = not (loose.half_width or EVERYTHING).meets(quantile * (loose.se or EVERYTHING))
    yield finding(
        result,
        "ci-width",
        "serious" if still and not 0.9 < factor < 1.1 else "note",
        (contrast.ci_low, contrast.ci_high, contrast.se),
        expected=f"a half-width of {_quantile_text(quantile)} standard errors{_on_scale(contrast)}",
        found=f"{number(ratio.middle, 3)} standard errors",
        how_far=f"{number(factor, 3)} times",
        usual_cause=_width_cause(ratio, degrees(result)),
    )


def statistic(result: Result) -> Iterator[Finding]:
    """A z or t that is not the estimate divided by its standard error.

    Source: Wald statistic; Cochrane Handbook, version 6.5, section 6.3.2.
    """
    contrast = result.contrast
    if contrast is None:
        return
    one = contrast.z or contrast.t
    exact, loose = scaled(contrast), scaled(contrast, 1)
    if one is None or exact is None or loose is None or exact.estimate is None or exact.se is None:
        return
    computed = (exact.estimate / exact.se).size()
    if computed.meets(one.span().size()):
        return
    far = apart(computed, one.span().size())
    still = loose.estimate and loose.se and not (loose.estimate / loose.se).size().meets(one.span(1).size())
    yield finding(
        result,
        "statistic",
        "serious" if still and far > _OTHER_TEST else "note",
        (contrast.estimate, contrast.se, one),
        expected=f"a statistic of {number(computed.middle, 3)} from the estimate and its standard error",
        found=str(one),
        how_far=f"{number(far, 3)} times",
        usual_cause="The standard error is a standard deviation, is that of one group, or is on another scale (logarithm).",
    )


def p_from_statistic(result: Result) -> Iterator[Finding]:
    """A p-value that is not that of the z, t or F printed beside it, two-sided or one-sided.

    Serious when the printed p stands for a statistic more than one and a half times as large or small.

    Source: statcheck's rule; Nuijten MB et al., Behav Res Methods 2016;48:1205–1226, doi 10.3758/s13428-015-0664-2.
    """
    contrast = result.contrast
    if contrast is None or contrast.p is None:
        return
    one = contrast.z or contrast.t or contrast.f
    if one is None:
        return
    df = NORMAL if contrast.z else degrees(result)

    def cases(units: float) -> Cases:
        span = one.span(units)
        return [(span.positive().root() if one is contrast.f else span.size(), df)]

    yield from p_mismatch(
        result, "p-from-statistic", (one, contrast.df, contrast.p), cases(0.5), cases(1), str(one)
    )


def p_from_estimate(result: Result) -> Iterator[Finding]:
    """A p-value that does not go with the estimate and its confidence interval or standard error.

    An interval that leaves out the null value while p is far above its level, or the other way round, is the usual form.

    Source: Altman DG, Bland JM, BMJ 2011;343:d2304, doi 10.1136/bmj.d2304 (p from an interval).
    """
    contrast = result.contrast
    if contrast is None or contrast.p is None:
        return
    exact = scaled(contrast)
    first, second = _wald(contrast, degrees(result), 0.5), _wald(contrast, degrees(result), 1)
    # An interval that is far from symmetric was not computed the way we would compute p from it.
    if not first or not second or _off_centre(exact):
        return
    numbers = (contrast.estimate, contrast.ci_low, contrast.ci_high, contrast.se, contrast.p)
    basis = (
        "the estimate and its interval"
        if exact and exact.half_width
        else "the estimate and its standard error"
    )
    yield from p_mismatch(result, "p-from-estimate", numbers, first, second, basis)


def _wald(contrast: Contrast, df: Span, units: float) -> Cases:
    """|estimate| / standard error, the latter from the interval if there is one, for every piece of the degrees of freedom."""
    at = scaled(contrast, units)
    if at is None or at.estimate is None or (at.half_width is None and at.se is None):
        return []
    cases: Cases = []
    for piece in _pieces(df):
        se = at.se if at.half_width is None else at.half_width / tails.critical(contrast.ci_level, piece)
        if se is not None and se.high > 0:
            cases.append(((at.estimate / se).size(), piece))
    return cases


def _pieces(df: Span) -> list[Span]:
    """The span of degrees of freedom cut up, so that one value is meant wherever they enter twice."""
    cuts = [cut for cut in _CUTS if df.low < cut < df.high]
    return [Span(a, b) for a, b in itertools.pairwise([df.low, *cuts, df.high])] if df.high > df.low else [df]


def p_mismatch(
    result: Result, kind: str, numbers: tuple[Printed | None, ...], exact: Cases, loose: Cases, basis: str
) -> Iterator[Finding]:
    """One finding if p, the last of `numbers`, follows from no case; serious if it is far from all of them."""
    p = numbers[-1]
    if p is None or p_explained(exact, p, 0.5):
        return
    computed = [tails.p_span(size, df) for size, df in exact]
    far = min(apart(size, tails.statistic_span(p.span(), df)) for size, df in exact)
    contradiction = all(_on_other_side(each, p) for each in computed)
    unexplained = not p_explained(loose, p, 1, one_sided=True)
    beyond = far > (_CONTRADICTION if contradiction else _OTHER_TEST)
    severity: Severity = "serious" if unexplained and beyond else "note"
    yield finding(
        result,
        kind,
        severity,
        numbers,
        expected=f"p {p_text(Span(min(c.low for c in computed), max(c.high for c in computed)))} from {basis}",
        found=f"p {p}" if p.relation != "=" else f"p = {p.text.lstrip('pP =') or p}",
        how_far=f"the statistic that belongs to this p differs by a factor of {number(far, 3)}",
        usual_cause="A digit was misread, p comes from another test (adjusted, exact, ranks), or an interval of another level or a "
        "standard deviation was taken for what it is not.",
    )


def p_explained(cases: Cases, p: Printed, units: float, *, one_sided: bool = False) -> bool:
    """Whether the two-sided p of such a statistic (or also the one-sided one) may be printed as `p`."""
    span = p.span(units)
    reported = Span(max(span.low, 0.0), min(span.high, 1.0))
    for size, df in cases:
        two = tails.p_span(size, df)
        if two.meets(reported) or (one_sided and tails.one_sided(two).meets(reported)):
            return True
    return False


def _on_other_side(computed: Span, p: Printed) -> bool:
    """Whether one p is below 0.05 and the other above it."""
    reported = p.span()
    return computed.low > 0.05 >= reported.high or computed.high < 0.05 <= reported.low


def p_text(p: Span) -> str:
    """A computed p as a range, as short as it is honest."""
    if p.high < 0.0001:
        return "below 0.0001"
    low, high = f"{p.low:.2g}", f"{p.high:.2g}"
    return f"of {low}" if low == high else f"of {low} to {high}"


def apart(one: Span, other: Span) -> float:
    """By which factor the nearest sizes of two spans differ, at least 1."""
    if one.meets(other):
        return 1.0
    low, high = (one.high, other.low) if one.high < other.low else (other.high, one.low)
    return high / low if low > 0 else math.inf


def _off_centre(at: Scaled | None) -> float:
    """How far the estimate is from the middle of its interval beyond rounding; 0 if it is in the middle, or there is none."""
    if at is None or at.estimate is None or at.low is None or at.high is None:
        return 0.0
    if not all(map(math.isfinite, (*at.low, *at.high, *at.estimate))):
        return 0.0
    return (at.low + at.high).times(0.5).gap(at.estimate)


def _on_scale(contrast: Contrast) -> str:
    return " of the logarithms" if contrast.measure.upper() in RATIOS else ""


def _centre_text(contrast: Contrast, at: Scaled) -> str:
    middle = (at.low + at.high).middle / 2 if at.low is not None and at.high is not None else 0.0
    back = contrast.measure.upper() in RATIOS and not contrast.on_log_scale
    return number(math.exp(middle) if back else middle, 3)


def _quantile_text(quantile: Span) -> str:
    low, high = f"{quantile.low:.2f}", f"{quantile.high:.2f}"
    return low if low == high else f"{low} to {high}"


def _width_cause(ratio: Span, df: Span) -> str:
    """What a wrong width usually is."""
    for level in (90.0, 99.0, 99.9, 68.27):
        if ratio.meets(tails.critical(level, df)):
            return f"The width is that of a {level:g} % interval."
    return "The standard error is a standard deviation, is on another scale, or belongs to one group."
