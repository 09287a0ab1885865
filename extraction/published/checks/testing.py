"""A test, and the interval of the same quantity."""

from __future__ import annotations

from extraction.published.checks.estimates import p_span
from extraction.published.claims import Test
from extraction.published.context import Context
from extraction.published.spans import Span, rounded, short
from extraction.published.verdicts import Verdict, cannot, judged

DUALITY = "Altman DG, Bland JM. BMJ 2011;343:d2304; Egger M et al. BMJ 1997;315:629–34 for the test of the intercept"
CHECK = "Test and interval agree"


def check_test(claim: Test, _context: Context) -> list[Verdict]:
    """p below 1 − level exactly when the interval of the same quantity leaves the null value out.

    The duality holds for every interval that is made by inverting the test, so for each estimate ± quantile × SE.
    """
    alpha = round(1 - (claim.interval.level if claim.interval else claim.level) / 100, 9)
    includes = _includes(claim)
    significant = _significant(p_span(claim.p), alpha)
    if includes is None or significant is None:
        missing = "p with more decimals" if significant is None else "The limits with more decimals"
        return [cannot(claim, CHECK, missing=missing, source=DUALITY)]
    null = claim.null.text if claim.null else "0"
    where = "includes" if includes else "leaves out"
    return [
        judged(
            claim,
            CHECK,
            ok=significant != includes,
            expected=f"p {'above' if includes else 'below'} {short(alpha)}, since the interval {where} {null}",
            found=f"p {claim.p.text if claim.p.text[:1] in '<>≤≥' else f'= {claim.p.text}'} and an interval that {where} {null}",
            how_far=f"The other side of {short(alpha)}",
            usual_cause="The interval is of another coefficient (slope and intercept), at another level, or p is one-sided",
            source=DUALITY,
        )
    ]


def _significant(p: Span, alpha: float) -> bool | None:
    """Is p below alpha? None when rounding leaves it open."""
    if p.high <= alpha:
        return True
    return False if p.low >= alpha else None


def _includes(claim: Test) -> bool | None:
    """Does the interval hold the null value? None when rounding leaves it open."""
    if claim.interval is None:
        return claim.includes
    null = claim.null.span if claim.null else Span(0, 0)
    low, high = rounded(claim.interval.low), rounded(claim.interval.high)
    if null.middle < low.low or null.middle > high.high:
        return False
    return True if low.high < null.middle < high.low else None
