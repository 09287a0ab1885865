"""Calculators that fill the estimate of a comparison and its standard error."""

from __future__ import annotations

from collections.abc import Callable

from extraction.conversions import effects, survival
from extraction.conversions.calculator import Calculator, Computed, Input
from extraction.conversions.contrasts import CompletedContrast, ReportedContrast, complete_contrast
from extraction.conversions.effects import Estimate
from extraction.conversions.survival import LogHazardRatio

MEASURES = (
    ("MD", "Mean difference"),
    ("SMD", "Standardised mean difference"),
    ("OR", "Odds ratio"),
    ("RR", "Risk ratio"),
    ("RD", "Risk difference"),
    ("HR", "Hazard ratio"),
    ("IRR", "Rate ratio"),
    ("IRD", "Rate difference"),
    ("ROM", "Ratio of means"),
)
_MEASURE = Input("measure", "Measure", kind="choice", choices=MEASURES)
_ESTIMATE = Input("estimate", "Estimate as printed (ratios as ratios)")
LEVEL = Input("level", "Confidence level in percent, if not 95", required=False, kind="percent")
_DF = Input("df", "Degrees of freedom, if the paper used Student’s t", required=False, kind="count")
_P = Input("p", "Two-sided p value")
N1 = Input("n1", "Number of people, arm 1", kind="count")
N2 = Input("n2", "Number of people, arm 2", kind="count")
LOW, HIGH = Input("ci_low", "Lower limit"), Input("ci_high", "Upper limit")
_ESTIMATE_KEYS = ("estimate", "estimate-se")
#: One field each: what a paper may print of a difference in place of its standard error.
STATISTICS = {
    "t": Input("t", "t statistic"),
    "z": Input("z", "z statistic"),
    "f": Input("f", "F statistic (1 degree of freedom above)"),
    "p": _P,
}


def found_or_refused(done: CompletedContrast) -> Computed:
    """What `complete_contrast` found, or its warnings as the reason why nothing was."""
    if done.estimate is None or done.se is None:
        raise ValueError(" ".join(done.warnings) or "These numbers do not give a standard error.")
    return Computed(
        {"estimate": done.estimate, "estimate-se": done.se}, " ".join(done.methods), done.warnings
    )


def _from_interval(
    *,
    measure: str,
    estimate: float | None,
    ci_low: float,
    ci_high: float,
    level: float | None,
    df: float | None,
) -> Computed:
    return found_or_refused(
        complete_contrast(
            ReportedContrast(
                measure=measure, estimate=estimate, ci_low=ci_low, ci_high=ci_high, ci_level=level, df=df
            )
        )
    )


def _from_statistic(
    *, measure: str, estimate: float, df: float | None = None, **statistic: float
) -> Computed:
    return found_or_refused(
        complete_contrast(ReportedContrast(measure=measure, estimate=estimate, df=df, **statistic))
    )


def _of(estimate: Estimate, method: str) -> Computed:
    return Computed({"estimate": estimate.estimate, "estimate-se": estimate.se}, method, estimate.warnings)


def _table(
    function: Callable[[float, float, float, float], Estimate], method: str
) -> Callable[..., Computed]:
    def run(*, events1: float, n1: float, events2: float, n2: float) -> Computed:
        return _of(function(events1, n1, events2, n2), method)

    return run


def _rates(
    function: Callable[[float, float, float, float], Estimate], method: str
) -> Callable[..., Computed]:
    def run(*, events1: float, time1: float, events2: float, time2: float) -> Computed:
        return _of(function(events1, time1, events2, time2), method)

    return run


def _rr_from_or(*, ratio: float, ci_low: float, ci_high: float, risk: float) -> Computed:
    baseline = risk / 100
    point, low, high = (
        effects.risk_ratio_from_odds_ratio(value, baseline) for value in (ratio, ci_low, ci_high)
    )
    if not low < high:
        raise ValueError("The lower limit must lie below the upper one.")
    done = found_or_refused(
        complete_contrast(ReportedContrast(measure="RR", estimate=point, ci_low=low, ci_high=high))
    )
    method = f"RR = OR / (1 − p0 (1 − OR)) with p0 = {risk:g} %, limits likewise (Handbook 15.4.4.4). {done.method}"
    warnings = ("The result depends on the risk in the comparator, which is taken as known.", *done.warnings)
    return Computed(done.values, method, warnings)


