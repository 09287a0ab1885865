"""Q, its degrees of freedom, p, I² and τ²."""

from __future__ import annotations

import math
from collections.abc import Iterator

from scipy.special import chdtrc, chdtri

from extraction.published.checks.estimates import p_span, with_sign
from extraction.published.claims import Heterogeneity
from extraction.published.context import Context
from extraction.published.spans import Span, rounded, short, told
from extraction.published.verdicts import Verdict, cannot, judged

HIGGINS_THOMPSON = "Higgins JPT, Thompson SG. Stat Med 2002;21:1539–58 (I²); Cochrane Handbook 6.5, 10.10.2"


def check_heterogeneity(claim: Heterogeneity, context: Context) -> list[Verdict]:
    """p = P(χ²(df) > Q), I² = max(0, 1 − df / Q), df = k − 1. Source: Higgins & Thompson 2002."""
    k = context.k(claim.k, claim.studies)
    df = (claim.df.whole or 0) if claim.df else (k - 1 if k else None)
    if df is None:
        return [
            cannot(
                claim,
                "Q, p and I² agree",
                missing="The degrees of freedom (df, or k)",
                source=HIGGINS_THOMPSON,
            )
        ]
    if df < 1:
        return [_of_one(claim)]
    verdicts = [_degrees(claim, df, k)] if claim.df and k else []
    return [*verdicts, *_agree(claim, df)] or [
        cannot(claim, "Q, p and I² agree", missing="Two of Q, p and I²", source=HIGGINS_THOMPSON)
    ]


def i_squared(q: Span, df: float) -> Span:
    """I² in percent of every Q in the span."""
    return q.within(0, math.inf).through(lambda value: max(0.0, 100 * (1 - df / value)) if value > 0 else 0.0)


def q_of_i_squared(i2: Span, df: float) -> Span:
    """The Q that give an I² (percent) in the span; an I² of 0 says only that Q is not above its degrees of freedom."""
    span = i2.within(0, 100)
    low = 0.0 if span.low <= 0 else _q(span.low, df)
    return Span(low, _q(span.high, df))


def p_of_q(q: Span, df: float) -> Span:
    """P(χ²(df) > Q) of every Q in the span."""
    span = q.within(0, math.inf)
    return Span(0.0 if math.isinf(span.high) else float(chdtrc(df, span.high)), float(chdtrc(df, span.low)))


def q_of_p(p: float, df: float) -> float:
    """The Q whose p this is."""
    return math.inf if p <= 0 else float(chdtri(df, min(p, 1.0)))


def _q(i2: float, df: float) -> float:
    return math.inf if i2 >= 100 else df / (1 - i2 / 100)


def _agree(claim: Heterogeneity, df: int) -> Iterator[Verdict]:
    with_df = f"with {df} degree{'' if df == 1 else 's'} of freedom"
    q = rounded(claim.q) if claim.q else None
    whence = "Q"
    if q is not None and claim.i2 is not None:
        yield _compare(
            claim,
            "I² follows from Q",
            i_squared(q, df),
            rounded(claim.i2),
            f"I² {with_sign(claim.i2)} %",
            with_df,
            " %",
        )
    if q is None and claim.i2 is not None:
        q, whence = q_of_i_squared(rounded(claim.i2), df), "I²"
    if q is not None and claim.p is not None:
        yield _compare(
            claim,
            f"p follows from {whence}",
            p_of_q(q, df),
            p_span(claim.p),
            f"p {with_sign(claim.p)}",
            with_df,
            "",
        )
    if q is not None and claim.tau2 is not None:
        yield _tau2(claim, q, df)


def _compare(
    claim: Heterogeneity, check: str, expected: Span, found: Span, printed: str, with_df: str, unit: str
) -> Verdict:
    return judged(
        claim,
        check,
        ok=expected.meets(found),
        expected=f"{told(expected)}{unit} {with_df}",
        found=printed,
        how_far=f"{short(expected.gap(found))}{unit}",
        usual_cause="Q counts another number of studies, or I² was estimated from τ² rather than from Q",
        source=HIGGINS_THOMPSON,
    )


def _tau2(claim: Heterogeneity, q: Span, df: int) -> Verdict:
    """The DerSimonian–Laird τ² is zero exactly when Q is at most its degrees of freedom; other estimators need not agree."""
    tau2 = rounded(claim.tau2) if claim.tau2 else Span(0, 0)
    if q.high < df and tau2.low > 0:
        missing = "Which estimator τ² is: by DerSimonian and Laird it would be 0 here"
        return cannot(claim, "τ² agrees with Q", missing=missing, source=HIGGINS_THOMPSON)
    return judged(
        claim,
        "τ² is not negative",
        ok=tau2.high >= 0,
        expected="At least 0",
        found=str(claim.tau2),
        how_far=short(-tau2.high),
        usual_cause="Another quantity was printed",
        source=HIGGINS_THOMPSON,
    )


def _degrees(claim: Heterogeneity, df: int, k: int) -> Verdict:
    return judged(
        claim,
        "Degrees of freedom are one fewer than the studies",
        ok=df == k - 1,
        expected=f"{k - 1} for {k} studies",
        found=str(df),
        how_far=str(abs(df - k + 1)),
        usual_cause="Comparisons were counted rather than studies, or a study has no number",
        source=HIGGINS_THOMPSON,
    )


def _of_one(claim: Heterogeneity) -> Verdict:
    return judged(
        claim,
        "Heterogeneity is between studies",
        ok=False,
        expected="At least 2 studies",
        found="1 study",
        how_far="1 study",
        usual_cause="A subgroup of one study was given the same columns as the others",
        source=HIGGINS_THOMPSON,
    )
