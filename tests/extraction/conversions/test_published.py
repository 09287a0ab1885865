"""Every calculator against numbers that somebody else published, or, where nobody did, against what must hold."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pytest
from scipy import stats

from extraction.conversions.calculator import Given
from extraction.conversions.calculators import CALCULATORS, calculator_named


@dataclass(frozen=True)
class Example:
    """A published case: what went in, what came out, to which rounding, and where it is printed."""

    calculator: str
    given: Mapping[str, Given]
    printed: Mapping[str, float]
    rounding: float
    source: str


HANDBOOK_SD = "Cochrane Handbook 6.5.2.2: n = 25, 95 % CI 30.0 to 34.2, SD = 5.09"
HANDBOOK_MD = "Cochrane Handbook 6.5.2.3: MD 3.8, 25 and 22 people, p = 0.008, t = 2.78, SE 1.37, SD 4.69"
HANDBOOK_RD = "Cochrane Handbook 6.3.1: RD 0.03, p = 0.008, z = 2.652, SE 0.011"
HANDBOOK_CHANGE = "Cochrane Handbook 6.5.2.8: baseline SD 6.4, final 7.1, change 4.5; control 7.0, 6.9, 4.2"
WALD = "metafor, help page of conv.wald"
BCG = "metafor, help page of dat.bcg: trial of Aronson 1948"
ESTMEANSD = "estmeansd, README: qe.mean.sd(min.val = 2, med.val = 4, max.val = 9, n = 100)"
BA06 = "MRC BA06 trial, Lancet 1999;354:533, the trial that Tierney 2007 works through: HR 0.85 [0.71, 1.02], log-rank p = 0.075"
ORDER = "2 E(largest of n normal values): Wan 2014, table 1 (Harter 1961)"
QUARTILES = "2 E(normal order statistic 3Q + 1 of 4Q + 1): Wan 2014, table 2"
METAFOR = "metafor 3.8-1, escalc"
OR_, MD = {"measure": "OR"}, {"measure": "MD"}
MD_N = {"estimate": 3.8, "n1": 25, "n2": 22}
ARONSON = {"events1": 4, "n1": 123, "events2": 11, "n2": 139}
RATES = {"events1": 30, "time1": 54308.8, "events2": 60, "time2": 51477.5}

EXAMPLES = [
    Example(
        "sd-from-ci",
        {"n": 25, "ci_low": 30.0, "ci_high": 34.2},
        {"sd": 5.09, "mean": 32.1},
        0.005,
        HANDBOOK_SD,
    ),
    Example("sd-from-p", MD_N | {"p": 0.008}, {"sd": 4.69}, 0.01, HANDBOOK_MD),
    Example("sd-from-t", MD_N | {"t": 2.78}, {"sd": 4.69}, 0.02, HANDBOOK_MD),
    Example("sd-from-f", MD_N | {"f": 2.78**2}, {"sd": 4.69}, 0.02, HANDBOOK_MD),
    Example("sd-from-difference-se", {"se": 1.37, "n1": 25, "n2": 22}, {"sd": 4.69}, 0.005, HANDBOOK_MD),
    Example(
        "estimate-from-t",
        MD | {"estimate": 3.8, "t": 2.78},
        {"estimate": 3.8, "estimate-se": 1.37},
        0.005,
        HANDBOOK_MD,
    ),
    Example(
        "estimate-from-f", MD | {"estimate": 3.8, "f": 2.78**2}, {"estimate-se": 1.37}, 0.005, HANDBOOK_MD
    ),
    Example(
        "estimate-from-p",
        MD | {"estimate": 3.8, "p": 0.008, "df": 45},
        {"estimate-se": 1.37},
        0.005,
        HANDBOOK_MD,
    ),
    Example(
        "estimate-from-p",
        {"measure": "RD", "estimate": 0.03, "p": 0.008},
        {"estimate-se": 0.011},
        0.0005,
        HANDBOOK_RD,
    ),
    Example(
        "estimate-from-z",
        {"measure": "RD", "estimate": 0.03, "z": 2.652},
        {"estimate-se": 0.011},
        0.0005,
        HANDBOOK_RD,
    ),
    Example(
        "estimate-from-ci",
        OR_ | {"estimate": 0.64, "ci_low": 0.33, "ci_high": 1.22},
        {"estimate": -0.4463, "estimate-se": math.sqrt(0.1113)},
        8e-5,
        WALD,
    ),
    Example(
        "estimate-from-p", OR_ | {"estimate": 0.64, "p": 0.17}, {"estimate-se": math.sqrt(0.1058)}, 8e-5, WALD
    ),
    Example(
        "odds-ratio",
        {"events1": 23, "n1": 194, "events2": 38, "n2": 201},
        {"estimate": -0.5500, "estimate-se": math.sqrt(0.0818)},
        9e-5,
        WALD,
    ),
    Example(
        "odds-ratio",
        {"events1": 4, "n1": 46, "events2": 7, "n2": 44},
        {"estimate": -0.6864, "estimate-se": math.sqrt(0.4437)},
        5e-5,
        WALD,
    ),
    Example("odds-ratio", ARONSON, {"estimate": -0.9387, "estimate-se": math.sqrt(0.3571)}, 5e-5, BCG),
    Example(
        "odds-ratio",
        {"events1": 0, "n1": 20, "events2": 5, "n2": 20},
        {"estimate": -2.67748014, "estimate-se": math.sqrt(2.29511480)},
        1e-8,
        METAFOR,
    ),
    Example("risk-ratio", ARONSON, {"estimate": -0.8893, "estimate-se": math.sqrt(0.3256)}, 5e-5, BCG),
    Example(
        "risk-difference",
        ARONSON,
        {"estimate": -0.04661637, "estimate-se": math.sqrt(0.00078007)},
        1e-7,
        METAFOR,
    ),
    Example("rate-ratio", RATES, {"estimate": -0.74668864, "estimate-se": math.sqrt(0.05)}, 1e-8, METAFOR),
    Example(
        "rate-difference",
        RATES,
        {"estimate": -0.000613161103, "estimate-se": math.sqrt(3.2813e-8)},
        2e-9,
        METAFOR,
    ),
    Example(
        "correlation-of-change",
        {"sd_baseline": 6.4, "sd_final": 7.1, "sd_change": 4.5},
        {"correlation": 0.78},
        0.005,
        HANDBOOK_CHANGE,
    ),
    Example(
        "correlation-of-change",
        {"sd_baseline": 7.0, "sd_final": 6.9, "sd_change": 4.2},
        {"correlation": 0.82},
        0.005,
        HANDBOOK_CHANGE,
    ),
    Example(
        "sd-of-change",
        {"sd_baseline": 2.38, "sd_final": 2.21, "correlation": 0.68},
        {"sd": 0.583 * math.sqrt(10)},
        0.0005 * math.sqrt(10),
        "Cochrane Handbook 5.1, 16.4.6.4: SDs 2.38 and 2.21 of 10 people, correlation 0.68, SE of the difference 0.583",
    ),
    Example(
        "mean-sd-quantile-estimation",
        {"n": 100, "median": 4, "minimum": 2, "maximum": 9},
        {"mean": 4.347284, "sd": 1.502171},
        5e-5,  # R's optim stops a little before the minimum
        ESTMEANSD,
    ),
    *(
        Example("sd-from-range", {"minimum": 0, "maximum": spread, "n": n}, {"sd": 1}, 0.015, ORDER)
        for n, spread in ((5, 2.326), (10, 3.078), (20, 3.735), (50, 4.498))
    ),
    *(
        Example("sd-from-iqr", {"q1": 0, "q3": spread, "n": n}, {"sd": 1}, 0.01, QUARTILES)
        for n, spread in ((5, 0.990), (9, 1.144))
    ),
    Example(
        "smd-from-odds-ratio",
        {"log_ratio": 1.81, "se": 1.81},
        {"estimate": 1, "estimate-se": 1},
        0.005,
        "Chinn 2000: ln OR / 1.81",
    ),
    Example(
        "odds-ratio-from-smd",
        {"smd": 1, "se": 1},
        {"estimate": 1.81, "estimate-se": 1.81},
        0.005,
        "Chinn 2000: 1.81 d",
    ),
    Example(
        "hazard-ratio-from-p-and-allocation",
        {"p": 0.075, "events": 485, "n1": 491, "n2": 485, "direction": "fewer"},
        {"estimate": math.log(0.85), "estimate-se": math.log(1.02 / 0.71) / (2 * 1.96)},
        0.006,
        BA06,
    ),
    Example(
        "hazard-ratio-from-p-and-events",
        {"p": 0.075, "events1": 229, "events2": 256, "direction": "fewer"},
        {"estimate": math.log(0.85), "estimate-se": math.log(1.02 / 0.71) / (2 * 1.96)},
        0.006,
        BA06,
    ),
    Example(
        "hazard-ratio-from-ci",
        {"ratio": 0.85, "ci_low": 0.71, "ci_high": 1.02},
        {"estimate": math.log(0.85), "estimate-se": abs(math.log(0.85)) / 1.78},
        0.002,
        f"{BA06}, z = 1.78",
    ),
    Example(
        "hazard-ratio-from-events",
        {"ratio": 0.85, "events1": 229, "events2": 256},
        {"estimate-se": abs(math.log(0.85)) / 1.78},
        0.002,
        f"{BA06}, z = 1.78",
    ),
    Example(
        "units",
        {"value": 98.6, "sd": 1.8, "from_unit": "°F", "to_unit": "°C"},
        {"mean": 37, "sd": 1},
        1e-9,
        "NIST SP 811, B.8",
    ),
    Example(
        "units",
        {"value": 1, "from_unit": "lb", "to_unit": "kg"},
        {"mean": 0.45359237},
        1e-12,
        "NIST SP 811, B.8 (exact)",
    ),
    Example(
        "units",
        {"value": 1, "from_unit": "mmHg", "to_unit": "kPa"},
        {"mean": 0.1333224},
        5e-8,
        "NIST SP 811, B.8",
    ),
    Example(
        "units",
        {"value": 1, "from_unit": "mg/dL", "to_unit": "µmol/L", "molar_mass": 113.12},
        {"mean": 88.4},
        0.05,
        "AMA Manual of Style, 10th ed., table 2: creatinine",
    ),
    Example(
        "units",
        {"value": 1, "from_unit": "mg/dL", "to_unit": "mmol/L", "molar_mass": 180.16},
        {"mean": 0.0555},
        5e-5,
        "AMA Manual of Style, 10th ed., table 2: glucose",
    ),
]

#: No worked example is known to us: test_calculators.py holds them to an identity or a simulation.
WITHOUT_EXAMPLE = {
    "sd-from-se",
    "sd-from-difference-ci",
    "mean-sd-from-median",
    "mean-sd-wan",
    "events-from-percent",
    "combine-means",
    "combine-counts",
    "share-control-means",
    "share-control-counts",
    "risk-ratio-from-odds-ratio",
    "hazard-ratio-from-log-rank",
}


@pytest.mark.parametrize(
    "example", EXAMPLES, ids=lambda example: f"{example.calculator}: {example.source[:40]}"
)
def test_a_published_example_comes_out_as_it_is_printed(example: Example) -> None:
    computed = calculator_named(example.calculator).compute(example.given)
    for key, value in example.printed.items():
        assert computed.values[key] == pytest.approx(value, abs=example.rounding), example.source


def test_every_calculator_has_a_published_example_or_is_said_to_have_none() -> None:
    with_example = {example.calculator for example in EXAMPLES}
    assert with_example | WITHOUT_EXAMPLE == {calculator.key for calculator in CALCULATORS}
    assert not with_example & WITHOUT_EXAMPLE


def test_the_change_that_the_handbook_imputes() -> None:
    # Cochrane Handbook 6.5.2.8: baseline SD 6.4, final 7.1, imputed correlation 0.80: SD of the change √18.666 = 4.3
    computed = calculator_named("sd-of-change").compute(
        {"sd_baseline": 6.4, "sd_final": 7.1, "correlation": 0.8}
    )
    assert computed.values["sd"] == pytest.approx(4.32, abs=0.005)


@pytest.mark.parametrize("n", [5, 9, 25, 101])
def test_wans_divisors_are_close_to_the_expected_order_statistics(n: int) -> None:
    # ξ(n) and η(n) approximate integrals (Wan 2014, section 2): here they are integrated
    def expected(rank: int) -> float:
        uniform = stats.beta(rank, n + 1 - rank)
        p = (np.arange(20_000) + 0.5) / 20_000
        return float((uniform.pdf(p) * stats.norm.ppf(p)).mean())

    whole = calculator_named("sd-from-range").compute({"minimum": 0, "maximum": 2 * expected(n), "n": n})
    inner = calculator_named("sd-from-iqr").compute({"q1": 0, "q3": 2 * expected((3 * n + 1) // 4), "n": n})
    assert whole.values["sd"] == pytest.approx(1, abs=0.015)
    assert inner.values["sd"] == pytest.approx(1, abs=0.015)