def _smd_from_or(*, log_ratio: float, se: float) -> Computed:
    return _of(
        effects.smd_from_log_odds_ratio(log_ratio, se),
        "SMD = ln OR × √3/π, SE likewise (Chinn 2000; Handbook 10.6).",
    )


def _or_from_smd(*, smd: float, se: float) -> Computed:
    return _of(
        effects.log_odds_ratio_from_smd(smd, se),
        "ln OR = SMD × π/√3, SE likewise (Chinn 2000; Handbook 10.6).",
    )


def _hazard(found: LogHazardRatio, method: str) -> Computed:
    return Computed({"estimate": found.estimate, "estimate-se": found.se}, method)


def _hr_from_log_rank(*, o_minus_e: float, v: float) -> Computed:
    return _hazard(
        survival.from_log_rank(o_minus_e, v), "ln HR = (O − E) / V, SE = 1 / √V (Parmar 1998; Tierney 2007)."
    )


def _hr_from_interval(*, ratio: float, ci_low: float, ci_high: float, level: float | None) -> Computed:
    level = 95.0 if level is None else level
    return _hazard(
        survival.from_interval(ratio, ci_low, ci_high, level=level),
        f"SE of ln HR = width of the {level:g} % confidence interval on the log scale / (2 z) (Parmar 1998; Tierney 2007, method 3).",
    )


def _hr_from_p_events(*, p: float, events1: float, events2: float, direction: str) -> Computed:
    v = survival.variance_from_events(events1, events2)
    return _hazard(
        survival.from_p(p, v, research_better=direction == "fewer"),
        "V = O1 O2 / O, O − E = ± z √V, z of the two-sided log-rank p value (Parmar 1998; Tierney 2007).",
    )


def _hr_from_p_allocation(*, p: float, events: float, n1: float, n2: float, direction: str) -> Computed:
    v = survival.variance_from_allocation(events, n1, n2)
    return _hazard(
        survival.from_p(p, v, research_better=direction == "fewer"),
        "V = O n1 n2 / (n1 + n2)², O − E = ± z √V, z of the two-sided log-rank p value (Parmar 1998; Tierney 2007).",
    )


def _hr_from_events(*, ratio: float, events1: float, events2: float) -> Computed:
    v = survival.variance_from_events(events1, events2)
    return _hazard(
        survival.from_ratio(ratio, v), "SE of ln HR = 1 / √V with V = O1 O2 / O (Parmar 1998; Tierney 2007)."
    )


def _and(*fields: Input) -> tuple[Input, ...]:
    return (_MEASURE, _ESTIMATE, *fields)


_TABLE = (
    Input("events1", "Events, arm 1", kind="count"),
    N1,
    Input("events2", "Events, arm 2", kind="count"),
    N2,
)
_RATES = (
    Input("events1", "Events, arm 1", kind="count"),
    Input("time1", "Person-time, arm 1"),
    Input("events2", "Events, arm 2", kind="count"),
    Input("time2", "Person-time, arm 2"),
)
_DIRECTION = Input(
    "direction",
    "Events in arm 1, against expectation",
    kind="choice",
    choices=(("fewer", "Fewer: arm 1 did better"), ("more", "More: arm 1 did worse")),
)
_RATIO = Input("ratio", "Hazard ratio")
_HANDBOOK_SE = "Handbook 6.3.1, 6.3.2 and 6.5.2.3"

