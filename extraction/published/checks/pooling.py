"""Results that are called pooled, and coefficients of meta-regressions."""

from __future__ import annotations

import math

from scipy.special import stdtrit

from extraction.published.checks.estimates import (
    STATCHECK,
    critical,
    limits,
    p_span,
    rounded_se,
    two_sided,
    with_sign,
)
from extraction.published.claims import Pooled, Regression
from extraction.published.context import Context
from extraction.published.spans import Printed, Span, rounded, short, told
from extraction.published.verdicts import Verdict, cannot, judged

DEFINITION = "Cochrane Handbook 6.5, 10.2 and 10.10.2: to pool, and to see heterogeneity, takes two studies"
REGRESSION = "Thompson SG, Higgins JPT. Stat Med 2002;21:1559–73 (meta-regression); " + STATCHECK


def check_pooled(claim: Pooled, context: Context) -> list[Verdict]:
    """At least two studies, and as many as are listed."""
    listed = tuple(dict.fromkeys(context.studies(claim.studies))) if claim.studies else None
    k = claim.k.whole or 0 if claim.k else len(listed or ())
    verdicts = [
        judged(
            claim,
            "A pooled result has at least two studies",
            ok=k > 1,
            expected="At least 2 studies",
            found=f"{k} stud{'y' if k == 1 else 'ies'}{f': {context.names(listed)}' if listed else ''}",
            how_far=f"{2 - k} too few",
            usual_cause="A subgroup of one study was given the same columns as the others; it is that study's result",
            source=DEFINITION,
        )
    ]
    if claim.k and listed is not None:
        verdicts.append(
            judged(
                claim,
                "As many studies as are listed",
                ok=claim.k.whole == len(listed),
                expected=f"{len(listed)}: {', '.join(listed)}",
                found=str(claim.k),
                how_far=str(abs(k - len(listed))),
                usual_cause="A study has no usable number for this outcome, or was left out of the list",
                source="Counting the studies that are listed",
            )
        )
    return verdicts


def check_regression(claim: Regression, context: Context) -> list[Verdict]:
    """t = coefficient / SE, and p of t with k − 1 − moderators degrees of freedom. Source: Thompson & Higgins 2002."""
    k = context.k(claim.k, claim.studies)
    moderators = (claim.moderators.whole or 0) if claim.moderators else 1
    df = float(claim.df.whole or 0) if claim.df else (float(k - 1 - moderators) if k else None)
    if claim.z is not None and claim.t is None:
        df = math.inf
    verdicts = []
    if df is not None and df < 1:
        return [_too_few(claim, k, moderators)]
    if claim.df and k:
        verdicts.append(_degrees(claim, k, moderators))
    statistic, said = (claim.t or claim.z), claim.p
    computed = _computed(claim, df)
    if statistic and computed:
        verdicts.append(_statistic(claim, statistic, computed))
    value = statistic.span if statistic else computed
    if value is None or said is None or df is None:
        missing = "p" if said is None else "t, with its degrees of freedom (df, or k)"
        return verdicts or [cannot(claim, "p follows from t", missing=missing, source=REGRESSION)]
    return [*verdicts, _p(claim, value, str(statistic or told(value)), said, df)]


def _p(claim: Regression, statistic: Span, written: str, said: Printed, df: float) -> Verdict:
    expected, found = two_sided(statistic, df), p_span(said)
    name = "z" if math.isinf(df) else "t"
    freedom = "" if math.isinf(df) else f" with {short(df)} degrees of freedom"
    needed = (
        -float(stdtrit(df, found.middle / 2)) if not math.isinf(df) and 0 < found.middle < 1 else math.nan
    )
    would = f"; p = {short(found.middle)} goes with |t| = {needed:.2f}" if math.isfinite(needed) else ""
    return judged(
        claim,
        f"p follows from {name}",
        ok=expected.meets(found),
        expected=f"p = {told(expected)}, from {name} = {written}{freedom}",
        found=f"p {with_sign(said)}",
        how_far=short(expected.gap(found)),
        usual_cause=f"A digit was lost from {name} or p{would}",
        source=REGRESSION,
    )


def _computed(claim: Regression, df: float | None) -> Span | None:
    """Coefficient over its standard error, which the interval may give."""
    if claim.coefficient is None:
        return None
    if claim.se is not None:
        se = rounded_se(claim.se)
    elif claim.interval is not None and df is not None:
        low, high = limits(claim.interval)
        se = high.minus(low).times(1 / (2 * critical(claim.interval.level, df)))
    else:
        return None
    return rounded(claim.coefficient).over(se) if se.low > 0 else None


def _statistic(claim: Regression, statistic: Printed, computed: Span) -> Verdict:
    return judged(
        claim,
        "The statistic is the coefficient over its standard error",
        ok=computed.meets(statistic.span) or computed.size().meets(statistic.span),
        expected=told(computed),
        found=str(statistic),
        how_far=short(min(computed.gap(statistic.span), computed.size().gap(statistic.span))),
        usual_cause="The interval is of another model, or a digit was lost",
        source=REGRESSION,
    )


def _degrees(claim: Regression, k: int, moderators: int) -> Verdict:
    df = (claim.df.whole or 0) if claim.df else 0
    return judged(
        claim,
        "The studies leave these degrees of freedom",
        ok=df == k - 1 - moderators,
        expected=f"{k - 1 - moderators} for {k} studies and {moderators} moderator{'' if moderators == 1 else 's'}",
        found=str(df),
        how_far=str(abs(df - k + 1 + moderators)),
        usual_cause="A study has no value of the moderator",
        source=REGRESSION,
    )


def _too_few(claim: Regression, k: int | None, moderators: int) -> Verdict:
    return judged(
        claim,
        "There are more studies than coefficients",
        ok=False,
        expected=f"At least {moderators + 2} studies",
        found=f"{k} studies" if k else f"{claim.df} degrees of freedom",
        how_far=f"{moderators + 2 - k} too few" if k else "",
        usual_cause="Levels of a group were counted as one moderator",
        source=REGRESSION,
    )
