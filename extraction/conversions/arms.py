"""What one arm of a trial prints, and the n, events, mean and SD that an analysis needs.

What is read is kept; only what is missing is computed, by a fixed order of preference:

events      from the percentage and n
mean        1 read, 2 middle of its confidence interval, 3 median with quartiles and/or range (Luo 2018)
sd          1 read, 2 SE × √n, 3 confidence interval of the mean by t, 4 quartiles and range (Shi 2020),
            5 quartiles (Wan 2014), 6 range (Wan 2014)
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass

from extraction.conversions.counts import events_from_percent
from extraction.conversions.dispersion import sd_from_ci, sd_from_se
from extraction.conversions.medians import Summary, luo_mean, shi_sd, skewness_warnings, wan_sd

#: How far from the middle of its interval, as a share of the width, a mean may lie by rounding alone.
OFF_CENTRE = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedArm:
    """What a report prints of one arm: None where it prints nothing. Percentages and levels as 0 to 100."""

    n: float | None = None
    events: float | None = None
    percent: float | None = None
    person_time: float | None = None
    mean: float | None = None
    sd: float | None = None
    se: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    ci_level: float | None = 95
    median: float | None = None
    q1: float | None = None
    q3: float | None = None
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletedArm:
    """What could be read or computed of one arm.

    methods   a sentence for each value that was computed: the formula and its source; empty when all was read
    warnings  what a careful reader should know: skewness, numbers that contradict each other
    """

    n: float | None = None
    events: float | None = None
    mean: float | None = None
    sd: float | None = None
    person_time: float | None = None
    methods: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def complete_arm(arm: ReportedArm) -> CompletedArm:
    """`arm` with events, mean and SD computed where they are missing and can be. Never raises.

    Numbers that cannot be (NaN, a negative SE, quartiles out of order) are not used; a warning says so.
    """
    work = _Work(_finite(arm))
    work.note_events()
    work.note_sd_read()
    work.from_standard_error()
    work.from_interval()
    work.from_summary()
    work.drop_endless()
    return CompletedArm(
        n=work.arm.n,
        events=work.events,
        mean=work.mean,
        sd=work.sd,
        person_time=work.arm.person_time,
        methods=tuple(work.methods),
        warnings=tuple(work.warnings),
    )


class _Work:
    """The values found so far; each step fills what is still missing."""

    def __init__(self, arm: ReportedArm) -> None:
        self.arm = arm
        self.events = arm.events
        self.mean = arm.mean
        self.sd: float | None = None
        self.methods: list[str] = []
        self.warnings: list[str] = []

    def note_events(self) -> None:
        """Events from the percentage."""
        arm = self.arm
        if self.events is not None or arm.percent is None or arm.n is None:
            return
        try:
            found = events_from_percent(arm.percent, arm.n)
        except ValueError as refused:
            self.warnings.append(str(refused))
            return
        self.events = found.events
        self.methods.append("Events = percentage × n / 100, rounded to a whole number of people.")
        self.warnings.extend(found.warnings)

    def note_sd_read(self) -> None:
        """The printed SD, unless it cannot be one."""
        if self.arm.sd is not None and self.arm.sd < 0:
            self.warnings.append("A standard deviation must not be negative: the printed one was not used.")
        else:
            self.sd = self.arm.sd

    def from_standard_error(self) -> None:
        """SD from the SE of the mean."""
        arm = self.arm
        if self.sd is not None or arm.se is None or arm.n is None:
            return
        try:
            self.sd = sd_from_se(arm.se, arm.n)
        except ValueError as refused:
            self.warnings.append(str(refused))
        else:
            self.methods.append("SD = SE × √n (Handbook 6.5.2.2).")

    def from_interval(self) -> None:
        """SD, and the mean if there is none, from the confidence interval of the mean."""
        arm, low, high = self.arm, self.arm.ci_low, self.arm.ci_high
        if low is None or high is None:
            return
        level = 95.0 if arm.ci_level is None else arm.ci_level
        if self.sd is None and arm.n is not None:
            try:
                self.sd = sd_from_ci(low, high, arm.n, level=level)
            except ValueError as refused:
                self.warnings.append(str(refused))
                return
            self.methods.append(
                f"SD = √n × (upper − lower limit of the {level:g} % confidence interval) / (2 t), t on n − 1 degrees of freedom "
                "(Handbook 6.5.2.2)."
            )
        middle = (low + high) / 2
        if self.mean is None and low <= high:
            self.mean = middle
            self.methods.append(
                "Mean = middle of its confidence interval (Handbook 6.5.2.2 takes the interval to be symmetric)."
            )
        elif self.mean is not None and abs(self.mean - middle) > OFF_CENTRE * abs(high - low):
            self.warnings.append(
                "The mean is not in the middle of its confidence interval: the interval may have been made on another scale."
            )

    def from_summary(self) -> None:
        """Mean and SD from the median with quartiles, range, or both."""
        if self.mean is not None and self.sd is not None:
            return
        try:
            summary = _summary(self.arm)
        except ValueError as refused:
            self.warnings.append(str(refused))
            return
        if summary is None:
            return
        if self.mean is None:
            self.mean = luo_mean(summary)
            self.methods.append(f"Mean from the median and {_pairs(summary)} (Luo 2018).")
        if self.sd is None:
            both = summary.has_quartiles and summary.has_range
            self.sd = shi_sd(summary) if both else wan_sd(summary)
            self.methods.append(f"SD from {_pairs(summary)} ({'Shi 2020' if both else 'Wan 2014'}).")
        self.warnings.extend(skewness_warnings(summary))

    def drop_endless(self) -> None:
        """Numbers so large that the result has no size."""
        for name in ("events", "mean", "sd"):
            value: float | None = getattr(self, name)
            if value is not None and not math.isfinite(value):
                setattr(self, name, None)
                self.warnings.append("The numbers are too large to compute with.")


def _summary(arm: ReportedArm) -> Summary | None:
    """The printed quantiles of `arm`, or None when they do not suffice. A lone quartile or end of the range is left out."""
    quartiles = arm.q1 is not None and arm.q3 is not None
    ends = arm.minimum is not None and arm.maximum is not None
    if arm.n is None or arm.median is None or not (quartiles or ends):
        return None
    return Summary(
        n=arm.n,
        median=arm.median,
        q1=arm.q1 if quartiles else None,
        q3=arm.q3 if quartiles else None,
        minimum=arm.minimum if ends else None,
        maximum=arm.maximum if ends else None,
    )


def _pairs(summary: Summary) -> str:
    if summary.has_quartiles and summary.has_range:
        return "the quartiles and the range"
    return "the quartiles" if summary.has_quartiles else "the range"


def _finite(arm: ReportedArm) -> ReportedArm:
    """`arm` without NaN and infinities, which say nothing."""
    odd = {
        field.name: None
        for field in dataclasses.fields(arm)
        if (value := getattr(arm, field.name)) is not None and not math.isfinite(value)
    }
    return dataclasses.replace(arm, **odd)
