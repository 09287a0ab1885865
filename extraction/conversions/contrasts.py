"""What a report prints of the comparison of two arms, and the estimate and standard error that an analysis needs.

The analysis scale is the natural logarithm for ratios, Fisher's z for ZCOR, and the printed scale for all else.
What is read is kept. The standard error, when missing, is taken from the first of:
confidence interval, t, z, F, p. The interval and p of a mean difference use Student's t when degrees of freedom are
given or n1 and n2 are (n1 + n2 − 2); all else the normal distribution.

Source: Cochrane Handbook, version 6.5, sections 6.3.1, 6.3.2 and 6.5.2.3.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from extraction.conversions.dispersion import (
    se_from_ci,
    se_from_f,
    se_from_p,
    se_from_statistic,
    se_from_t_ci,
)

#: Measures that are analysed as logarithms.
RATIOS = frozenset({"OR", "RR", "HR", "IRR", "ROM", "PETO", "CVR", "VR", "ROMC", "CVRC", "VRC"})
#: Measures whose test is Student's.
STUDENT = frozenset({"MD", "MC"})
#: How far from the middle of its interval, as a share of the width, an estimate may lie by rounding alone.
OFF_CENTRE = 0.1
#: How much the standard error and the interval may differ before a reader is told.
DISAGREE = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedContrast:
    """What a report prints of a comparison: None where it prints nothing.

    measure  code, in any case: MD SMD OR RR RD HR IRR …; an unknown one is taken as a difference
    estimate, ci_low, ci_high  as printed: ratios as ratios
    se       of the logarithm for ratios, of Fisher's z for ZCOR, else of the estimate
    p        two-sided; f with one numerator degree of freedom; n1, n2 people in the two arms
    """

    measure: str
    estimate: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    ci_level: float | None = 95
    se: float | None = None
    p: float | None = None
    z: float | None = None
    t: float | None = None
    f: float | None = None
    df: float | None = None
    n1: float | None = None
    n2: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletedContrast:
    """Estimate and standard error on the analysis scale, a sentence for each that was computed, and warnings."""

    measure: str
    estimate: float | None = None
    se: float | None = None
    methods: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Scale:
    """From the printed to the analysis scale."""

    to: Callable[[float], float]
    sentence: str
    refusal: str


def complete_contrast(contrast: ReportedContrast) -> CompletedContrast:
    """Estimate and standard error of `contrast` on the analysis scale, where they can be found. Never raises.

    Numbers that cannot be (a ratio of zero, limits the wrong way round, p = 0) are not used; a warning says so.
    """
    methods: list[str] = []
    warnings: list[str] = []
    given = _analysed(_finite(contrast), methods, warnings)
    if given.estimate is None and given.ci_low is not None and given.ci_high is not None:
        given = dataclasses.replace(given, estimate=(given.ci_low + given.ci_high) / 2)
        methods.append("Estimate = middle of its confidence interval on the analysis scale (Handbook 6.3.1).")
    elif _off_centre(given):
        warnings.append(
            "The estimate is not in the middle of its confidence interval on the analysis scale: check both, or how the interval "
            "was made."
        )
    se = _standard_error(given, methods, warnings)
    return CompletedContrast(
        measure=contrast.measure,
        estimate=given.estimate,
        se=se,
        methods=tuple(methods),
        warnings=tuple(warnings),
    )


def _analysed(given: ReportedContrast, methods: list[str], warnings: list[str]) -> ReportedContrast:
    """`given` with estimate and limits on the analysis scale; those that have no place on it are dropped."""
    scale = _scale(given.measure.upper())
    if scale is not None:
        values: dict[str, Any] = {}
        for name in ("estimate", "ci_low", "ci_high"):
            value = getattr(given, name)
            try:
                values[name] = None if value is None else scale.to(value)
            except ValueError:
                values[name] = None
                warnings.append(scale.refusal)
        if any(value is not None for value in values.values()):
            methods.append(scale.sentence)
        given = dataclasses.replace(given, **values)
    if given.ci_low is not None and given.ci_high is not None and given.ci_low >= given.ci_high:
        warnings.append("The lower limit must lie below the upper one: the interval was not used.")
        given = dataclasses.replace(given, ci_low=None, ci_high=None)
    return given


def _scale(measure: str) -> _Scale | None:
    if measure in RATIOS:
        return _Scale(
            math.log,
            "Ratio and limits taken to their natural logarithm (Handbook 6.3.2).",
            "A ratio and its limits must be above zero to have a logarithm.",
        )
    if measure == "ZCOR":
        return _Scale(
            math.atanh,
            "Correlation and limits taken to Fisher's z.",
            "A correlation and its limits must lie between −1 and 1.",
        )
    return None


def _standard_error(given: ReportedContrast, methods: list[str], warnings: list[str]) -> float | None:
    """The standard error read, or from the first source that gives one."""
    if given.se is not None and given.se > 0:
        _compare_with_interval(given, given.se, warnings)
        return given.se
    if given.se is not None:
        warnings.append("A standard error must be above zero: the printed one was not used.")
    for source in (_from_interval, _from_t, _from_z, _from_f, _from_p):
        try:
            found = source(given)
        except ValueError as refused:
            warnings.append(str(refused))
            continue
        if found is not None and not 0 < found[0] < math.inf:
            warnings.append("The numbers are too large, or the test too extreme, to give a standard error.")
        elif found is not None:
            methods.append(found[1])
            return found[0]
    return None


def _degrees(given: ReportedContrast) -> float | None:
    """Degrees of freedom of the test: as printed, or n1 + n2 − 2 for a mean difference; None for a normal test."""
    if given.df is not None:
        return given.df
    if given.measure.upper() in STUDENT and given.n1 is not None and given.n2 is not None:
        return given.n1 + given.n2 - 2
    return None


def _from_interval(given: ReportedContrast) -> tuple[float, str] | None:
    if given.ci_low is None or given.ci_high is None:
        return None
    level = 95.0 if given.ci_level is None else given.ci_level
    df = _degrees(given)
    if df is None:
        se = se_from_ci(given.ci_low, given.ci_high, level=level)
        return se, f"SE = width of the {level:g} % confidence interval / (2 z) (Handbook 6.3.1)."
    se = se_from_t_ci(given.ci_low, given.ci_high, df=df, level=level)
    return (
        se,
        f"SE = width of the {level:g} % confidence interval / (2 t) on {df:g} degrees of freedom (Handbook 6.5.2.3).",
    )


def _from_t(given: ReportedContrast) -> tuple[float, str] | None:
    if given.t is None or given.estimate is None:
        return None
    return se_from_statistic(given.estimate, given.t), "SE = |estimate / t| (Handbook 6.5.2.3)."


def _from_z(given: ReportedContrast) -> tuple[float, str] | None:
    if given.z is None or given.estimate is None:
        return None
    return se_from_statistic(given.estimate, given.z), "SE = |estimate / z| (Handbook 6.3.1)."


def _from_f(given: ReportedContrast) -> tuple[float, str] | None:
    if given.f is None or given.estimate is None:
        return None
    return se_from_f(
        given.estimate, given.f
    ), "SE = |estimate| / √F, F of two groups being t² (Handbook 6.5.2.3)."


def _from_p(given: ReportedContrast) -> tuple[float, str] | None:
    if given.p is None or given.estimate is None:
        return None
    df = _degrees(given)
    se = se_from_p(given.estimate, given.p, df=df)
    if df is None:
        return se, "SE = |estimate| / z of the two-sided p value (Handbook 6.3.1)."
    return (
        se,
        f"SE = |estimate| / t of the two-sided p value on {df:g} degrees of freedom (Handbook 6.5.2.3).",
    )


def _compare_with_interval(given: ReportedContrast, se: float, warnings: list[str]) -> None:
    """Warn where the printed standard error and interval contradict each other."""
    try:
        other = _from_interval(given)
    except ValueError as refused:
        warnings.append(str(refused))
        return
    if other is not None and abs(other[0] - se) > DISAGREE * max(other[0], se):
        warnings.append(
            f"The printed standard error ({se:.4g}) and the one from the confidence interval ({other[0]:.4g}) differ: for a ratio the "
            "standard error must be that of its logarithm."
        )


def _off_centre(given: ReportedContrast) -> bool:
    if given.estimate is None or given.ci_low is None or given.ci_high is None:
        return False
    return abs(given.estimate - (given.ci_low + given.ci_high) / 2) > OFF_CENTRE * (
        given.ci_high - given.ci_low
    )


def _finite(contrast: ReportedContrast) -> ReportedContrast:
    """`contrast` without NaN and infinities, which say nothing."""
    odd: dict[str, Any] = {
        field.name: None
        for field in dataclasses.fields(contrast)
        if field.name != "measure"
        and (value := getattr(contrast, field.name)) is not None
        and not math.isfinite(value)
    }
    return dataclasses.replace(contrast, **odd)
