"""The smallest and largest of something that each study has."""

from __future__ import annotations

from extraction.published.claims import End, Range
from extraction.published.context import Context, Unknown
from extraction.published.spans import Printed, short
from extraction.published.verdicts import Verdict, cannot, judged

SOURCE = "The smallest and the largest of what is known of the studies"


def check_range(claim: Range, context: Context) -> list[Verdict]:
    """Ends in order; each the value of the studies named; nothing known lies outside. Rounding is allowed for."""
    low, high = claim.low.value, claim.high.value
    if low.span.low > high.span.high:
        return [
            judged(
                claim,
                "The smallest is not above the largest",
                ok=False,
                expected=f"At most {high}",
                found=str(low),
                how_far=short(low.span.low - high.span.high),
                usual_cause="The two ends changed places",
                source=SOURCE,
            )
        ]
    return [*_named(claim, context), *_outside(claim, context)]


def _named(claim: Range, context: Context) -> list[Verdict]:
    """Each end against the studies from which it is said to come."""
    verdicts = []
    for word, end in (("smallest", claim.low), ("largest", claim.high)):
        check = f"The {word} is that of the studies named"
        for study in _studies(end, context):
            known = context.number(study, claim.attribute)
            if known is None:
                missing = f"“{claim.attribute}” of {context.name(study)}"
                verdicts.append(cannot(claim, check, missing=missing, source=SOURCE))
                continue
            verdicts.append(
                judged(
                    claim,
                    check,
                    ok=known.span.meets(end.value.span),
                    expected=f"{context.name(study)}: {known}",
                    found=str(end.value),
                    how_far=short(known.span.gap(end.value.span)),
                    usual_cause="The reference number is of another study, or another quantity was read",
                    source=SOURCE,
                )
            )
    return verdicts


def _outside(claim: Range, context: Context) -> list[Verdict]:
    """Studies of which the value is known, against both ends."""
    check = "Nothing known lies outside"
    studies = context.studies(claim.studies) if claim.studies else tuple(context.facts)
    known = {study: context.number(study, claim.attribute) for study in studies}
    numbers: dict[str, Printed] = {study: number for study, number in known.items() if number is not None}
    if not numbers:
        return [cannot(claim, check, missing=f"“{claim.attribute}” of any study", source=SOURCE)]
    low, high = claim.low.value.span.low, claim.high.value.span.high
    outside = {s: n for s, n in numbers.items() if n.span.high < low or n.span.low > high}
    far = max((max(low - n.span.high, n.span.low - high) for n in outside.values()), default=0.0)
    return [
        judged(
            claim,
            check,
            ok=not outside,
            expected="; ".join(f"{context.name(study)}: {number}" for study, number in outside.items())
            or f"{len(numbers)} studies of which it is known, all within",
            found=f"{claim.low.value} to {claim.high.value}",
            how_far=short(far),
            usual_cause="The study with the smallest or largest value was overlooked, or coded in another unit",
            source=SOURCE,
        )
    ]


def _studies(end: End, context: Context) -> tuple[str, ...]:
    if end.studies is None:
        return ()
    studies = context.studies(end.studies)
    if not studies:
        raise Unknown(f"No study is in all of “{end.studies.text}”.")
    return studies
