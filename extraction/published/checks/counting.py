"""Sums, flows of records, and people in arms."""

from __future__ import annotations

from itertools import pairwise

from extraction.published.claims import CONTROL, EXPERIMENTAL, Flow, Participants, StudyFacts, Total
from extraction.published.context import Context
from extraction.published.values import ids
from extraction.published.verdicts import Verdict, cannot, judged

ADDITION = "Addition"
PRISMA = "Page MJ et al. BMJ 2021;372:n71 (PRISMA 2020), items 16a and 17"


def check_total(claim: Total, _context: Context) -> list[Verdict]:
    """Σ parts = total."""
    total, parts = claim.total.whole or 0, [part.whole or 0 for part in claim.parts]
    return [_sum(claim, parts, total, "The parts add up")]


def check_flow(claim: Flow, _context: Context) -> list[Verdict]:
    """No step has more records than the one before, and what is removed is the difference. Source: PRISMA 2020, item 16a."""
    steps = [step.whole or 0 for step in claim.steps]
    removed = [before - after for before, after in pairwise(steps)]
    found = " → ".join(str(step) for step in steps)
    grows = [-difference for difference in removed if difference < 0]
    verdicts = [
        judged(
            claim,
            "No step has more than the one before",
            ok=not grows,
            expected="Each number at most as large as the one before",
            found=found if grows else f"{found}; {' and '.join(map(str, removed))} removed",
            how_far=f"{max(grows, default=0)} too many",
            usual_cause="Records from another source join between the steps, or two numbers changed places",
            source=PRISMA,
        )
    ]
    if claim.removed:
        said = [number.whole or 0 for number in claim.removed]
        off = [one - two for one, two in zip(said, removed, strict=False)]
        verdicts.append(
            judged(
                claim,
                "What is removed is the difference",
                ok=said == removed,
                expected=", ".join(map(str, removed)),
                found=", ".join(map(str, said)),
                how_far=f"{max(map(abs, off), default=0)}"
                if len(said) == len(removed)
                else "another number of steps",
                usual_cause="Reports are counted at one step and records or studies at the other",
                source=PRISMA,
            )
        )
    return verdicts


def check_study(claim: StudyFacts, context: Context) -> list[Verdict]:
    """The arms of a study of which everything is known add up."""
    sizes = [context.count(ids(claim.ref)[0], name) for name in (EXPERIMENTAL, CONTROL, "total")]
    if None in sizes:
        return []
    return [_sum(claim, [sizes[0] or 0, sizes[1] or 0], sizes[2] or 0, "The arms add up")]


def check_participants(claim: Participants, context: Context) -> list[Verdict]:
    """Arms add up, and no more people are counted than the studies had; fewer may be, since some analyse completers only."""
    verdicts = []
    exp, ctl = claim.experimental, claim.control
    if claim.total is not None and exp is not None and ctl is not None:
        verdicts.append(
            _sum(claim, [exp.whole or 0, ctl.whole or 0], claim.total.whole or 0, "The arms add up")
        )
    if claim.studies is None:
        return verdicts
    studies = context.studies(claim.studies)
    total = (claim.total.whole or 0) if claim.total else sum((arm.whole or 0) for arm in (exp, ctl) if arm)
    verdicts.append(_no_more_than_there_were(claim, studies, total, "", context))
    for arm, stated in ((EXPERIMENTAL, exp), (CONTROL, ctl)):
        if stated is not None:
            verdicts.append(_no_more_than_there_were(claim, studies, stated.whole or 0, arm, context))
    return verdicts


def people(study: str, arm: str, context: Context) -> int | None:
    """How many people a study had, at most, in an arm or altogether; None when neither is known."""
    total = context.count(study, "total")
    arms = [context.count(study, name) for name in (EXPERIMENTAL, CONTROL)]
    if arm:
        known = context.count(study, arm)
        return known if known is not None else total
    if arms[0] is not None and arms[1] is not None:
        return arms[0] + arms[1]
    return total


def _no_more_than_there_were(
    claim: Participants, studies: tuple[str, ...], stated: int, arm: str, context: Context
) -> Verdict:
    """The people stated, against the sum over the studies."""
    check = f"No more people than the studies had{f', {arm}' if arm else ''}"
    sizes = {study: people(study, arm, context) for study in studies}
    unknown = [study for study, size in sizes.items() if size is None]
    if unknown:
        return cannot(
            claim, check, missing=f"The number of people in {context.names(unknown)}", source=PRISMA
        )
    split = [s for s in studies if None not in (context.count(s, EXPERIMENTAL), context.count(s, CONTROL))]
    most = sum(size or 0 for size in sizes.values())
    return judged(
        claim,
        check,
        ok=stated <= most,
        expected=f"At most {most}: {_made_of(studies, split, arm, context)}",
        found=str(stated),
        how_far=f"{stated - most} too many",
        usual_cause="A group is counted twice, or enrolled people in one study and analysed ones in another",
        source=PRISMA,
    )


def _made_of(studies: tuple[str, ...], split: list[str], arm: str, context: Context) -> str:
    """“178 + 180 in the 10 studies with known arms, 63 in 30 and 32”."""
    if arm:
        known = sum(context.count(study, arm) or 0 for study in split)
        told = f"{known} in the {len(split)} studies with known arms"
    else:
        exp, ctl = (sum(context.count(s, name) or 0 for s in split) for name in (EXPERIMENTAL, CONTROL))
        told = f"{exp} + {ctl} in the {len(split)} studies with known arms"
    apart = set(split)
    others = [study for study in studies if study not in apart]
    if not others:
        return told
    rest = sum(people(study, arm, context) or 0 for study in others)
    return f"{told}, {rest} in {context.names(others)}"


def _sum(claim: Total | Participants | StudyFacts, parts: list[int], total: int, check: str) -> Verdict:
    return judged(
        claim,
        check,
        ok=sum(parts) == total,
        expected=f"{' + '.join(map(str, parts))} = {sum(parts)}",
        found=str(total),
        how_far=str(abs(sum(parts) - total)),
        usual_cause="A part is missing or counted twice, or one of the numbers is of another step",
        source=ADDITION,
    )
