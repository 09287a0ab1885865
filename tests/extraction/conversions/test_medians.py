"""Means and SDs from medians: no worked example of these formulas is known to us, so simulation (with a fixed seed) has to do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from extraction.conversions.calculators import calculator_named
from extraction.conversions.medians import Summary, luo_mean, shi_sd, skewness, wan_mean, wan_sd
from extraction.conversions.quantile_fit import fit_quantiles


def summaries(sample: np.ndarray) -> dict[str, Summary]:
    """The three scenarios of one sample."""
    low, q1, median, q3, high = np.quantile(sample, [0, 0.25, 0.5, 0.75, 1]).tolist()
    n = float(sample.size)
    return {
        "S1": Summary(n=n, median=median, minimum=low, maximum=high),
        "S2": Summary(n=n, median=median, q1=q1, q3=q3),
        "S3": Summary(n=n, median=median, q1=q1, q3=q3, minimum=low, maximum=high),
    }


@pytest.mark.parametrize("n", [25, 101])
def test_means_and_standard_deviations_are_unbiased_in_normal_samples(n: int) -> None:
    samples = np.random.default_rng(2014).normal(50, 10, size=(1500, n))
    found = [summaries(sample) for sample in samples]
    for scenario in ("S1", "S2", "S3"):
        of = [one[scenario] for one in found]
        assert np.mean([luo_mean(one) for one in of]) == pytest.approx(50, abs=0.25)
        assert np.mean([wan_mean(one) for one in of]) == pytest.approx(50, abs=0.25)
        assert np.mean([wan_sd(one) for one in of]) == pytest.approx(10, rel=0.05)
    assert np.mean([shi_sd(one["S3"]) for one in found]) == pytest.approx(10, rel=0.04)


def test_luo_and_shi_are_closer_to_the_sample_than_wan() -> None:
    # what Luo 2018 and Shi 2020 claim for their weights, for ranges in large samples
    samples = np.random.default_rng(2018).normal(50, 10, size=(1500, 101))
    found = [summaries(sample) for sample in samples]

    def error(values: list[float], truth: np.ndarray) -> float:
        return float(((np.array(values) - truth) ** 2).mean())

    means, sds = samples.mean(axis=1), samples.std(axis=1, ddof=1)
    assert error([luo_mean(one["S1"]) for one in found], means) < 0.7 * error(
        [wan_mean(one["S1"]) for one in found], means
    )
    assert error([luo_mean(one["S3"]) for one in found], means) < error(
        [wan_mean(one["S3"]) for one in found], means
    )
    assert error([shi_sd(one["S3"]) for one in found], sds) < error([wan_sd(one["S3"]) for one in found], sds)


@pytest.mark.parametrize("n", [25, 101, 401])
def test_the_test_of_skewness_errs_once_in_twenty(n: int) -> None:
    samples = np.random.default_rng(2023).normal(size=(3000, n))
    found = [summaries(sample) for sample in samples]
    for scenario in ("S1", "S2", "S3"):
        errs = np.mean([skewness(one[scenario]).significant for one in found])
        assert errs == pytest.approx(0.05, abs=0.01), scenario


def test_the_test_of_skewness_finds_log_normal_data() -> None:
    samples = np.random.default_rng(5).lognormal(0, 1, size=(200, 101))
    assert np.mean([skewness(summaries(sample)["S3"]).significant for sample in samples]) > 0.9


def test_skewed_numbers_carry_a_warning_into_the_record() -> None:
    computed = calculator_named("mean-sd-from-median").compute({"n": 100, "median": 4, "q1": 3, "q3": 9})
    assert any("skewed" in said for said in computed.warnings)


@pytest.mark.parametrize(
    ("family", "truth"),
    [
        ("normal", stats.norm(-5, 2)),
        ("log-normal", stats.lognorm(0.7, scale=3)),
        ("gamma", stats.gamma(2, scale=4)),
        ("Weibull", stats.weibull_min(1.7, scale=6)),
        ("beta", stats.beta(2, 3)),
    ],
)
def test_quantile_estimation_finds_the_distribution_that_made_the_numbers(
    family: str, truth: stats.rv_continuous
) -> None:
    n = 200.0
    low, q1, median, q3, high = truth.ppf([1 / n, 0.25, 0.5, 0.75, 1 - 1 / n]).tolist()
    fit = fit_quantiles(Summary(n=n, median=median, q1=q1, q3=q3, minimum=low, maximum=high))
    assert fit.family == family
    assert (fit.mean, fit.sd) == pytest.approx((truth.mean(), truth.std()), rel=1e-4)


@settings(max_examples=15)
@given(st.floats(1e-3, 1e6))
def test_quantile_estimation_does_not_depend_on_the_unit(unit: float) -> None:
    fit = fit_quantiles(Summary(n=60, median=5, q1=3, q3=9))
    scaled = fit_quantiles(Summary(n=60, median=5 * unit, q1=3 * unit, q3=9 * unit))
    if scaled.family != "beta":
        assert scaled.family == fit.family
        assert scaled.mean == pytest.approx(fit.mean * unit, rel=1e-6)
        assert scaled.sd == pytest.approx(fit.sd * unit, rel=1e-6)
