"""Numbers that were rounded from one truth raise nothing, however coarsely; a planted error does."""

from __future__ import annotations

import dataclasses
import math
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from extraction.sentinels import Contrast, Group, Printed, Result, check_result, printed
from extraction.sentinels.spans import Span
from tests.extraction.sentinels.made import contrast, kinds, means, result

DECIMALS = st.integers(0, 5)
ROUNDINGS = st.sampled_from([ROUND_HALF_UP, ROUND_HALF_EVEN])


def as_paper(value: float, decimals: int, rounding: str = ROUND_HALF_UP) -> Printed:
    """A number as a paper prints it."""
    return printed(str(Decimal(value).quantize(Decimal(1).scaleb(-decimals), rounding)), key="k")


@given(
    st.floats(-5, 5),
    st.floats(0.05, 5),
    st.sampled_from([90.0, 95.0, 99.0]),
    st.none() | st.integers(3, 200),
    st.lists(DECIMALS, min_size=6, max_size=6),
    st.booleans(),
    ROUNDINGS,
)
def test_a_comparison_rounded_from_one_truth_raises_nothing(
    estimate: float, se: float, level: float, df: int | None, decimals: list[int], ratio: bool, rounding: str
) -> None:
    law = stats.norm if df is None else stats.t(df)
    half = law.isf((1 - level / 100) / 2) * se
    value = estimate / se
    back = math.exp if ratio else float
    low, middle, high = (back(x) for x in (estimate - half, estimate, estimate + half))
    p = 2 * law.sf(abs(value))
    numbers = [
        as_paper(x, d, rounding) for x, d in zip((middle, low, high, se, value, p), decimals, strict=True)
    ]
    made = Contrast(
        measure="OR" if ratio else "MD",
        estimate=numbers[0],
        ci_low=numbers[1],
        ci_high=numbers[2],
        ci_level=level,
        se=numbers[3],
        z=numbers[4] if df is None else None,
        t=numbers[4] if df is not None else None,
        df=None if df is None else Printed(df),
        p=numbers[5],
    )
    found = check_result(Result("s", contrast=made))
    assert found == []
    without_df = dataclasses.replace(made, df=None)
    assert check_result(Result("s", contrast=without_df)) == []


@given(
    st.tuples(st.floats(-50, 50), st.floats(-50, 50)),
    st.tuples(st.floats(0.1, 30), st.floats(0.1, 30)),
    st.tuples(st.integers(2, 200), st.integers(2, 200)),
    st.lists(DECIMALS, min_size=5, max_size=5),
    st.sampled_from(["pooled", "welch", "z"]),
    ROUNDINGS,
)
def test_the_p_value_of_two_rounded_groups_raises_nothing(
    m: tuple[float, float],
    s: tuple[float, float],
    n: tuple[int, int],
    decimals: list[int],
    test: str,
    rounding: str,
) -> None:
    found = stats.ttest_ind_from_stats(m[0], s[0], n[0], m[1], s[1], n[1], equal_var=test != "welch")
    p = 2 * stats.norm.sf(abs(found.statistic)) if test == "z" else found.pvalue
    numbers = [as_paper(x, d, rounding) for x, d in zip((*m, *s, p), decimals, strict=True)]
    groups = tuple(
        Group(side=side, n=Printed(n[i]), mean=numbers[i], sd=numbers[2 + i])
        for i, side in enumerate(("experimental", "control"))
    )
    row = Result("s", groups=groups, contrast=Contrast(p=numbers[4]))
    assert kinds(row) & {"p-from-means", "se-as-sd-by-p", "impossible-number"} == set()


@given(
    st.floats(0.1, 50),
    st.integers(2, 300),
    st.lists(DECIMALS, min_size=4, max_size=4),
    st.floats(-9, 9),
    st.booleans(),
)
def test_spreads_of_one_group_rounded_from_one_truth_raise_nothing(
    sd: float, n: int, decimals: list[int], mean: float, normal: bool
) -> None:
    se = sd / math.sqrt(n)
    half = se * (1.959964 if normal else stats.t(n - 1).isf(0.025))
    numbers = [as_paper(x, d) for x, d in zip((sd, se, mean - half, mean + half), decimals, strict=True)]
    group = Group(
        n=Printed(n),
        sd=numbers[0],
        se=numbers[1],
        ci_low=numbers[2],
        ci_high=numbers[3],
        mean=as_paper(mean, 5),
    )
    assert kinds(Result("s", groups=(group,))) == set()


