"""Calculators that fill fields of one arm."""

from __future__ import annotations

from extraction.conversions.calculator import Calculator, Computed, Input
from extraction.conversions.change import correlation_of_ends, sd_of_change
from extraction.conversions.counts import events_from_percent
from extraction.conversions.dispersion import sd_from_ci, sd_from_se
from extraction.conversions.medians import (
    Summary,
    luo_mean,
    quartiles_in_sds,
    range_in_sds,
    shi_sd,
    skewness_warnings,
    wan_mean,
    wan_sd,
)
from extraction.conversions.quantile_fit import fit_quantiles
from extraction.conversions.units import UNITS, convert, convert_spread

N = Input("n", "Number of people", kind="count")
LEVEL = Input("level", "Confidence level in percent, if not 95", required=False, kind="percent")
QUANTILES = (
    N,
    Input("median", "Median"),
    Input("q1", "Lower quartile", required=False),
    Input("q3", "Upper quartile", required=False),
    Input("minimum", "Minimum", required=False),
    Input("maximum", "Maximum", required=False),
)
_UNIT_CHOICES = tuple((unit, f"{unit} ({kind})") for kind, units in UNITS.items() for unit in units)
#: Interquartile range of the standard normal distribution, as the Handbook rounds it.
IQR_IN_SDS = 1.35


def _sd_from_se(*, se: float, n: float) -> Computed:
    return Computed({"sd": sd_from_se(se, n)}, "SD = SE × √n (Handbook 6.5.2.2).")


def _sd_from_ci(
    *, ci_low: float, ci_high: float, n: float, level: float | None, quantile: str | None
) -> Computed:
    level = 95.0 if level is None else level
    normal = quantile == "z"
    divisor = "z" if normal else "t), t on n − 1 degrees of freedom"
    sd = sd_from_ci(ci_low, ci_high, n, level=level, normal=normal)
    method = f"SD = √n × width of the {level:g} % confidence interval of the mean / (2 {divisor}{')' if normal else ''} (Handbook 6.5.2.2)."
    warnings = (
        ("Groups of fewer than 60 people call for t rather than z (Handbook 6.5.2.2).",)
        if normal and n < 60
        else ()
    )
    return Computed({"sd": sd, "mean": (ci_low + ci_high) / 2}, method, warnings)


def _sd_from_iqr(*, q1: float, q3: float, n: float | None) -> Computed:
    if not q1 < q3:
        raise ValueError("The lower quartile must lie below the upper one.")
    if n is None:
        warnings = ("Without the number of people the divisor of a very large group was used.",)
        return Computed(
            {"sd": (q3 - q1) / IQR_IN_SDS}, "SD = interquartile range / 1.35 (Handbook 6.5.2.5).", warnings
        )
    if n < 2:
        raise ValueError("The group must have at least two people in it.")
    return Computed(
        {"sd": (q3 - q1) / quartiles_in_sds(n)}, "SD = interquartile range / η(n) (Wan 2014, equation 16)."
    )


def _sd_from_range(*, minimum: float, maximum: float, n: float) -> Computed:
    if not minimum < maximum:
        raise ValueError("The minimum must lie below the maximum.")
    if n < 2:
        raise ValueError("The group must have at least two people in it.")
    warnings = ("A range depends on two people alone: prefer any other way to the SD (Handbook 6.5.2.6).",)
    return Computed(
        {"sd": (maximum - minimum) / range_in_sds(n)}, "SD = range / ξ(n) (Wan 2014, equation 9).", warnings
    )


def _summary(
    n: float, median: float, q1: float | None, q3: float | None, minimum: float | None, maximum: float | None
) -> Summary:
    return Summary(n=n, median=median, q1=q1, q3=q3, minimum=minimum, maximum=maximum)


def _luo_wan_shi(**quantiles: float) -> Computed:
    of = _summary(**quantiles)
    both = of.has_quartiles and of.has_range
    method = f"Mean from the median by Luo 2018, SD by {'Shi 2020' if both else 'Wan 2014'}."
    return Computed(
        {"mean": luo_mean(of), "sd": shi_sd(of) if both else wan_sd(of)}, method, skewness_warnings(of)
    )


def _wan(**quantiles: float) -> Computed:
    of = _summary(**quantiles)
    return Computed(
        {"mean": wan_mean(of), "sd": wan_sd(of)},
        "Mean and SD from the median by Wan 2014.",
        skewness_warnings(of),
    )


def _quantile_estimation(**quantiles: float) -> Computed:
    fit = fit_quantiles(_summary(**quantiles))
    method = (
        f"Mean and SD of the best fitting distribution, {fit.family} (quantile estimation, McGrath 2020)."
    )
    return Computed({"mean": fit.mean, "sd": fit.sd}, method)


def _sd_of_change(
    *,
    sd_baseline: float,
    sd_final: float,
    correlation: float,
    mean_baseline: float | None,
    mean_final: float | None,
) -> Computed:
    values = {"sd": sd_of_change(sd_baseline, sd_final, correlation)}
    if mean_baseline is not None and mean_final is not None:
        values["mean"] = mean_final - mean_baseline
    return Computed(
        values,
        f"SD of the change = √(SD_b² + SD_f² − 2 r SD_b SD_f) with correlation r = {correlation:g} (Handbook 6.5.2.8).",
        ("Say where the correlation comes from, and repeat the analysis with others (Handbook 6.5.2.8).",),
    )


