"""Calculators that fill the SD of two arms from what a paper says of the difference between their means."""

from __future__ import annotations

from extraction.conversions.calculator import Calculator, Computed, Input
from extraction.conversions.contrast_calculators import HIGH, LEVEL, LOW, N1, N2, STATISTICS, found_or_refused
from extraction.conversions.contrasts import ReportedContrast, complete_contrast
from extraction.conversions.dispersion import sd_from_se_of_difference


def _sd_from_difference(
    *, estimate: float | None, n1: float, n2: float, **reported: float | None
) -> Computed:
    """The SD within both arms from what is printed of the difference of their means."""
    level = reported.pop("level", None)
    found = found_or_refused(
        complete_contrast(
            ReportedContrast(measure="MD", estimate=estimate, n1=n1, n2=n2, ci_level=level, **reported)
        )
    )
    sd = sd_from_se_of_difference(found.values["estimate-se"], n1, n2)
    method = f"{found.method} SD = SE / √(1/n1 + 1/n2), one for both arms (Handbook 6.5.2.3)."
    return Computed({"sd": sd}, method.strip(), found.warnings)


def _sd_from_interval(
    *, ci_low: float, ci_high: float, n1: float, n2: float, level: float | None
) -> Computed:
    return _sd_from_difference(estimate=None, ci_low=ci_low, ci_high=ci_high, n1=n1, n2=n2, level=level)


def _sd_from_se(*, se: float, n1: float, n2: float) -> Computed:
    return Computed(
        {"sd": sd_from_se_of_difference(se, n1, n2)},
        "SD = SE / √(1/n1 + 1/n2), one for both arms (Handbook 6.5.2.3).",
    )


SD_CALCULATORS = (
    Calculator(
        "sd-from-difference-se",
        "SD from the standard error of a difference",
        "Handbook 6.5.2.3",
        (Input("se", "Standard error of the difference"), N1, N2),
        ("sd",),
        _sd_from_se,
    ),
    Calculator(
        "sd-from-difference-ci",
        "SD from the confidence interval of a difference",
        "Handbook 6.5.2.3",
        (LOW, HIGH, N1, N2, LEVEL),
        ("sd",),
        _sd_from_interval,
    ),
    *(
        Calculator(
            f"sd-from-{key}",
            f"SD from {'a p value' if key == 'p' else key.upper() if key == 'f' else key}",
            "Handbook 6.5.2.3",
            (Input("estimate", "Difference of the means"), STATISTICS[key], N1, N2),
            ("sd",),
            _sd_from_difference,
        )
        for key in ("t", "p", "f")
    ),
)