CONTRAST_CALCULATORS = (
    Calculator(
        "estimate-from-ci",
        "Estimate and SE from a confidence interval",
        _HANDBOOK_SE,
        (
            _MEASURE,
            Input("estimate", "Estimate as printed, if it is", required=False),
            LOW,
            HIGH,
            LEVEL,
            _DF,
        ),
        _ESTIMATE_KEYS,
        _from_interval,
    ),
    Calculator(
        "estimate-from-p",
        "Estimate and SE from a p value",
        _HANDBOOK_SE,
        _and(_P, _DF),
        _ESTIMATE_KEYS,
        _from_statistic,
    ),
    *(
        Calculator(
            f"estimate-from-{key}",
            f"Estimate and SE from {key.upper() if key == 'f' else key}",
            _HANDBOOK_SE,
            _and(STATISTICS[key]),
            _ESTIMATE_KEYS,
            _from_statistic,
        )
        for key in ("t", "z", "f")
    ),
    Calculator(
        "odds-ratio",
        "Log odds ratio from counts",
        "Woolf 1955; Deeks & Higgins 2010",
        _TABLE,
        _ESTIMATE_KEYS,
        _table(
            effects.odds_ratio,
            "ln OR = ln(ad / bc), SE = √(1/a + 1/b + 1/c + 1/d) (Woolf 1955; Deeks & Higgins 2010).",
        ),
    ),
    Calculator(
        "risk-ratio",
        "Log risk ratio from counts",
        "Katz 1978; Deeks & Higgins 2010",
        _TABLE,
        _ESTIMATE_KEYS,
        _table(
            effects.risk_ratio,
            "ln RR from counts, SE = √(1/a − 1/n1 + 1/c − 1/n2) (Katz 1978; Deeks & Higgins 2010).",
        ),
    ),
    Calculator(
        "risk-difference",
        "Risk difference from counts",
        "Deeks & Higgins 2010",
        _TABLE,
        _ESTIMATE_KEYS,
        _table(effects.risk_difference, "RD = a/n1 − c/n2, SE = √(ab/n1³ + cd/n2³) (Deeks & Higgins 2010)."),
    ),
    Calculator(
        "rate-ratio",
        "Log rate ratio from events and person-time",
        "Handbook 6.7",
        _RATES,
        _ESTIMATE_KEYS,
        _rates(effects.rate_ratio, "ln IRR = ln[(E1/T1) / (E2/T2)], SE = √(1/E1 + 1/E2) (Handbook 6.7)."),
    ),
    Calculator(
        "rate-difference",
        "Rate difference from events and person-time",
        "Handbook 6.7",
        _RATES,
        _ESTIMATE_KEYS,
        _rates(effects.rate_difference, "IRD = E1/T1 − E2/T2, SE = √(E1/T1² + E2/T2²) (Handbook 6.7)."),
    ),
    Calculator(
        "risk-ratio-from-odds-ratio",
        "Log risk ratio from an odds ratio",
        "Handbook 15.4.4.4; Zhang & Yu 1998",
        (
            Input("ratio", "Odds ratio"),
            LOW,
            HIGH,
            Input("risk", "Risk in the comparator, in percent", kind="percent"),
        ),
        _ESTIMATE_KEYS,
        _rr_from_or,
    ),
    Calculator(
        "smd-from-odds-ratio",
        "SMD from a log odds ratio",
        "Chinn 2000; Handbook 10.6",
        (Input("log_ratio", "Log odds ratio"), Input("se", "Its standard error")),
        _ESTIMATE_KEYS,
        _smd_from_or,
    ),
    Calculator(
        "odds-ratio-from-smd",
        "Log odds ratio from an SMD",
        "Chinn 2000; Handbook 10.6",
        (Input("smd", "SMD"), Input("se", "Its standard error")),
        _ESTIMATE_KEYS,
        _or_from_smd,
    ),
    Calculator(
        "hazard-ratio-from-log-rank",
        "Log hazard ratio from O − E and V",
        "Parmar 1998; Tierney 2007; Handbook 6.8.2",
        (Input("o_minus_e", "Observed − expected events, arm 1"), Input("v", "Variance V")),
        _ESTIMATE_KEYS,
        _hr_from_log_rank,
    ),
    Calculator(
        "hazard-ratio-from-ci",
        "Log hazard ratio from a confidence interval",
        "Parmar 1998; Tierney 2007",
        (_RATIO, LOW, HIGH, LEVEL),
        _ESTIMATE_KEYS,
        _hr_from_interval,
    ),
    Calculator(
        "hazard-ratio-from-p-and-events",
        "Log hazard ratio from a log-rank p value and the events of each arm",
        "Parmar 1998; Tierney 2007",
        (
            _P,
            Input("events1", "Events, arm 1", kind="count"),
            Input("events2", "Events, arm 2", kind="count"),
            _DIRECTION,
        ),
        _ESTIMATE_KEYS,
        _hr_from_p_events,
    ),
    Calculator(
        "hazard-ratio-from-p-and-allocation",
        "Log hazard ratio from a log-rank p value, all events and the people in each arm",
        "Parmar 1998; Tierney 2007",
        (_P, Input("events", "Events in both arms", kind="count"), N1, N2, _DIRECTION),
        _ESTIMATE_KEYS,
        _hr_from_p_allocation,
    ),
    Calculator(
        "hazard-ratio-from-events",
        "SE of a log hazard ratio from the events of each arm",
        "Parmar 1998; Tierney 2007",
        (
            _RATIO,
            Input("events1", "Events, arm 1", kind="count"),
            Input("events2", "Events, arm 2", kind="count"),
        ),
        _ESTIMATE_KEYS,
        _hr_from_events,
    ),
)
