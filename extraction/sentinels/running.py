"""Runs the sentinels: over one result when it is saved, over all results of a review when somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from inspect import cleandoc

from extraction.sentinels import (
    contrasts,
    counts,
    estimates,
    granular,
    labels,
    means,
    mixtures,
    ranges,
    siblings,
)
from extraction.sentinels.findings import Finding, Severity
from extraction.sentinels.rows import Result

ResultCheck = Callable[[Result], Iterable[Finding]]
ReviewCheck = Callable[[Sequence[Result]], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Sentinel:
    """A check: its key, its name, the gravest thing it says, and the function that does it.

    One of `on_result` and `on_review` is there. What it does and where it comes from stand in the function's docstring.
    """

    kind: str
    title: str
    severity: Severity
    on_result: ResultCheck | None = None
    on_review: ReviewCheck | None = None

    @property
    def does(self) -> str:
        """What it does, in sentences."""
        return self._told[0]

    @property
    def source(self) -> str:
        """Where the rule comes from."""
        return self._told[1]

    @property
    def _told(self) -> tuple[str, str]:
        told = cleandoc((self.on_result or self.on_review).__doc__ or "")
        does, _, source = told.partition("Source:")
        return " ".join(does.split()), " ".join(source.split())


SENTINELS: tuple[Sentinel, ...] = (
    Sentinel(
        "se-as-sd-by-siblings",
        "SD like an SE, beside other studies",
        "serious",
        on_review=siblings.se_by_siblings,
    ),
    Sentinel("se-as-sd-by-p", "SD like an SE, by the p-value", "serious", means.se_by_p),
    Sentinel("se-as-sd-by-baseline", "SD like an SE, beside baseline", "serious", means.se_by_baseline),
    Sentinel("smd-above-3", "Standardised difference above 3", "serious", means.smd_above_three),
    Sentinel("p-from-means", "p from means and SDs", "serious", means.p_from_means),
    Sentinel("group-spread", "SD, SE and interval of a group", "serious", means.group_spread),
    Sentinel("ci-off-centre", "Estimate off the middle of its interval", "serious", contrasts.ci_off_centre),
    Sentinel("ci-width", "Width of the interval and SE", "serious", contrasts.ci_width),
    Sentinel("statistic", "z or t from estimate and SE", "serious", contrasts.statistic),
    Sentinel("p-from-statistic", "p from z, t or F", "serious", contrasts.p_from_statistic),
    Sentinel("p-from-estimate", "p from estimate and interval", "serious", contrasts.p_from_estimate),
    Sentinel(
        "estimate-from-means", "Mean difference from the means", "serious", estimates.estimate_from_means
    ),
    Sentinel("estimate-from-counts", "Ratio from the counts", "serious", estimates.estimate_from_counts),
    Sentinel("baseline-explains", "Difference already at baseline", "serious", estimates.baseline_explains),
    Sentinel("grim-mean", "Mean impossible for whole numbers", "serious", granular.grim_mean),
    Sentinel("grimmer-sd", "SD impossible for whole numbers", "serious", granular.grimmer_sd),
    Sentinel("grim-percent", "Percentage impossible for n", "serious", counts.grim_percent),
    Sentinel("percent-events", "Percentage and events", "serious", counts.percent_events),
    Sentinel("outside-scale", "Value outside the scale", "serious", ranges.outside_scale),
    Sentinel("sd-impossible", "SD impossible for the range", "serious", ranges.sd_impossible),
    Sentinel("out-of-order", "Numbers out of order", "serious", ranges.out_of_order),
    Sentinel("impossible-number", "Impossible number", "serious", counts.impossible_number),
    Sentinel("events-above-n", "More events than people", "serious", counts.events_above_n),
    Sentinel("n-above-randomised", "More analysed than randomised", "serious", counts.n_above_randomised),
    Sentinel("totals", "Groups and total", "serious", counts.totals),
    Sentinel("label-age-at-onset", "Age at onset for age", "serious", labels.age_at_onset),
    Sentinel("label-se", "SE by its label", "serious", labels.spread_label),
    Sentinel("label-median", "Median by its label", "serious", labels.mean_label),
    Sentinel("direction-mixed", "Directions mixed", "serious", on_review=mixtures.direction_mixed),
    Sentinel("units-mixed", "Units mixed", "serious", on_review=mixtures.units_mixed),
    Sentinel("scales-mixed", "Versions of a scale mixed", "serious", on_review=mixtures.scales_mixed),
    Sentinel("same-population", "Same people in two studies", "serious", on_review=mixtures.same_population),
    Sentinel("same-numbers", "Same numbers in two studies", "serious", on_review=mixtures.same_numbers),
    Sentinel("shared-control", "Control counted twice", "note", on_review=mixtures.shared_control),
)


def sentinel_named(kind: str) -> Sentinel:
    """The sentinel called `kind`; KeyError if there is none."""
    return {sentinel.kind: sentinel for sentinel in SENTINELS}[kind]


def check_result(result: Result, *, only: str = "") -> list[Finding]:
    """What the sentinels find in one result by itself; serious findings first."""
    found = [
        replace(one, source=sentinel.source)
        for sentinel in _asked(only)
        if sentinel.on_result is not None
        for one in sentinel.on_result(result)
    ]
    return sorted(found, key=_gravest_first)


def check_review(results: Iterable[Result], *, only: str = "") -> list[Finding]:
    """What the sentinels find in each result and in all of them side by side; serious findings first."""
    rows = list(results)
    found = [one for row in rows for one in check_result(row, only=only)]
    found += [
        replace(one, source=sentinel.source)
        for sentinel in _asked(only)
        if sentinel.on_review is not None
        for one in sentinel.on_review(rows)
    ]
    return sorted(found, key=_gravest_first)


def _asked(only: str) -> tuple[Sentinel, ...]:
    return (sentinel_named(only),) if only else SENTINELS


def _gravest_first(one: Finding) -> int:
    """Stable: within a severity the order of the results stays."""
    return 0 if one.severity == "serious" else 1
