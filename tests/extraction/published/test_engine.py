"""What our own engine computes, printed as papers print it, always follows: the checks never flag what rounding explains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from extraction.published import Status, check_text
from extraction.published.checks.leave_one_out import share_by_shift, share_by_width
from extraction.published.spans import Span
from synthesis.stats import StatsError, egger, leave_one_out, meta_regression, pool

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Studies:
    """Effects and variances, and the number of decimals in print."""

    y: Floats
    v: Floats
    decimals: int

    def __call__(self, *numbers: float) -> list[str]:
        """The numbers as they are printed."""
        return [f"{number:.{self.decimals}f}" for number in numbers]


@st.composite
def some_studies(draw: st.DrawFn) -> Studies:
    """Two to fifteen studies, with one that lies far out now and then, or that outweighs all the others."""
    k = draw(st.integers(2, 15))
    y = np.array(draw(st.lists(st.floats(-2, 2), min_size=k, max_size=k)))
    v = np.exp(np.array(draw(st.lists(st.floats(-5, 1), min_size=k, max_size=k))))
    one = draw(st.integers(0, k - 1))
    y[one] += draw(st.sampled_from([0, 0, 0, 5, -20]))
    v[one] *= draw(st.sampled_from([1, 1, 1, 0.01]))
    return Studies(y, v, draw(st.integers(1, 4)))


def raised(text: str) -> list[str]:
    """What is said of claims that do not follow."""
    report = check_text(text)
    assert report.problems == ()
    return [
        f"{v.check}: {v.expected} / {v.found}"
        for one in report.having(Status.DOES_NOT_FOLLOW)
        for v in one.verdicts
    ]


@settings(max_examples=150)
@given(
    some_studies(), st.sampled_from(["z", "t", "knha"]), st.sampled_from([80.0, 95.0, 99.0]), st.booleans()
)
def test_a_pooled_estimate_follows(studies: Studies, test: str, level: float, ratio: bool) -> None:
    found = pool(studies.y, studies.v, test=test, level=level)
    numbers = [found.estimate, found.ci_lb, found.ci_ub]
    estimate, low, high = studies(*(np.exp(numbers) if ratio else numbers))
    [p] = studies(found.p_value)
    [q, q_p, i2] = studies(found.Q, found.Q_p, found.I2_Q)
    freedom = "" if found.statistic_df is None else f", df = {found.statistic_df}"
    lines = [
        f"1 | estimate | x | {'OR' if ratio else 'SMD'} = {estimate}, {level:g}% CI = ({low}, {high}), p = {p}{freedom}",
        f"2 | heterogeneity | x | Q = {q}, k = {found.k}, p = {q_p}, I2 = {i2}%",
        f"3 | heterogeneity | x | k = {found.k}, p = {q_p}, I2 = {i2}%",
    ]
    if test == "z":
        lines.append(
            f"4 | estimate | x | SMD = {studies(found.estimate)[0]}, se = {studies(found.se)[0]}, z = {studies(found.statistic or 0)[0]}, p = {p}"
        )
    assert raised("\n".join(lines)) == []


@settings(max_examples=100)
@given(some_studies(), st.sampled_from(["DL", "REML", "PM", ""]), st.booleans())
def test_leaving_one_out_follows(studies: Studies, tau2: str, told: bool) -> None:
    model = "random" if tau2 else "common"
    try:
        whole = pool(studies.y, studies.v, model=model, tau2=tau2 or "REML")
        rows = leave_one_out(studies.y, studies.v, model=model, tau2=tau2 or "REML")
    except StatsError:
        assume(False)
    estimate, low, high = studies(whole.estimate, whole.ci_lb, whole.ci_ub)
    ranges = [" to ".join(studies(row.min(), row.max())) for row in (rows.estimate, rows.ci_lb, rows.ci_ub)]
    lines = [
        f"1 | estimate | main | SMD = {estimate} | ci = {low} to {high}{f' | model = {model}' if told else ''}",
        f"2 | leave-one-out | x | est = {ranges[0]} | lower = {ranges[1]} | upper = {ranges[2]} | pooled = main | k = {whole.k}",
    ]
    assert raised("\n".join(lines)) == []


@settings(max_examples=60)
@given(some_studies(), st.sampled_from(["z", "t", "knha"]))
def test_a_meta_regression_and_a_test_of_asymmetry_follow(studies: Studies, test: str) -> None:
    k = studies.y.size
    assume(k > 3)
    design = np.column_stack([np.ones(k), np.linspace(-1, 1, k)])
    try:
        found = meta_regression(studies.y, studies.v, design, test=test)
        asymmetry = egger(studies.y, studies.v)
    except StatsError:
        assume(False)
    printed = [float(column[1]) for column in (found.beta, found.se, found.statistic, found.p_value)]
    assume(all(np.isfinite(printed)))
    name = "z" if test == "z" else "t"
    numbers = studies(*printed)
    low, high = studies(float(found.ci_lb[1]), float(found.ci_ub[1]))
    lines = [
        f"1 | regression | x | coef = {numbers[0]}, se = {numbers[1]}, {name} = {numbers[2]}, p = {numbers[3]}, k = {k}",
        f"2 | regression | x | coef = {numbers[0]}, 95% CI = ({low}, {high}), {name} = {numbers[2]}, p = {numbers[3]}, k = {k}",
        f"3 | test | x | p = {numbers[3]} | 95% CI = {low} to {high}",
        f"4 | regression | egger | t = {studies(asymmetry.statistic)[0]}, p = {studies(asymmetry.p_value)[0]}, k = {k}",
    ]
    assert raised("\n".join(lines)) == []


def test_the_share_of_a_study_is_what_leaving_it_out_shows() -> None:
    """With fixed weights the width gives the share exactly; with equal ones no study moves the mean by more than its SE."""
    v = np.array([0.1, 0.2, 0.4, 0.8])
    y = np.array([0.3, -0.2, 0.5, 0.1])
    whole, rows = pool(y, v, model="common"), leave_one_out(y, v, model="common")
    for share, se in zip((1 / v) / (1 / v).sum(), rows.se, strict=True):
        shown = share_by_width(Span(whole.se, whole.se), Span(float(se), float(se)))
        assert shown == pytest.approx(share)
    assert share_by_shift(3.0, 1.0, 10) == pytest.approx(0.1)
    assert share_by_shift(0.0, 1.0, 10) == 0


def test_effects_of_single_studies_in_place_of_leave_one_out_are_raised() -> None:
    """The other way round: the range of single studies' effects, as a program prints it above the pooled result."""
    y, v = np.array([0.2, 0.5, 0.4, -0.9, 0.6, 9.0]), np.array([0.05, 0.08, 0.06, 0.1, 0.07, 4.0])
    whole = pool(y, v, model="common")
    se = np.sqrt(v)
    ranges = [f"{row.min():.3f} to {row.max():.3f}" for row in (y, y - 1.96 * se, y + 1.96 * se)]
    lines = [
        f"1 | estimate | main | SMD = {whole.estimate:.3f} | ci = {whole.ci_lb:.3f} to {whole.ci_ub:.3f} | model = common",
        f"2 | leave-one-out | x | est = {ranges[0]} | lower = {ranges[1]} | upper = {ranges[2]} | pooled = main | k = 6",
    ]
    assert "The ranges fit the pooled estimate" in raised("\n".join(lines))[-1]