@given(st.floats(0.3, 4), st.floats(0.2, 3), st.integers(12, 100), st.sampled_from([1, -1]))
def test_a_deviation_printed_for_the_standard_error_is_serious(
    z: float, se: float, n: int, sign: int
) -> None:
    estimate = sign * z * se
    low, high = estimate - 1.96 * se, estimate + 1.96 * se
    made = contrast(
        estimate=f"{estimate:.3f}", ci_low=f"{low:.3f}", ci_high=f"{high:.3f}", se=f"{se * math.sqrt(n):.3f}"
    )
    assert "ci-width" in kinds(Result("s", contrast=made), "serious")


@given(st.floats(0.8, 2.5), st.integers(10, 200), st.floats(0.5, 20), st.booleans())
def test_standard_errors_for_deviations_are_found_by_the_p_value(
    t: float, n: int, sd: float, welch: bool
) -> None:
    gap = t * sd * math.sqrt(2 / n)
    p = stats.ttest_ind_from_stats(gap, sd, n, 0, sd, n, equal_var=not welch).pvalue
    se = f"{sd / math.sqrt(n):.4f}"
    row = result(*means((f"{gap:.4f}", se, str(n)), ("0.0000", se, str(n))), contrast=contrast(p=f"{p:.3f}"))
    assert "se-as-sd-by-p" in kinds(row, "serious")


def test_standard_errors_are_found_beside_the_groups_own_baseline() -> None:
    row = result(
        *means(("30.1", "1.6", "20"), ("28.0", "1.5", "20")),
        baseline=means(("33.0", "7.0", "20"), ("32.5", "6.6", "20")),
    )
    assert "se-as-sd-by-baseline" in kinds(row, "serious")
    right = result(
        *means(("30.1", "7.6", "20"), ("28.0", "6.9", "20")),
        baseline=means(("33.0", "7.0", "20"), ("32.5", "6.6", "20")),
    )
    assert kinds(right) == set()


@pytest.mark.parametrize("p", ["<0.05", "<0.001", "0.000"])
def test_a_bound_on_p_is_no_value(p: str) -> None:
    # t = 8.4: below every usual bound; a p of 0.000 was rounded.
    row = result(*means(("10", "2.6", "8"), ("−8", "5.6", "8")), contrast=contrast(p=p))
    assert kinds(row) & {"p-from-means", "se-as-sd-by-p"} == set()


def test_a_one_sided_p_is_never_serious() -> None:
    row = Result("s", contrast=contrast(z="1.80", p="0.036"))
    assert kinds(row, "serious") == set()
    assert kinds(row, "note") == {"p-from-statistic"}


def test_a_ratio_is_judged_on_the_logarithmic_scale() -> None:
    right = contrast("HR", estimate="0.50", ci_low="0.25", ci_high="1.00")
    assert kinds(Result("s", contrast=right)) == set()
    wrong = contrast("HR", estimate="0.70", ci_low="0.25", ci_high="1.00")
    assert kinds(Result("s", contrast=wrong), "serious") == {"ci-off-centre"}
    logs = dataclasses.replace(
        contrast("HR", estimate="−0.69", ci_low="−1.39", ci_high="0.00"), on_log_scale=True
    )
    assert kinds(Result("s", contrast=logs)) == set()
    unknown = contrast("", estimate="0.70", ci_low="0.25", ci_high="1.00")
    assert kinds(Result("s", contrast=unknown)) == set()


def at(value: float) -> Span:
    """One number."""
    return Span(value, value)


@given(
    st.tuples(st.floats(-9, 9), st.floats(0, 5)),
    st.tuples(st.floats(-9, 9), st.floats(0, 5)),
    st.floats(0, 1),
    st.floats(0, 1),
)
def test_a_span_holds_every_result(
    a: tuple[float, float], b: tuple[float, float], i: float, j: float
) -> None:
    one, other = Span(a[0], a[0] + a[1]), Span(b[0], b[0] + b[1])
    x, y = a[0] + i * a[1], b[0] + j * b[1]
    assert (one + other).meets(at(x + y))
    assert (one - other).meets(at(x - y))
    assert (one * other).meets(at(x * y))
    assert one.size().meets(at(abs(x)))
    assert one.squared().meets(at(x * x))
    if y:
        assert (one / other).meets(at(x / y))
