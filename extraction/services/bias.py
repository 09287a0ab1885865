"""Verbs: judge the risk of bias, alone and as a team."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction

from extraction.errors import BadValue, NotYet
from extraction.models import Completion, Judgement, Outcome, Study
from extraction.queries.bias import Place, Row, compare_judgements, levels_in_force, own_at, settled_at
from extraction.queries.progress import INDEPENDENT, through
from extraction.riskofbias import OVERALL, Tool
from extraction.services.bias_rules import Opinion, judgement_of, proposal_for, said
from reviews.access import May, require
from reviews.errors import ChangedMeanwhile, NothingToDo, Refused
from reviews.models import User
from reviews.services import history

__all__ = ["Opinion", "Saved", "assess", "judge", "settle", "settle_agreeing"]


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a form that was sent: the new judgements, and why some items were not saved."""

    judgements: list[Judgement]
    refused: dict[str, Refused]


@transaction.atomic
def judge(
    *,
    study: Study,
    tool: Tool,
    item: str,
    level: str,
    support: str,
    seen: int | None = None,
    outcome: int | None = None,
    answers: Mapping[str, str] | None = None,
    reason: str = "",
    by: User,
) -> Judgement | None:
    """An assessor's judgement on one item, with what it rests on; None when nothing is new."""
    opinion = Opinion(item, level, support, seen, outcome, answers or {}, reason)
    saved = assess(study=study, tool=tool, opinions=[opinion], by=by)
    for refusal in saved.refused.values():
        raise refusal
    return saved.judgements[0] if saved.judgements else None


@transaction.atomic
def assess(*, study: Study, tool: Tool, opinions: Iterable[Opinion], by: User) -> Saved:
    """Save every opinion that can be, and say of each other one why not.

    The overall judgement follows the domains on each result, unless the assessor gave a reason for another one.
    """
    require(May.ASSESS, review=study.review, by=by)
    Study.objects.select_for_update().get(pk=study.pk)
    if by.pk in through(study, Completion.Task.BIAS):
        raise Refused("You have finished this assessment. Reopen it to change a judgement.")
    own = own_at(study, tool, user=by)
    known = _outcomes(study)
    fresh: dict[Place, Judgement] = {}
    refused: dict[str, Refused] = {}
    # Overall last: it depends on what is said of the domains.
    for opinion in sorted((opinion.tidy() for opinion in opinions), key=lambda one: one.item == OVERALL):
        place = (opinion.item, opinion.outcome)
        before = own.get(place)
        try:
            judgement = _judged(study, tool, opinion, own | fresh, known, by)
            if said(judgement) == said(before):
                continue
            _check_seen(opinion, before)
            fresh[place] = judgement
        except Refused as refusal:
            refused[opinion.item] = refusal
    fresh |= _following(study, tool, own | fresh, refused, by)
    for judgement in fresh.values():
        judgement.save(force_insert=True)
        _tell("bias.judged", "judged", study, tool, [judgement], by)
    return Saved(list(fresh.values()), refused)


@transaction.atomic
def settle(
    *,
    study: Study,
    tool: Tool,
    item: str,
    level: str,
    support: str,
    seen: int | None = None,
    outcome: int | None = None,
    answers: Mapping[str, str] | None = None,
    reason: str = "",
    direction: str = "",
    by: User,
) -> Judgement:
    """The team's judgement on an item, once `by` may see the assessments; `support` says why.

    `seen` is the id of the settled judgement that was on the page (0: none). An overall judgement that was settled as the domains
    led follows them when one is settled anew.
    """
    require(May.SETTLE, review=study.review, by=by)
    Study.objects.select_for_update().get(pk=study.pk)
    sides = compare_judgements(study, tool, viewer=by)
    if sides is None or not sides.assessors:
        raise NotYet("The assessments of this study cannot be compared yet.")
    opinion = Opinion(item, level, support, seen, outcome, answers or {}, reason, direction).tidy()
    team = settled_at(study, tool)
    judgement = _judged(study, tool, opinion, team, _outcomes(study), by, settled=True)
    if not judgement.level:
        raise BadValue("Choose a judgement.")
    before = team.get((item, outcome))
    if seen is not None and seen != (before.pk if before else 0):
        raise ChangedMeanwhile("Somebody settled this after you opened the page. Look at it again.")
    follow = _following(study, tool, team | {(item, outcome): judgement}, {}, by, settled=True)
    for row in (judgement, *follow.values()):
        row.save(force_insert=True)
    _tell("bias.settled", "settled", study, tool, [judgement, *follow.values()], by)
    return judgement