def _correlation(*, sd_baseline: float, sd_final: float, sd_change: float) -> Computed:
    value = correlation_of_ends(sd_baseline, sd_final, sd_change)
    warnings: tuple[str, ...] = ()
    if value < 0.5:
        warnings = ("Below 0.5 the final values are more precise than the change (Handbook 6.5.2.8).",)
    return Computed(
        {"correlation": value}, "r = (SD_b² + SD_f² − SD_c²) / (2 SD_b SD_f) (Handbook 6.5.2.8).", warnings
    )


def _events(*, percent: float, n: float) -> Computed:
    found = events_from_percent(percent, n)
    return Computed(
        {"events": found.events},
        "Events = percentage × n / 100, rounded to a whole number of people.",
        found.warnings,
    )


def _units(
    *, value: float, sd: float | None, from_unit: str, to_unit: str, molar_mass: float | None
) -> Computed:
    values = {"mean": convert(value, from_unit, to_unit, molar_mass=molar_mass)}
    if sd is not None:
        if sd < 0:
            raise ValueError("A standard deviation must not be negative.")
        values["sd"] = convert_spread(sd, from_unit, to_unit, molar_mass=molar_mass)
    with_mass = f" with a molar mass of {molar_mass:g} g/mol" if molar_mass is not None else ""
    return Computed(
        values,
        f"From {from_unit} to {to_unit}{with_mass} (unit definitions of Pint); an SD by the factor alone.",
    )


ARM_CALCULATORS = (
    Calculator(
        "sd-from-se",
        "SD from a standard error",
        "Handbook 6.5.2.2",
        (Input("se", "Standard error of the mean"), N),
        ("sd",),
        _sd_from_se,
    ),
    Calculator(
        "sd-from-ci",
        "SD from the confidence interval of a mean",
        "Handbook 6.5.2.2",
        (
            Input("ci_low", "Lower limit"),
            Input("ci_high", "Upper limit"),
            N,
            LEVEL,
            Input(
                "quantile",
                "Distribution, if not t",
                required=False,
                kind="choice",
                choices=(("t", "Student’s t (n − 1)"), ("z", "Normal")),
            ),
        ),
        ("sd", "mean"),
        _sd_from_ci,
    ),
    Calculator(
        "sd-from-iqr",
        "SD from an interquartile range",
        "Wan 2014; Handbook 6.5.2.5",
        (
            Input("q1", "Lower quartile"),
            Input("q3", "Upper quartile"),
            Input("n", "Number of people", required=False, kind="count"),
        ),
        ("sd",),
        _sd_from_iqr,
    ),
    Calculator(
        "sd-from-range",
        "SD from a range",
        "Wan 2014",
        (Input("minimum", "Minimum"), Input("maximum", "Maximum"), N),
        ("sd",),
        _sd_from_range,
    ),
    Calculator(
        "mean-sd-from-median",
        "Mean and SD from a median with quartiles and/or range",
        "Luo 2018; Wan 2014; Shi 2020; skewness by Shi 2023",
        QUANTILES,
        ("mean", "sd"),
        _luo_wan_shi,
    ),
    Calculator(
        "mean-sd-wan",
        "Mean and SD from a median, simple averages",
        "Hozo 2005; Bland 2015; Wan 2014; skewness by Shi 2023",
        QUANTILES,
        ("mean", "sd"),
        _wan,
    ),
    Calculator(
        "mean-sd-quantile-estimation",
        "Mean and SD from a median, skewed data",
        "McGrath 2020 (QE)",
        QUANTILES,
        ("mean", "sd"),
        _quantile_estimation,
    ),
    Calculator(
        "sd-of-change",
        "SD of a change from baseline",
        "Handbook 6.5.2.8",
        (
            Input("sd_baseline", "SD at baseline"),
            Input("sd_final", "SD at the end"),
            Input("correlation", "Correlation of baseline and end"),
            Input("mean_baseline", "Mean at baseline", required=False),
            Input("mean_final", "Mean at the end", required=False),
        ),
        ("sd", "mean"),
        _sd_of_change,
    ),
    Calculator(
        "correlation-of-change",
        "Correlation of baseline and end from three SDs",
        "Handbook 6.5.2.8",
        (
            Input("sd_baseline", "SD at baseline"),
            Input("sd_final", "SD at the end"),
            Input("sd_change", "SD of the change"),
        ),
        ("correlation",),
        _correlation,
    ),
    Calculator(
        "events-from-percent",
        "Events from a percentage",
        "definition of a percentage",
        (Input("percent", "Percentage with the event", kind="percent"), N),
        ("events",),
        _events,
    ),
    Calculator(
        "units",
        "Another unit of measurement",
        "Pint: SI, NIST and CODATA definitions",
        (
            Input("value", "Mean"),
            Input("sd", "Standard deviation", required=False),
            Input("from_unit", "From", kind="choice", choices=_UNIT_CHOICES),
            Input("to_unit", "To", kind="choice", choices=_UNIT_CHOICES),
            Input("molar_mass", "Molar mass in g/mol, between mass and amount", required=False),
        ),
        ("mean", "sd"),
        _units,
    ),
)