@transaction.atomic
def settle_agreeing(*, study: Study, tool: Tool, by: User) -> int:
    """Settle every item on which two or more assessors agree; returns how many."""
    require(May.SETTLE, review=study.review, by=by)
    Study.objects.select_for_update().get(pk=study.pk)
    sides = compare_judgements(study, tool, viewer=by)
    if sides is None or len(sides.assessors) < INDEPENDENT:
        raise NotYet("Two assessors have to be through before their agreement counts.")
    judgements = [_agreed(study, tool, row, by) for row in sides.agreeing]
    if not judgements:
        raise NothingToDo("Everything on which the assessors agree is settled already.")
    for judgement in judgements:
        judgement.save(force_insert=True)
    _tell("bias.settled", "settled", study, tool, judgements, by)
    return len(judgements)


def _agreed(study: Study, tool: Tool, row: Row, by: User) -> Judgement:
    """The first assessor's judgement as the team's, with what everybody's rests on and everybody's reasons."""
    every = [judgement for judgement in row.judgements.values() if judgement]
    reasons = dict.fromkeys(judgement.reason for judgement in every if judgement.reason)
    return Judgement(
        study=study,
        tool=tool.key,
        item=row.item.key,
        outcome=row.outcome,
        answers=every[0].answers,
        proposed=every[0].proposed,
        level=every[0].level,
        reason=" / ".join(reasons),
        direction=every[0].direction if len({one.direction for one in every}) == 1 else "",
        support=row.supports,
        settled=True,
        by=by,
    )


def _judged(
    study: Study,
    tool: Tool,
    opinion: Opinion,
    sayings: Mapping[Place, Judgement],
    known: frozenset[int],
    by: User,
    *,
    settled: bool = False,
) -> Judgement:
    if opinion.outcome is not None and opinion.outcome not in known:
        raise BadValue("This outcome is not asked for in this review (any more).")
    levels = levels_in_force(tool, sayings, opinion.outcome)
    return judgement_of(study, tool, opinion, levels, by=by, settled=settled)


def _check_seen(opinion: Opinion, before: Judgement | None) -> None:
    if opinion.seen is not None and opinion.seen != (before.pk if before else 0):
        raise ChangedMeanwhile(
            "You changed this in another tab after opening this page. Choose which one is right."
        )


def _following(
    study: Study,
    tool: Tool,
    sayings: Mapping[Place, Judgement],
    refused: Mapping[str, Refused],
    by: User,
    *,
    settled: bool = False,
) -> dict[Place, Judgement]:
    """Overall judgements that follow domains which were changed elsewhere, on every result that is judged."""
    if tool.overall is None or OVERALL in refused:
        return {}
    item = tool.item(OVERALL)
    # Of a tool that judges results, the study as a whole has no overall judgement.
    results = {at for key, at in sayings if at is not None} if tool.unit == "result" else {None}
    found: dict[Place, Judgement] = {}
    for outcome in results:
        before = sayings.get((OVERALL, outcome))
        if before.reason if before else settled:
            continue
        level = proposal_for(tool, item, {}, levels_in_force(tool, sayings, outcome)).level
        if level == (before.level if before else ""):
            continue
        support, direction = (before.support, before.direction) if before else ("", "")
        found[OVERALL, outcome] = Judgement(
            study=study, tool=tool.key, item=OVERALL, outcome_id=outcome, proposed=level, level=level,
            support=support, direction=direction, settled=settled, by=by,
        )  # fmt: skip
    return found


def _outcomes(study: Study) -> frozenset[int]:
    rows = Outcome.objects.filter(review=study.review_id, retired_at=None)
    return frozenset(rows.values_list("pk", flat=True))


def _tell(verb: str, did: str, study: Study, tool: Tool, judgements: list[Judgement], by: User) -> None:
    names = ", ".join(dict.fromkeys(tool.item(judgement.item).name.lower() for judgement in judgements))
    ids = [judgement.pk for judgement in judgements]
    history.record(
        verb, f"{did} {names} of “{study}”", review=study.review, subject=study, by=by, judgements=ids
    )
